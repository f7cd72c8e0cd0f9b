"""`wuming federate simulate`: from the options to the plan, the clients, the rounds and one result."""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wuming.accounting.accountant import check_delta
from wuming.core.errors import PrivacyParameterError
from wuming.core.ports import Progress
from wuming.crypto.random import derive_key, new_key

if TYPE_CHECKING:
    from wuming.federated.crowd import Crowd
    from wuming.federated.plan import FederationPlan, Unit
    from wuming.federated.simulation import SimulationResult
    from wuming.scenarios.federation.case import Case, Makers, Numbers

_CLIENTS = 100
_ROUNDS_LOST = 1.25  # how many more rounds than planned a client's own account bears: aborted ones are charged, too


@dataclass(frozen=True)
class Simulation:
    """What was asked for.

    Attributes:
        scenario: `digits` or `shops`.
        clients: number of clients; None: what the scenario has.
        rounds: number of rounds.
        drop: chance of a client to fall silent in a round, in [0, 1).
        secure: sums under masks.
        unit: `record` or `client`.
        noise: `distributed`, `central` or `none`.
        epsilon: what no ε may exceed.
        delta: at most 1/(10 · units).
        colluders: clients that may have joined the server; None: a tenth of them, with masks.
        strategy: name of the strategy; None: the scenario's usual one.
        aggregation: name of the rule.
        groups: of `group-median`.
        bad_clients: that `trimmed-mean` and `krum` are planned for.
        modulus_bits: bits of a value, with distributed noise.
        workers: processes; None: one a core.
        seed: of split, initialisation and dropouts; touches neither coins nor noise.
    """

    scenario: str
    clients: int | None
    rounds: int
    drop: float
    secure: bool
    unit: str
    noise: str
    epsilon: float
    delta: float
    colluders: int | None
    strategy: str | None
    aggregation: str
    groups: int
    bad_clients: int
    modulus_bits: int
    workers: int | None
    seed: int


def run(job: Simulation, progress: Progress) -> dict[str, Any]:
    """Hold the federation and return what the command prints.

    Raises:
        PrivacyParameterError: options out of range, or that do not go together.
        RoundRefused: a cohort for which nothing is promised.
    """
    from wuming.federated.account import ScheduledBudget
    from wuming.federated.federation import Federation
    from wuming.federated.simulation import Dropouts, simulate
    from wuming.scenarios.federation.case import Makers, Work

    begin = time.perf_counter()
    if not 0 <= job.drop < 1:
        raise PrivacyParameterError(f"drop={job.drop} must lie in [0, 1)", help="Give a probability.")
    case = _case(job)
    if job.noise != "none":
        check_delta(job.delta, case.population if job.unit == "record" else len(case.names))
    unit: Unit = "record" if job.unit == "record" else "client"
    strategy = job.strategy or case.usual_strategy(unit)
    numbers = case.numbers(unit, job.rounds, strategy, private=job.noise != "none")
    plan = _plan(job, case, numbers)
    master = new_key()
    makers = Makers(case, Work(unit, job.rounds, numbers, master), _cap(plan, job), job.delta, plan.colluders)
    federation = Federation(
        plan,
        numbers.strategy,
        case.start(),
        budget=ScheduledBudget(job.epsilon, job.delta),
        secret=derive_key(master, "server"),
        keys={name: makers.identity(name).public for name in case.names} if job.secure else None,
    )
    crowd = _crowd(case, makers, job.workers)
    try:
        result = simulate(
            federation,
            crowd,
            dropouts=Dropouts(job.drop, job.seed),
            evaluate=case.evaluation(),
            evaluate_every=max(1, job.rounds // 20),
            progress=progress,
        )
    finally:
        crowd.close()
    return _told(job, case, plan, numbers, result, time.perf_counter() - begin)


def _case(job: Simulation) -> Case:
    from wuming.scenarios.federation.digits import DigitsCase
    from wuming.scenarios.federation.shops import ShopsCase

    if job.scenario == "shops":
        return ShopsCase.found(seed=job.seed)
    return DigitsCase.found(job.clients or _CLIENTS, seed=job.seed)


def _plan(job: Simulation, case: Case, numbers: Numbers) -> FederationPlan:
    from wuming.federated.calibration import plan_for_epsilon
    from wuming.federated.codes import GridCode
    from wuming.federated.plan import FederationPlan

    dimension, clients, longest = case.start().size, len(case.names), numbers.vector_norm
    colluders = job.colluders if job.colluders is not None else (clients // 10 if job.secure else 0)
    record = job.unit == "record"
    fields: dict[str, Any] = {
        "name": f"simulation-{job.seed}",
        "clients": case.names,
        "rounds": job.rounds,
        "unit": job.unit,
        "bound": numbers.bound,
        "noise": job.noise,
        "secure": job.secure,
        "divisor": float(numbers.expected if record else clients),
        "least_survivors": least_survivors(-(-clients // job.groups), job.drop, colluders, secure=job.secure),
        "sampling_probability": numbers.expected / case.population if record else 1.0,
        "colluders": colluders,
        "aggregation": job.aggregation,
        "groups": job.groups,
        "bad_clients": job.bad_clients,
    }
    grid = GridCode(dimension, longest, longest * 2.0**-24) if job.secure else None
    if job.noise == "none":
        return FederationPlan(noise_multiplier=0.0, code=grid, **fields)
    if job.noise == "central":
        return plan_for_epsilon(job.epsilon, job.delta, dimension=dimension, code=grid, **fields)
    return plan_for_epsilon(
        job.epsilon,
        job.delta,
        dimension=dimension,
        modulus_bits=job.modulus_bits,
        vector_norm=longest if record else None,
        **fields,
    )


def least_survivors(members: int, drop: float, colluders: int, *, secure: bool) -> int:
    """Return how many survivors a round is planned for: what chance leaves but for three standard deviations.

    With masks at least as many as the protocol asks for. The noise of all who survive beyond is there as well: planning
    for few makes rounds sure and their noise larger.
    """
    from wuming.federated.secure_aggregation import least_threshold

    left = math.floor(members * (1 - drop) - 3 * math.sqrt(members * drop * (1 - drop)))
    if secure:
        return min(members, max(left, least_threshold(members, colluders)))
    return min(members, max(left, 1, colluders + 1))


def _cap(plan: FederationPlan, job: Simulation) -> float:
    """Return what a client's own account bears: the rounds, and some that end without a sum."""
    if plan.noise == "none":
        return 1.0
    rounds = math.ceil(_ROUNDS_LOST * job.rounds) + 2
    return plan.epsilon_server(job.delta, rounds) or plan.epsilon_public(job.delta, rounds)


def _crowd(case: Case, makers: Makers, workers: int | None) -> Crowd:
    from wuming.federated.crowd import LocalCrowd
    from wuming.federated.pool import PoolCrowd

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    size = min(workers or cores, len(case.names))
    return LocalCrowd(makers(case.names)) if size == 1 else PoolCrowd(case.names, makers, size)


def _told(
    job: Simulation,
    case: Case,
    plan: FederationPlan,
    numbers: Numbers,
    result: SimulationResult,
    seconds: float,
) -> dict[str, Any]:
    from wuming.federated.plan import RELATION

    held = [report for report in result.reports if not report.aborted]
    claimed = plan.noise != "none" and result.rounds > 0
    return {
        "sums_exact": result.sums_exact,
        "epsilon_server": plan.epsilon_server(job.delta, result.rounds) if claimed else None,
        "epsilon_public": plan.epsilon_public(job.delta, result.rounds) if claimed else None,
        "delta": job.delta,
        "unit_of_privacy": plan.unit,
        "accuracy": next((r.quality["accuracy"] for r in reversed(result.reports) if r.quality), None),
        "rounds": result.rounds,
        "seconds": round(seconds, 2),
        "neighbouring_relation": RELATION,
        "sampler": plan.sampler,
        "data": case.source,
        "clients": len(case.names),
        "noise": plan.noise,
        "secure": plan.secure,
        "strategy": numbers.strategy.name,
        "aggregation": plan.aggregation,
        "colluders": plan.colluders,
        "least_survivors": plan.least_survivors,
        "survivors": [report.survivors for report in held],
        "aborted": [report.aborted for report in result.reports if report.aborted],
        "stopped": result.stopped,
        "curve": [[place + 1, r.quality["accuracy"]] for place, r in enumerate(held) if r.quality],
        "bytes_sent_per_client": round(sum(r.sent for r in held) / max(1, len(held)) / len(case.names)),
    }
