"""The noise has the distribution that the accountant assumes; noise of another scale or shape fails the same tests."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from wuming.accounting.events import Gaussian
from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import SecureStream
from wuming.mechanisms.gaussian import gaussian_event, gaussian_mechanism, gaussian_noise

KEY = b"a key of thirty-two bytes, test."
SIZE = 400_000


def stream(name="noise"):
    return SecureStream(KEY, name)


def passes(samples, sigma):
    """One test for both: does it look like N(0, sigma²)? The key is fixed, so the outcome is too."""
    n = samples.size
    fits = stats.kstest(samples / sigma, "norm").pvalue > 1e-4
    variance = float(np.mean(samples**2)) / sigma**2
    spread = abs(variance - 1) < 5 * math.sqrt(2 / n)
    centred = abs(float(np.mean(samples))) < 5 * sigma / math.sqrt(n)
    tails = all(
        abs(float(np.sum(np.abs(samples) > t * sigma)) - 2 * n * stats.norm.sf(t))
        < 5 * math.sqrt(2 * n * stats.norm.sf(t))
        for t in (2.0, 3.0, 3.7)
    )
    return bool(fits and spread and centred and tails)


def test_distribution():
    assert passes(gaussian_noise(stream(), SIZE, 2.5), 2.5)


@pytest.mark.parametrize("factor", [0.985, 1.015, 1 / math.sqrt(2)])
def test_the_wrong_scale_is_rejected(factor):
    assert not passes(gaussian_noise(stream(), SIZE, 2.5 * factor), 2.5)


def test_the_wrong_shape_is_rejected():
    uniform = stream().uniform(12 * SIZE).reshape(SIZE, 12).sum(axis=1) - 6  # variance 1, but no tails
    assert not passes(uniform, 1.0)


def test_samples_are_independent_of_each_other():
    samples = gaussian_noise(stream(), SIZE, 1.0)
    limit = 5 / math.sqrt(SIZE)
    half = 1 << 14  # cosines of a chunk come this far before the sines of the same radii
    for lag in (1, 2, 3, half):
        assert abs(float(np.mean(samples[lag:] * samples[:-lag]))) < limit
        squares = samples**2 - 1
        assert abs(float(np.mean(squares[lag:] * squares[:-lag]))) < 2 * limit


class Words:
    """A stream of given words, radii first."""

    def __init__(self, radius, angle):
        self.radius, self.angle = radius, angle

    def uint64(self, n):
        return np.array([self.radius] * (n // 2) + [self.angle] * (n // 2), dtype=np.uint64)


def plain(words):
    """Box and Muller's formula, a pair at a time, with the standard library's functions."""
    half = words.size // 2
    pairs = [
        (math.sqrt(-2 * math.log((abs(int(radius)) + 0.5) / 2**63)), 2 * math.pi * (int(angle) / 2**64))
        for radius, angle in zip(words[:half].view(np.int64), words[half:].view(np.int64), strict=True)
    ]
    return np.array([r * math.cos(a) for r, a in pairs] + [r * math.sin(a) for r, a in pairs])


def test_against_the_plain_formula():
    pairs = 1 << 14
    words = stream().uint64(2 * pairs)
    samples = gaussian_noise(stream(), 2 * pairs, 1.0)
    np.testing.assert_allclose(samples, plain(words), rtol=0, atol=1e-14)
    swapped = np.concatenate([words[pairs:], words[:pairs]])
    assert float(np.abs(samples - plain(swapped)).max()) > 1


LARGE = 1 << 22


def passes_large(samples):
    """Scale to 0.2%, far tails and lattice: what a small sample cannot see, at 10⁻⁶ a check."""
    n = samples.size
    # χ² with n degrees of freedom: Laurent & Massart's bounds.
    excess = float(samples @ samples) - n
    spread = abs(excess) < 2 * math.sqrt(n * 15) + 30
    tails = all(
        stats.binomtest(int((np.abs(samples) > t).sum()), n, 2 * stats.norm.sf(t)).pvalue > 1e-6
        for t in (4.0, 4.5, 5.0)
    )
    # The pairs of one chunk lie half a chunk apart. Of radii from 63 bits hardly two agree in 12 digits.
    pairs = samples.reshape(-1, 2, 1 << 14)
    squared = np.sort((pairs**2).sum(axis=1).ravel())
    twins = int((np.diff(squared) < 1e-13 * squared[1:]).sum())
    return bool(spread and tails and twins < 200)


def broken(samples, kind):
    if kind == "scale 1.003":
        return samples * 1.003
    if kind == "cut at 4.5":
        return np.clip(samples, -4.5, 4.5)
    if kind == "reused stream":
        return np.concatenate([samples[: LARGE // 2], samples[: LARGE // 2]])
    uniform = (stream().uint64(LARGE // 2) >> np.uint64(40)).astype(np.float64) * 2.0**-24 + 2.0**-25
    radius, angle = np.sqrt(-2 * np.log(uniform)), stream("angle").uniform(LARGE // 2) * 2 * math.pi
    return np.stack(
        [(radius * np.cos(angle)).reshape(-1, 1 << 14), (radius * np.sin(angle)).reshape(-1, 1 << 14)], axis=1
    ).ravel()


def test_large_sample():
    assert passes_large(gaussian_noise(stream("large"), LARGE, 1.0))


@pytest.mark.parametrize("kind", ["scale 1.003", "cut at 4.5", "reused stream", "float32 uniforms"])
def test_broken_twins_of_the_large_sample_are_rejected(kind):
    assert not passes_large(broken(gaussian_noise(stream("large"), LARGE, 1.0), kind))


def test_extreme_words_give_finite_samples():
    farthest = gaussian_noise(Words(0, 0), 2, 1.0)
    assert np.hypot(*farthest) == pytest.approx(math.sqrt(2 * 64 * math.log(2)))
    nearest = gaussian_noise(Words(2**63, 2**64 - 1), 2, 1.0)
    assert np.hypot(*nearest) == 0.0
    assert np.isfinite(gaussian_noise(Words(0, 2**63), 2, 1e300)).all()


def test_replay_and_separation():
    first, again = gaussian_noise(stream(), 100_001, 1.0), gaussian_noise(stream(), 100_001, 1.0)
    np.testing.assert_array_equal(first, again)
    assert first.size == 100_001
    other = gaussian_noise(stream("other"), 100_001, 1.0)
    assert abs(float(np.mean(first * other))) < 5 / math.sqrt(first.size)
    assert gaussian_noise(stream(), 0, 1.0).size == 0


def test_mechanism_returns_its_event():
    total = np.arange(6.0).reshape(2, 3)
    noisy, event = gaussian_mechanism(total, sensitivity=2.0, noise_multiplier=1.5, stream=stream())
    assert event == Gaussian(1.5) == gaussian_event(1.5)
    np.testing.assert_allclose(noisy - total, gaussian_noise(stream(), 6, 3.0).reshape(2, 3), atol=1e-12)


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
def test_out_of_range(value):
    with pytest.raises(PrivacyParameterError):
        gaussian_noise(stream(), 10, value)
    with pytest.raises(PrivacyParameterError):
        gaussian_mechanism([1.0], sensitivity=value, noise_multiplier=1.0, stream=stream())
    with pytest.raises(PrivacyParameterError):
        gaussian_event(value)
    with pytest.raises(PrivacyParameterError):
        gaussian_noise(stream(), -1, 1.0)
