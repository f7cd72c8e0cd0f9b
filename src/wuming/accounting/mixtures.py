"""The Rényi divergence between two mixtures of Gaussians on a line, by a sum whose error is bounded by proof.

With unit variance, P = Σ wᵢ N(aᵢ, 1) and Q = Σ vⱼ N(bⱼ, 1), the integrand f = P^α Q^(1−α) is analytic where no mixture
vanishes. On the line with imaginary part y each mixture is e^(y²/2) times a sum of its own terms, turned by phases that
lie within y·span of each other; so |P| ≤ e^(y²/2)·P(x), |Q| ≥ e^(y²/2)·cos(y·span/2)·Q(x), and P does not vanish while
y·span < π. Hence ∫|f(x+iy)|dx ≤ M = e^(y²/2)·cos(y·span/2)^(1−α)·∫f(x)dx, and the trapezoidal rule with spacing h errs
by at most the share 2·e^(a²/2)·cos(a·span/2)^(1−α)/(e^(2πa/h) − 1) of the integral, for every half-width a of the strip
(Trefethen and Weideman, "The exponentially convergent trapezoidal rule", SIAM Review 2014, Theorem 5.1). The spacing is
chosen so that this is below 1e-15.

Outside of [l, r] the sum is bounded, too: the logarithm of f has the slope α·E_P[a|x] − (α−1)·E_Q[b|x] − x, which is
at most c − x with c = α·max a − (α−1)·min b. So with r = c + T all that is left out adds at most f(r)/T; likewise left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LOG_ERROR = 35.0  # e^-35 < 1e-15: the share of the integral by which the sum may err
_TAIL = 10.0  # standard deviations summed beyond the outermost centre
_LARGEST_WORK = 20_000_000  # terms of one sum; beyond, the bound without amplification is returned
_LARGEST_PLAIN = 1e12  # where the bound without amplification is larger, nothing private is left to account for
# Rounding of sums of logarithms in float64, far above what was ever seen.
_ROUNDING = 2e-13


@dataclass(frozen=True)
class Mixture:
    """Gaussians of one standard deviation on a line.

    Attributes:
        log_weights: natural logarithms of the weights, which add up to 1; none is −∞.
        means: in the unit of the standard deviation; as many as weights.
    """

    log_weights: tuple[float, ...]
    means: tuple[float, ...]


def renyi_divergence(upper: Mixture, lower: Mixture, standard_deviation: float, order: float) -> float:
    """Return an upper bound of D_α(upper ‖ lower).

    Args:
        upper: mixture from which outputs are drawn.
        lower: mixture in the denominator.
        standard_deviation: of every component, in the unit of the means; > 0.
        order: α > 1.

    Returns:
        A number ≥ 0; the exact divergence up to 1e-12 relative, except where the sum would be too long: there the
        bound α·(largest distance of two means)²/(2σ²), valid by joint quasi-convexity.
    """
    a, b = (np.asarray(mixture.means, dtype=np.float64) / standard_deviation for mixture in (upper, lower))
    farthest = float(max(abs(a.max() - b.min()), abs(b.max() - a.min())))
    plain = order * (farthest * farthest) / 2  # a product of floats overflows to infinity, a power raises
    if not plain <= _LARGEST_PLAIN:
        return plain
    span = float(max(np.ptp(a), np.ptp(b)))
    spacing = _spacing(span, order)
    right = order * float(a.max()) - (order - 1) * float(b.min()) + _TAIL
    left = order * float(a.min()) - (order - 1) * float(b.max()) - _TAIL
    points = (right - left) / spacing + 2
    if not points * (a.size + b.size) <= _LARGEST_WORK:
        return plain
    x = np.asarray(left + spacing * np.arange(math.ceil(points)), dtype=np.float64)
    exponent = order * _log_ratio(upper, a, x) - (order - 1) * _log_ratio(lower, b, x) - x * x / 2
    peak = float(exponent.max())
    total = float(np.exp(exponent - peak).sum()) * spacing
    total += (math.exp(exponent[0] - peak) + math.exp(exponent[-1] - peak)) / _TAIL
    log_integral = peak + math.log(total) - 0.5 * math.log(2 * math.pi)
    log_integral += _ROUNDING * (1 + abs(log_integral))
    return min(plain, max(0.0, log_integral) / (order - 1))


def _spacing(span: float, order: float) -> float:
    """Return h for which the proven share of error is at most e^-35."""
    half_width = math.sqrt(_LOG_ERROR / (0.5 + (order - 1) * span**2 / 8))
    if half_width * span / 2 > math.pi / 3:
        half_width = 2 * math.pi / (3 * span)
    amplification = half_width**2 / 2 - (order - 1) * math.log(math.cos(half_width * span / 2))
    return 2 * math.pi * half_width / (_LOG_ERROR + math.log(2) + amplification + 1e-9)


def _log_ratio(mixture: Mixture, means: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ln of the mixture's density divided by that of N(0, 1), at each of `x`."""
    largest = np.full(x.shape, -np.inf)
    for log_weight, mean in zip(mixture.log_weights, means, strict=True):
        np.maximum(largest, log_weight + mean * (x - mean / 2), out=largest)
    total = np.zeros(x.shape)
    for log_weight, mean in zip(mixture.log_weights, means, strict=True):
        total += np.exp(log_weight + mean * (x - mean / 2) - largest)
    return np.asarray(largest + np.log(total))


def binomial(trials: int, probability: float, *, mean: float = 1.0) -> Mixture:
    """Return Σ Binomial(trials, probability)(k)·N(k·mean, ·); terms of weight 0 are left out.

    Args:
        trials: ≥ 1.
        probability: in (0, 1].
        mean: shift of one success, may be negative.
    """
    if probability == 1:
        return Mixture((0.0,), (trials * mean,))
    log_success, log_failure = math.log(probability), math.log1p(-probability)
    log_choices = [
        math.lgamma(trials + 1) - math.lgamma(k + 1) - math.lgamma(trials - k + 1) for k in range(trials + 1)
    ]
    weights = [
        choices + k * log_success + (trials - k) * log_failure
        for k, choices in zip(range(trials + 1), log_choices, strict=True)
    ]
    return Mixture(tuple(weights), tuple(k * mean for k in range(trials + 1)))


NOTHING = Mixture((0.0,), (0.0,))
"""N(0, ·): the output without the unit."""
