"""Encoding: there and back, what is refused, that nothing wraps; the whole claim in small, by exact sums."""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.accounting.accountant import approximate_rdp, delta_of, epsilon
from wuming.accounting.events import Composed, EpsilonDelta, Gaussian, Skellam
from wuming.accounting.filter import RenyiFilter
from wuming.benchmarks.federated.exact import exact_law, hockey_stick, law_epsilon
from wuming.core.errors import PrivacyParameterError, RoundAborted, RoundRefused, UpdateRefused
from wuming.crypto.random import SecureStream
from wuming.federated.encoding import design
from wuming.federated.encoding.encoding import coordinate_range
from wuming.federated.encoding.rotation import block_size, padded_dimension, rotate, rotate_back
from wuming.federated.encoding.rounding import (
    round_stochastically,
    round_within,
    rounded_norm_squared,
    squared_norm,
)
from wuming.mechanisms.skellam import tail_probability

SEED = bytes(range(32))


def stream(name):
    return SecureStream(SEED, name)


def plan(**changes):
    arguments = {
        "dimension": 1000,
        "unit": "client",
        "max_norm": 2.0,
        "noise_multiplier": 1.5,
        "members": 10,
        "threshold": 7,
        "colluders": 2,
        "modulus_bits": 18,
        "rotation_seed": SEED,
    }
    arguments |= changes
    return design(arguments.pop("dimension"), **arguments)


# ── rotation ──


@pytest.mark.parametrize("dimension", [1, 2, 3, 100, 1024])
def test_rotation_is_the_hadamard_matrix_with_signs(dimension):
    size = padded_dimension(dimension)
    matrix = np.array([[(-1) ** bin(i & j).count("1") for j in range(size)] for i in range(size)]) / math.sqrt(size)
    vector = np.random.default_rng(dimension).normal(size=dimension)
    bits = np.unpackbits(np.frombuffer(SecureStream(SEED, "wuming/rotation/1").bytes(-(-size // 8)), dtype=np.uint8))
    signs = 1.0 - 2.0 * bits[:size]
    expected = matrix @ (signs * np.pad(vector, (0, size - dimension)))
    assert np.allclose(rotate(vector, SEED), expected, atol=1e-12)


@pytest.mark.parametrize("dimension", [5, 70_000, 200_000])
def test_rotation_keeps_norms_and_comes_back(dimension):
    vector = np.random.default_rng(1).normal(size=dimension)
    rotated = rotate(vector, SEED)
    assert rotated.size == padded_dimension(dimension)
    assert np.linalg.norm(rotated) == pytest.approx(np.linalg.norm(vector), rel=1e-12)
    assert np.allclose(rotate_back(rotated, SEED, dimension), vector, atol=1e-11)


@pytest.mark.parametrize(
    ("dimension", "block"), [(1, 1), (3, 4), (1025, 1024), (50_000, 1 << 12), (65_537, 1 << 13), (4_200_000, 1 << 16)]
)
def test_blocks_are_as_large_as_padding_allows(dimension, block):
    assert block_size(dimension) == block
    assert padded_dimension(dimension) % block == 0
    assert dimension <= 1024 or padded_dimension(dimension) <= dimension * 1.125 or block == 1024


def test_rotation_spreads_one_large_coordinate():
    vector = np.zeros(1 << 16)
    vector[17] = 1.0
    assert np.abs(rotate(vector, SEED)).max() == pytest.approx(2.0**-8)
    assert coordinate_range(1.0, 1 << 16, 1e-6) < 0.04


# ── rounding ──


def test_rounding_is_right_on_average_and_takes_neighbouring_cells():
    values = np.array([0.25, -0.25, 3.0, -7.5, 0.0, 1e6 + 0.9])
    cells = np.array([round_stochastically(values, stream(f"r{k}")) for k in range(4000)])
    assert np.abs(cells - values).max() < 1
    assert np.allclose(cells.mean(axis=0), values, atol=0.04)
    assert (cells[:, 4] == 0).all()


def exceeds(bound_of, dimension=400, norm=10.0, beta=0.05, tries=600):
    """How often the rounded vector is longer than it may be, as a share, for coordinates of ½ where it hurts most."""
    values = np.random.default_rng(3).choice([-1, 1], dimension) * norm / math.sqrt(dimension)
    bound = bound_of(norm, dimension, beta)
    return np.mean([squared_norm(round_stochastically(values, stream(f"e{k}"))) > bound for k in range(tries)])


def test_rounded_norms_are_bounded_and_a_twin_without_inflation_is_found():
    assert exceeds(rounded_norm_squared) <= 0.05
    assert exceeds(lambda norm, *_: norm**2) > 0.5


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.floats(0, 50), st.integers(0, 2**32))
def test_rounding_within_a_norm_always_keeps_it(dimension, norm, seed):
    values = np.random.default_rng(seed).normal(size=dimension)
    values *= norm / max(1e-9, np.linalg.norm(values))
    bound = rounded_norm_squared(norm, dimension, math.exp(-0.5))
    assert squared_norm(round_within(values, bound, stream("x"))) <= bound
    assert squared_norm(round_within(values * 3, bound, stream("x"))) <= bound


@settings(max_examples=100)
@given(st.lists(st.integers(-(2**31), 2**31 - 1), max_size=50))
def test_squared_norms_are_exact(values):
    assert squared_norm(np.array(values, dtype=np.int32)) == sum(value**2 for value in values)


def test_a_record_moves_the_rounded_vector_by_a_rounding_of_itself():
    """The coupling that the account of records rests on: same random numbers, with and without the record."""
    rng = np.random.default_rng(5)
    others, record = rng.normal(size=300) * 40, rng.normal(size=300)
    record *= 8 / np.linalg.norm(record)
    bound, longer, sums = rounded_norm_squared(8.0, 300, 0.05), 0, np.zeros(300)
    for k in range(500):
        moved = round_stochastically(others + record, stream(f"c{k}")) - round_stochastically(others, stream(f"c{k}"))
        assert ((moved == np.floor(record)) | (moved == np.ceil(record))).all()
        longer += squared_norm(moved) > bound
        sums += moved
    assert longer <= 25
    assert np.allclose(sums / 500, record, atol=0.12)


# ── the way there and back ──


@pytest.mark.parametrize("unit", ["client", "record"])
def test_sums_of_encoded_updates_are_near_the_true_sum_and_within_bounds(unit):
    encoding = plan(unit=unit, vector_norm=2.0 if unit == "client" else 6.0)
    rng = np.random.default_rng(2)
    updates = [rng.normal(size=1000) for _ in range(10)]
    updates = [(2.0 if unit == "client" else 5.0) * u / np.linalg.norm(u) for u in updates]
    encoded = [encoding.encode(u.astype(np.float32), key=bytes([k]) * 32) for k, u in enumerate(updates)]
    assert max(int(np.abs(e).max()) for e in encoded) <= encoding.value_bound
    assert 2 * 10 * encoding.value_bound < 1 << 18
    error = encoding.decode(np.sum(encoded, axis=0)) - np.sum(updates, axis=0)
    expected = math.sqrt(10 * (float(encoding.member_variance) + 0.25)) / encoding.scale
    assert error.std() == pytest.approx(expected, rel=0.1)
    assert abs(error.mean()) < 5 * expected / math.sqrt(1000)


def test_an_update_that_is_too_long_is_clipped_and_one_of_zeros_is_noise():
    encoding = plan(noise_multiplier=0.5)
    long = np.full(1000, 1e6, dtype=np.float32)
    cells = encoding._rounded(long, stream("r"))
    assert squared_norm(cells) <= encoding.squared_sensitivity
    assert math.sqrt(squared_norm(cells)) > 0.9 * encoding.scale * 2.0
    zeros = encoding.encode(np.zeros(1000))
    assert zeros.std() == pytest.approx(math.sqrt(float(encoding.member_variance)), rel=0.15)


@pytest.mark.parametrize(
    ("update", "reason"),
    [
        (np.full(1000, np.nan), "not-finite"),
        (np.append(np.zeros(999), np.inf), "not-finite"),
        (np.zeros(999), "wrong-shape"),
        (np.zeros((10, 100)), "wrong-shape"),
        (np.zeros(1000, dtype=int), "wrong-shape"),
    ],
)
def test_updates_that_have_no_encoding_are_refused_by_name(update, reason):
    with pytest.raises(UpdateRefused) as refusal:
        plan().encode(update)
    assert refusal.value.reason == reason


def test_a_sum_of_another_round_is_refused():
    for wrong in (np.zeros(1000, dtype=np.int64), np.zeros(1024)):
        with pytest.raises(RoundAborted, match="wrong-shape"):
            plan().decode(wrong)


# ── the claim ──


def test_designs_use_the_room_they_have_and_ask_for_the_noise():
    for bits in (14, 16, 18):
        encoding = plan(modulus_bits=bits)
        room = ((1 << bits) - 1) // 20
        assert 0.98 * room <= encoding.value_bound <= room
        deviation = math.sqrt(float(encoding.member_variance * 5))
        assert deviation / math.sqrt(encoding.squared_sensitivity) == pytest.approx(1.5, rel=1e-3)
    with pytest.raises(PrivacyParameterError, match="no room"):
        plan(modulus_bits=7)


def test_epsilons_are_those_of_the_noise_that_counts():
    encoding = plan(modulus_bits=24)
    server, public = encoding.epsilons(1e-5)
    assert server == pytest.approx(epsilon(Gaussian(1.5), 1e-5), rel=2e-3)
    assert public == pytest.approx(epsilon(Gaussian(1.5 * math.sqrt(7 / 5)), 1e-5), rel=2e-3)
    assert epsilon(encoding.event(5, rounds=4), 1e-5) == pytest.approx(epsilon(Gaussian(0.75), 1e-5), rel=3e-3)
    assert epsilon(encoding.event(4), 1e-5) > server


def test_the_event_says_what_is_in_the_account():
    encoding = plan()
    event = encoding.event_against_server(3)
    assert isinstance(event, Composed)
    noise, failures = event.events
    assert isinstance(noise, Skellam)
    assert isinstance(failures, EpsilonDelta)
    assert noise.variance == float(encoding.member_variance * 5)
    assert noise.steps == 3
    assert noise.l2_sensitivity >= math.sqrt(encoding.squared_sensitivity) > encoding.scale * 2.0
    assert noise.l1_sensitivity <= math.sqrt(1024) * noise.l2_sensitivity * (1 + 1e-12)
    tails = 10 * 1024 * tail_probability(encoding.member_variance, encoding.noise_bound)
    assert failures.delta >= 3 * 2 * math.exp(20) * tails
    record = plan(unit="record", vector_norm=9.0)
    assert record.failure_probability >= record.rounding_beta


def test_an_account_with_a_part_of_delta_for_failures_bears_the_event_and_one_without_refuses():
    curve, failure = approximate_rdp(plan().event_against_server())
    nothing = [0.0] * len(curve)
    assert 0 < failure < 1e-9
    assert RenyiFilter(4.0, 1e-5, failure_delta=5e-6).admits(nothing, curve, failure)
    assert not RenyiFilter(4.0, 1e-5).admits(nothing, curve, failure)
    assert not RenyiFilter(1.0, 1e-5, failure_delta=5e-6).admits(nothing, curve, failure)


def test_what_nothing_is_stated_for_is_refused():
    with pytest.raises(PrivacyParameterError, match="above 20"):
        plan(noise_multiplier=0.2).epsilons(1e-5)
    with pytest.raises(PrivacyParameterError):
        plan().epsilons(1e-12)  # below the failures


@pytest.mark.parametrize(
    "changes",
    [
        {"max_norm": 0.0},
        {"max_norm": math.nan},
        {"unit": "person"},
        {"vector_norm": 1.0},
        {"unit": "record"},
        {"unit": "client", "vector_norm": 3.0},
        {"threshold": 11},
        {"colluders": 7},
        {"noise_multiplier": -1.0},
        {"failure_delta": 1e-20},
        {"rotation_seed": b"short"},
        {"dimension": 0},
    ],
)
def test_numbers_that_do_not_go_together_are_refused(changes):
    with pytest.raises(PrivacyParameterError):
        plan(**changes)


def test_the_digest_depends_on_every_number():
    encoding = plan()
    others = [
        dataclasses.replace(encoding, **change)
        for change in (
            {"dimension": 1001},
            {"scale": 1.0},
            {"coordinate_bound": 5},
            {"member_variance": Fraction(3)},
            {"noise_bound": 7},
            {"members": 11},
            {"threshold": 8},
            {"colluders": 1},
            {"rounding_beta": 0.5},
            {"rotation_seed": bytes(32)},
            {"max_norm": 1.0, "vector_norm": 1.0},
        )
    ]
    assert len({one.digest for one in [encoding, *others]}) == len(others) + 1


# ── small instances, whole: the exact law of the noisy sum ──


@pytest.mark.parametrize("noise_multiplier", [0.7, 1.0, 3.0])
def test_the_claim_of_a_whole_small_instance_is_within_one_percent_and_never_below(noise_multiplier):
    encoding = plan(
        dimension=1, noise_multiplier=noise_multiplier, members=4, threshold=3, colluders=1, modulus_bits=14
    )
    shift = math.isqrt(encoding.squared_sensitivity)
    law = exact_law(encoding, 2)
    for delta in (1e-2, 1e-5):
        high = law_epsilon(law, shift, delta)
        claimed = epsilon(encoding.event_against_server(), delta)
        # One coordinate of whole cells: the largest whole shift is a little below the bound.
        slack = math.sqrt(encoding.squared_sensitivity) / shift
        assert high <= claimed <= 1.01 * high * slack**2 + 2e-4
    assert hockey_stick(law, shift, 1.0) <= delta_of(encoding.event_against_server(), 1.0)


def test_noise_short_by_one_member_is_more_than_was_claimed():
    """The broken twin of the small instance: calibrated to all members, of whom some drop out."""
    encoding = plan(dimension=1, noise_multiplier=1.0, members=4, threshold=3, colluders=0, modulus_bits=14)
    shift = math.isqrt(encoding.squared_sensitivity)
    claimed = delta_of(encoding.event(4), 1.0)
    assert hockey_stick(exact_law(encoding, 3), shift, 1.0) > claimed
    assert hockey_stick(exact_law(encoding, 3), shift, 1.0) <= delta_of(encoding.event_against_public(), 1.0)


def test_the_round_is_configured_from_the_encoding():
    encoding = plan(modulus_bits=18)
    assert encoding.modulus_bits == 18
    configuration = encoding.round_configuration("tests", 3, model_digest=bytes(32))
    assert (configuration.threshold, configuration.colluders, configuration.members) == (7, 2, 10)
    assert (configuration.dimension, configuration.value_bound) == (1024, encoding.value_bound)
    assert configuration.settings_digest == encoding.digest
    with pytest.raises(RoundRefused, match="wrap"):
        dataclasses.replace(configuration, modulus_bits=17)
    with pytest.raises(RoundRefused, match="low-threshold"):
        plan(threshold=6, colluders=2).round_configuration("tests", 3, model_digest=bytes(32))


def test_noise_is_fresh_each_time_unless_a_key_is_given():
    encoding, update = plan(), np.zeros(1000)
    first, second = encoding.encode(update), encoding.encode(update)
    assert not np.array_equal(first, second)
    assert np.array_equal(encoding.encode(update, key=SEED), encoding.encode(update, key=SEED))
