"""A small federation for tests, and one step of a member whichever stage it is at."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

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
    return tuple(SigningKey.from_bytes(bytes([place + 1]) * 32) for place in range(members))


@dataclass
class Federation:
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
        self.vectors = {
            place: np.random.default_rng(place).integers(-self.bound, self.bound + 1, size=self.dimension)
            for place in range(self.members)
        }

    @property
    def threshold(self) -> int:
        return self.configuration.threshold

    def server(self) -> Server:
        return Server(self.cohort, self.configuration)

    def client(self, place: int, kind: Callable[..., Any] = Client, **changes: Any) -> Any:
        configuration = dataclasses.replace(self.configuration, **changes)
        return kind(
            self.keys[place],
            self.cohort,
            configuration,
            register=RoundsInMemory(),
            least_colluders=configuration.colluders,
        )

    def clients(self) -> list[Client]:
        return [self.client(place) for place in range(self.members)]

    def sum_of(self, places: Any) -> np.ndarray:
        return np.sum([self.vectors[place] for place in places], axis=0)


def answer(client: Client, data: bytes, vector: np.ndarray) -> bytes:
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


def play(
    federation: Federation, server: Any, clients: dict[int, Any], until: int, *, values: Any = None
) -> dict[int, bytes]:
    """Hold the round honestly up to stage `until` (a `ServerStage`); return what the server sends into that stage."""
    vectors = values or federation.vectors
    inbox: dict[int, bytes] = {}
    for stage in range(1, until):
        for place, client in clients.items():
            if stage == 1:
                server.receive(client.advertise())
            elif place in inbox:
                server.receive(answer(client, inbox[place], vectors[place]))
        inbox = server.advance()
    return inbox
