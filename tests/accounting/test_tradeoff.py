"""What ε means: the limit of attackers against the closed form of the Gaussian, and against (ε, δ) alone."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from wuming.accounting.accountant import epsilon
from wuming.accounting.events import Gaussian, PoissonSampledGaussian, RepeatAndSelect
from wuming.accounting.tradeoff import highest_tpr, highest_tprs, rate_from_deltas
from wuming.core.errors import PrivacyParameterError

RATES = (0.001, 0.01, 0.1, 0.5)


@pytest.mark.parametrize("sigma", [0.7, 1.0, 4.0])
def test_gaussian_in_closed_form(sigma):
    for fpr, tpr in zip(RATES, highest_tprs(Gaussian(sigma), RATES), strict=True):
        exact = stats.norm.cdf(stats.norm.ppf(fpr) + 1 / sigma)
        assert exact <= tpr <= exact * 1.01 + 1e-4


def test_tighter_than_epsilon_and_delta_alone():
    event = PoissonSampledGaussian(0.1, 1.0, 20)
    alone = epsilon(event, 1e-5)
    for fpr, tpr in zip(RATES[:3], highest_tprs(event, RATES[:3]), strict=True):
        assert fpr < tpr < rate_from_deltas(fpr, [alone], [1e-5])


def test_replace_one_and_selection_tell_more():
    event = Gaussian(3.0)
    assert highest_tpr(event, 0.01) < highest_tpr(event, 0.01, relation="replace-one")
    assert highest_tpr(event, 0.01) < highest_tpr(RepeatAndSelect(event, 10.0, 0.0), 0.01) < 1


def test_a_false_positive_rate_out_of_range():
    for fpr in (-0.1, 1.1, math.nan):
        with pytest.raises(PrivacyParameterError, match="fpr"):
            highest_tpr(Gaussian(1.0), fpr)
    assert highest_tpr(Gaussian(1.0), 1.0) == 1.0


@settings(max_examples=50, deadline=None)
@given(st.floats(0, 1), st.floats(0, 20), st.floats(0, 1))
def test_bounds(fpr, eps, delta):
    tpr = rate_from_deltas(fpr, [eps], [delta])
    assert fpr <= tpr <= 1
    # Exchanging the roles of "in" and "out" gives a bound that is as tight (Kairouz et al. 2015).
    assert tpr <= delta + math.exp(eps) * fpr + 1e-9 or tpr == fpr
