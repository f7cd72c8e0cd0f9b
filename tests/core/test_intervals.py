"""Clopper-Pearson limits: published values, a slow exact oracle, and a broken twin."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core import intervals
from wuming.core.errors import PrivacyParameterError


def exact_lower_tail(successes: int, trials: int, probability: float) -> float:
    """P[X ≤ successes], summed in exact rational arithmetic."""
    p = Fraction(probability)
    return float(sum(math.comb(trials, k) * p**k * (1 - p) ** (trials - k) for k in range(successes + 1)))


@pytest.mark.parametrize(
    ("successes", "trials", "lower", "upper"),
    [
        # Widely tabulated; as binom.test of R prints them.
        (0, 10, 0.0, 0.3085),
        (10, 100, 0.0490, 0.1762),
        (8, 20, 0.1912, 0.6395),
        (5, 10, 0.1871, 0.8129),
        (10, 10, 0.6915, 1.0),
    ],
)
def test_published_two_sided_intervals(successes: int, trials: int, lower: float, upper: float) -> None:
    got = intervals.clopper_pearson_interval(successes, trials, 0.95)
    assert got == pytest.approx((lower, upper), abs=6e-5)


@pytest.mark.parametrize(("trials", "limit"), [(4000, 0.00075), (30_000, 0.0001), (100, 0.02951)])
def test_rule_of_three(trials: int, limit: float) -> None:
    assert intervals.clopper_pearson_upper(0, trials) == pytest.approx(1 - 0.05 ** (1 / trials), rel=1e-9)
    assert intervals.clopper_pearson_upper(0, trials) == pytest.approx(limit, rel=5e-3)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.data(), st.sampled_from([0.9, 0.95, 0.99]))
def test_limits_solve_the_tail_equation(trials: int, data: st.DataObject, confidence: float) -> None:
    successes = data.draw(st.integers(0, trials - 1))
    upper = intervals.clopper_pearson_upper(successes, trials, confidence)
    assert exact_lower_tail(successes, trials, upper) == pytest.approx(1 - confidence, rel=1e-6)
    lower = intervals.clopper_pearson_lower(trials - successes, trials, confidence)
    assert lower == pytest.approx(1 - upper, abs=1e-9)


def coverage(limit: object, probability: float, trials: int) -> float:
    """Probability that an upper limit is not below the true share."""
    return sum(
        math.comb(trials, k) * probability**k * (1 - probability) ** (trials - k)
        for k in range(trials + 1)
        if limit(k, trials) >= probability  # type: ignore[operator]
    )


def wald(successes: int, trials: int) -> float:
    """The broken twin: the normal approximation, whose limit is 0 after 0 of n."""
    share = successes / trials
    return share + 1.645 * math.sqrt(share * (1 - share) / trials)


def test_coverage_holds_and_the_normal_approximation_fails_it() -> None:
    shares = [0.001, 0.01, 0.05, 0.2, 0.5]
    assert all(coverage(intervals.clopper_pearson_upper, share, 40) >= 0.95 for share in shares)
    assert any(coverage(wald, share, 40) < 0.95 for share in shares)


def test_large_counts_and_edges() -> None:
    assert intervals.clopper_pearson_upper(0, 0) == 1.0
    assert intervals.clopper_pearson_lower(0, 0) == 0.0
    assert intervals.clopper_pearson_upper(7, 7) == 1.0
    upper = intervals.clopper_pearson_upper(500_000, 1_000_000)
    assert upper == pytest.approx(0.5 + 1.6449 * 0.0005, abs=2e-6)


@pytest.mark.parametrize(("successes", "trials", "confidence"), [(-1, 5, 0.95), (6, 5, 0.95), (1, 5, 1.0), (1, 5, 0.0)])
def test_refuses_what_means_nothing(successes: int, trials: int, confidence: float) -> None:
    with pytest.raises(PrivacyParameterError):
        intervals.clopper_pearson_upper(successes, trials, confidence)
