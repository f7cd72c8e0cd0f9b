"""The Skellam sampler: against exact probabilities and two Poissons, its cut, its tails; a twin of another variance."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from scipy import stats

from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import SecureStream
from wuming.mechanisms import skellam as module
from wuming.mechanisms.skellam import bound_for, skellam, tail_probability

KEY = b"a key of thirty-two bytes, test."
SIZE = 300_000
ALPHA = 1e-6


def stream(name="skellam"):
    return SecureStream(KEY, name)


def fits(samples, variance):
    """χ² against SciPy's law, over all values with at least 5 expected, the two tails pooled."""
    largest = int(stats.skellam.isf(8 / samples.size, variance / 2, variance / 2))
    values = np.arange(-largest, largest + 1)
    expected = samples.size * stats.skellam.pmf(values, variance / 2, variance / 2)
    expected[[0, -1]] = samples.size * stats.skellam.cdf(-largest, variance / 2, variance / 2)
    counts = np.bincount(np.clip(samples, -largest, largest) + largest, minlength=values.size)
    return float(stats.chisquare(counts, expected * samples.size / expected.sum()).pvalue) > ALPHA


@pytest.mark.parametrize("variance", [Fraction(1, 4), Fraction(1), Fraction(3077, 1024), Fraction(100), Fraction(4001)])
def test_samples_have_the_law_and_a_twin_of_another_variance_is_found(variance):
    samples = skellam(stream(), SIZE, variance, bound_for(variance, 1e-12))
    assert fits(samples, float(variance))
    assert not fits(samples, 1.04 * float(variance))


@pytest.mark.parametrize(("variance", "bound"), [(Fraction(7, 2), 20), (Fraction(100), 60), (Fraction(900), 400)])
def test_the_table_against_bessel_functions_of_sixty_digits(variance, bound):
    table = module._table(variance, bound)
    with mpmath.workdps(60):
        weights = [mpmath.besseli(abs(x), mpmath.mpf(variance.numerator) / variance.denominator)
                   for x in range(-bound, bound + 1)]  # fmt: skip
        total = mpmath.fsum(weights)
        running = mpmath.mpf(0)
        for threshold, weight in zip(table, weights, strict=False):
            running += weight
            assert abs(threshold - running / total * 2**128) < 2**8


def test_places_are_those_of_a_plain_search():
    variance, bound = Fraction(2500), 700
    table = module._table(variance, bound)
    words = stream().uint64(70_000)
    rest = stream()
    expected = np.searchsorted(np.array([t >> 64 for t in table], dtype=np.uint64), words, side="right") - bound
    found = skellam(rest, 70_000, variance, bound)
    # The first chunk takes 2¹⁶ words; no tie is to be expected.
    assert np.array_equal(found[: 1 << 16], expected[: 1 << 16])


def test_a_tie_is_decided_by_more_digits():
    table = module._table(Fraction(4), 30)
    tied = next(t for t in table if t >> 64)

    class Fixed:
        def __init__(self, low):
            self.words = [tied >> 64, low]

        def uint64(self, n):
            return np.array([self.words.pop(0) for _ in range(n)], dtype=np.uint64)

    below, at = ((tied & (2**64 - 1)) - 1, tied & (2**64 - 1))
    first = skellam(Fixed(below), 1, Fraction(4), 30)[0]
    second = skellam(Fixed(at), 1, Fraction(4), 30)[0]
    assert second == first + 1


def test_nothing_is_beyond_the_bound_and_the_same_stream_gives_the_same():
    samples = skellam(stream(), 100_000, Fraction(100), 15)
    assert np.abs(samples).max() == 15
    assert np.array_equal(skellam(stream(), 1000, Fraction(9), 40), skellam(stream(), 1000, Fraction(9), 40))


@pytest.mark.parametrize("variance", [0.25, 1.0, 100.0])
def test_tails_are_bounded_from_above_and_not_by_much(variance):
    for deviations in (2, 5, 9, 11):
        bound = max(1, int(deviations * math.sqrt(variance)))
        with mpmath.workdps(60):
            exact = 2 * mpmath.nsum(
                lambda x: mpmath.exp(-variance) * mpmath.besseli(int(x), variance), [bound + 1, bound + 400]
            )
        found = tail_probability(Fraction(variance), bound)
        assert exact <= found <= max(60 * float(exact), 1e-33)


def test_the_bound_is_the_smallest_one():
    for variance in (Fraction(1, 8), Fraction(50), Fraction(5000)):
        bound = bound_for(variance, 1e-20)
        assert tail_probability(variance, bound) <= 1e-20 < tail_probability(variance, bound - 1)


def test_sums_of_shares_have_the_law_of_the_whole():
    shares = [skellam(stream(f"s{k}"), SIZE, Fraction(20), bound_for(Fraction(20), 1e-15)) for k in range(5)]
    assert fits(np.sum(shares, axis=0), 100.0)


@pytest.mark.parametrize(
    "call",
    [
        lambda: skellam(stream(), -1, Fraction(1), 5),
        lambda: skellam(stream(), 1, 1.0, 5),
        lambda: skellam(stream(), 1, Fraction(1, 3), 5),
        lambda: skellam(stream(), 1, Fraction(0), 5),
        lambda: skellam(stream(), 1, Fraction(1 << 25), 5),
        lambda: skellam(stream(), 1, Fraction(1), 0),
        lambda: skellam(stream(), 1, Fraction(1), 1 << 19),
        lambda: bound_for(Fraction(1), 0.0),
        lambda: tail_probability(Fraction(1), True),
    ],
)
def test_what_is_out_of_range_is_refused(call):
    with pytest.raises(PrivacyParameterError):
        call()
