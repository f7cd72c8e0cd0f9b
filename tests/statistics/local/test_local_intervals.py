"""Limits of counts: their coverage is summed exactly, and they are the tightest of their kind."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from wuming.statistics.local.intervals import _at_most, _binomial, count_limits

COINS = [(0.5, 0.2), (0.75, 0.25), (0.95, 0.05), (0.6, 0.1), (0.28, 0.18)]


def support(t, n, p, q):
    """Return the distribution of the support of a value that t of n devices have, by plain convolution."""
    return np.convolve(stats.binom.pmf(np.arange(t + 1), t, p), stats.binom.pmf(np.arange(n - t + 1), n - t, q))


def coverage(limits, t, n, p, q):
    held = [low <= t <= high for low, high in (limits(seen, n, p, q) for seen in range(n + 1))]
    return float(support(t, n, p, q)[held].sum())


def normal(seen, n, p, q):
    """Return the limits that textbooks give, from the normal distribution."""
    share = seen / n
    middle, reach = (seen - n * q) / (p - q), 1.959964 * math.sqrt(n * share * (1 - share)) / (p - q)
    return max(0.0, middle - reach), min(n, middle + reach)


@pytest.mark.parametrize(("p", "q"), COINS)
@pytest.mark.parametrize("n", [1, 2, 5, 12, 30])
def test_coverage_of_few_reports(n, p, q):
    covered = [coverage(count_limits, t, n, p, q) for t in range(n + 1)]
    assert min(covered) >= 0.95


def test_coverage_of_more_reports_is_not_far_above():
    covered = [coverage(count_limits, t, 200, 0.5, 0.2) for t in range(0, 201, 20)]
    assert 0.95 <= min(covered) <= max(covered[1:-1]) <= 0.965


def test_limits_from_the_normal_distribution_are_found_wanting():
    assert min(coverage(normal, t, 12, 0.95, 0.05) for t in range(13)) < 0.9


def by_searching(seen, n, p, q):
    """Return the least and greatest number for which neither end has probability at or below 2.5%."""
    level = 0.025 - 1e-9
    left = []
    for t in range(n + 1):
        mass = support(t, n, p, q)
        if mass[: seen + 1].sum() > level and mass[seen:].sum() > level:
            left.append(t)
    return left[0], left[-1]


@pytest.mark.parametrize(("p", "q"), COINS)
def test_against_a_search_of_all_numbers(p, q):
    for n in (3, 40, 150):
        for seen in range(math.floor(n * q), math.ceil(n * p) + 1, 1 + n // 15):
            assert count_limits(seen, n, p, q) == by_searching(seen, n, p, q)


@given(st.integers(1, 3000), st.floats(0, 1), st.sampled_from(COINS), st.floats(0, 1))
@settings(max_examples=100, deadline=None)
def test_the_distribution_against_scipy(n, part, coins, place):
    t, seen = round(part * n), round(place * n)
    expected = float(support(t, n, *coins)[: seen + 1].sum())
    assert _at_most(seen, t, n, *coins) == pytest.approx(expected, abs=1e-11)


@pytest.mark.parametrize(
    ("n", "probability"), [(10**6, 0.27), (10**6, 1e-6), (10**8, 0.5), (50, 0.999), (10**6, 1e-12)]
)
def test_the_middle_of_large_binomials(n, probability):
    first, mass = _binomial(n, probability)
    places = first + np.arange(mass.size)
    np.testing.assert_allclose(mass.cumsum(), stats.binom.cdf(places, n, probability), atol=1e-9)
    assert stats.binom.cdf(first - 1, n, probability) + stats.binom.sf(places[-1], n, probability) < 1e-13


@given(st.integers(1, 10**7), st.floats(0, 1), st.sampled_from(COINS))
@settings(max_examples=60, deadline=None)
def test_limits_lie_in_order_and_near_the_estimate(n, place, coins):
    p, q = coins
    seen = round(n * (q + place * (p - q)))
    low, high = count_limits(seen, n, p, q)
    assert 0 <= low <= high <= n
    estimate, reach = (seen - n * q) / (p - q), 3 + 3.5 * math.sqrt(n / 4) / (p - q)
    assert estimate - reach <= low
    assert high <= estimate + reach


def test_supports_that_no_honest_devices_give():
    assert count_limits(0, 1000, 0.75, 0.25) == (0, 0)
    assert count_limits(1000, 1000, 0.75, 0.25) == (1000, 1000)


def test_coins_without_noise_give_the_number_itself():
    assert count_limits(3, 10, 1.0, 0.0) == (3, 3)
