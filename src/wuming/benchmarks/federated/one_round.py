"""One round at any size in this process: CPU seconds of each party, bytes, the server's memory; the sum is checked."""

from __future__ import annotations

import time
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import numpy as np

from wuming.benchmarks.federated.round_setup import RoundSetup, answer
from wuming.federated.secure_aggregation import ServerStage

SERVER = -1
STAGES = tuple(ServerStage(number) for number in range(ServerStage.KEYS, ServerStage.DONE))
_R = TypeVar("_R")


class Meter(Protocol):
    """Measures whatever is called through it."""

    def __call__(self, party: int, call: Callable[..., _R], *arguments: Any) -> _R:
        """Return what the call returns."""
        ...


@dataclass
class Clock:
    """Counts CPU and wall seconds by party.

    Attributes:
        cpu: place, or `SERVER` → seconds.
        wall: of all together.
    """

    cpu: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    wall: float = 0.0

    def __call__(self, party: int, call: Callable[..., _R], *arguments: Any) -> _R:
        """See `Meter`."""
        wall, cpu = time.perf_counter(), time.process_time()
        result = call(*arguments)
        self.cpu[party] += time.process_time() - cpu
        self.wall += time.perf_counter() - wall
        return result


@dataclass
class Scales:
    """Weighs what the server holds: what its calls leave behind, and at most hold while they run.

    Tracing must be on (`tracemalloc.start`). A message that is read belongs to whoever received it: it is counted too.

    Attributes:
        kept: bytes that earlier calls left behind.
        most: largest number of bytes at any time.
    """

    kept: int = 0
    most: int = 0

    def __call__(self, party: int, call: Callable[..., _R], *arguments: Any) -> _R:
        """See `Meter`."""
        if party != SERVER:
            return call(*arguments)
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        result = call(*arguments)
        after, peak = tracemalloc.get_traced_memory()
        message = sum(len(one) for one in arguments if isinstance(one, bytes))
        self.most = max(self.most, self.kept + peak - before + message)
        self.kept += after - before
        return result


@dataclass(frozen=True)
class Held:
    """What a round came to.

    Attributes:
        exact: whether the sum is that of exactly those whose vectors arrived.
        survivors: how many these are.
        sent, received: bytes by member.
    """

    exact: bool
    survivors: int
    sent: Counter[int]
    received: Counter[int]


def setup(members: int, colluders: int, dimension: int, bits: int) -> RoundSetup:
    """Return a round whose values use all the room that so many bits leave."""
    return RoundSetup(members, colluders, dimension, bits, ((1 << bits) - 1) // (2 * members))


def hold(of: RoundSetup, silent_from: Mapping[int, ServerStage], meter: Meter) -> Held:
    """Hold a round.

    Args:
        of: members and numbers.
        silent_from: members that drop out: the first stage whose message the server does not get.
        meter: measures every step of members and server.
    """
    base = np.random.default_rng(0).integers(-of.bound, of.bound + 1, size=of.dimension, dtype=np.int32)
    sent: Counter[int] = Counter()
    received: Counter[int] = Counter()
    server = meter(SERVER, of.server)
    clients = {place: meter(place, of.client, place) for place in range(of.members)}
    inbox: dict[int, bytes] = {}
    for stage in STAGES:
        for place, client in clients.items():
            if silent_from.get(place, ServerStage.DONE) <= stage or (stage > ServerStage.KEYS and place not in inbox):
                continue
            if stage == ServerStage.KEYS:
                data = meter(place, client.advertise)
            else:
                # One vector for all, turned: a hundred of their own would not tell more.
                vector = np.roll(base, place) if stage == ServerStage.VECTORS else base
                data = meter(place, answer, client, inbox[place], vector)
            sent[place] += len(data)
            meter(SERVER, server.receive, data)
        inbox = meter(SERVER, server.advance)
        for place, message in inbox.items():
            received[place] += len(message)
    arrived = {p for p in range(of.members) if silent_from.get(p, ServerStage.DONE) > ServerStage.VECTORS}
    expected = np.zeros(of.dimension, dtype=np.int64)
    for place in arrived:
        expected += np.roll(base, place)
    exact = server.survivors == arrived and np.array_equal(server.total, expected)
    return Held(bool(exact), len(server.survivors), sent, received)


def cost(of: RoundSetup, silent_from: Mapping[int, ServerStage]) -> dict[str, Any]:
    """Hold a round and return what it cost.

    Returns:
        `exact`, `survivors`; CPU seconds of the busiest `client`, of the `server` and of `all`, `wall` seconds with all
        in one process; `sent` and `wire` (sent and received): the most bytes of a member, over its values' bits alone.
    """
    clock = Clock()
    held = hold(of, silent_from, clock)
    plain = of.dimension * of.bits / 8
    return {
        "exact": held.exact,
        "survivors": held.survivors,
        "client": max(seconds for party, seconds in clock.cpu.items() if party != SERVER),
        "server": clock.cpu[SERVER],
        "all": sum(clock.cpu.values()),
        "wall": clock.wall,
        "sent": max(held.sent.values()) / plain,
        "wire": max(held.sent[place] + held.received[place] for place in range(of.members)) / plain,
    }


def server_memory(of: RoundSetup, silent_from: Mapping[int, ServerStage]) -> int:
    """Hold a round and return the most bytes that the server held at once, the message that it reads among them."""
    scales = Scales()
    tracemalloc.start()
    try:
        hold(of, silent_from, scales)
    finally:
        tracemalloc.stop()
    return scales.most
