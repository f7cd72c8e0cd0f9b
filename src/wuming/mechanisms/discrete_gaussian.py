"""The discrete Gaussian on the integers, drawn exactly: only integers decide, and no floating-point number is made.

Adversary: sees the noisy integers in full and knows everything but the stream's key. Low-order bits tell nothing,
because the samples have exactly the distribution that the proof is about, if the stream's words are uniform.

Limits. It is drawn by rejection, so the time that it takes depends on the noise (not on the data, which is no argument
here). Who can time it finely learns something about the noise: Jin, McMurtry, Rubinstein & Ohrimenko, "Are we there
yet? Timing and floating-point attacks on differential privacy systems" (2022). Candidates are drawn in blocks of fixed
size, so only a sum over thousands of samples shows in the time, and no single one; that is a mitigation, no proof.
"""

from __future__ import annotations

import functools
import math
from bisect import bisect_left
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import PrivacyParameterError
from wuming.mechanisms.gaussian import Stream

LARGEST_SIGMA = 1 << 30  # so that 2σ² fits in 62 bits
_BLOCK = 1 << 14  # candidates drawn together; part of the stream's layout


def discrete_gaussian(stream: Stream, size: int, sigma: int) -> NDArray[np.int64]:
    """Return independent samples x of the discrete Gaussian, of probability proportional to exp(-x²/(2σ²)).

    Args:
        stream: CSPRNG; what it gives after this call is used for nothing else.
        size: number of samples, ≥ 0.
        sigma: σ, a whole number from 1 to 2³⁰; powers of two are fastest. The variance is σ² to one part in 10⁶.

    Raises:
        PrivacyParameterError: for an argument out of range.

    Guarantee: exact, if the stream's words are independent and uniform on [0, 2⁶⁴). The same stream gives the same
    samples on every machine.

    A candidate ±(kσ + j) has k ≥ 0 of probability proportional to exp(-k²/2), and a fair sign and j in [0, σ). It is
    accepted with probability exp(-j²/(2σ²)) · exp(-j/σ)^k, which leaves exp(-(kσ + j)²/(2σ²)); one of the two zeros is
    always refused. About 71% of the candidates are accepted.

    Source: Karney, "Sampling exactly from the normal distribution" (2016), Algorithm D, with the events of probability
    exp(-γ) from Canonne, Kamath & Steinke, "The discrete Gaussian for differential privacy" (2020), Algorithm 1.
    """
    if isinstance(size, bool) or size < 0:
        raise PrivacyParameterError(f"size={size} is negative", help="Give the number of samples.")
    if isinstance(sigma, bool) or not isinstance(sigma, int) or not 1 <= sigma <= LARGEST_SIGMA:
        raise PrivacyParameterError(
            f"sigma={sigma!r} is no whole number from 1 to {LARGEST_SIGMA}",
            help="Scale the grid so that the standard deviation is a whole number of cells in this range.",
        )
    out = np.empty(size, dtype=np.int64)
    filled = 0
    while filled < size:
        accepted = _accepted(stream, sigma)[: size - filled]
        out[filled : filled + accepted.size] = accepted
        filled += accepted.size
    return out


def distance_from_rounded_gaussian(size: int, sigma: int) -> float:
    """Bound the total variation between `size` discrete Gaussians and as many rounded continuous ones.

    Rounding a Gaussian mechanism's answer to integers keeps its guarantee, whatever was proven about it (its privacy
    loss distribution, also under sampling). So where sums are integers, discrete noise has that guarantee up to this
    distance τ: from (ε, δ) follows (ε, δ + (1 + e^ε)·τ), with τ summed over the steps.

    Args:
        size: number of coordinates, ≥ 1; each may be around an integer of its own.
        sigma: σ ≥ 1, of both.

    Raises:
        PrivacyParameterError: for an argument out of range.

    Proof. Let x follow the discrete Gaussian P, and Q be the rounding to the nearest integer of N(0, σ²). P(x) is
    exp(-x²/2σ²)/Z with Z ≥ σ√2π (Poisson summation), so Q(x)/P(x) ≥ ∫ exp(-u²/2σ²) cosh(xu/σ²) du over |u| ≤ 1/2. The
    logarithm is concave (Jensen) and log cosh y ≥ y²/2 - y⁴/12, so log(Q/P) ≥ -1/(24σ²) + x²/(24σ⁴) - x⁴/(960σ⁸). Under
    P, and again by Poisson summation, E x² ≥ σ² - 10⁻⁶ and E x⁴ ≤ 3.0001 σ⁴ for σ ≥ 1. So KL(P‖Q) ≤ 1/(300σ⁴); the
    true value is near 1/(576σ⁴). Divergences of independent coordinates add, and by Pinsker's inequality
    τ ≤ √(size · KL/2).
    """
    for name, value in (("size", size), ("sigma", sigma)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise PrivacyParameterError(
                f"{name}={value!r} must be a whole number, at least 1", help="Give counts and grid cells."
            )
    return min(1.0, math.sqrt(size / 600) / sigma**2)


def _accepted(stream: Stream, sigma: int) -> NDArray[np.int64]:
    """Return those candidates of one block that are accepted."""
    multiple = _multiples(stream)
    signed = below(stream, _BLOCK, 2 * sigma)
    fraction = signed >> np.uint64(1)
    alive = np.flatnonzero(happens(stream, fraction * fraction, 2 * sigma * sigma))
    for repeat in range(int(multiple.max())):
        concerned = np.flatnonzero(multiple[alive] > repeat)
        survives = np.ones(alive.size, dtype=bool)
        survives[concerned] = happens(stream, fraction[alive[concerned]], sigma)
        alive = alive[survives]
    magnitude = multiple[alive] * sigma + fraction[alive].view(np.int64)
    negative = (signed[alive] & np.uint64(1)).view(np.int64)
    values = magnitude * (1 - 2 * negative)
    accepted: NDArray[np.int64] = values[(magnitude > 0) | (negative == 0)]
    return accepted


def _multiples(stream: Stream) -> NDArray[np.int64]:
    """Return one block of integers k ≥ 0 of probability proportional to exp(-k²/2).

    A real number uniform on [0, 1), of which the stream gives as many binary digits as it takes, is compared with the
    distribution function. The first 64 digits decide but for about one in 10¹⁸.
    """
    words = stream.uint64(_BLOCK)
    table = np.array(_thresholds(64), dtype=np.uint64)
    count = np.zeros(_BLOCK, dtype=np.int8)
    for threshold in table[:-1]:
        count += words > threshold
    multiples = count.astype(np.int64)
    for undecided in np.flatnonzero(words == table[multiples]):
        multiples[undecided] = _resolved(stream, int(words[undecided]))
    return multiples


def _resolved(stream: Stream, digits: int) -> int:
    """Return k for a number whose first 64 binary digits equal those of a value of the distribution function."""
    bits = 64
    while True:
        bits += 64
        digits = digits << 64 | int(stream.uint64(1)[0])
        table = _thresholds(bits)
        multiple = bisect_left(table, digits)
        if table[multiple] != digits:
            return multiple


@functools.cache
def _thresholds(bits: int) -> tuple[int, ...]:
    """Return floor(2^bits · P(K ≤ k)) for k = 0, 1, … up to the first that is 2^bits - 1.

    In integers, between a lower and an upper bound; precision is raised until both have the same floor.
    """
    precision = bits
    while True:
        precision += 64
        root_low, root_high = _exponential_of_minus_half(precision)
        squares = [k * k for k in range(1, math.isqrt(2 * precision) + 3)]
        low = [1 << precision] + [root_low**n >> precision * (n - 1) for n in squares]
        high = [1 << precision] + [(root_high**n >> precision * (n - 1)) + 1 for n in squares]
        # Past the last weight each is less than half of the one before, so twice the last bounds all that are left out.
        total_low, total_high = sum(low), sum(high) + 2 * high[-1]
        from_below = [(part << bits) // total_high for part in accumulate(low)]
        from_above = [(part << bits) // total_low for part in accumulate(high)]
        length = bisect_left(from_below, (1 << bits) - 1) + 1
        if length <= len(from_below) and from_below[:length] == from_above[:length]:
            return tuple(from_below[:length])


def _exponential_of_minus_half(precision: int) -> tuple[int, int]:
    """Return a lower and an upper bound of exp(-1/2) · 2^precision, a few units apart."""
    term = euler = 1 << precision
    count = 0
    while term:  # e = Σ 1/n!; rounding down costs less than 2 a term, and the terms left out are less than 2 together
        count += 1
        term //= count
        euler += term
    unit = 1 << 3 * precision
    return math.isqrt(unit // (euler + 2 * count + 2)), math.isqrt(unit // euler) + 1


def happens(stream: Stream, numerator: NDArray[np.uint64], denominator: int) -> NDArray[np.bool_]:
    """Return independent events of probability exp(-γ), γ = numerator/denominator in [0, 1].

    Of events of probability γ/1, γ/2, γ/3, … the first that fails is at an odd place with that probability.
    """
    result = np.ones(numerator.size, dtype=bool)
    alive = np.flatnonzero(below(stream, numerator.size, denominator) < numerator)
    place = 2
    while alive.size:
        happened = below(stream, alive.size, denominator) < numerator[alive]
        happened &= below(stream, alive.size, place) == 0
        result[alive[~happened]] = place % 2 == 1
        alive = alive[happened]
        place += 1
    return result


def below(stream: Stream, size: int, bound: int) -> NDArray[np.uint64]:
    """Return integers uniform on [0, bound), 1 ≤ bound < 2⁶³."""
    words = stream.uint64(size)
    if bound & (bound - 1) == 0:
        return words >> np.uint64(65 - bound.bit_length()) if bound > 1 else np.zeros_like(words)
    limit = np.uint64((1 << 64) // bound * bound)
    refused = np.flatnonzero(words >= limit)
    while refused.size:
        words[refused] = stream.uint64(refused.size)
        refused = refused[words[refused] >= limit]
    return words % np.uint64(bound)
