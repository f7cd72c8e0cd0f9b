"""Neighbouring data, outputs as numbers, features and events: each with an oracle."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.auditing.mechanism.claim import Claim, declare
from wuming.auditing.mechanism.events import candidates
from wuming.auditing.mechanism.features import Residue, lowest_bit
from wuming.auditing.mechanism.neighbours import pairs_of
from wuming.auditing.mechanism.outcomes import Encoder
from wuming.auditing.mechanism.target import Raised
from wuming.core.errors import PrivacyParameterError

NORMS = {"l1": 1, "l2": 2, "linf": np.inf}


def multiset(records):
    """Return records as a multiset; NaN equals itself here."""
    return Counter(repr(np.asarray(record).tolist()) for record in records)


@pytest.mark.parametrize("data", ["numbers", "rows", "labels"])
@pytest.mark.parametrize("relation", ["add-remove", "replace-one"])
def test_lists_differ_by_one_record(data, relation):
    pairs = pairs_of(Claim(1.0, data=data, relation=relation, lower=-2.0, upper=3.0))
    assert len(pairs) >= 8
    assert len({pair.name for pair in pairs}) >= 0.6 * len(pairs)
    for pair in pairs:
        left, right = multiset(pair.left), multiset(pair.right)
        added, removed = sum((right - left).values()), sum((left - right).values())
        assert (removed, added) == ((0, 1) if relation == "add-remove" else (1, 1)), pair.name


@pytest.mark.parametrize("norm", NORMS)
@given(st.integers(1, 40), st.floats(1e-3, 1e3))
@settings(max_examples=15, deadline=None)
def test_answers_and_vectors_differ_by_at_most_the_sensitivity(norm, dimension, sensitivity):
    claim = Claim(1.0, data="vector", norm=norm, dimension=dimension, sensitivity=sensitivity)
    for pair in pairs_of(claim):
        # A vector far away loses some bits of the difference.
        assert np.linalg.norm(pair.right - pair.left, NORMS[norm]) <= sensitivity * (1 + 1e-9), pair.name
    for pair in pairs_of(Claim(1.0, data="answer", sensitivity=sensitivity)):
        assert abs(pair.right - pair.left) <= sensitivity * (1 + 1e-9) + 1e-10, pair.name


@pytest.mark.parametrize("relation", ["add-remove", "replace-one"])
def test_histograms_differ_by_one_record(relation):
    for pair in pairs_of(Claim(1.0, data="counts", relation=relation, dimension=6)):
        change = np.sort(pair.right - pair.left)
        assert change.tolist() in ([[0, 0, 0, 0, 0, 1]] if relation == "add-remove" else [[-1, 0, 0, 0, 0, 1]])
        assert min(pair.left.min(), pair.right.min()) >= 0


def test_whole_numbers_are_whole():
    for claim in (Claim(1.0, whole=True, upper=10.0, hostile=False), Claim(1.0, whole=True, data="answer")):
        for pair in pairs_of(claim):
            values = [*pair.left, *pair.right] if claim.data == "numbers" else [pair.left, pair.right]
            assert all(isinstance(value, int) for value in values), pair
    with pytest.raises(PrivacyParameterError):
        Claim(1.0, whole=True, upper=0.5)


def test_hostile_records_can_be_left_out_and_own_pairs_put_in():
    inside = pairs_of(Claim(1.0, hostile=False))
    assert inside
    assert all(0.0 <= value <= 1.0 for pair in inside for value in (*pair.left, *pair.right))
    assert any(math.isnan(value) for pair in pairs_of(Claim(1.0)) for value in pair.right)
    own = Claim(1.0, pairs=lambda: [("mine", [1.0], [2.0])], generated=False)
    assert [pair.name for pair in pairs_of(own)] == ["mine"]
    with pytest.raises(PrivacyParameterError):
        pairs_of(Claim(1.0, pairs=lambda: [([1.0], [2.0])], generated=False))


@pytest.mark.parametrize(
    "wrong",
    [
        {"epsilon": 0.0},
        {"epsilon": math.nan},
        {"delta": 1.0},
        {"relation": "neighbour"},
        {"data": "words"},
        {"norm": "l3"},
        {"lower": 1.0},
        {"sensitivity": -1.0},
        {"dimension": 0},
        {"generated": False},
    ],
)
def test_a_claim_out_of_range_is_refused(wrong):
    with pytest.raises(PrivacyParameterError):
        Claim(**({"epsilon": 1.0} | wrong))


def test_a_claim_is_never_worded_without_delta_and_unit():
    for data in ("numbers", "answer", "vector", "counts"):
        words = Claim(0.5, delta=1e-6, data=data).words()
        assert "ε=0.5" in words
        assert "δ=1e-06" in words
        assert "unit" in words
    assert declare(2.0, data="counts")(len_of := lambda data: len(data)) is len_of
    assert len_of.claim == Claim(2.0, data="counts")


# ── outputs ──


def test_outputs_of_all_kinds():
    encoder = Encoder()
    sample = encoder.encode(
        [1.5, 2, True, None, "word", math.nan, math.inf, Raised("ValueError"), {"a": 1}, [1, 2], 10**400, np.zeros(0)]
    )
    words = [encoder.words(category) for category in sample.categories]
    assert words[:2] == ["number", "number"]
    assert len(set(words[2:])) == len(words[2:]) - 1  # a number too large for a float64 counts as infinite
    assert "raised ValueError" in words
    assert not any("word" in text for text in words)  # an output may be personal
    assert sample.values[:2, 0].tolist() == [1.5, 2.0]
    assert np.isnan(sample.values[5]).all()


def test_sets_dataclasses_and_tensors():
    @dataclass(frozen=True)
    class Answer:
        total: float
        count: int

    encoder = Encoder()
    sample = encoder.encode([{"a", "b"}, Answer(1.5, 2), torch.tensor([3.0, 4.0]), torch.tensor(5.0)])
    column = encoder.columns
    assert sample.values[0, [column["/a"], column["/b"]]].tolist() == [1.0, 1.0]
    assert sample.values[1, [column["/total"], column["/count"]]].tolist() == [1.5, 2.0]
    assert sample.values[2, [column["/0"], column["/1"]]].tolist() == [3.0, 4.0]
    assert sample.values[3, column[""]] == 5.0


def test_keys_that_are_missing_are_seen_and_columns_keep_their_place():
    encoder = Encoder()
    first = encoder.encode([{"a": 1.0}, {"a": 2.0, "b": 3.0}])
    second = encoder.encode([{"c": 5.0, "a": 1.0}])
    joined = first.joined(second)
    assert joined.values.shape == (3, 3)
    assert np.isnan(joined.values[0, 1])
    assert joined.values[2].tolist()[0::2] == [1.0, 5.0]


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20))
@settings(max_examples=40, deadline=None)
def test_the_short_way_equals_the_long_one(values):
    short = Encoder().encode(values)
    long = Encoder().encode([*values, None])
    assert np.array_equal(short.values, long.values[:-1])
    assert (short.categories == long.categories[:-1]).all()


def test_arrays_after_something_else_find_their_columns():
    encoder = Encoder()
    encoder.encode([np.array([1.0, math.nan]), np.array([1.0, 2.0])])
    again = encoder.encode([np.array([3.0, 4.0])])
    assert again.values[0, [encoder.columns["/0"], encoder.columns["/1"]]].tolist() == [3.0, 4.0]


# ── bits ──


@given(st.floats(-1e300, 1e300, allow_subnormal=False).filter(bool))
@settings(max_examples=200, deadline=None)
def test_lowest_bit_against_fractions(value):
    exact = Fraction(value)
    # A float64 is odd · 2^k: from the denominator where it has one, else from the numerator.
    k = -(exact.denominator.bit_length() - 1)
    while k == 0 and exact.numerator % 2 == 0 and exact:
        break
    numerator = abs(exact.numerator)
    k += (numerator & -numerator).bit_length() - 1
    assert lowest_bit(np.array([value]))[0][0] == k


@given(st.floats(-1e6, 1e6), st.integers(-40, 8))
@settings(max_examples=100, deadline=None)
def test_residue_against_fractions(value, exponent):
    exact = Fraction(value) % Fraction(2) ** exponent
    found = Fraction(float(Residue(0, exponent)(np.array([[value]]))[0]))
    # Exact where the residue has a float64; a tiny negative number has none, and goes round to the step itself.
    assert found in (exact, Fraction(float(exact))) or abs(value) < 1e-6


# ── events ──


def chosen_count(left, right, epsilon=1.0, delta=0.0):
    encoder = Encoder()
    half = len(left) // 2
    one, other = encoder.encode(left[:half]), encoder.encode(right[:half])
    found = candidates(one, other, encoder, epsilon, delta, {"distribution": 1})
    assert found
    event = found[0].event
    fresh = [encoder.encode(part[half:]) for part in ((right, left) if found[0].forward else (left, right))]
    return event.count(fresh[0]) / half, event.count(fresh[1]) / half


def test_the_event_comes_close_to_the_best_one():
    generator = np.random.default_rng(5)
    # Laplace of scale 1/2 claimed as ε = 1: the best event is a threshold.
    left, right = generator.laplace(0, 0.5, 8000), generator.laplace(1, 0.5, 8000)
    p, q = chosen_count(list(left), list(right))
    assert p - math.e * q > 0.34  # the best is 0.393, at the threshold 1/4


def test_shared_noise_is_cancelled_out():
    generator = np.random.default_rng(6)
    noise = generator.normal(0, 10, (2, 2000, 1))
    left = list(noise[0] + np.zeros(5))
    right = list(noise[1] + np.array([1.0, 0, 0, 0, 0]))
    p, q = chosen_count(left, right)
    assert p > 0.99
    assert q < 0.01


def test_a_rare_exact_value_is_found():
    generator = np.random.default_rng(7)
    left, right = generator.laplace(0, 1, 6000), generator.laplace(1, 1, 6000)
    left[generator.random(6000) < 0.02] = 0.0
    p, q = chosen_count(list(left), list(right), epsilon=1.01)
    assert 0.0 <= q < p
