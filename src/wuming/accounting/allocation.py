"""Random allocation: each unit takes part in k of the t steps of an epoch, chosen uniformly and kept secret.

**Blocks.** To choose k of t steps, split the t steps at random into k blocks of ⌊t/k⌋ or ⌈t/k⌉ steps and choose one
step of each. Showing the split can only help the adversary, so an epoch is dominated by k independent choices of 1 of
⌊t/k⌋ or ⌈t/k⌉ (Feldman and Shenfeld, ICML 2026, arXiv 2602.17284).

**One of t.** With base Q = N(0, 1)^t (scaled by σ) and P with the mean 1/σ in one uniformly random coordinate, dP/dQ is
S/t, S = ΣLᵢ, with Lᵢ = exp(xᵢ/σ − 1/(2σ²)) independent and log-normal of mean 1 under Q. The hockey-stick divergences
of both directions are means under Q of convex functions of S: E[(S/t − γ)₊] and E[(1 − γ·S/t)₊]. So any spread of the
Lᵢ that keeps their means gives an upper bound of both. Here each Lᵢ is moved to one of its two neighbours on the grid
{0, w, 2w, …} at random so that its mean is kept; above the last point it is moved to 0 or infinity. The law of the sum
is a convolution of t finite laws, and follows from Fourier transforms without further bias. The loss ln(S/t) is then
moved to the grid of the privacy loss distribution in the same manner ("connect the dots", Doroshenko et al. 2022).

**Rényi curve.** E_Q[(S/t)^α] is a finite sum for whole α, and log-convex in α. E_Q[(S/t)^−s] is an integral over the
t-th power of a Laplace transform, summed with a proven error (see `mixtures`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wuming.accounting.events import RandomAllocationGaussian
from wuming.accounting.gaussian import log_normal_tail

_Array = NDArray[np.float64]
_LARGEST_SUMS = 1 << 22  # cells of the law of S
_FINEST = 1e-2  # width w of its grid, where the number of cells allows; raises the variance of S by less than 1e-4
_DEVIATIONS = 7.5  # beyond, 3e-14 of the mass of one step go to infinity
_SPACING = 0.03  # of the integral over a Laplace transform; fine enough for every order up to 600
_LARGEST_PLAIN = 1e12


@dataclass(frozen=True)
class LossLaw:
    """A finite law of a privacy loss.

    Attributes:
        lower_loss: cell of the first entry; cell k stands for the loss k·interval.
        probabilities: mass of each cell.
        infinity_mass: mass of an infinite loss.
    """

    lower_loss: int
    probabilities: _Array
    infinity_mass: float


def blocks(event: RandomAllocationGaussian) -> list[tuple[int, int]]:
    """Return (number of steps, how often): the independent choices of one step that dominate the whole event."""
    size, larger = divmod(event.steps_per_epoch, event.participations)
    found = [(size, (event.participations - larger) * event.epochs), (size + 1, larger * event.epochs)]
    return [(steps, times) for steps, times in found if times]


def one_of(steps: int, sigma: float, interval: float) -> tuple[LossLaw, LossLaw]:
    """Return the privacy loss distributions of one choice of 1 of `steps`: unit removed, unit added.

    Args:
        steps: t ≥ 2.
        sigma: noise multiplier; > 0.
        interval: width of the cells of the loss; > 0.

    Guarantee: hockey-stick divergences are upper bounds. The error of the Fourier transforms is estimated from above
    and added to the infinite losses, like everything that the finite grids leave out.
    """
    width, null, shifted, infinite = _spread(steps, sigma)
    cells, cut = _length(steps, width, null, shifted)
    transform = np.fft.rfft(null, cells)
    power = transform ** (steps - 1)
    with_unit = np.fft.irfft(power * np.fft.rfft(shifted, cells), cells)
    without = np.fft.irfft(power * transform, cells)
    # A transform errs by about ε·log₂(cells) of the 2-norm, spread over all cells; a product of t adds up t of these.
    error = 1e-15 * steps * math.sqrt(cells) * math.log2(cells) * float(np.linalg.norm(null) + np.linalg.norm(shifted))
    loss = np.log(np.arange(1, cells) * (width / steps))
    removed = _connect(loss, np.maximum(with_unit[1:], 0.0), interval, infinite + cut + error)
    # A sum of 0 has no mass with the unit, so its loss is infinite without it.
    zero = max(0.0, float(without[0]))
    added = _connect(-loss, np.maximum(without[1:], 0.0), interval, zero + cut + error)
    return removed, added


def _spread(steps: int, sigma: float) -> tuple[float, _Array, _Array, float]:
    """Return the grid's width, the law of one spread L under Q and (tilted by L) under P, and P's mass at infinity."""
    # Under P the logarithm of L is N(1/(2σ²), 1/σ²); its upper tail is what goes to infinity.
    largest = math.exp(_DEVIATIONS / sigma + 0.5 / sigma**2)
    width = max(_FINEST * min(1.0, 1 / sigma), (largest + 4 * steps) / (_LARGEST_SUMS / 2))
    edges = width * np.arange(math.ceil(largest / width) + 1)
    with np.errstate(divide="ignore"):
        z = sigma * np.log(edges) + 0.5 / sigma
    below_q, below_p = _normal_cdf(z), _normal_cdf(z - 1 / sigma)
    mass, mean = np.diff(below_q), np.diff(below_p)  # of each cell: Q(cell), and E_Q[L; cell] = P(cell)
    share = np.clip(mean / width - mass * np.arange(mass.size), 0.0, mass)  # of the upper neighbour
    null = np.zeros(edges.size)
    null[:-1] += mass - share
    null[1:] += share
    null[0] += float(1 - below_q[-1])
    shifted = null * edges
    # What rounding leaves of the mean 1 goes to infinity, too.
    infinite = max(math.exp(log_normal_tail(_DEVIATIONS)), 1 - float(shifted.sum())) + 1e-15 * steps
    return width, null, shifted, infinite


def _length(steps: int, width: float, null: _Array, shifted: _Array) -> tuple[int, float]:
    """Return the length of the transforms, and a bound of the mass of sums beyond it, which wraps around.

    Chernoff's bound at a few exponents; under P it also bounds Q, as sums above t are likelier under P.
    """
    points = np.arange(null.size)
    cells = 1 << (2 * null.size + math.ceil(steps / width)).bit_length()
    while True:
        bound = 1.0
        for exponent in (4.0, 8.0, 16.0, 24.0, 32.0, 48.0, 64.0):
            rate = exponent / (cells / 2)
            growth = np.exp(rate * points)
            with_unit, without = float(growth @ shifted), float(growth @ null)
            logarithm = math.log(with_unit) + (steps - 1) * math.log(without) - rate * cells
            bound = min(bound, math.exp(min(0.0, logarithm)))
        if bound < 1e-13 or cells >= 4 * _LARGEST_SUMS:
            return cells, bound
        cells *= 2


def _connect(loss: _Array, mass: _Array, interval: float, infinite: float) -> LossLaw:
    """Move each mass to the two neighbouring cells so that both its mass and its mass times e^−loss are kept."""
    position = np.floor(loss / interval).astype(np.int64)
    lower = int(position.min())
    within = loss - position * interval
    share = np.clip((np.exp(-within) - math.exp(-interval)) / -math.expm1(-interval), 0.0, 1.0)
    size = int(position.max()) - lower + 2
    probabilities = np.bincount(position - lower, mass * share, size).astype(np.float64)
    probabilities += np.bincount(position - lower + 1, mass * (1 - share), size)
    return LossLaw(lower, probabilities, infinite)


def _normal_cdf(z: _Array) -> _Array:
    from scipy.special import ndtr  # comes with dp-accounting

    return np.asarray(ndtr(z))


def allocation_curve(event: RandomAllocationGaussian, orders: Sequence[float]) -> list[float]:
    """Return an upper bound of the Rényi divergence of the whole event, both directions, at each order α > 1."""
    sigma = float(event.noise_multiplier)
    return [
        math.fsum(times * _divergence(steps, sigma, float(order)) for steps, times in blocks(event)) for order in orders
    ]


def _divergence(steps: int, sigma: float, order: float) -> float:
    """Return the larger of both directions for 1 of `steps`; never above the divergence of a step that is known."""
    ratio = 1 / sigma
    plain = order * (ratio * ratio) / 2
    if steps == 1 or not plain < _LARGEST_PLAIN:
        return plain
    whole = math.floor(order)
    moments = _log_moments(steps, sigma, 1 << max(3, math.ceil(order).bit_length()))
    # The logarithm of a moment is convex in its order, so the chord lies above it.
    part = order - whole
    removed = (1 - part) * moments[whole] + (part * moments[whole + 1] if part else 0.0)
    added = _log_negative_moment(steps, sigma, order - 1)
    largest = max(removed, added)
    return min(plain, max(0.0, largest + 1e-12 * (1 + abs(largest))) / (order - 1))


@lru_cache(maxsize=64)
def _log_moments(steps: int, sigma: float, largest: int) -> list[float]:
    """Return ln E_Q[(S/t)ⁿ] for n = 0 … largest.

    E[Sⁿ]/n! is the coefficient of zⁿ in (Σⱼ E[Lʲ]·zʲ/j!)^t, with E[Lʲ] = exp(j(j−1)/(2σ²)); all terms are positive.
    """
    orders = np.arange(largest + 1)
    factorials = np.array([math.lgamma(n + 1) for n in orders])
    power = orders * (orders - 1) / (2 * sigma**2) - factorials
    total: _Array | None = None
    rest = steps
    while rest:
        if rest & 1:
            total = power if total is None else _log_product(total, power)
        rest >>= 1
        if rest:
            power = _log_product(power, power)
    assert total is not None
    logarithms = total + factorials - orders * math.log(steps)
    # E[S/t] = 1 exactly. Rounding of the logarithms is covered relative to the largest term that was cancelled.
    slack = 4e-15 * (1 + factorials)
    return [0.0, 0.0, *(float(value) for value in (logarithms + slack)[2:])]


def _log_product(first: _Array, second: _Array) -> _Array:
    """Return the logarithms of the coefficients of a product of two power series, cut to their length."""
    result = np.empty_like(first)
    for n in range(first.size):
        terms = first[: n + 1] + second[n::-1]
        largest = terms.max()
        result[n] = largest + math.log(float(np.exp(terms - largest).sum()))
    return result


@lru_cache(maxsize=64)
def _log_laplace(sigma: float) -> tuple[_Array, _Array]:
    """Return v on a grid of spacing `_SPACING` and an upper bound of ln E[exp(−e^v·L)].

    Trapezoidal rule over z with L = exp(z/σ − 1/(2σ²)). In the strip of half-width a < σπ/2 the integrand is at most
    e^(a²/2) times the normal density, so the error is at most 2·e^(a²/2)/(e^(2πa/h) − 1), here below e^−60.
    """
    half_width = min(5.0, 1.4 * sigma)
    spacing = 2 * math.pi * half_width / (61 + half_width**2 / 2)
    z = np.arange(-13.0, 13.0 + spacing, spacing)
    weights = np.exp(-z * z / 2) * (spacing / math.sqrt(2 * math.pi))
    likelihood = np.exp(z / sigma - 0.5 / sigma**2)
    v = np.arange(-60.0, 40.0, _SPACING)
    values = np.concatenate([np.exp(-np.outer(np.exp(part), likelihood)) @ weights for part in np.array_split(v, 16)])
    return v, np.minimum(0.0, np.log(values + 2 * math.exp(-60)))


def _log_negative_moment(steps: int, sigma: float, power: float) -> float:
    """Return an upper bound of ln E_Q[(S/t)^−s] for s = `power` > 0.

    S^−s = ∫ e^(sv)·exp(−e^v·S) dv / Γ(s). In the strip of half-width a < π/2 the integrand is at most cos(a)^−s times
    that for a smaller sum, whose integral is cos(a)^−s times as large; so the trapezoidal rule errs by at most the
    share 2·cos(a)^−s/(e^(2πa/h) − 1).
    """
    v, laplace = _log_laplace(sigma)
    half_width = min(1.2, math.sqrt(70 / power))
    doubt = math.log(2) - power * math.log(math.cos(half_width)) - 2 * math.pi * half_width / _SPACING
    if doubt > -30:
        return math.inf
    terms = power * v + steps * laplace
    peak = float(terms.max())
    total = float(np.exp(terms - peak).sum()) * _SPACING
    # Left of the grid the transform is at most 1; right of it at most (m/(e·u))^m·E[L^−m], for every m.
    total += _SPACING * math.exp(power * v[0] - peak) / math.expm1(power * _SPACING)
    right = math.inf
    for m in range(1, 60):
        fall = steps * m - power
        if fall > 0:
            constant = m * (math.log(m) - 1) + m * (m + 1) / (2 * sigma**2)
            right = min(
                right, steps * constant - fall * v[-1] - peak - math.log(math.expm1(min(fall * _SPACING, 700.0)))
            )
    total += _SPACING * math.exp(min(700.0, right))
    share = 1 + math.exp(doubt) + 1e-15 * steps
    return power * math.log(steps) - math.lgamma(power) + peak + math.log(total * share)
