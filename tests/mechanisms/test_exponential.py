"""The exponential mechanism against its closed form; the factor 2 left out is found by exact enumeration."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from wuming.accounting.events import EpsilonDelta
from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import SecureStream
from wuming.mechanisms.exact import rational_epsilon
from wuming.mechanisms.exponential import exponential_mechanism, losses_to_best

KEY = b"a key of thirty-two bytes, test."
ALPHA = 1e-6
RUNS = 1_500


def law(scores, rate):
    """Return the probabilities of all candidates; `rate` is ε/(2Δ), or ε/Δ where scores are monotonic."""
    weights = [math.exp(rate * (score - max(scores))) for score in scores]
    return np.array([weight / sum(weights) for weight in weights])


def drawn(scores, name="exponential", **claim):
    shared = SecureStream(KEY, name)
    counts = np.zeros(len(scores), dtype=np.int64)
    for _ in range(RUNS):
        counts[exponential_mechanism(shared, scores, **claim)[0]] += 1
    return counts


@pytest.mark.parametrize(
    ("scores", "sensitivity", "monotonic"),
    [([3, 5, 1, 4], 1, False), ([3, 5, 1, 4], 1, True), ([-30, 0, 15], 10, False), ([2, 2, 2, 2, 2], 1, False)],
)
def test_distribution(scores, sensitivity, monotonic):
    counts = drawn(scores, sensitivity=sensitivity, epsilon=1.0, monotonic=monotonic)
    rate = 1.0 / (sensitivity if monotonic else 2 * sensitivity)
    assert stats.chisquare(counts, RUNS * law(scores, rate)).pvalue > ALPHA
    if len(set(scores)) > 1:
        assert stats.chisquare(counts, RUNS * law(scores, rate * 1.5)).pvalue < ALPHA


def loss(first, second, rate):
    return float(np.abs(np.log(law(first, rate)) - np.log(law(second, rate))).max())


def neighbours(*, monotonic):
    """Yield scores of three candidates and what one unit can make of them, at sensitivity 1."""
    moves = [(0, 1)] if monotonic else [(-1, 0, 1)]
    for scores in itertools.product(range(4), repeat=3):
        for move in itertools.product(*(moves * 3)):
            yield scores, tuple(score + step for score, step in zip(scores, move, strict=True))


def worst(rate, *, monotonic):
    return max(loss(first, second, rate) for first, second in neighbours(monotonic=monotonic))


def test_privacy_by_enumeration():
    epsilon = 1.0
    assert worst(epsilon / 2, monotonic=False) <= epsilon + 1e-12
    assert worst(epsilon, monotonic=True) <= epsilon + 1e-12


def test_the_factor_two_left_out_is_found():
    assert worst(1.0, monotonic=False) > 1.2


def test_utility_bound():
    scores, rate, t = [0, -3, -9, -9, -9, -9], 1.0, 1.5
    far = [score < -(math.log(len(scores)) + t) / rate for score in scores]
    assert law(scores, rate)[far].sum() <= math.exp(-t)


def test_event_replay_and_sizes():
    first = [exponential_mechanism(SecureStream(KEY, "a"), [1, 2, 3], sensitivity=1, epsilon=0.3) for _ in range(2)]
    assert first[0] == first[1]
    assert first[0][1] == EpsilonDelta(float(rational_epsilon(0.3)))
    assert exponential_mechanism(SecureStream(KEY, "a"), [7], sensitivity=1, epsilon=1)[0] == 0
    many = np.zeros(100_000, dtype=np.int64)
    many[7] = 10**6
    assert exponential_mechanism(SecureStream(KEY, "a"), many, sensitivity=1, epsilon=1)[0] == 7


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=20))
@settings(max_examples=30, deadline=None)
def test_scores_of_any_size_do_not_overflow(scores):
    place, _ = exponential_mechanism(SecureStream(KEY, "b"), scores, sensitivity=1, epsilon=1024.0)
    assert scores[place] >= max(scores) - 1


def test_losses_are_exact():
    rate = rational_epsilon(0.3) / 2
    scores = [2**63 - 1, -(2**63)]
    assert losses_to_best(scores, rate) == [0, rate.numerator * (2**64 - 1)]


@pytest.mark.parametrize(
    ("scores", "claim"),
    [
        ([1, 2], {"sensitivity": 1, "epsilon": 0.0}),
        ([1, 2], {"sensitivity": 1, "epsilon": math.nan}),
        ([1, 2], {"sensitivity": 0, "epsilon": 1.0}),
        ([1, 2], {"sensitivity": 1.0, "epsilon": 1.0}),
        ([1, 2], {"sensitivity": (1 << 20) + 1, "epsilon": 1.0}),
        ([1.0, 2.0], {"sensitivity": 1, "epsilon": 1.0}),
        ([math.nan], {"sensitivity": 1, "epsilon": 1.0}),
        ([], {"sensitivity": 1, "epsilon": 1.0}),
        ([[1, 2]], {"sensitivity": 1, "epsilon": 1.0}),
        ([2**64], {"sensitivity": 1, "epsilon": 1.0}),
    ],
)
def test_refused(scores, claim):
    with pytest.raises(PrivacyParameterError):
        exponential_mechanism(SecureStream(KEY, "c"), scores, **claim)
