"""A round's members, numbers and vectors, and one step of a member: for measurements and tests."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuming.crypto.signatures import SigningKey
from wuming.federated.secure_aggregation import (
    Client,
    Cohort,
    RoundConfiguration,
    RoundsInMemory,
    Server,
    Stage,
    least_threshold,
)


@cache
def identities(members: int) -> tuple[SigningKey, ...]:
    """Return signing keys that everybody knows: they protect nobody."""
    return tuple(SigningKey.from_bytes(bytes([place + 1]) * 32) for place in range(members))


@dataclass
class RoundSetup:
    """One round, with the least threshold that is allowed.

    Attributes:
        members: at most 128.
        colluders: planned for.
        dimension: integers of a vector.
        bits: of each under masks.
        bound: largest magnitude of a value.
        settings: 32 bytes that all members agree on.
    """

    members: int = 5
    colluders: int = 0
    dimension: int = 40
    bits: int = 20
    bound: int = 1000
    settings: bytes = bytes(32)

    def __post_init__(self) -> None:
        self.keys = identities(self.members)
        self.cohort = Cohort(tuple(key.public for key in self.keys))
        threshold = least_threshold(self.members, self.colluders)
        self.configuration = RoundConfiguration(
            *("tests", 1, self.members, threshold, self.colluders),
            *(self.dimension, self.bits, self.bound, bytes(32), self.settings),
        )

    @cached_property
    def vectors(self) -> dict[int, NDArray[np.int64]]:
        """Random integers of each member, the same each time."""
        return {
            place: np.random.default_rng(place).integers(-self.bound, self.bound + 1, size=self.dimension)
            for place in range(self.members)
        }

    @property
    def threshold(self) -> int:
        """Fewest members that a round ends with."""
        return self.configuration.threshold

    def server(self) -> Server:
        """Return a fresh server."""
        return Server(self.cohort, self.configuration)

    def client(self, place: int, kind: Callable[..., Any] = Client, **changes: Any) -> Any:
        """Return a fresh member.

        Args:
            place: of the member.
            kind: its class.
            changes: what it believes of the configuration otherwise.
        """
        configuration = dataclasses.replace(self.configuration, **changes)
        return kind(
            self.keys[place],
            self.cohort,
            configuration,
            register=RoundsInMemory(),
            least_colluders=configuration.colluders,
        )

    def clients(self) -> list[Client]:
        """Return all members, fresh."""
        return [self.client(place) for place in range(self.members)]

    def sum_of(self, places: Iterable[int]) -> NDArray[np.int64]:
        """Return the plain sum of these members' vectors."""
        total: NDArray[np.int64] = np.sum([self.vectors[place] for place in places], axis=0)
        return total


def answer(client: Client, data: bytes, vector: NDArray[np.integer[Any]]) -> bytes:
    """Let a member answer a message of the server as its stage asks."""
    match client.stage:
        case Stage.SHARES:
            return client.mask(data, vector)
        case Stage.VECTOR:
            return client.confirm(data)
        case Stage.CONFIRMATION:
            return client.reveal(data)
        case _:
            return client.share(data)
