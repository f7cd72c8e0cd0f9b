"""`wuming federate serve`: the rounds of a federation over a SuperLink."""

from __future__ import annotations

import io
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from flwr.app import ArrayRecord, Message, RecordDict

from wuming.app.federation.building import Built, build
from wuming.app.federation.server_state import Attempt, History, ServerState, kept_in
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
_LOST = "the server ended after members were asked to reveal: the sum may have been seen, and the round counts"
_FAILURES = 3  # rounds without a sum, one after the other, after which the federation stops


@dataclass(frozen=True)
class Serving:
    """What was asked for.

    Attributes:
        agreement: the agreement's file.
        keys: folder with server.key and server.pem.
        host: interface to listen on.
        port: TCP.
        state: folder for status, model, and what a restarted server goes on from.
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
    """Hold all rounds that are left, those of an earlier process not again; return how it ended.

    Raises:
        StorageError: it cannot listen there, or the state cannot be written.
        RunConflict: the state is of another agreement, or another process serves from it.
        MalformedRecord: the state is not as a server has left it.
        RoundAborted: (`too-few`) too few silos came.
        MissingFile, PlanError, PrivacyParameterError, KeyUnavailable: see `build`.
    """
    built = build(job.agreement)
    address = Address(job.host, job.port, job.keys / "server.pem", job.keys / "server.key")
    with kept_in(job.state, built.agreement.digest) as kept:
        host = _Host(job, built, progress, kept)
        if not host.federation.finished:
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
    kept: ServerState
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
        self._problems: dict[int, str] = {}
        self._blamed: dict[str, str] = {}
        self._resume()

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
            # No number is used twice, whatever becomes of this process.
            self.kept.write_rounds(opened.number, self.federation.standing.spent)
            try:
                survivors = self._round(grid, opened)
                aborted = ""
                failures = 0
            except RoundAborted as error:
                # The sum that is out of range was taken, and thrown away; in all other cases there was none.
                self.federation.abandon_round(seen=error.reason == "out-of-range")
                self.kept.write_rounds(opened.number, self.federation.standing.spent)
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
            "blamed": {name: why for one in self.book.attempts for name, why in one["blamed"].items()},
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
        if stage == ServerStage.CONFIRMATIONS:
            # What is sent next lets members reveal. A process that dies from here on may have had the sum.
            standing = self.federation.standing
            self.kept.write_rounds(standing.number, (*standing.spent, standing.number))
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
        self._problems, self._blamed = {}, {}
        timeouts = Timeouts(self.job.training, self.job.answer, ServerStage.VECTORS)
        try:
            hold_round(grid, server, messages, opened.number, timeouts=timeouts, watcher=self)
        finally:
            for node, reason in self._problems.items():
                if node in grid.nodes:
                    self.book.silos[grid.nodes[node]]["last"] = reason
            self._blamed = {offer.members[place]: reason for place, reason in server.blamed.items()}
        self.federation.close_with_totals([server.total])
        return [offer.members[place] for place in sorted(server.survivors)]

    def _enter(self, number: int, survivors: list[str], aborted: str, seconds: float) -> None:
        self.book.rounds_done = self.federation.rounds_done
        self.book.attempts.append(
            {
                "number": number,
                "survivors": survivors,
                "aborted": aborted,
                "blamed": self._blamed,
                "seconds": round(seconds, 3),
            }
        )
        for name in survivors:
            self.book.silos[name]["rounds"] += 1
            self.book.silos[name]["last"] = ""
        if not aborted:
            self.kept.write_training(self.federation.standing, self._history())
            self._release()
        self._write(self.book.phase)

    def _release(self) -> None:
        """Write the model of the last sum, and how good it is; figures that are no number are left out."""
        buffer = io.BytesIO()
        np.save(buffer, self.federation.weights)
        write_atomically(private_folder(self.job.state) / "model.npy", buffer.getvalue())
        found = self.built.task.evaluate(self.federation.weights)
        figures = {name: value for name, value in found.items() if math.isfinite(value)}
        if figures:
            self.book.curve.append({"round": self.federation.rounds_done, **figures})

    def _resume(self) -> None:
        """Go on from what an earlier process has kept, if there was one."""
        found = self.kept.read(self.federation.standing)
        if found is not None:
            standing, history = found
            self.federation.resume(standing)
            self.book.rounds_done = standing.rounds_done
            self.book.attempts += [msgspec.to_builtins(attempt) for attempt in history.attempts]
            self.book.curve += [dict(point) for point in history.curve]
            for name, rounds in history.silos.items():
                if name in self.book.silos:
                    self.book.silos[name]["rounds"] = rounds
            listed = {attempt.number for attempt in history.attempts}
            self.book.attempts += [
                {"number": number, "survivors": [], "aborted": _LOST, "blamed": {}, "seconds": 0.0}
                for number in standing.spent
                if number not in listed
            ]
            if standing.rounds_done:
                self._release()  # the process may have died before it did
        self._write("finished" if self.federation.finished else "waiting")

    def _history(self) -> History:
        attempts = [Attempt(**attempt) for attempt in self.book.attempts]
        silos = {name: silo["rounds"] for name, silo in self.book.silos.items()}
        return History(attempts, silos, [dict(point) for point in self.book.curve])

    def _note_nodes(self, grid: FleetGrid) -> None:
        for name, state in grid.health().items():
            self.book.node(name, state)
        self._write(self.book.phase)

    def _write(self, phase: str) -> None:
        plan, delta, done = self.federation.plan, self.built.file.delta, self.federation.rounds_done
        # Rounds whose sum may have been seen count, also where a process died before it was used.
        charged = len(self.federation.standing.spent)
        claimed = plan.noise != "none" and charged > 0 and delta is not None
        self.book.phase = phase
        if (self.book.privacy.get("rounds"), self.book.privacy.get("rounds_charged")) != (done, charged):
            self.book.privacy = {
                "epsilon_server": plan.epsilon_server(delta, charged) if claimed and delta else None,
                "epsilon_public": plan.epsilon_public(delta, charged) if claimed and delta else None,
                "delta": delta,
                "unit_of_privacy": plan.unit,
                "neighbouring_relation": RELATION,
                "sampler": plan.sampler,
                "noise": plan.noise,
                "colluders": plan.colluders,
                "rounds": done,
                "rounds_charged": charged,
            }
        self.book.write()
