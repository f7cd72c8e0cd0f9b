"""The discrete sampler against the exact probabilities; a cut tail and rounded floating-point noise are rejected."""

from __future__ import annotations

import math
import random
from itertools import accumulate

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import SecureStream
from wuming.mechanisms import discrete_gaussian as module
from wuming.mechanisms.discrete_gaussian import (
    LARGEST_SIGMA,
    discrete_gaussian,
    distance_from_rounded_gaussian,
)
from wuming.mechanisms.gaussian import gaussian_noise

KEY = b"a key of thirty-two bytes, test."
SIZE = 1_000_000
ALPHA = 1e-6
FIRST = [19281237, 14632770, -1952891, -16960878]  # of the stream below, sigma 2²⁴


def stream(name="discrete"):
    return SecureStream(KEY, name)


def exact(sigma, largest):
    """Probabilities of -largest, …, largest."""
    weights = np.exp(-(np.arange(-largest, largest + 1.0) ** 2) / (2 * sigma**2))
    return weights / np.exp(-(np.arange(-40.0 * sigma, 40.0 * sigma + 1) ** 2) / (2 * sigma**2)).sum()


def fits(samples, sigma):
    """χ² over all values with at least 5 expected, the two tails pooled apart."""
    n = samples.size
    probabilities = exact(sigma, 12 * sigma)
    largest = int(np.flatnonzero(probabilities * n >= 5)[-1]) - 12 * sigma
    expected = n * exact(sigma, largest)
    counts = np.bincount(np.clip(samples, -largest, largest) + largest, minlength=2 * largest + 1).astype(float)
    tail = (n - expected.sum()) / 2
    expected[[0, -1]] += tail
    return float(stats.chisquare(counts, expected * n / expected.sum()).pvalue) > ALPHA


def slow_sampler(generator, sigma):
    """Canonne, Kamath & Steinke, Algorithms 1 to 3, one sample at a time, on exact fractions."""

    def below(bound):
        return generator.randrange(bound)

    def event(numerator, denominator):  # exp(-numerator/denominator)
        while numerator > denominator:
            if not event(1, 1):
                return False
            numerator -= denominator
        place = 1
        while below(denominator * place) < numerator:
            place += 1
        return place % 2 == 1

    while True:
        remainder = below(sigma)
        if not event(remainder, sigma):
            continue
        quotient = 0
        while event(1, 1):
            quotient += 1
        value = remainder + sigma * quotient
        negative = below(2)
        if negative and not value:
            continue
        if event((value - sigma) ** 2, 2 * sigma**2):
            return -value if negative else value


@pytest.mark.parametrize("sigma", [1, 2, 3, 4, 16, 37])
def test_exact_probabilities(sigma):
    assert fits(discrete_gaussian(stream(f"sigma {sigma}"), SIZE, sigma), sigma)


def test_the_published_algorithm_passes_the_same_test():
    slow = np.array([slow_sampler(random.Random(seed), 4) for seed in range(20_000)])
    assert fits(slow, 4)
    both = np.stack(
        [
            np.bincount(np.clip(samples, -12, 12) + 12, minlength=25)
            for samples in (slow, discrete_gaussian(stream(), 20_000, 4))
        ]
    )
    assert stats.chi2_contingency(both[:, both.sum(axis=0) > 10]).pvalue > ALPHA


def test_broken_twins_are_rejected():
    samples = discrete_gaussian(stream(), SIZE, 4)
    assert not fits(samples[np.abs(samples) <= 14], 4)  # 3.5 sigma
    assert not fits(np.trunc(gaussian_noise(stream(), SIZE, 4.0)).astype(np.int64), 4)
    assert not fits(np.where(np.arange(SIZE) % 100 == 0, 0, samples), 4)  # zero counted too often
    assert not fits(np.rint(gaussian_noise(stream(), SIZE, 4.04)).astype(np.int64), 4)


def test_rounding_a_continuous_gaussian_is_told_apart_at_small_sigma():
    assert not fits(np.rint(gaussian_noise(stream(), SIZE, 1.0)).astype(np.int64), 1)


@pytest.mark.parametrize("sigma", [1 << 24, 1 << 30, 10_000_019])
def test_large_sigma(sigma):
    samples = discrete_gaussian(stream(), SIZE, sigma)
    assert stats.kstest(samples / sigma, "norm").pvalue > ALPHA
    z = samples / sigma
    assert abs(float(np.mean(z * z)) - 1) < 5 * math.sqrt(2 / SIZE)
    assert abs(float(np.mean(z**4)) - 3) < 5 * math.sqrt(96 / SIZE)
    # No lattice coarser than 1: the lowest bits are fair coins.
    for bit in range(3):
        ones = int(((samples >> bit) & 1).sum())
        assert stats.binomtest(ones, SIZE).pvalue > ALPHA
    coarse = samples & ~np.int64(1)
    assert stats.binomtest(int((coarse & 1).sum()), SIZE).pvalue < ALPHA


def test_replay_whatever_the_platform():
    first = discrete_gaussian(stream(), 100_001, 1 << 24)
    np.testing.assert_array_equal(first, discrete_gaussian(stream(), 100_001, 1 << 24))
    assert first.dtype == np.int64
    # Integers alone decide, so these values hold on every machine.
    assert first[:4].tolist() == FIRST
    other = discrete_gaussian(stream("other"), 100_001, 1 << 24)
    assert abs(float(np.mean(first / 2**24 * other / 2**24))) < 5 / math.sqrt(first.size)
    assert discrete_gaussian(stream(), 0, 7).size == 0


@pytest.mark.parametrize("bits", [64, 128, 192])
def test_thresholds_against_mpmath(bits):
    with mpmath.workdps(150):
        weights = [mpmath.e ** (-mpmath.mpf(k * k) / 2) for k in range(60)]
        total = mpmath.fsum(weights)
        plain = [int(mpmath.floor(part / total * 2**bits)) for part in accumulate(weights)]
    thresholds = module._thresholds(bits)
    assert list(thresholds) == plain[: len(thresholds)]
    assert thresholds[-1] == 2**bits - 1 > thresholds[-2]


class Words:
    """A stream of given words."""

    def __init__(self, *words):
        self.words = list(words)

    def uint64(self, n):
        out, self.words = self.words[:n], self.words[n:]
        return np.array(out, dtype=np.uint64)


def test_a_number_on_a_threshold_is_decided_by_more_digits(monkeypatch):
    monkeypatch.setattr(module, "_BLOCK", 4)
    low, high = module._thresholds(64)[1], module._thresholds(128)[1] & (2**64 - 1)
    undecided = Words(low, low, low, low - 1, high - 1, high + 1, high, 0)
    assert module._multiples(undecided).tolist() == [1, 2, 1, 1]
    # All ones for 128 digits: beyond every value of the table, decided by 64 more.
    assert module._resolved(Words(2**64 - 1, 0), 2**64 - 1) >= 13


@given(bound=st.integers(1, 2**63 - 1), seed=st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_uniform_integers_stay_below_their_bound(bound, seed):
    values = module.below(stream(str(seed)), 50, bound)
    assert int(values.max()) < bound


def test_words_above_the_last_multiple_are_drawn_again():
    limit = 2**64 // 3 * 3
    assert module.below(Words(limit, 5, limit, 7), 2, 3).tolist() == [7 % 3, 2]


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 1), (1, 1), (1, 2), (2, 3), (7, 8), (2**60 - 1, 2**61)])
def test_events_of_exponential_probability(numerator, denominator):
    happened = module.happens(stream(), np.full(200_000, numerator, dtype=np.uint64), denominator)
    assert stats.binomtest(int(happened.sum()), 200_000, math.exp(-numerator / denominator)).pvalue > ALPHA


def divergence(sigma):
    """KL between the discrete Gaussian and the rounding of a continuous one, summed with 100 digits."""
    with mpmath.workdps(100):
        spread = mpmath.mpf(sigma)
        span = range(-14 * sigma, 14 * sigma + 1)
        weights = [mpmath.e ** (-(mpmath.mpf(x) ** 2) / (2 * spread**2)) for x in span]
        total = mpmath.fsum(weights)
        root = spread * mpmath.sqrt(2)
        return float(
            mpmath.fsum(
                w / total * mpmath.log(w / total * 2 / (mpmath.erf((x + 0.5) / root) - mpmath.erf((x - 0.5) / root)))
                for x, w in zip((mpmath.mpf(x) for x in span), weights, strict=True)
            )
        )


@pytest.mark.parametrize("sigma", [1, 2, 4, 16])
def test_distance_holds_and_is_not_vacuous(sigma):
    truth = divergence(sigma)
    bound = 2 * distance_from_rounded_gaussian(1, sigma) ** 2  # Pinsker, backwards
    assert truth <= bound
    assert bound <= 2.2 * truth
    assert truth > bound / 2.2  # a bound three times as small would be refused here


def test_distance_of_many():
    assert distance_from_rounded_gaussian(4, 100) == 2 * distance_from_rounded_gaussian(1, 100)
    assert distance_from_rounded_gaussian(10**9, 1) == 1.0
    assert 3e-17 < distance_from_rounded_gaussian(10**6, 1 << 30) < 4e-17


@pytest.mark.parametrize("sigma", [0, -1, LARGEST_SIGMA + 1, 2.0, True])
def test_out_of_range(sigma):
    with pytest.raises(PrivacyParameterError, match="sigma"):
        discrete_gaussian(stream(), 1, sigma)


def test_sizes_out_of_range():
    with pytest.raises(PrivacyParameterError, match="size"):
        discrete_gaussian(stream(), -1, 1)
    for arguments in ((0, 1), (1, 0), (True, 1), (1, 1.5)):
        with pytest.raises(PrivacyParameterError):
            distance_from_rounded_gaussian(*arguments)
