"""The closed form against published values, slow integration, and itself."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from wuming.accounting.gaussian import gaussian_delta, gaussian_mean, log_normal_tail
from wuming.core.errors import PrivacyParameterError


@pytest.mark.parametrize("epsilon", [0.0, 0.1, 1.0, 4.0, 10.0])
@pytest.mark.parametrize("sigma", [0.3, 1.0, 3.0])
def test_delta_is_the_hockey_stick_divergence(epsilon, sigma):
    mean = 1 / sigma
    plain = stats.norm.cdf(-epsilon / mean + mean / 2) - math.exp(epsilon) * stats.norm.cdf(-epsilon / mean - mean / 2)
    assert gaussian_delta(epsilon, sigma) == pytest.approx(plain, rel=1e-6, abs=1e-15)


def test_published_value():
    # dp_accounting, pld_privacy_accountant_test.py: three Gaussians with standard deviation sqrt(3) are one with 1.
    assert gaussian_delta(1.0, 1.0) == pytest.approx(0.126936, abs=1e-6)


def test_far_tails_keep_their_precision():
    for x in (0.0, 5.0, 9.9, 10.1, 25.0, 37.0):
        assert log_normal_tail(x) == pytest.approx(stats.norm.logsf(x), rel=1e-12)
    assert log_normal_tail(1e4) == pytest.approx(stats.norm.logsf(1e4), rel=1e-12)
    assert 0 < gaussian_delta(30.0, 1.0) < 1e-180


def test_mean_is_the_inverse_and_never_too_large():
    for epsilon in (0.0, 0.5, 8.0, 20.0):
        mean = gaussian_mean(epsilon, 1e-5)
        assert gaussian_delta(epsilon, 1 / mean) <= 1e-5
        assert gaussian_delta(epsilon, 1 / (mean * 1.0001)) > 1e-5


def test_out_of_range():
    for arguments in ((-1.0, 1.0), (math.nan, 1.0), (1.0, 0.0), (1.0, math.inf)):
        with pytest.raises(PrivacyParameterError):
            gaussian_delta(*arguments)
    with pytest.raises(PrivacyParameterError):
        gaussian_mean(1.0, 0.0)
