"""Many clients in one process: what a simulation asks of them, and how those in it answer.

A crowd lives in the simulation's own process or in a worker of a pool; either way every client has its own secret, its
own account and its own data, and its answers are those that it would give over a network.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import BudgetExceeded, FederationError
from wuming.federated.codes import Vector
from wuming.federated.participant import Offer, Participant
from wuming.federated.secure_aggregation.server import ServerStage

Answers = list[tuple[str, bytes]]


class Crowd(Protocol):
    """Clients by name."""

    def begin(self, offer: Offer) -> dict[str, str]:
        """Offer a round to its members; return who refused, and by which rule (`budget` or a reason)."""
        ...

    def answers(self, stage: ServerStage, inbox: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
        """Yield the answers of those in `inbox` to the server's messages; who fails is silent from then on."""
        ...

    def encoded(self, names: Sequence[str]) -> Iterator[tuple[str, NDArray[np.integer[Any]]]]:
        """Yield the integers of clients, without masks."""
        ...

    def vectors(self, names: Sequence[str]) -> Iterator[tuple[str, Vector]]:
        """Yield the vectors of clients, without encoding."""
        ...

    def plain_sum(self, names: Sequence[str], length: int) -> NDArray[np.integer[Any]]:
        """Return the sum of what these clients have encoded in this round: the truth that no server sees."""
        ...

    def end(self) -> None:
        """End the round for everybody."""
        ...

    def close(self) -> None:
        """End the simulation."""
        ...


class LocalCrowd:
    """Clients in this process.

    Args:
        participants: the clients.
    """

    def __init__(self, participants: Iterable[Participant]) -> None:
        self._clients = {participant.name: participant for participant in participants}
        self._active: set[str] = set()
        self._values: dict[str, NDArray[np.integer[Any]]] = {}

    def begin(self, offer: Offer) -> dict[str, str]:
        """See `Crowd.begin`."""
        refused = {}
        for name in offer.members:
            if name not in self._clients:
                continue
            try:
                self._clients[name].begin(offer)
            except BudgetExceeded:
                refused[name] = "budget"
            except FederationError as error:
                refused[name] = error.reason
            else:
                self._active.add(name)
        return refused

    def answers(self, stage: ServerStage, inbox: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
        """See `Crowd.answers`."""
        for name, data in inbox.items():
            if name not in self._active:
                continue
            try:
                if stage == ServerStage.VECTORS:
                    self._values[name] = _small(self._clients[name].encoded())
                answer = self._clients[name].answer(stage, data, self._values.get(name))
            except FederationError:
                self._active.discard(name)
                self._clients[name].leave()
            else:
                yield name, answer

    def encoded(self, names: Sequence[str]) -> Iterator[tuple[str, NDArray[np.integer[Any]]]]:
        """See `Crowd.encoded`."""
        for name in names:
            if name in self._active:
                try:
                    self._values[name] = _small(self._clients[name].encoded())
                except FederationError:
                    self._active.discard(name)
                else:
                    yield name, self._values[name]

    def vectors(self, names: Sequence[str]) -> Iterator[tuple[str, Vector]]:
        """See `Crowd.vectors`."""
        for name in names:
            if name in self._active:
                try:
                    vector = self._clients[name].vector()
                except FederationError:
                    self._active.discard(name)
                else:
                    yield name, vector

    def plain_sum(self, names: Sequence[str], length: int) -> NDArray[np.integer[Any]]:
        """See `Crowd.plain_sum`."""
        total = np.zeros(length, dtype=np.int64)
        for name in names:
            if name in self._values:
                total += self._values[name]
        return total

    def end(self) -> None:
        """See `Crowd.end`."""
        for name in self._clients:
            self._clients[name].leave()
        self._active, self._values = set(), {}

    def close(self) -> None:
        """See `Crowd.close`."""
        self.end()


def _small(values: NDArray[np.integer[Any]]) -> NDArray[np.integer[Any]]:
    """Return the same integers in 32 bits where they fit: a simulation holds those of all clients at once."""
    if values.size and max(abs(int(values.min())), abs(int(values.max()))) < 1 << 31:
        return values.astype(np.int32)
    return values
