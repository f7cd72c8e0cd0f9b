"""A round over a network that delays, loses, repeats and reorders messages, with members that crash; and what is wrong.

Every message under way lies in a bag: any may arrive next, twice or never. Whoever moves it chooses; nothing here is
drawn. What must never happen is looked for after every step, in what members have really sent.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import numpy as np

from wuming.benchmarks.federated.round_setup import RoundSetup, answer
from wuming.core.errors import MessageRefused, RoundAborted
from wuming.federated.secure_aggregation import Client, ServerStage, Stage, messages
from wuming.federated.secure_aggregation.configuration import agreement

_SERVER = -1
_LARGEST = 100_000  # bytes of a message
_STAGES = 5
_PATIENCE = 200  # steps in which a patient server must come to an end


class Network:
    """One round.

    Args:
        of: its members and numbers; vectors are short.
        kind: class of the members.

    Attributes:
        bag: messages under way: to whom, and the bytes.
        alive: places of the members that have not crashed.
        broken: what has gone wrong, by name: `wrong sum`, `second answer`, `both shares`, `no end`, `secrets kept`.
    """

    def __init__(self, of: RoundSetup, kind: type[Client] = Client) -> None:
        self._of = of
        self._name = agreement(of.cohort, of.configuration)
        self._server = of.server()
        self._clients: dict[int, Client] = {place: of.client(place, kind) for place in range(of.members)}
        self.alive = set(self._clients)
        self.bag = [(_SERVER, client.advertise()) for client in self._clients.values()]
        self.broken: Counter[str] = Counter()
        self._said: dict[tuple[int, str], set[bytes]] = defaultdict(set)  # (member, kind) → what it has sent
        self._seeds: dict[int, set[int]] = defaultdict(set)  # member → who revealed a share of its seed
        self._mask_keys: dict[int, set[int]] = defaultdict(set)
        self._advances = 0

    @property
    def end(self) -> str:
        """How it ended: `DONE` or `ABORTED`; another name where it has not."""
        return self._server.stage.name

    # ── what may happen ──

    def deliver(self, number: int) -> None:
        """Let the message of that number, modulo their count, arrive."""
        self._arrive(*self.bag.pop(number % len(self.bag)))

    def deliver_and_keep(self, number: int) -> None:
        """Let it arrive, and perhaps again later."""
        self._arrive(*self.bag[number % len(self.bag)])

    def lose(self, number: int) -> None:
        """Let it never arrive."""
        self.bag.pop(number % len(self.bag))

    def deliver_in_order(self, count: int) -> None:
        """Let so many of the oldest arrive."""
        for _ in range(min(count, len(self.bag))):
            self._arrive(*self.bag.pop(0))

    def crash(self, number: int) -> None:
        """Let a member fall silent for good."""
        self.alive.discard(sorted(self.alive)[number % len(self.alive)])

    def time_is_up(self) -> None:
        """Let the server go on with those who answered."""
        if self._server.stage >= ServerStage.DONE:
            return
        self._advances += 1
        try:
            outgoing = self._server.advance()
        except RoundAborted:
            outgoing = dict.fromkeys(self._clients, self._server.abort_message)
        self.bag.extend(outgoing.items())
        if self._server.stage == ServerStage.DONE:
            enough = len(self._server.survivors) >= self._of.threshold
            right = enough and np.array_equal(self._server.total, self._of.sum_of(self._server.survivors))
            self.broken["wrong sum"] += not right

    def finish(self) -> None:
        """Let everything arrive and time pass until the server has come to an end, and look at what is left."""
        for _ in range(_PATIENCE):
            while self.bag:
                self._arrive(*self.bag.pop(0))
            if self._server.stage >= ServerStage.DONE:
                break
            self.time_is_up()
        self.broken["no end"] += self._server.stage < ServerStage.DONE or self._advances > _STAGES + 1
        for place, client in self._clients.items():
            done = place in self.alive and client.stage == Stage.REVELATION
            self.broken["secrets kept"] += done and client._shares != {}

    # ── the shell around the machines ──

    def _arrive(self, to: int, data: bytes) -> None:
        if to == _SERVER:
            try:
                self._server.receive(data)
            except MessageRefused:
                return
            if not self._server.waiting_for:
                self.time_is_up()
        elif to in self.alive:
            try:
                said = answer(self._clients[to], data, self._of.vectors[to])
            except (MessageRefused, RoundAborted):
                return
            self._look_at(to, said)
            self.bag.append((_SERVER, said))

    def _look_at(self, place: int, said: bytes) -> None:
        message: Any = messages.open_from_member(said, self._of.cohort.keys, self._name, _LARGEST)
        earlier = self._said[place, type(message).__name__]
        earlier.add(said)
        self.broken["second answer"] += len(earlier) > 1
        if isinstance(message, messages.Revelation):
            for owner in message.seed_shares:
                self._seeds[owner].add(place)
            for owner in message.mask_key_shares:
                self._mask_keys[owner].add(place)
            self.broken["both shares"] += bool(self._seeds.keys() & self._mask_keys.keys())
