"""Permute-and-flip against its exact distribution, summed over all sets of coins; and the top k by peeling."""

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
from wuming.mechanisms.noisy_max import noisy_max, top_k

KEY = b"a key of thirty-two bytes, test."
ALPHA = 1e-6
RUNS = 1_500


def law(scores, rate):
    """Return the probabilities of all candidates: over every set of coins that may fall right, one of them."""
    chances = [math.exp(rate * (score - max(scores))) for score in scores]
    found = np.zeros(len(scores))
    for coins in itertools.product((0, 1), repeat=len(scores)):
        kept = [place for place, coin in enumerate(coins) if coin]
        if kept:
            found[kept] += math.prod(p if c else 1 - p for p, c in zip(chances, coins, strict=True)) / len(kept)
    return found


def walk(scores, rate):
    """Return the same probabilities as the paper has them: along every order, the first whose coin falls right."""
    chances = [math.exp(rate * (score - max(scores))) for score in scores]
    found = np.zeros(len(scores))
    orders = list(itertools.permutations(range(len(scores))))
    for order in orders:
        left = 1.0
        for place in order:
            found[place] += left * chances[place] / len(orders)
            left *= 1 - chances[place]
    return found


def first_kept(scores, rate):
    """Return the law of a twin that takes the first candidate whose coin falls right, without a random order."""
    chances = [math.exp(rate * (score - max(scores))) for score in scores]
    return np.array([p * math.prod(1 - q for q in chances[:place]) for place, p in enumerate(chances)])


@pytest.mark.parametrize(
    ("scores", "sensitivity", "monotonic"),
    [([3, 5, 1, 4], 1, False), ([3, 5, 1, 4], 1, True), ([-30, 0, 15], 10, False), ([2, 2, 2, 2, 2], 1, False)],
)
def test_distribution(scores, sensitivity, monotonic):
    shared = SecureStream(KEY, "noisy-max")
    winners = [
        noisy_max(shared, scores, sensitivity=sensitivity, epsilon=1.0, monotonic=monotonic)[0] for _ in range(RUNS)
    ]
    counts = np.bincount(winners, minlength=len(scores))
    rate = 1.0 / (sensitivity if monotonic else 2 * sensitivity)
    np.testing.assert_allclose(law(scores, rate), walk(scores, rate), atol=1e-12)
    assert stats.chisquare(counts, RUNS * law(scores, rate)).pvalue > ALPHA
    twin = first_kept(scores, rate)
    assert not twin.all() or stats.chisquare(counts, RUNS * twin).pvalue < ALPHA
    if len(set(scores)) > 1:
        assert stats.chisquare(counts, RUNS * law(scores, rate * 1.5)).pvalue < ALPHA


def worst(rate, *, monotonic):
    steps = (0, 1) if monotonic else (-1, 0, 1)
    return max(
        float(np.abs(np.log(law(scores, rate) / law(np.add(scores, move), rate))).max())
        for scores in itertools.product(range(4), repeat=3)
        for move in itertools.product(steps, repeat=3)
    )


def test_privacy_by_enumeration():
    assert worst(0.5, monotonic=False) <= 1 + 1e-12
    assert worst(1.0, monotonic=True) <= 1 + 1e-12


def test_the_factor_two_left_out_is_found():
    assert worst(1.0, monotonic=False) > 1.2


@given(st.lists(st.integers(0, 9), min_size=2, max_size=6))
@settings(max_examples=50, deadline=None)
def test_never_worse_than_the_exponential_mechanism(scores):
    weights = np.exp(0.5 * (np.array(scores) - max(scores)))
    assert law(scores, 0.5) @ scores >= weights @ scores / weights.sum() - 1e-9


def peeled(scores, k, rate):
    """Return {winners in order: probability}."""
    if k == 0:
        return {(): 1.0}
    found = {}
    for place, chance in enumerate(law(scores, rate)):
        rest = [other for other in range(len(scores)) if other != place]
        for later, further in peeled([scores[other] for other in rest], k - 1, rate).items():
            winners = (place, *(rest[other] for other in later))
            found[winners] = found.get(winners, 0.0) + chance * further
    return found


def test_top_k_distribution():
    scores, k, epsilon = [4, 6, 0, 5], 2, 2.0
    shared = SecureStream(KEY, "top-k")
    expected = peeled(scores, k, epsilon / (2 * k))
    places = list(expected)
    counts = np.zeros(len(places))
    for _ in range(RUNS):
        winners, event = top_k(shared, scores, k=k, sensitivity=1, epsilon=epsilon)
        counts[places.index(winners)] += 1
    assert event == EpsilonDelta(2.0)
    assert stats.chisquare(counts, RUNS * np.array(list(expected.values()))).pvalue > ALPHA
    undivided = peeled(scores, k, epsilon / 2)
    assert stats.chisquare(counts, RUNS * np.array([undivided[place] for place in places])).pvalue < ALPHA


def top_loss(rate, k):
    """Return the largest loss over pairs of scores of four candidates that differ by 1 in either direction."""
    pairs = itertools.product(itertools.product((0, 2), repeat=4), itertools.product((-1, 1), repeat=4))
    found = 0.0
    for scores, move in pairs:
        first, second = peeled(scores, k, rate), peeled([s + m for s, m in zip(scores, move, strict=True)], k, rate)
        found = max(found, *(abs(math.log(first[winners] / second[winners])) for winners in first))
    return found


def test_top_k_privacy_by_enumeration():
    assert top_loss(1.0 / (2 * 2), 2) <= 1 + 1e-12
    assert top_loss(1.0 / 2, 2) > 1.2  # ε not divided among the k


def test_winners_are_different_and_replay():
    winners, _ = top_k(SecureStream(KEY, "d"), [5] * 9, k=9, sensitivity=1, epsilon=1.0)
    assert sorted(winners) == list(range(9))
    again, _ = top_k(SecureStream(KEY, "d"), [5] * 9, k=9, sensitivity=1, epsilon=1.0)
    assert winners == again
    best, _ = top_k(SecureStream(KEY, "d"), [0, 10**9, 5 * 10**8, 0], k=2, sensitivity=1, epsilon=0.1)
    assert best == (1, 2)


@pytest.mark.parametrize(
    ("scores", "claim"),
    [
        ([1, 2], {"epsilon": 0.0}),
        ([1, 2], {"epsilon": math.nan}),
        ([1, 2], {"sensitivity": 0}),
        ([1, 2], {"k": 0}),
        ([1, 2], {"k": 3}),
        ([1, 2], {"k": 1.0}),
        ([1.5, 2.0], {}),
        ([math.nan, 1], {}),
        ([], {}),
        ([[1, 2]], {}),
        ([2**64], {}),
    ],
)
def test_refused(scores, claim):
    with pytest.raises(PrivacyParameterError):
        top_k(SecureStream(KEY, "e"), scores, **{"k": 1, "sensitivity": 1, "epsilon": 1.0} | claim)
