"""A whole federation on one machine: rounds, dropouts, secure sums by the real protocol, evaluation.

Every message of the protocol is made and read as over a network. What only a simulation can do is look at what clients
really encoded, and compare the sum of the survivors with it in every round.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np

from wuming.core.errors import BudgetExceeded, FederationError, MessageRefused, RoundAborted
from wuming.core.ports import NoProgress, Progress
from wuming.federated.codes import Vector
from wuming.federated.crowd import Crowd
from wuming.federated.federation import Federation, Round
from wuming.federated.participant import Offer
from wuming.federated.secure_aggregation import Server, ServerStage

_LABEL = "federate"
_STAGES = tuple(ServerStage(number) for number in range(ServerStage.KEYS, ServerStage.DONE))


@dataclass(frozen=True)
class Dropouts:
    """Clients that fall silent in the middle of a round.

    Attributes:
        probability: of each client in each round, in [0, 1).
        seed: of who and when; it protects nobody.
    """

    probability: float = 0.0
    seed: int = 0

    def of_round(self, number: int, names: Sequence[str]) -> dict[str, ServerStage]:
        """Return who drops out: name → the first stage whose message the server does not get."""
        generator = np.random.default_rng([self.seed, number])
        coins, stages = generator.random(len(names)), generator.integers(0, len(_STAGES), len(names))
        return {
            name: _STAGES[stage]
            for name, coin, stage in zip(names, coins, stages, strict=True)
            if coin < self.probability
        }


@dataclass
class RoundReport:
    """What one round came to.

    Attributes:
        number: of the attempt.
        members: clients that were asked.
        survivors: clients whose vectors are in the sum.
        refused: clients that refused, and visible vectors that did not count, by reason.
        blamed: clients that lied about shares, by their own signatures, and how.
        exact: whether every sum equals the plain sum of its survivors; None where no integers were summed.
        aborted: reason why there is no sum; empty where there is one.
        quality: what the evaluation found afterwards.
        sent: bytes that all clients sent.
        seconds: wall time.
    """

    number: int
    members: int
    survivors: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    blamed: dict[str, str] = field(default_factory=dict)
    exact: bool | None = None
    aborted: str = ""
    quality: dict[str, float] = field(default_factory=dict)
    sent: int = 0
    seconds: float = 0.0


@dataclass
class SimulationResult:
    """What a simulation came to.

    Attributes:
        rounds: rounds that ended with a sum.
        reports: of all attempts.
        stopped: why it ended before all rounds were held: `budget`, `aborts`, or empty.
        seconds: wall time.
    """

    rounds: int
    reports: list[RoundReport]
    stopped: str
    seconds: float

    @property
    def sums_exact(self) -> bool | None:
        """Whether all sums were exact; None where none was of integers."""
        found = [report.exact for report in self.reports if report.exact is not None]
        return all(found) if found else None


def simulate(
    federation: Federation,
    crowd: Crowd,
    *,
    dropouts: Dropouts | None = None,
    evaluate: Callable[[Vector], Mapping[str, float]] = lambda _weights: {},
    evaluate_every: int = 1,
    attempts: int = 3,
    progress: Progress | None = None,
) -> SimulationResult:
    """Hold all rounds of a federation.

    Args:
        federation: fresh, or with rounds to go.
        crowd: its clients.
        dropouts: who falls silent.
        evaluate: says how good weights are; called after the last round in any case.
        evaluate_every: rounds between two evaluations.
        attempts: attempts in a row that may end without a sum before the federation gives up.
        progress: shows the rounds.
    """
    begin, shown = time.perf_counter(), progress or NoProgress()
    reports: list[RoundReport] = []
    stopped, failures = "", 0
    shown.start(_LABEL, federation.plan.rounds)
    while not federation.finished:
        started = time.perf_counter()
        try:
            opened = federation.open_round()
        except BudgetExceeded:
            stopped = "budget"
            break
        except RoundAborted as error:
            report = RoundReport(0, 0, aborted=error.reason)
        else:
            report = _round(federation, crowd, opened, dropouts or Dropouts())
        report.seconds = time.perf_counter() - started
        reports.append(report)
        failures = failures + 1 if report.aborted else 0
        if failures == attempts:
            stopped = "aborts"
            break
        done = federation.rounds_done
        if not report.aborted and (federation.finished or done % evaluate_every == 0):
            report.quality = dict(evaluate(federation.weights))
        shown.advance(_LABEL, done)
    if stopped and federation.rounds_done and reports and not reports[-1].quality:
        reports[-1].quality = dict(evaluate(federation.weights))
    shown.finish(_LABEL, f"{federation.rounds_done} rounds")
    return SimulationResult(federation.rounds_done, reports, stopped, time.perf_counter() - begin)


def _round(federation: Federation, crowd: Crowd, opened: Round, dropouts: Dropouts) -> RoundReport:
    plan = federation.plan
    report = RoundReport(opened.number, sum(len(offer.members) for offer in opened.offers))
    totals, sums = [], []
    try:
        for offer in opened.offers:
            for reason in crowd.begin(offer).values():
                report.refused[reason] = report.refused.get(reason, 0) + 1
            silent = dropouts.of_round(opened.number, offer.members)
            if plan.code is not None:
                totals.append(_integer_sum(crowd, offer, silent, report))
            else:
                asked = [name for name in offer.members if silent.get(name, ServerStage.DONE) > ServerStage.VECTORS]
                if plan.aggregation in ("mean", "group-median"):
                    total, counted, rejected = federation.visible_sum(crowd.vectors(asked))
                    sums.append(total)
                else:
                    updates = dict(crowd.vectors(asked))
                    rejected = federation.close_with_updates(updates)
                    counted = len(updates) - len(rejected)
                report.survivors += counted
                for reason in rejected.values():
                    report.refused[reason] = report.refused.get(reason, 0) + 1
        if totals:
            federation.close_with_totals(totals)
        elif sums:
            federation.close_with_sums(sums)
    except FederationError as error:
        federation.abandon_round(seen=error.reason == "out-of-range")
        report.aborted = error.reason
    finally:
        crowd.end()
    return report


def _integer_sum(
    crowd: Crowd, offer: Offer, silent: Mapping[str, ServerStage], report: RoundReport
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    plan, code = offer.plan, offer.plan.code
    assert code is not None
    if plan.secure:
        total, survivors = _secure_sum(crowd, offer, silent, report)
    else:
        total, survivors = np.zeros(code.length, dtype=np.int64), []
        asked = [name for name in offer.members if silent.get(name, ServerStage.DONE) > ServerStage.VECTORS]
        for name, values in crowd.encoded(asked):
            total += values
            survivors.append(name)
        if len(survivors) < plan.least_survivors:
            raise RoundAborted(
                f"{len(survivors)} vectors, least_survivors={plan.least_survivors}",
                reason="too-few",
                help="Begin a new round.",
            )
    exact = bool(np.array_equal(total, crowd.plain_sum(survivors, code.length)))
    report.exact = exact if report.exact is None else report.exact and exact
    report.survivors += len(survivors)
    return total


def _secure_sum(
    crowd: Crowd, offer: Offer, silent: Mapping[str, ServerStage], report: RoundReport
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], list[str]]:
    server = Server(offer.cohort, offer.configuration())
    inbox = dict.fromkeys(offer.members, b"")
    for stage in _STAGES:
        asked = {name: data for name, data in inbox.items() if silent.get(name, ServerStage.DONE) > stage}
        for _, answer in crowd.answers(stage, asked):
            report.sent += len(answer)
            with suppress(MessageRefused):  # of one client, who is out of the round like one that is silent
                server.receive(answer)
        try:
            inbox = {offer.members[place]: data for place, data in server.advance().items()}
        finally:
            report.blamed |= {offer.members[place]: reason for place, reason in server.blamed.items()}
    survivors = [offer.members[place] for place in sorted(server.survivors)]
    return np.asarray(server.total, dtype=np.int64), survivors
