"""Bounds for the statistics of the self-check; each holds for any number of samples, none leans on a limit theorem."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def binomial(trials: int, probability: float) -> Floats:
    """Return the probabilities of 0 … `trials` successes."""
    if probability >= 1:
        return np.asarray(np.arange(trials + 1) == trials, dtype=np.float64)
    k = np.arange(trials + 1)
    choose = math.lgamma(trials + 1) - np.array([math.lgamma(i + 1) + math.lgamma(trials - i + 1) for i in k])
    return np.asarray(np.exp(choose + k * math.log(probability) + (trials - k) * math.log1p(-probability)))


def hypergeometric(size: int, marked: int, drawn: int) -> Floats:
    """Return the probabilities of 0 … `drawn` marked ones among `drawn` of `size`."""
    whole = math.comb(size, drawn)
    return np.array([math.comb(marked, k) * math.comb(size - marked, drawn - k) / whole for k in range(drawn + 1)])


def repeated(probabilities: Floats, times: int) -> Floats:
    """Return the probabilities of the sum of so many independent draws."""
    total = np.ones(1)
    for _ in range(times):
        total = np.convolve(total, probabilities)
    return total


def interval(probabilities: Floats, alpha: float) -> tuple[int, int]:
    """Return the least and greatest value that a draw does not leave with more than alpha/2 at either end."""
    below = np.cumsum(probabilities)
    above = np.cumsum(probabilities[::-1])[::-1]
    return int(np.argmax(below > alpha / 2)), int(len(above) - 1 - np.argmax(above[::-1] > alpha / 2))


def quadratic(count: int, alpha: float) -> tuple[float, float]:
    """Return bounds of a sum of `count` squared standard normals.

    Source: Laurent & Massart 2000, Lemma 1.
    """
    x = math.log(2 / alpha)
    return count - 2 * math.sqrt(count * x), count + 2 * math.sqrt(count * x) + 2 * x


def product_bound(count: int, alpha: float) -> float:
    """Return a bound of |Σ xᵢyᵢ| over `count` pairs of neighbours among independent standard normals.

    Source: Laurent & Massart 2000, Lemma 1, for the eigenvalues of the quadratic form, which lie in [-1, 1].
    """
    x = math.log(2 / alpha)
    return math.sqrt(2 * count * x) + 2 * x


def total_bound(count: int, alpha: float) -> float:
    """Return a bound of |Σ zᵢ| over `count` independent standard normals."""
    return math.sqrt(2 * count * math.log(2 / alpha))


def kolmogorov(samples: Floats) -> float:
    """Return the largest distance of the samples' distribution function from the standard normal's."""
    ordered = np.sort(samples)
    normal = 0.5 * (1 + np.vectorize(math.erf, otypes=[float])(ordered / math.sqrt(2)))
    steps = np.arange(len(ordered) + 1) / len(ordered)
    return float(max((steps[1:] - normal).max(), (normal - steps[:-1]).max()))


def kolmogorov_bound(count: int, alpha: float) -> float:
    """Return a bound of that distance. Source: Massart 1990 (Dvoretzky, Kiefer and Wolfowitz's inequality)."""
    return math.sqrt(math.log(2 / alpha) / (2 * count))


def spread_bounds(probabilities: Floats, count: int, alpha: float) -> tuple[float, float]:
    """Return bounds of Σ (X - mean)² over `count` independent draws of X.

    The lower one is Maurer's for sums of non-negative terms (2003), which needs two moments; the upper one Bernstein's,
    with the terms' largest value that a draw leaves with at most alpha/4 over all draws.
    """
    values = np.arange(len(probabilities))
    squares = (values - float(probabilities @ values)) ** 2
    mean, second = float(probabilities @ squares), float(probabilities @ squares**2)
    x = math.log(4 / alpha)
    low, high = interval(probabilities, alpha / (4 * count))
    largest = float(max(squares[low], squares[high]))
    variance = count * (second - mean**2)
    above = count * mean + math.sqrt(2 * variance * x) + 2 * largest * x / 3
    return count * mean - math.sqrt(2 * count * second * x), above
