"""Whole rounds: exact sums with members that drop out anywhere, aborts for all, sizes, and rules of configurations."""

from __future__ import annotations

import dataclasses
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import RoundAborted, RoundRefused, UpdateRefused
from wuming.crypto.signatures import SigningKey
from wuming.federated.secure_aggregation import (
    Client,
    Cohort,
    RoundsInMemory,
    ServerStage,
    Stage,
    least_threshold,
    run_round,
)
from wuming.federated.secure_aggregation.configuration import agreement

from .federation import Federation, play

STAGES = [ServerStage.KEYS, ServerStage.SHARES, ServerStage.VECTORS, ServerStage.CONFIRMATIONS, ServerStage.REVELATIONS]


@settings(max_examples=40, deadline=None)
@given(
    st.integers(2, 9),
    st.sampled_from([(2 * 9 * 7 + 1).bit_length(), 12, 16, 17, 24, 31, 32, 33, 48, 62]),
    st.integers(1, 130),
    st.data(),
)
def test_the_sum_of_the_survivors_is_exact_whoever_drops_out_where(members, bits, dimension, data):
    colluders = data.draw(st.integers(0, max(0, members - 3)))
    if least_threshold(members, colluders) > members:
        colluders = 0
    bound = ((1 << bits) - 1) // (2 * members)
    federation = Federation(members, colluders, dimension, bits, bound)
    gone = data.draw(st.sets(st.integers(0, members - 1), max_size=members - federation.threshold))
    silent = {place: data.draw(st.sampled_from(STAGES)) for place in gone}
    server, clients = federation.server(), federation.clients()
    run_round(server, clients, federation.vectors, silent_from=silent)
    expected = {place for place in range(members) if silent.get(place, 6) > ServerStage.VECTORS}
    assert server.survivors == expected
    assert np.array_equal(server.total, federation.sum_of(expected))
    assert all(client.stage == Stage.REVELATION for client in clients if client.place not in silent)


@pytest.mark.parametrize("stage", STAGES)
def test_one_dropout_at_each_stage_in_turn(stage):
    federation = Federation(10, 2, 300)
    server = federation.server()
    run_round(server, federation.clients(), federation.vectors, silent_from={3: stage})
    assert (3 in server.survivors) == (stage > ServerStage.VECTORS)
    assert np.array_equal(server.total, federation.sum_of(server.survivors))


@pytest.mark.parametrize("stage", STAGES)
def test_too_few_at_any_stage_is_an_end_for_all_without_a_sum(stage):
    federation = Federation(6, 1)
    server, clients = federation.server(), federation.clients()
    silent = dict.fromkeys(range(federation.members - federation.threshold + 1), stage)
    with pytest.raises(RoundAborted, match="too-few"):
        run_round(server, clients, federation.vectors, silent_from=silent)
    assert all(client.stage == Stage.OVER for client in clients)
    with pytest.raises(RoundAborted, match="no-sum"):
        server.total  # noqa: B018
    with pytest.raises(RoundAborted, match="over"):
        server.advance()


def test_the_extremes_of_the_range_do_not_wrap():
    federation = Federation(7, 0, 3, 8, 18)  # 2 · 7 · 18 = 252 < 256
    for sign in (1, -1):
        server = federation.server()
        run_round(server, federation.clients(), lambda _, s=sign: np.full(3, s * 18))
        assert server.total.tolist() == [sign * 126] * 3


@pytest.mark.parametrize("members", [30, pytest.param(128, marks=pytest.mark.full)])
def test_a_large_cohort(members):
    federation = Federation(members, members // 3, 64, 20, 1000)
    server, gone = federation.server(), members // 6
    run_round(server, federation.clients(), federation.vectors, silent_from=dict.fromkeys(range(gone), STAGES[2]))
    assert np.array_equal(server.total, federation.sum_of(range(gone, members)))


def test_bytes_on_the_wire_are_those_of_the_values_alone():
    federation = Federation(10, 2, 1_000_000, 18, 5000)
    server = federation.server()
    traffic = run_round(server, federation.clients(), federation.vectors)
    assert max(traffic.sent.values()) <= 1.05 * 1_000_000 * 18 / 8
    assert max(traffic.received.values()) < 10_000


def test_the_server_needs_little_more_memory_than_one_vector():
    federation = Federation(4, 0, 2_000_000, 18, 5000)
    server, clients = federation.server(), {place: federation.client(place) for place in range(4)}
    inbox = play(federation, server, clients, ServerStage.VECTORS)
    vectors = [clients[place].mask(inbox[place], federation.vectors[place]) for place in range(3)]  # one drops out
    tracemalloc.start()
    for data in vectors:
        server.receive(data)
    inbox = server.advance()
    for stage in ("confirm", "reveal"):
        for place in inbox:
            server.receive(getattr(clients[place], stage)(inbox[place]))
        inbox = server.advance()
    peak = tracemalloc.get_traced_memory()[1] + len(vectors[0])  # and the message that is being read
    tracemalloc.stop()
    assert np.array_equal(server.total, federation.sum_of(range(3)))
    assert peak <= 3 * 4 * federation.dimension, peak


# ── what is refused before anything is sent ──


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"threshold": 3}, "low-threshold"),  # 2·3 ≤ 5 + 1
        ({"threshold": 6}, "out-of-range"),
        ({"colluders": 5, "threshold": 5}, "low-threshold"),
        ({"colluders": -1}, "out-of-range"),
        ({"round_number": 0}, "out-of-range"),
        ({"round_number": True}, "out-of-range"),
        ({"members": 129, "threshold": 100}, "out-of-range"),
        ({"members": 1, "threshold": 1, "colluders": 0}, "out-of-range"),
        ({"members": 2, "threshold": 2, "colluders": 1}, "alone"),
        ({"dimension": 0}, "out-of-range"),
        ({"dimension": 1 << 29}, "out-of-range"),
        ({"modulus_bits": 13}, "wrap"),  # 8192 ≤ 2·5·1000
        ({"value_bound": 104858}, "wrap"),
        ({"value_bound": 0}, "out-of-range"),
        ({"model_digest": b"short"}, "digest"),
        ({"settings_digest": "0" * 32}, "digest"),
        ({"federation": ""}, "federation-name"),
    ],
)
def test_a_configuration_that_promises_nothing_is_refused_by_name(changes, reason):
    federation = Federation(5, 1)
    with pytest.raises(RoundRefused) as refusal:
        dataclasses.replace(federation.configuration, **changes)
    assert refusal.value.reason == reason
    assert refusal.value.help


def test_the_largest_value_bound_is_taken():
    assert dataclasses.replace(Federation(5, 1).configuration, value_bound=104857).value_bound == 104857  # < 2²⁰/10


def test_thresholds_that_are_advised_are_taken():
    for members in range(3, 129):
        for colluders in range(members):
            threshold = least_threshold(members, colluders)
            assert 2 * threshold > members + colluders
            assert threshold - colluders >= 2
            assert 2 * (threshold - 1) <= members + colluders or threshold - 1 - colluders < 2


def test_cohorts_are_checked():
    keys = Federation(3).cohort.keys
    for wrong, reason in ((keys[:1], "cohort-size"), ((*keys, keys[0]), "same-key"), (keys * 50, "cohort-size")):
        with pytest.raises(RoundRefused, match=reason):
            Cohort(wrong)
    with pytest.raises(RoundRefused, match="no-member"):
        Cohort(keys).place_of(SigningKey.generate().public)


def test_a_member_takes_part_on_its_own_terms():
    federation = Federation(5, 1)
    arguments = (federation.keys[0], federation.cohort, federation.configuration)
    register = RoundsInMemory()
    with pytest.raises(RoundRefused, match="few-colluders"):
        Client(*arguments, register=register, least_colluders=2)
    Client(*arguments, register=register, least_colluders=1)
    with pytest.raises(RoundRefused, match="replayed-round"):
        Client(*arguments, register=register, least_colluders=1)
    with pytest.raises(RoundRefused, match="cohort-size"):
        Client(federation.keys[0], Federation(6).cohort, federation.configuration, register=register, least_colluders=0)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (np.zeros(40), "not-integers"),
        (np.full(40, np.nan), "not-integers"),
        (np.zeros(40, dtype=np.uint8), "not-integers"),
        ([0] * 40, "not-integers"),
        (np.zeros(39, dtype=int), "wrong-shape"),
        (np.zeros((1, 40), dtype=int), "wrong-shape"),
        (np.full(40, 1001), "out-of-range"),
        (np.full(40, np.iinfo(np.int64).min), "out-of-range"),
    ],
)
def test_a_vector_of_another_form_is_refused_and_the_right_one_may_follow(values, reason):
    federation = Federation()
    server, clients = federation.server(), {place: federation.client(place) for place in range(5)}
    inbox = play(federation, server, clients, ServerStage.VECTORS)
    with pytest.raises(UpdateRefused) as refusal:
        clients[0].mask(inbox[0], values)
    assert refusal.value.reason == reason
    server.receive(clients[0].mask(inbox[0], np.zeros(40, dtype=np.int8)))


def test_the_agreement_depends_on_everything():
    federation = Federation(5, 1)
    digests = {agreement(federation.cohort, federation.configuration)}
    changes = [
        {"federation": "other"},
        {"round_number": 2},
        {"threshold": 5},
        {"colluders": 0},
        {"dimension": 41},
        {"modulus_bits": 21},
        {"value_bound": 999},
        {"model_digest": b"m" * 32},
        {"settings_digest": b"s" * 32},
    ]
    for change in changes:
        digests.add(agreement(federation.cohort, dataclasses.replace(federation.configuration, **change)))
    digests.add(agreement(Cohort(federation.cohort.keys[::-1]), federation.configuration))
    assert len(digests) == len(changes) + 2
