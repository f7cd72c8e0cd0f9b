"""What a round costs at full size, against the goals; run with -s to see the figures."""

from __future__ import annotations

import dataclasses
import time
from collections import Counter

import numpy as np
import pytest

from wuming.federated.secure_aggregation import Server, ServerStage

from .federation import Federation, answer


class Timed:
    """Counts CPU seconds of whatever is called through it."""

    def __init__(self):
        self.seconds = Counter()

    def __call__(self, name, call, *arguments):
        begin = time.process_time()
        result = call(*arguments)
        self.seconds[name] += time.process_time() - begin
        return result


def measure(members, colluders, dimension, bits, dropped):
    bound = ((1 << bits) - 1) // (2 * members)
    base = np.random.default_rng(0).integers(-bound, bound + 1, size=dimension, dtype=np.int32)
    federation = Federation(members, colluders, 1, bits, bound)
    federation.dimension = dimension
    federation.configuration = dataclasses.replace(federation.configuration, dimension=dimension)
    # One vector for all, turned: a hundred of their own would not tell more.
    federation.vectors = {place: np.roll(base, place) for place in range(members)}
    timed, sent = Timed(), Counter()
    server = Server(federation.cohort, federation.configuration)
    clients = {place: timed(place, federation.client, place) for place in range(members)}
    inbox: dict[int, bytes] = {}
    for stage in (ServerStage(number) for number in range(1, 6)):
        for place, client in clients.items():
            if stage == ServerStage.VECTORS and place in dropped:
                continue
            if stage > 1 and place not in inbox:
                continue
            if stage == 1:
                data = timed(place, client.advertise)
            else:
                data = timed(place, answer, client, inbox[place], federation.vectors[place])
            sent[place] += len(data)
            timed("server", server.receive, data)
        inbox = timed("server", server.advance)
    seconds = sum(timed.seconds.values())
    expected = np.sum([federation.vectors[place] for place in server.survivors], axis=0, dtype=np.int64)
    assert np.array_equal(server.total, expected)
    assert len(server.survivors) == members - len(dropped)
    client = max(value for name, value in timed.seconds.items() if name != "server")
    ratio = max(sent.values()) / (dimension * bits / 8)
    print(
        f"\n{members} members × {dimension} values of {bits} bits, {len(dropped)} dropped out; CPU: "
        f"client ≤ {client:.2f} s, server {timed.seconds['server']:.2f} s, all {seconds:.1f} s; bytes ×{ratio:.4f}"
    )
    return client, seconds, ratio


@pytest.mark.full
@pytest.mark.parametrize("dropped", [set(), {3}])
def test_ten_silos_and_a_lora_update(dropped):
    client, _, ratio = measure(10, 2, 4_200_000, 18, dropped)
    assert client <= 2
    assert ratio <= 1.05


@pytest.mark.full
def test_a_hundred_members_of_whom_twenty_drop_out():
    client, seconds, ratio = measure(100, 25, 1_000_000, 18, set(range(0, 100, 5)))
    assert client <= 2
    assert seconds <= 60
    assert ratio <= 1.05
