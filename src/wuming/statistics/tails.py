"""Quantiles of sums of independent noise: how far off a figure is at most, with 95% probability.

One and two Laplace numbers exactly, more by Chernoff's bound, which is never too narrow; Gaussian sums exactly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """The law of one coordinate's noise.

    Attributes:
        noise: `laplace` or `gaussian`.
        scale: b or σ.
    """

    noise: str
    scale: float

    def half_width(self, weights: Reals, confidence: float = 0.95) -> Reals:
        """Return t with P(|Σ wᵢXᵢ| ≤ t) ≥ confidence, for independent noise X.

        Args:
            weights: [..., n], n ≥ 1.
            confidence: within (0, 1).

        Returns:
            [...].
        """
        miss = 1 - confidence
        if self.noise == "gaussian":
            spread = np.sqrt((weights**2).sum(axis=-1))
            return np.asarray(spread * self.scale * NormalDist().inv_cdf(1 - miss / 2))
        sizes = np.sort(np.abs(weights) * self.scale, axis=-1)[..., ::-1]
        if weights.shape[-1] == 1:
            return np.asarray(sizes[..., 0] * math.log(1 / miss))
        if weights.shape[-1] == 2:
            return _two(sizes[..., 0], sizes[..., 1], miss)
        return _many(sizes, miss)


def whole_half_width(scale: float, confidence: float = 0.95) -> int:
    """Return the least whole t with P(|X| ≤ t) ≥ confidence for discrete Laplace noise X.

    P(|X| > t) = 2q^(t + 1)/(1 + q) with q = exp(-1/scale).
    """
    q = math.exp(-1 / scale)
    return max(0, math.ceil(scale * math.log(2 / ((1 - confidence) * (1 + q))) - 1))


def whole_sum_half_width(scale: float, numbers: int, confidence: float = 0.95) -> int:
    """Return a whole t with P(|X₁ + … + Xₙ| ≤ t) ≥ confidence for independent discrete Laplace noise.

    One number exactly, more by Chernoff's bound. The moments of discrete noise, E e^(θX) = (cosh(1/b) - 1)/(cosh(1/b) -
    cosh θ), are at most those of continuous noise, 1/(1 - θ²b²), since (cosh x - 1)/x² grows with x.

    Args:
        scale: b of each.
        numbers: n ≥ 1.
        confidence: within (0, 1).
    """
    if numbers == 1:
        return whole_half_width(scale, confidence)
    shares = np.geomspace(1e-4, 0.99, 400)
    logs = math.log(2 / (1 - confidence)) - numbers * np.log1p(-(shares**2))
    return math.ceil(float((logs / shares).min()) * scale)


def _two(large: Reals, small: Reals, miss: float) -> Reals:
    """Solve (a²·e^(-t/a) - c²·e^(-t/c))/(a² - c²) = miss for t by bisection."""
    a = np.maximum(large, 1e-300)
    c = np.minimum(np.maximum(small, a * 1e-9), a * (1 - 1e-5))
    low, high = np.zeros_like(a), a * (math.log(1 / miss) + 8.0)
    for _ in range(60):
        middle = (low + high) / 2
        tail = (a**2 * np.exp(-middle / a) - c**2 * np.exp(-middle / c)) / (a**2 - c**2)
        low, high = np.where(tail > miss, middle, low), np.where(tail > miss, high, middle)
    return np.asarray(high * (1 + 2e-5))  # for the 1e-5 that keeps a and c apart


def _many(sizes: Reals, miss: float) -> Reals:
    """Chernoff: P(ΣX > t) ≤ exp(-θt)·Π 1/(1 - θ²b²) for every θ below 1/max b; the best of a grid of θ."""
    shares = np.linspace(0.02, 0.98, 97)
    largest = np.maximum(sizes[..., :1], 1e-300)
    theta = shares / largest
    logs = -np.log1p(-((theta[..., None] * sizes[..., None, :]) ** 2)).sum(axis=-1)
    return np.asarray(((math.log(2 / miss) + logs) / theta).min(axis=-1))
