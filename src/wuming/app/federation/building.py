"""From the agreement's file to the agreement: the same on every machine, because everything comes from the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wuming.app.federation.agreement_file import FederationFile, read_agreement
from wuming.app.federation.keys import member_of
from wuming.app.federation.tasks import Task, Vector, find_task
from wuming.core.errors import PlanError

if TYPE_CHECKING:
    from pathlib import Path

    from wuming.federated.flower.agreement import Agreement
    from wuming.federated.plan import FederationPlan
    from wuming.federated.strategies import Strategy

_GRID: Final = 2.0**-24  # cells of a vector's bound, where no noise is added


def read_plan(file: FederationFile, dimension: int) -> Agreement:
    """Return the agreement of a file for a model of so many numbers."""
    from wuming.federated.flower.agreement import Agreement
    from wuming.federated.strategies import by_name

    members = tuple(member_of(entry.model_dump()) for entry in file.members)
    strategy = by_name(file.strategy.name, **file.strategy.numbers())
    settings = {"strategy": strategy.as_json(), "task": file.task, "delta": file.delta}
    return Agreement(_plan(file, dimension), members, settings)


@dataclass(frozen=True)
class Built:
    """What the file stands for.

    Attributes:
        file: as it was read.
        agreement: plan and members.
        strategy: the server's step.
        task: what is trained.
        start: weights before the first round.
    """

    file: FederationFile
    agreement: Agreement
    strategy: Strategy
    task: Task
    start: Vector


def build(path: Path) -> Built:
    """Read a file and make its agreement.

    Raises:
        MissingFile, PlanError: the file is not there, or does not fit.
        PrivacyParameterError: numbers for which nothing can be promised.
        KeyUnavailable: a member's key is none.
    """
    from wuming.federated.strategies import by_name

    file = read_agreement(path)
    if file.task == "flower":
        raise PlanError(
            f"{path} is for an app of Flower's own (task: flower)",
            help="Start it as a Flower app; see docs/federated-running.md.",
        )
    task = find_task(file.task, len(file.members))
    start = task.start()
    strategy = by_name(file.strategy.name, **file.strategy.numbers())
    return Built(file, read_plan(file, start.size), strategy, task, start)


def _plan(file: FederationFile, dimension: int) -> FederationPlan:
    from wuming.accounting.accountant import check_delta
    from wuming.federated.calibration import plan_for_epsilon
    from wuming.federated.codes import GridCode
    from wuming.federated.plan import FederationPlan
    from wuming.federated.weighting import BoundedWeights, FixedWeights

    weights = {member.name: member.weight for member in file.members if member.weight != 1}
    fields: dict[str, Any] = {
        "name": file.name,
        "clients": tuple(member.name for member in file.members),
        "rounds": file.rounds,
        "unit": file.unit,
        "bound": file.bound,
        "noise": file.noise,
        "secure": True,
        "divisor": file.divisor,
        "least_survivors": file.least_survivors,
        "sampling_probability": file.sampling_probability,
        "colluders": file.colluders,
        "weighting": FixedWeights(weights) if file.weight_cap is None else BoundedWeights(file.weight_cap),
    }
    longest = file.vector_norm if file.unit == "record" and file.vector_norm is not None else file.bound
    grid = GridCode(dimension, longest, longest * _GRID)
    if file.noise == "none":
        return FederationPlan(noise_multiplier=0.0, code=grid, **fields)
    assert file.epsilon is not None  # the file was checked
    assert file.delta is not None
    # The public number that the divisor stands for; a record of a silo that counts less stands for more of them.
    lightest = min(member.weight for member in file.members)
    records = max(1, int(file.divisor / file.sampling_probability / lightest))
    check_delta(file.delta, len(file.members) if file.unit == "client" else records)
    if file.noise == "central":
        return plan_for_epsilon(file.epsilon, file.delta, dimension=dimension, code=grid, **fields)
    return plan_for_epsilon(
        file.epsilon,
        file.delta,
        dimension=dimension,
        modulus_bits=file.modulus_bits,
        vector_norm=longest if file.unit == "record" else None,
        **fields,
    )
