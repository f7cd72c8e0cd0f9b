"""The exact test: its error is enumerated over all outcomes, and it is compared with a slow search; twins must fail."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from wuming.auditing.mechanism.exact import coin_p_value, lower_bound, p_value
from wuming.core.errors import PrivacyParameterError
from wuming.core.intervals import clopper_pearson_lower, clopper_pearson_upper


def largest_error(decide, n, m, epsilon, delta, alpha):
    """Return the probability of refuting a true claim, at the worst of many pairs that just keep it; by enumeration."""
    refuted = np.array([[decide(x, n, y, m, epsilon, delta) <= alpha for y in range(m + 1)] for x in range(n + 1)])
    worst = 0.0
    for q in np.linspace(0.0, 1.0, 41):
        p = min(1.0, math.exp(epsilon) * q + delta)
        mass = np.outer(stats.binom.pmf(range(n + 1), n, p), stats.binom.pmf(range(m + 1), m, q))
        worst = max(worst, float(mass[refuted].sum()))
    return worst


def exact(x, n, y, m, epsilon, delta):
    return p_value(x, n, y, m, epsilon=epsilon, delta=delta)


def two_limits(x, n, y, m, epsilon, delta):
    """Broken twin: takes the observed shares for the probabilities of one side, as if they were known."""
    return stats.binom.sf(x - 1, n, min(1.0, math.exp(epsilon) * y / m + delta)) if x else 1.0


def product_alone(x, n, y, m, epsilon, delta):
    """Broken twin: the product of the tails without Fisher's factor."""
    q = np.linspace(0, 1, 400)
    p = np.minimum(1.0, math.exp(epsilon) * q + delta)
    if x / n <= min(1.0, math.exp(epsilon) * y / m + delta):
        return 1.0
    return float((stats.binom.sf(x - 1, n, p) * stats.binom.cdf(y, m, q)).max())


@pytest.mark.parametrize(("epsilon", "delta"), [(0.5, 0.0), (1.0, 0.05), (1e-9, 0.0), (2.0, 0.001)])
def test_a_true_claim_is_refuted_with_probability_at_most_alpha(epsilon, delta):
    for alpha in (0.1, 0.01):
        assert largest_error(exact, 14, 11, epsilon, delta, alpha) <= alpha


@pytest.mark.parametrize("twin", [two_limits, product_alone])
def test_broken_twins_err_more_often(twin):
    assert max(largest_error(twin, 14, 11, 0.5, 0.0, alpha) / alpha for alpha in (0.1, 0.01)) > 1.0


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.floats(0, 3), st.sampled_from([0.0, 1e-5, 0.1]), st.data())
def test_against_a_search_over_all_pairs(n, m, epsilon, delta, data):
    x, y = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    found = exact(x, n, y, m, epsilon, delta)
    q = np.linspace(0, 1, 4001)
    p = np.minimum(1.0, math.exp(epsilon) * q + delta)
    w = float((stats.binom.sf(x - 1, n, p) * stats.binom.cdf(y, m, q)).max())
    searched = min(1.0, w * (1 - math.log(w))) if w > 0 else 0.0
    assert found >= searched * (1 - 1e-9)  # never below what some allowed pair gives
    if found < 1.0 and searched > 1e-200:
        assert found <= searched * 1.5 + 1e-12  # the grid is coarse


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 2000), st.integers(1, 2000), st.data())
def test_more_evidence_never_weakens(n, m, data):
    x, y = data.draw(st.integers(0, n - 1)), data.draw(st.integers(1, m))
    here = exact(x, n, y, m, 0.5, 0.0)
    assert exact(x + 1, n, y, m, 0.5, 0.0) <= here * (1 + 1e-6)
    assert exact(x, n, y - 1, m, 0.5, 0.0) <= here * (1 + 1e-6)
    assert exact(x, n, y, m, 0.7, 0.0) >= here * (1 - 1e-6)


def test_stronger_than_two_clopper_pearson_limits():
    n, x, y, level = 20_000, 1500, 300, 1e-9
    limits = math.log(clopper_pearson_lower(x, n, 1 - level / 2) / clopper_pearson_upper(y, n, 1 - level / 2))
    bound = lower_bound(x, n, y, n, delta=0.0, level=level)
    assert limits < bound < math.log(x / y)


def test_lower_bound_is_where_the_p_value_crosses_the_level():
    bound = lower_bound(400, 1000, 50, 1000, delta=0.01, level=1e-6)
    assert p_value(400, 1000, 50, 1000, epsilon=bound, delta=0.01) <= 1e-6
    assert p_value(400, 1000, 50, 1000, epsilon=bound + 0.01, delta=0.01) > 1e-6
    assert lower_bound(10, 1000, 10, 1000, delta=0.0, level=1e-6) == 0.0


def test_extreme_counts():
    assert p_value(0, 10, 0, 10, epsilon=1.0, delta=0.0) == 1.0
    assert p_value(100_000, 100_000, 0, 100_000, epsilon=1.0, delta=0.0) < 1e-200
    assert p_value(1, 100_000, 0, 100_000, epsilon=1.0, delta=0.0) > 0.05
    assert p_value(5, 1000, 0, 1000, epsilon=40.0, delta=0.01) == 1.0


def test_coin():
    assert coin_p_value(60, 100) == pytest.approx(stats.binom.sf(59, 100, 0.5))
    assert coin_p_value(0, 0) == 1.0


@pytest.mark.parametrize("counts", [(-1, 10, 0, 10), (11, 10, 0, 10), (0, 0, 0, 10)])
def test_refuses_what_is_no_count(counts):
    with pytest.raises(PrivacyParameterError):
        p_value(*counts, epsilon=1.0, delta=0.0)
