"""The median with noise scaled to its smooth sensitivity, on a grid of whole cells and drawn exactly.

Statement. Let x₁ ≤ … ≤ xₙ be the values, moved into [lower, upper], with xᵢ = lower for i ≤ 0 and upper for i > n. The
result is the median x_⌈n/2⌉ plus discrete Cauchy noise of scale s, P(z) proportional to 1/(1 + (z/s)²), moved into
[lower, upper]. Here s is the larger of S(x)/α and 2, and S a ρ-smooth bound of the median's sensitivity: S(x) ≤ ρ·S(x')
for neighbours. That is ε-differentially private if, with ε' = ε/1.0001,
α ≤ 2·sinh(ε'/2) and α² ≤ 2ρ·(cosh ε' - 1) - (ρ - 1)². We take ln ρ = ε'/√2, and α as large as it may be.

Sensitivity, under *adding or removing one value* (Nissim, Raskhodnikova & Smith do it for replacing one, with n public,
where it is harder to find). The median is one end of the gap from x_⌊n/2⌋ to x_⌊n/2⌋₊₁, and one value more or less
moves it within that gap and can move it to the other end: the local sensitivity is the length of the gap. After k
changes it is at most A(k) = x_⌊(n+k)/2⌋₊₁ - x_⌊(n-k)/2⌋, which removing the k values in the middle reaches. (To make
one gap from xᵤ to xᵥ, v - u - 1 values are removed; then u values are below it and n - v + 1 above, and the changes
that are left must bring the latter to the former or one more: so u ≥ (n-k-1)/2 and v ≤ (n+k)/2 + 1.) A(k) of x is at
most A(k+1) of a neighbour, so S(x) = max over k of D(k)·A(k) is ρ-smooth if D(k) ≤ ρ·D(k+1), and it bounds the local
sensitivity if D(0) = 1.

Noise. For Cauchy densities of middle f and scale s, the largest logarithm of a quotient is the hyperbolic distance of
the points f + is in the upper half-plane (they are its Poisson kernels), whose cosh is 1 + ((f-f')² + (s-s')²)/(2ss').
Between neighbours |f - f'| ≤ α·min(s, s'), and r = s'/s or its inverse lies between 1 and ρ; (α² + (r-1)²)/(2r) is
convex in r, so largest at r = 1 or r = ρ: the two conditions. On the whole numbers the sum of 1/(1 + (z/s)²) is
πs·coth(πs) instead of πs; the derivatives of their logarithms by ln s differ by 2πs/sinh(2πs) ≤ 0.0001 for s ≥ 2, and
|ln r| is at most the distance, so the loss is at most 1.0001 times the distance.

Exactness. D(k) are whole multiples of 2⁻⁶², rounded up, so that S is rational and stays ρ-smooth; the noise is drawn by
rejection with rational probabilities of any size. No floating-point number is made from the values.

Adversary: sees the result, knows everything but the stream's key.

Limits. One value a unit of privacy. The scale of the noise is private: it must not be shown, so no error can be stated
with the result (with probability 95% it is below 12.8·s). The noise has no mean. The time depends on n, and a little on
the noise and its scale. Where all that is wanted is a quantile, `exponential_mechanism` over the cells is often better.

Source: Nissim, Raskhodnikova & Smith, "Smooth sensitivity and sampling in private data analysis" (2007), with the
admissible noise of its Lemma 2.7, γ = 2. The lemma has α = ln ρ = ε/6; the argument above needs about a fourth of that
noise at small ε, and less at large.
"""

from __future__ import annotations

import functools
import math
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wuming.accounting.events import EpsilonDelta
from wuming.core.errors import PrivacyParameterError
from wuming.mechanisms.exact import (
    pure_event,
    rational_coin,
    rational_epsilon,
    require_secrets,
    require_whole,
    uniform_below,
)
from wuming.mechanisms.gaussian import Stream

LARGEST_BOUND: Final = 1 << 40
LEAST_SCALE: Final = 2
_DISCRETE: Final = Decimal("1.0001")
_UNIT: Final = 1 << 62  # of D(k)
_SHARE_GRID: Final = 1 << 60


def smooth_median(
    stream: Stream, values: ArrayLike, *, lower: int, upper: int, epsilon: float
) -> tuple[int, EpsilonDelta]:
    """Return a noisy median, and its event.

    Args:
        stream: CSPRNG, used for nothing else.
        values: [n] whole cells, one a unit of privacy, n ≥ 0; those outside the bounds are moved to the nearer one.
        lower, upper: public bounds, lower < upper, at most 2⁴⁰ from 0.
        epsilon: from 2⁻³⁰ to 2¹⁰; rounded down to a multiple of 2⁻³⁰.

    Returns:
        A whole number in [lower, upper], around the value at place ⌈n/2⌉ (`lower` where there is none), and the event.

    Raises:
        PrivacyParameterError: for a parameter out of range, or values that are no list of whole numbers; the error
            holds none of them.
    """
    exact = rational_epsilon(epsilon)
    lower = require_whole("lower", lower, -LARGEST_BOUND, LARGEST_BOUND)
    upper = require_whole("upper", upper, -LARGEST_BOUND, LARGEST_BOUND)
    if lower >= upper:
        raise PrivacyParameterError(f"lower={lower} is not below upper={upper}", help="Give public bounds in order.")
    ordered = np.sort(np.clip(require_secrets("values", values, least=0), lower, upper))
    alpha, rho = shares(exact)
    scale = max(smooth_bound(ordered, lower, upper, rho) / alpha, Fraction(LEAST_SCALE))
    middle = _at(ordered, -(-ordered.size // 2), lower, upper)
    return min(max(middle + _cauchy(stream, scale), lower), upper), pure_event(exact)


@functools.cache
def shares(epsilon: Fraction) -> tuple[Fraction, Fraction]:
    """Return α and ρ for an ε, rounded down."""
    with localcontext() as context:
        context.prec = 600  # e^1024 has 445 digits before the point
        one = Decimal(epsilon.numerator) / Decimal(epsilon.denominator) / _DISCRETE
        rho = Fraction(int((one / Decimal(2).sqrt()).exp() * _SHARE_GRID), _SHARE_GRID)
        growth = Decimal(rho.numerator) / Decimal(rho.denominator)
        chord = one.exp() + (-one).exp() - 2  # 2·(cosh - 1), the square of 2·sinh(ε'/2)
        alpha = min(chord, growth * chord - (growth - 1) ** 2).sqrt()
        return Fraction(int(alpha * _SHARE_GRID), _SHARE_GRID), rho


def smooth_bound(ordered: NDArray[np.int64], lower: int, upper: int, rho: Fraction) -> Fraction:
    """Return S, the ρ-smooth bound of the median's sensitivity, of values in order."""
    n, best, weight = ordered.size, 0, _UNIT
    for k in range(n):
        gap = _at(ordered, (n + k) // 2 + 1, lower, upper) - _at(ordered, (n - k) // 2, lower, upper)
        best = max(best, weight * gap)
        lighter = -(-weight * rho.denominator // rho.numerator)
        if lighter == weight:  # as light as rounding allows
            break
        weight = lighter
    return Fraction(max(best, weight * (upper - lower)), _UNIT)  # A(n) is the whole range


def _at(ordered: NDArray[np.int64], place: int, lower: int, upper: int) -> int:
    """Return the value at a place that is counted from 1."""
    if place <= 0:
        return lower
    return int(ordered[place - 1]) if place <= ordered.size else upper


def _cauchy(stream: Stream, scale: Fraction) -> int:
    """Return a whole number z of probability proportional to 1/(1 + (z/scale)²).

    With B ≥ scale a whole number, |z| is proposed in [0, B) or in [B·2^(j-1), B·2^j), j ≥ 1, uniformly within each. The
    steps of height 1 and 4^-(j-1) lie nowhere below the wanted curve, and the first two blocks under them have a third
    of the mass each, each later one half of the one before. One of the two zeros is always refused. About half of the
    proposals are accepted.
    """
    top, bottom = scale.numerator**2, scale.denominator**2
    width = math.isqrt(top // bottom) + 1
    while True:
        block = 0 if uniform_below(stream, 3) == 0 else 1
        while block and uniform_below(stream, 2):
            block += 1
        height = 1 << 2 * max(block - 1, 0)
        size = width << max(block - 1, 0)
        magnitude = uniform_below(stream, size) + (size if block else 0)
        negative = uniform_below(stream, 2)
        accepted = rational_coin(stream, top * height, top + bottom * magnitude * magnitude)
        if accepted and (magnitude or not negative):
            return -magnitude if negative else magnitude
