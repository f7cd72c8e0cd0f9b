"""The discrete Laplace sampler against the exact probabilities; rounded floating-point noise is rejected."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import SecureStream
from wuming.mechanisms.discrete_laplace import LARGEST_SCALE, discrete_laplace, variance

KEY = b"a key of thirty-two bytes, test."
SIZE = 200_000
ALPHA = 1e-6


def stream(name="laplace"):
    return SecureStream(KEY, name)


def fits(samples, scale):
    """χ² over all values with at least 5 expected, the tails pooled; probabilities (1 - q)/(1 + q) · q^|x|."""
    q = math.exp(-1 / scale)
    largest = int(scale * math.log(SIZE * (1 - q) / (1 + q) / 5))
    expected = SIZE * (1 - q) / (1 + q) * q ** np.abs(np.arange(-largest, largest + 1.0))
    expected[[0, -1]] = SIZE * q**largest / (1 + q)  # of all from there on
    counts = np.bincount(np.clip(samples, -largest, largest) + largest, minlength=2 * largest + 1)
    return float(stats.chisquare(counts, expected).pvalue) > ALPHA


@pytest.mark.parametrize("scale", [1, 2, 3, 10, 64])
def test_distribution(scale):
    samples = discrete_laplace(stream(str(scale)), SIZE, scale)
    assert fits(samples, scale)
    assert not fits(discrete_laplace(stream("other"), SIZE, scale + 1 + scale // 16), scale)
    assert np.var(samples) == pytest.approx(variance(scale), rel=0.03)


def test_rounded_continuous_noise_is_found_out():
    rng = np.random.default_rng(0)
    assert not fits(np.rint(rng.laplace(0, 2, SIZE)).astype(np.int64), 2)


def test_variance_by_summing():
    for scale in (1, 2, 7):
        weights = np.exp(-np.abs(np.arange(-60.0 * scale, 60.0 * scale + 1)) / scale)
        values = np.arange(-60.0 * scale, 60.0 * scale + 1)
        assert variance(scale) == pytest.approx(float((values**2 * weights).sum() / weights.sum()), rel=1e-12)


def test_large_scales_and_replay():
    samples = discrete_laplace(stream(), 1000, LARGEST_SCALE)
    assert np.abs(samples).mean() == pytest.approx(LARGEST_SCALE, rel=0.2)
    np.testing.assert_array_equal(samples, discrete_laplace(stream(), 1000, LARGEST_SCALE))
    assert discrete_laplace(stream(), 0, 3).size == 0


@pytest.mark.parametrize(("size", "scale"), [(-1, 1), (1, 0), (1, 1.5), (1, True), (1, LARGEST_SCALE + 1)])
def test_refused(size, scale):
    with pytest.raises(PrivacyParameterError):
        discrete_laplace(stream(), size, scale)
