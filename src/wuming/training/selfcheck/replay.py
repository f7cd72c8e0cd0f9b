"""Replays of a private trainer on neighbouring data, seen from outside: through the gradient that its optimiser gets.

Coins and noise of a step are functions of run key and step, so two replays under one key differ by what the data
differ by, and by nothing else: the noise cancels, and one unit's share of a step lies open.

Source: the replay idea is that of Cebere et al. 2026, arXiv 2602.17454.
"""

from __future__ import annotations

import copy
import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from wuming.training.clipping.rules import AdaptiveQuantile
from wuming.training.data import UnitData
from wuming.training.execution import Execution, to_device
from wuming.training.optimisation import Optimisation
from wuming.training.plan import TrainingPlan

Loss = Callable[[Any, Any], Tensor]
Gradient = dict[str, Tensor]

OBSERVER = Optimisation(1e-4, name="sgd", schedule="constant", momentum=0.0, average_decay=0.0)
"""Plain descent by small steps: what the optimiser got can be read off the weights as well."""


@dataclass(frozen=True)
class Check:
    """What was measured of one property, and what it may be.

    Attributes:
        name: short, unique among the checks of one call.
        passed: False: the guarantee does not hold as claimed, or could not be seen to hold.
        measured, allowed: in words, with numbers.
        meaning: what the check shows.
    """

    name: str
    passed: bool
    measured: str
    allowed: str
    meaning: str

    def as_json(self) -> dict[str, Any]:
        """Return all fields as a JSON object."""
        return dataclasses.asdict(self)


@dataclass(frozen=True)
class Subject:
    """What is checked.

    Attributes:
        model: as it stands before training; copied for every replay.
        loss: (model, inputs) → one loss for each example, [n].
        data: examples to make small data sets of.
        plan: the claim.
        make_trainer: builds a trainer from (model, data, plan, optimisation=, execution=, run_key=).
        optimisation: of the user's own run.
        execution: of the user's own run.
        run_key: 32 bytes; used for the replays alone, never for a real run.
    """

    model: nn.Module
    loss: Loss
    data: UnitData
    plan: TrainingPlan
    make_trainer: Callable[..., Any]
    optimisation: Optimisation
    execution: Execution
    run_key: bytes

    @property
    def trainable(self) -> dict[str, nn.Parameter]:
        """The prototype's trainable parameters, by name."""
        return {name: p for name, p in self.model.named_parameters() if p.requires_grad}


@dataclass(frozen=True)
class Member:
    """A unit of a small data set: indices of its records in the user's data, and a factor on their losses.

    A factor of 0 leaves a unit without gradient; a large one makes an outlier; NaN a unit that is broken.
    """

    label: str
    records: tuple[int, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class Replay:
    """What one run did.

    Attributes:
        gradients: for each optimiser step, what the optimiser got, by the names of `model`'s parameters.
        model: after the run.
        trainer: after the run.
    """

    gradients: tuple[Gradient, ...]
    model: nn.Module
    trainer: Any


def certain(plan: TrainingPlan, members: int, *, steps: int) -> TrainingPlan:
    """Return the plan with sampling probability 1 for a data set of so many units.

    Its public population, and so the divisor, is one above the true number: who divides by a private count is seen.
    """
    return dataclasses.replace(
        plan,
        population=members + 1,
        expected_batch_size=members + 1,
        max_batch_size=None if plan.max_batch_size is None else members + 1,
        steps=steps,
    )


def still(plan: TrainingPlan) -> TrainingPlan:
    """Return the plan with a bound that stays (nearly) where it begins, so that steps can be compared."""
    if not isinstance(plan.clipping, AdaptiveQuantile):
        return plan
    return dataclasses.replace(plan, clipping=dataclasses.replace(plan.clipping, learning_rate=1e-12))


def assemble(data: UnitData, members: Sequence[Member]) -> UnitData:
    """Return a data set of these members; its inputs are (weights [n], the user's inputs)."""
    rows = [(record, member) for member in members for record in member.records]

    def fetch(indices: Sequence[int]) -> Any:
        weights = torch.tensor([rows[i][1].weight for i in indices], dtype=torch.float32)
        return weights, data.fetch([rows[i][0] for i in indices])

    lengths = None if data.lengths is None or not rows else [int(data.lengths[record]) for record, _ in rows]
    return UnitData(len(rows), fetch, units=[member.label for _, member in rows], lengths=lengths)


def weighted(loss: Loss) -> Loss:
    """Return the loss for inputs as `assemble` makes them."""

    def of(model: Any, inputs: Any) -> Tensor:
        weights, own = inputs
        losses = loss(model, own)
        # A shape that broadcasts would hide a loss that is not per example.
        return losses * weights.to(losses) if losses.shape == weights.shape else losses

    return of


def observe(trainer: Any, model: nn.Module) -> list[Gradient]:
    """Return a list that takes up a copy of what the trainer's optimiser gets at every step."""
    seen: list[Gradient] = []
    names = {id(p): name for name, p in model.named_parameters()}

    def before(optimizer: torch.optim.Optimizer, _args: Any, _kwargs: Any) -> None:
        held = [p for group in optimizer.param_groups for p in group["params"]]
        seen.append(
            {
                names.get(id(p), f"foreign-{place}"): torch.zeros_like(p) if p.grad is None else p.grad.detach().clone()
                for place, p in enumerate(held)
            }
        )

    trainer.optimizer.register_step_pre_hook(before)
    return seen


def build(
    subject: Subject, data: UnitData, plan: TrainingPlan, *, key: bytes | None = None, **options: Any
) -> tuple[Any, nn.Module]:
    """Return a new trainer on a copy of the model, and that copy. Dropout is off: its coins are not the trainer's."""
    model = copy.deepcopy(subject.model)
    for module in model.modules():
        for name in ("p", "dropout", "attention_dropout"):
            if isinstance(getattr(module, name, None), float) and "ropout" in f"{type(module).__name__}{name}":
                setattr(module, name, 0.0)
    settings = {"optimisation": OBSERVER, "execution": subject.execution, **options}
    return subject.make_trainer(model, data, plan, run_key=key or subject.run_key, **settings), model


def replay(
    subject: Subject, members: Sequence[Member], plan: TrainingPlan, *, key: bytes | None = None, **options: Any
) -> Replay:
    """Train a copy of the model on these members and return what its optimiser got."""
    trainer, model = build(subject, assemble(subject.data, members), plan, key=key, **options)
    seen = observe(trainer, model)
    trainer.run(weighted(subject.loss))
    return Replay(tuple(seen), model, trainer)


def inputs_of(subject: Subject, records: Sequence[int]) -> Any:
    """Return the model's inputs of some records, on the device."""
    return to_device(subject.data.fetch(list(records)), subject.execution.device)


def norm(gradient: Mapping[str, Tensor]) -> float:
    """Return the L2 norm over all tensors."""
    return math.sqrt(math.fsum(float(t.double().square().sum()) for t in gradient.values()))


def difference(first: Mapping[str, Tensor], second: Mapping[str, Tensor], scale: float = 1.0) -> dict[str, Tensor]:
    """Return scale·(first - second) in float64."""
    return {name: (first[name].double() - second[name].double()) * scale for name in second}


def rounding(gradient: Mapping[str, Tensor], scale: float) -> float:
    """Return what rounding alone may do to scale·gradient, in L2."""
    squares = (float(t.double().square().sum()) * (4 * torch.finfo(t.dtype).eps) ** 2 for t in gradient.values())
    return scale * math.sqrt(math.fsum(squares))
