"""Skellam noise on integers, accounted: dominated by a Gaussian of nearly the same variance, and a bound from a paper.

Skellam noise of variance μ is the difference of two Poisson variables of mean μ/2. Sums of it are Skellam again.

**Domination.** Let F be its distribution function, z(x) = Φ⁻¹(F(x)), and θ = max over integers x of z(x) − z(x − 1).
For a shift by an integer k, the likelihood ratio of X and X + k is monotone (the probabilities are log-concave), so the
best tests are thresholds, and the one at x has error rates F(x − k) and 1 − F(x). Of a Gaussian experiment with means
k·θ apart (unit variance) the best test with the first rate F(x − k) has power Φ(z(x − k) + kθ) ≥ Φ(z(x)) = F(x). The
Gaussian's trade-off curve is convex, so it lies below that of the Skellam pair everywhere, between its corners too: the
Gaussian pair tells more. Pairs that tell more compose to pairs that tell more, so a vector of integers of L2 norm Δ₂
under independent Skellam noise is no less private than Δ₂ under Gaussian noise of standard deviation 1/θ, in δ(ε), in
Rényi divergence, and under composition. (Dong, Roth and Su, "Gaussian differential privacy", 2022, for trade-off
functions.) 1/θ is near √μ·(1 − 1/(6μ)), and no L1 norm enters.

θ is the largest difference that is found among all x up to tails of 10⁻²⁹⁰, in float64, enlarged by 10⁻⁷; the mass
beyond is less than any δ can show.

**The paper's bound**: Agarwal, Kairouz and Liu, "The Skellam mechanism for differentially private federated learning"
(NeurIPS 2021), Theorem 3.5 and its corollary for vectors, for whole orders; between them by convexity.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_ENLARGED = 1 + 1e-7
_LOG_TAIL = -290 * math.log(10)


@lru_cache(maxsize=256)
def equivalent_standard_deviation(variance: float) -> float:
    """Return 1/θ: standard deviation of the Gaussian noise that protects integers no better than Skellam noise does.

    Args:
        variance: μ, from 1 to 2³², in cells²: what the event `Skellam` admits.
    """
    from scipy.special import ndtri_exp  # half a second, and only needed here

    log_tails = _log_tails(variance)
    # z(x) = −Φ⁻¹(P(X > x)) for x ≥ 0; and z(−1) = −z(0).
    z = -np.asarray(ndtri_exp(log_tails))
    largest = max(2 * float(z[0]), float(np.diff(z).max()))
    return 1 / (largest * _ENLARGED)


def skellam_divergence(order: float, l1: float, l2: float, variance: float) -> float:
    """Bound the Rényi divergence at any order above 1 by the paper's bound at whole orders.

    Args:
        order: α > 1.
        l1: L1 norm of the shift, in cells; ≥ 1.
        l2: its L2 norm.
        variance: μ of the noise on each coordinate, in cells².

    (α − 1)·D_α is convex in α and 0 at α = 1, so between whole orders the chord bounds it.
    """
    low = math.floor(order)
    if low == order:
        return _at_whole_order(low, l1, l2, variance)
    below = (low - 1) * _at_whole_order(low, l1, l2, variance) if low > 1 else 0.0
    above = low * _at_whole_order(low + 1, l1, l2, variance)
    share = order - low
    return ((1 - share) * below + share * above) / (order - 1)


def _at_whole_order(order: int, l1: float, l2: float, variance: float) -> float:
    square = l2 * l2
    first = ((2 * order - 1) * square + 6 * l1) / (4 * variance * variance)
    return order * square / (2 * variance) + min(first, 3 * l1 / (2 * variance))


def _log_tails(variance: float) -> NDArray[np.float64]:
    """Return log P(X > x) for x = 0, 1, … until it is below 10⁻²⁹⁰.

    Ratios of neighbouring Bessel functions come from their recurrence downwards, r(k − 1) = 1/(2k/μ + r(k)), where
    errors shrink; tails from P(X ≥ k)/P(X = k) = 1 + r(k)·P(X ≥ k + 1)/P(X = k + 1). All terms are positive.
    """
    deviation = math.sqrt(variance)
    largest = int(40 * deviation + 0.5 * 40**2) + 200
    start = largest + int(12 * deviation) + 200
    ratio, whole = 0.0, 1.0
    ratios, wholes = np.empty(largest + 1), np.empty(largest + 1)
    for k in range(start, 0, -1):
        if k <= largest:
            ratios[k], wholes[k] = ratio, whole  # P(k + 1)/P(k), P(X ≥ k)/P(k)
        ratio = 1 / (2 * k / variance + ratio)  # P(k)/P(k − 1)
        whole = 1 + ratio * whole
    ratios[0], wholes[0] = ratio, whole
    # 1 = P(0) + 2·P(X ≥ 1), and P(X ≥ 0)/P(0) = 1 + P(X ≥ 1)/P(0).
    log_first = -math.log(2 * whole - 1)
    log_probabilities = log_first + np.concatenate([[0.0], np.cumsum(np.log(ratios[:-1]))])
    tails: NDArray[np.float64] = (log_probabilities + np.log(wholes))[1:]
    return tails[tails > _LOG_TAIL]
