"""OpenDP's samplers, as we call them, against our own and against closed forms; wrong scales are found out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from wuming.accounting.events import DiscreteLaplace, Gaussian
from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import SecureStream
from wuming.mechanisms.discrete_gaussian import discrete_gaussian
from wuming.mechanisms.discrete_laplace import discrete_laplace
from wuming.mechanisms.laplace import laplace_mechanism, laplace_scale
from wuming.mechanisms.whole_gaussian import whole_gaussian_mechanism

SIZE = 20_000
ALPHA = 1e-9  # OpenDP draws from the operating system, so each run is another one


def probabilities(kind, scale):
    x = np.arange(-40, 41)
    weights = np.exp(-np.abs(x) / scale) if kind == "laplace" else np.exp(-(x**2) / (2 * scale**2))
    return x, weights / weights.sum()


def fits(samples, kind, scale):
    """χ² with the cells of fewer than 5 expected put together."""
    x, expected = probabilities(kind, scale)
    keep = expected * SIZE >= 5
    counts = np.array([(samples == value).sum() for value in x])
    observed = np.append(counts[keep], SIZE - counts[keep].sum())
    wanted = np.append(expected[keep], 1 - expected[keep].sum()) * SIZE
    return stats.chisquare(observed[wanted > 0], wanted[wanted > 0]).pvalue > ALPHA


@pytest.mark.parametrize("scale", [0.7, 2.5])
def test_distributions(scale):
    zeros = np.zeros(SIZE, dtype=np.int64)
    noise, event = laplace_mechanism(zeros, scale=scale, sensitivity=3)
    assert fits(noise, "laplace", scale)
    assert not fits(noise, "laplace", scale * 1.15)
    assert event == DiscreteLaplace(scale, 3)
    noise, gaussian = whole_gaussian_mechanism(zeros, sigma=scale, sensitivity=2)
    assert fits(noise, "gaussian", scale)
    assert not fits(noise, "gaussian", scale * 1.15)
    assert gaussian == Gaussian(scale / 2)


def test_the_same_law_as_our_own_samplers():
    zeros, stream = np.zeros(SIZE, dtype=np.int64), SecureStream(b"a key of thirty-two bytes, test.", "oracle")
    theirs, _ = laplace_mechanism(zeros, scale=3.0, sensitivity=1)
    assert stats.ks_2samp(theirs, discrete_laplace(stream, SIZE, 3)).pvalue > ALPHA
    theirs, _ = whole_gaussian_mechanism(zeros, sigma=3.0, sensitivity=1)
    assert stats.ks_2samp(theirs, discrete_gaussian(stream, SIZE, 3)).pvalue > ALPHA
    assert stats.ks_2samp(theirs, discrete_gaussian(stream, SIZE, 4)).pvalue < ALPHA


def test_shape_and_offset_are_kept():
    values = np.arange(12, dtype=np.int64).reshape(3, 4) * 10**15
    found, _ = laplace_mechanism(values, scale=2.0, sensitivity=1)
    assert found.shape == (3, 4)
    assert np.abs(found - values).max() < 200
    assert laplace_mechanism(np.zeros((0, 2), dtype=np.int64), scale=1.0, sensitivity=1)[0].shape == (0, 2)


@given(st.floats(1e-6, 1e6), st.integers(1, 1 << 40))
def test_the_textbook_identity(epsilon, sensitivity):
    """b = Δ/ε, and never less: Δ/b ≤ ε also in floating point."""
    scale = laplace_scale(epsilon, sensitivity)
    assert sensitivity / scale <= epsilon
    assert math.isclose(scale, sensitivity / epsilon, rel_tol=1e-15)
    assert laplace_scale(2 * epsilon, sensitivity) < scale


@pytest.mark.parametrize("epsilon", [0.0, -1.0, math.nan, math.inf, True])
def test_refused(epsilon):
    with pytest.raises(PrivacyParameterError):
        laplace_scale(epsilon, 1)
    with pytest.raises(PrivacyParameterError):
        laplace_mechanism(np.zeros(1, dtype=np.int64), scale=-1.0, sensitivity=1)
    with pytest.raises(PrivacyParameterError):
        whole_gaussian_mechanism(np.zeros(1, dtype=np.int64), sigma=0.0, sensitivity=1)
