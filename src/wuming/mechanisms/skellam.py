"""Skellam noise on the integers, cut at a stated bound, drawn by inverting its distribution function in integers.

Skellam noise of variance μ is the difference of two Poisson variables of mean μ/2 each; P(x) = e^−μ·I_|x|(μ). Sums of
independent Skellam noises are Skellam noise of the summed variance, so parties can each add a share of it.

What is drawn is that law *given* that |x| ≤ bound: nothing larger ever appears, so a sum of so many draws cannot wrap
around in a modulus that has room for them. `tail_probability` bounds what the cut takes away; it is charged as a δ.

Adversary: sees the noisy integers in full and knows everything but the stream's key. No floating-point number is made.

Exactness. The distribution function is tabulated as integers out of 2¹²⁸, from Bessel functions by their recurrence
downwards, I_(k−1) = I_(k+1) + (2k/μ)·I_k, in integers of 320 bits; all terms are positive, so relative errors only add.
A uniform number of 128 bits is compared with the table: the law drawn is within `table size`·2⁻¹²⁰ of the one stated in
total variation, which `tail_probability` includes. Justification against other samplers: NumPy's Poisson sampler
rejects with floating-point logarithms, whose errors nobody has bounded.

Limits. The comparison is a binary search in a table: who measures time or caches finely learns something about the
noise. Nothing is claimed against that.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import PrivacyParameterError
from wuming.mechanisms.gaussian import Stream

VARIANCE_GRID: Final = 1 << 10
"""Variances are whole multiples of 1/1024 cells²."""
LARGEST_VARIANCE: Final = 1 << 24
LARGEST_BOUND: Final = 1 << 18

_TABLE_BITS = 128
_GUARD_BITS = 320
_CHUNK = 1 << 16  # samples drawn together; part of the stream's layout


def skellam(stream: Stream, size: int, variance: Fraction, bound: int) -> NDArray[np.int32]:
    """Return independent samples of Skellam noise, given that none is beyond the bound.

    Args:
        stream: CSPRNG; what it gives after this call is used for nothing else.
        size: number of samples, ≥ 0.
        variance: μ in cells², a multiple of 1/1024 from 1/1024 to 2²⁴.
        bound: largest magnitude, from 1 to 2¹⁸ cells; see `bound_for`.

    Returns:
        [size] int32. The same stream gives the same samples on every machine.

    Raises:
        PrivacyParameterError: for an argument out of range.

    Guarantee: see the top of this file; the stream's words must be independent and uniform on [0, 2⁶⁴).
    """
    if isinstance(size, bool) or size < 0:
        raise PrivacyParameterError(f"size={size} is negative", help="Give the number of samples.")
    _check(variance, bound)
    table = _table(variance, bound)
    high, guide = _lookup(variance, bound)
    out = np.empty(size, dtype=np.int32)
    for start in range(0, size, _CHUNK):
        words = stream.uint64(min(_CHUNK, size - start))
        places = _places(words, high, guide)
        # A word that equals the upper half of a threshold is decided by its lower half: about one word in 2⁵⁰.
        for tied in np.flatnonzero(high[np.maximum(places, 1) - 1] == words):
            places[tied] = bisect_right(table, int(words[tied]) << 64 | int(stream.uint64(1)[0]))
        out[start : start + words.size] = places - bound
    return out


def tail_probability(variance: Fraction, bound: int) -> float:
    """Bound, for one sample, the total variation between what `skellam` draws and Skellam noise.

    Args:
        variance: as for `skellam`.
        bound: as for `skellam`.

    Raises:
        PrivacyParameterError: for an argument out of range.

    Proof. By Chernoff, P(X ≥ x) ≤ exp(μ(cosh s − 1) − sx) for all s > 0; s = asinh(x/μ) is the best. Twice that at
    bound + 1, and the error of the table.
    """
    _check(variance, bound)
    mean, x = float(variance), float(bound + 1)
    s = math.asinh(x / mean)
    # cosh s − 1 = 2·sinh²(s/2), without cancellation.
    exponent = 2 * mean * math.sinh(s / 2) ** 2 - s * x
    return min(1.0, 2 * math.exp(exponent) * (1 + 1e-9) + (2 * bound + 1) * 2.0**-120)


def bound_for(variance: Fraction, probability: float) -> int:
    """Return the smallest bound whose tail probability is at most `probability`.

    Args:
        variance: as for `skellam`.
        probability: from 10⁻³² on; for one sample.

    Raises:
        PrivacyParameterError: for an argument out of range, or where no bound up to 2¹⁸ suffices.
    """
    if isinstance(probability, bool) or not 1e-32 <= probability < 1:
        raise PrivacyParameterError(
            f"probability={probability} is not from 1e-32 to 1", help="Allow for a larger probability of failure."
        )
    low, high = 0, 1
    while tail_probability(variance, high) > probability:
        low, high = high, high * 2
        if high > LARGEST_BOUND:
            raise PrivacyParameterError(
                f"no bound up to {LARGEST_BOUND} cells has a tail of {probability}", help="Use a coarser grid."
            )
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if tail_probability(variance, middle) > probability else (low, middle)
    return high


def _check(variance: Fraction, bound: int) -> None:
    if (
        not isinstance(variance, Fraction)
        or not 0 < variance <= LARGEST_VARIANCE
        or (variance * VARIANCE_GRID).denominator != 1
    ):
        raise PrivacyParameterError(
            f"variance={variance!r} is no multiple of 1/{VARIANCE_GRID} up to {LARGEST_VARIANCE}",
            help="Give a Fraction; change the scale of the grid if the noise is too large or too small.",
        )
    if isinstance(bound, bool) or not isinstance(bound, int) or not 1 <= bound <= LARGEST_BOUND:
        raise PrivacyParameterError(
            f"bound={bound!r} is no whole number from 1 to {LARGEST_BOUND}", help="Use bound_for."
        )


def _places(words: NDArray[np.uint64], high: NDArray[np.uint64], guide: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return how many thresholds are at most each word, by its upper halves alone.

    The guide gives, from the first 12 bits, a place that is at most right; one comparison after the other goes up from
    there while any word needs it, and a search ends what is left.
    """
    places: NDArray[np.intp] = guide[words >> np.uint64(52)]
    last = high.size - 1
    for _ in range(2):
        places += (high[np.minimum(places, last)] <= words) & (places <= last)
    undecided = np.flatnonzero((places <= last) & (high[np.minimum(places, last)] <= words))
    places[undecided] = np.searchsorted(high, words[undecided], side="right")
    return places


@lru_cache(maxsize=16)
def _lookup(variance: Fraction, bound: int) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
    """Return the upper halves of the table, and for each first 12 bits how many of them are not above."""
    high = np.array([threshold >> 64 for threshold in _table(variance, bound)], dtype=np.uint64)
    guide = np.searchsorted(high, np.arange(1 << 12, dtype=np.uint64) << np.uint64(52), side="right")
    for array in (high, guide):
        array.flags.writeable = False
    return high, guide


@lru_cache(maxsize=16)
def _table(variance: Fraction, bound: int) -> tuple[int, ...]:
    """Return round(2^128 · P(X ≤ x | |X| ≤ bound)) for x = −bound, …, bound − 1."""
    numerator, denominator = variance.numerator, variance.denominator
    # Downwards from far outside, where what is left out is forgotten.
    start = bound + 64 + int(40 * math.sqrt(float(variance)))
    above, here = 0, 1 << _GUARD_BITS
    half: list[int] = []
    limit = 1 << 4 * _GUARD_BITS
    for k in range(start, 0, -1):
        above, here = here, above + 2 * k * denominator * here // numerator
        if here > limit and k > bound + 1:
            above, here = above >> 2 * _GUARD_BITS, here >> 2 * _GUARD_BITS
        if k <= bound + 1:
            half.append(here)  # of k − 1
    half.reverse()  # of 0, 1, …, bound
    weights = [*half[:0:-1], *half]
    total = sum(weights)
    most = (1 << _TABLE_BITS) - 1
    return tuple(min(((part << _TABLE_BITS + 1) // total + 1) // 2, most) for part in accumulate(weights[:-1]))
