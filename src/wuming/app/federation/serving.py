"""`wuming federate serve`: the rounds of a federation over a SuperLink."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from flwr.app import ArrayRecord, Message, RecordDict

from wuming.app.federation.building import Built, build
from wuming.app.federation.status import StatusBook
from wuming.core.errors import BudgetExceeded, RoundAborted
from wuming.core.ports import Progress
from wuming.core.storage import private_folder, write_atomically
from wuming.crypto.random import new_key
from wuming.federated.account import ScheduledBudget
from wuming.federated.federation import Federation, Round
from wuming.federated.flower.rounds import Timeouts, hold_round
from wuming.federated.flower.superlink import Address, FleetGrid, superlink
from wuming.federated.plan import RELATION
from wuming.federated.secure_aggregation import Server, ServerStage

_LABEL = "train"
_FAILURES = 3  # rounds without a sum, one after the other, after which the federation stops


@dataclass(frozen=True)
class Serving:
    """What was asked for.

    Attributes:
        agreement: the agreement's file.
        keys: folder with server.key and server.pem.
        host: interface to listen on.
        port: TCP.
        state: folder for status and model.
        wait: seconds to wait for all silos before the first round; then those who are there begin.
        training: seconds that silos may train in a round.
        answer: seconds for each of the other four answers.
    """

    agreement: Path
    keys: Path
    host: str
    port: int
    state: Path
    wait: float
    training: float
    answer: float


class NetworkFederation(Federation):
    """A federation whose round numbers rise over restarts of the server: silos refuse those that do not."""

    def open_round(self) -> Round:
        """See `Federation.open_round`; numbers are milliseconds since 1970, or one more than the last."""
        self._number = max(self._number, time.time_ns() // 1_000_000 - 1)
        return super().open_round()


def serve(job: Serving, progress: Progress) -> dict[str, Any]:
    """Hold all rounds; return how it ended.

    Raises:
        StorageError: it cannot listen there, or the state cannot be written.
        RoundAborted: (`too-few`) too few silos came.
        MissingFile, PlanError, PrivacyParameterError, KeyUnavailable: see `build`.
    """
    built = build(job.agreement)
    host = _Host(job, built, progress)
    address = Address(job.host, job.port, job.keys / "server.pem", job.keys / "server.key")
    with superlink(built.agreement, address) as grid:
        host.wait(grid)
        host.hold(grid)
    return host.told()


@dataclass
class _Host:
    """The server between rounds, and what it writes down."""

    job: Serving
    built: Built
    progress: Progress
    book: StatusBook = field(init=False)
    federation: NetworkFederation = field(init=False)

    def __post_init__(self) -> None:
        file, agreement = self.built.file, self.built.agreement
        self.federation = NetworkFederation(
            agreement.plan,
            self.built.strategy,
            self.built.start,
            budget=ScheduledBudget(file.epsilon or 1.0, file.delta or 1e-6),
            secret=new_key(),
            keys={member.name: member.identity for member in agreement.members},
        )
        self.book = StatusBook(self.job.state, file.name, file.rounds, {})
        for member in agreement.members:
            self.book.node(member.name, "registered")
        self._write("waiting")

    def wait(self, grid: FleetGrid) -> None:
        """Wait until all silos are there, or until time is up and enough are."""
        members = len(self.built.agreement.members)
        least = self.federation.plan.threshold(members)
        deadline = time.monotonic() + self.job.wait
        self.progress.start("silos", members)
        while (there := len(grid.get_node_ids())) < members:
            self.progress.advance("silos", there)
            self._note_nodes(grid)
            if time.monotonic() >= deadline:
                if there < least:
                    self._write("stopped: too few silos came")
                    raise RoundAborted(
                        f"{there} silos came within {self.job.wait:g} seconds, threshold={least}",
                        reason="too-few",
                        help="Start the silos with `wuming federate join`, or wait longer (--wait).",
                    )
                break
            time.sleep(0.2)
        self.progress.finish("silos", f"{there} of {members}")
        self._note_nodes(grid)

    def hold(self, grid: FleetGrid) -> None:
        """Hold rounds until all are held, the account is spent, or several in a row ended without a sum."""
        failures = 0
        self.progress.start(_LABEL, self.federation.plan.rounds)
        self._write("training")
        while not self.federation.finished:
            try:
                opened = self.federation.open_round()
            except BudgetExceeded:
                self._write("stopped: the account is spent")
                break
            begun = time.monotonic()
            try:
                survivors = self._round(grid, opened)
                aborted = ""
                failures = 0
            except RoundAborted as error:
                self.federation.abandon_round()
                survivors, aborted = [], error.message
                failures += 1
            self._enter(opened.number, survivors, aborted, time.monotonic() - begun)
            self._note_nodes(grid)
            if failures == _FAILURES:
                self._write(f"stopped: {failures} rounds in a row ended without a sum")
                break
            self.progress.advance(_LABEL, self.federation.rounds_done)
        else:
            self._write("finished")
        self.progress.finish(_LABEL, f"{self.federation.rounds_done} rounds")

    def told(self) -> dict[str, Any]:
        """Return how it ended."""
        return {
            "federation": self.book.federation,
            "phase": self.book.phase,
            "rounds": self.federation.rounds_done,
            "aborted": [one["aborted"] for one in self.book.attempts if one["aborted"]],
            "silos": self.book.silos,
            **self.book.privacy,
            "curve": self.book.curve,
            "model": str(self.job.state / "model.npy"),
        }

    def stage_ended(self, stage: ServerStage, answered: Mapping[int, int], problems: Mapping[int, str]) -> None:
        """See `RoundWatcher.stage_ended`."""
        for place, name in enumerate(self.federation.plan.clients):
            if place in answered:
                self.book.silos[name]["last"] = f"answered {stage.name.lower()}"
        self._problems |= {node: f"{stage.name.lower()}: {reason}" for node, reason in problems.items()}
        self._write(self.book.phase)

    def _round(self, grid: FleetGrid, opened: Round) -> list[str]:
        (offer,) = opened.offers
        assert offer.cohort is not None
        # The offer as every silo makes it from its own copy of the agreement.
        configuration = self.built.agreement.offer(opened.number, offer.weights).configuration()
        server = Server(offer.cohort, configuration)
        content = RecordDict({"arrays": ArrayRecord([offer.weights])})
        messages = [Message(RecordDict(dict(content)), node, "train") for node in grid.get_node_ids()]
        self._problems: dict[int, str] = {}
        timeouts = Timeouts(self.job.training, self.job.answer, ServerStage.VECTORS)
        try:
            hold_round(grid, server, messages, opened.number, timeouts=timeouts, watcher=self)
        finally:
            for node, reason in self._problems.items():
                if node in grid.nodes:
                    self.book.silos[grid.nodes[node]]["last"] = reason
        self.federation.close_with_totals([server.total])
        return [offer.members[place] for place in sorted(server.survivors)]

    def _enter(self, number: int, survivors: list[str], aborted: str, seconds: float) -> None:
        self.book.rounds_done = self.federation.rounds_done
        self.book.attempts.append(
            {"number": number, "survivors": survivors, "aborted": aborted, "seconds": round(seconds, 3)}
        )
        for name in survivors:
            self.book.silos[name]["rounds"] += 1
            self.book.silos[name]["last"] = ""
        if not aborted:
            figures = dict(self.built.task.evaluate(self.federation.weights))
            if figures:
                self.book.curve.append({"round": self.federation.rounds_done, **figures})
            buffer = io.BytesIO()
            np.save(buffer, self.federation.weights)
            write_atomically(private_folder(self.job.state) / "model.npy", buffer.getvalue())
        self._write(self.book.phase)

    def _note_nodes(self, grid: FleetGrid) -> None:
        for name, state in grid.health().items():
            self.book.node(name, state)
        self._write(self.book.phase)

    def _write(self, phase: str) -> None:
        plan, delta, done = self.federation.plan, self.built.file.delta, self.federation.rounds_done
        claimed = plan.noise != "none" and done > 0 and delta is not None
        self.book.phase = phase
        if self.book.privacy.get("rounds") != done:
            self.book.privacy = {
                "epsilon_server": plan.epsilon_server(delta, done) if claimed and delta else None,
                "epsilon_public": plan.epsilon_public(delta, done) if claimed and delta else None,
                "delta": delta,
                "unit_of_privacy": plan.unit,
                "neighbouring_relation": RELATION,
                "sampler": plan.sampler,
                "noise": plan.noise,
                "colluders": plan.colluders,
                "rounds": done,
            }
        self.book.write()
