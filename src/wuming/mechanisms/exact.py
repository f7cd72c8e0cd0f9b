"""What exact mechanisms share: ε on a grid of binary fractions, and events of exact probability.

Only integers decide. Everything that depends on ε is rational or exp of something rational, so no probability is ever
rounded. Source of the events: Canonne, Kamath & Steinke, "The discrete Gaussian for differential privacy" (2020).

Limits. Events of probability exp(-γ) take a random time that depends on γ. Where γ comes from the data, who can time a
single call finely learns something: Jin, McMurtry, Rubinstein & Ohrimenko (2022). Do not let them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wuming.accounting.events import EpsilonDelta
from wuming.core.errors import PrivacyParameterError
from wuming.mechanisms.discrete_gaussian import below, happens
from wuming.mechanisms.discrete_laplace import discrete_laplace
from wuming.mechanisms.gaussian import Stream

GRID: Final = 1 << 30
LARGEST_EPSILON: Final = 1 << 10
LARGEST_SENSITIVITY: Final = 1 << 20
_SCALE_GRID: Final = 1 << 10
_LARGEST_SCALE: Final = 1 << 30
_TOGETHER: Final = 4  # events of probability 1/e drawn at once; part of the stream's layout


def rational_epsilon(epsilon: float) -> Fraction:
    """Return the largest multiple of 2⁻³⁰ that is at most ε: what a mechanism then spends, without rounding.

    Args:
        epsilon: from 2⁻³⁰ to 2¹⁰.

    Raises:
        PrivacyParameterError: for one out of range.
    """
    if isinstance(epsilon, bool) or not isinstance(epsilon, int | float) or not 1 / GRID <= epsilon <= LARGEST_EPSILON:
        raise PrivacyParameterError(
            f"epsilon={epsilon!r} is no number from 2^-30 to {LARGEST_EPSILON}", help="Give a positive epsilon."
        )
    return Fraction(math.floor(Fraction(epsilon) * GRID), GRID)


def pure_event(epsilon: Fraction) -> EpsilonDelta:
    """Return the event of a pure ε that `rational_epsilon` gave; no float64 is closer, as it is one."""
    return EpsilonDelta(float(epsilon))


def require_whole(name: str, value: Any, low: int, high: int) -> int:
    """Return a public whole number in [low, high].

    Raises:
        PrivacyParameterError: for anything else.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not low <= value <= high:
        raise PrivacyParameterError(
            f"{name}={value!r} is no whole number from {low} to {high}", help=f"Give a whole number of {name}."
        )
    return int(value)


def require_secrets(name: str, values: Any, *, least: int = 1) -> NDArray[np.int64]:
    """Return private whole numbers as an array [n]; errors never hold one of them.

    Args:
        name: what they are, for messages.
        values: as given.
        least: smallest n; 0 where no data at all is an input like any other.

    Raises:
        PrivacyParameterError: not one-dimensional, too few, not whole numbers, or one beyond 64 bits.
    """
    try:
        given = np.asarray(values)
    except (ValueError, OverflowError):
        given = np.empty((0, 0))  # ragged: refused below, without the values that numpy's message may hold
    if given.ndim != 1 or given.size < least:
        raise PrivacyParameterError(f"{name} has shape {given.shape}", help="Give a list of whole numbers.")
    if given.size == 0:
        return np.empty(0, dtype=np.int64)
    if given.dtype.kind == "u" and given.dtype.itemsize == 8 and int(given.max()) >= 1 << 63:
        raise PrivacyParameterError(f"{name} holds numbers beyond 63 bits", help="Scale the grid.")
    if given.dtype.kind not in "iu":
        raise PrivacyParameterError(
            f"{name} holds {given.dtype}, not whole numbers of 64 bits", help="Put the values on a grid of whole cells."
        )
    return given.astype(np.int64)


def survives(stream: Stream, numerators: Sequence[int], denominator: int) -> NDArray[np.bool_]:
    """Return independent events of probability exp(-γ), γ = numerator/denominator ≥ 0 of any size.

    Args:
        stream: CSPRNG.
        numerators: [n], each ≥ 0.
        denominator: from 1 to 2⁶².

    Of events of probability 1/e, as many as γ has whole parts happen before one fails, and one more of probability
    exp(-the rest).
    """
    parts = [divmod(numerator, denominator) for numerator in numerators]
    whole = np.array([min(part[0], 1 << 62) for part in parts], dtype=np.int64)
    rest = np.array([part[1] for part in parts], dtype=np.uint64)
    run = np.zeros(len(parts), dtype=np.int64)
    alive = np.arange(len(parts))
    while alive.size:
        happened = happens(stream, np.ones(alive.size * _TOGETHER, dtype=np.uint64), 1).reshape(-1, _TOGETHER)
        run[alive] += np.logical_and.accumulate(happened, axis=1).sum(axis=1)
        alive = alive[happened.all(axis=1)]
    return (run >= whole) & happens(stream, rest, denominator)


def flips(stream: Stream, size: int, gamma: Fraction) -> NDArray[np.bool_]:
    """Return independent events of probability 1/(1 + exp(γ)), γ ≥ 0: a fair coin whose heads stay with exp(-γ)."""
    result = np.zeros(size, dtype=bool)
    undecided = np.arange(size)
    while undecided.size:
        heads = below(stream, undecided.size, 2) == 1
        stays = survives(stream, [gamma.numerator] * undecided.size, gamma.denominator)
        result[undecided[heads & stays]] = True
        undecided = undecided[heads & ~stays]
    return result


def rational_coin(stream: Stream, numerator: int, denominator: int) -> bool:
    """Return an event of probability numerator/denominator in [0, 1], whole numbers of any size.

    A uniform number and the quotient are compared in base 2⁶⁴, digit by digit.
    """
    if numerator >= denominator:
        return True
    while True:
        digit, numerator = divmod(numerator << 64, denominator)
        word = int(stream.uint64(1)[0])
        if word != digit:
            return word < digit
        if numerator == 0:
            return False


def uniform_below(stream: Stream, bound: int) -> int:
    """Return a whole number uniform on [0, bound), bound ≥ 1 of any size."""
    bits = (bound - 1).bit_length()
    while True:
        value = 0
        for word in stream.uint64(-(-bits // 64)).tolist():
            value = value << 64 | word
        value >>= -bits % 64
        if value < bound:
            return value


def noise_scale(least: Fraction) -> Fraction:
    """Return the least multiple of 2⁻¹⁰ that is ≥ `least`, a scale that `laplace_noise` can draw.

    Raises:
        PrivacyParameterError: beyond 2³⁰ cells.
    """
    scale = Fraction(math.ceil(least * _SCALE_GRID), _SCALE_GRID)
    if scale > _LARGEST_SCALE:
        raise PrivacyParameterError(
            f"the noise needs a scale of {float(scale):.3g} cells, above {_LARGEST_SCALE}",
            help="Use a coarser grid or a larger epsilon.",
        )
    return scale


def laplace_noise(stream: Stream, size: int, scale: Fraction) -> NDArray[np.int64]:
    """Return independent samples x of probability proportional to exp(-|x|/scale), scale from `noise_scale`.

    Args:
        stream: CSPRNG; what it gives after this call is used for nothing else.
        size: number of samples, ≥ 0.
        scale: p/q with p ≤ 2⁴⁰.

    Guarantee: exact. Where q > 1: of a discrete Laplace variable of scale p, those that are ≥ 0 are geometric with
    P(X ≥ m) = exp(-m/p); so ⌊X/q⌋ is geometric with exp(-mq/p), and the difference of two such is what is wanted.
    """
    if scale.denominator == 1:
        return discrete_laplace(stream, size, scale.numerator)
    found = np.empty(0, dtype=np.int64)
    while found.size < 2 * size:
        drawn = discrete_laplace(stream, 4 * size + 64, scale.numerator)
        found = np.concatenate([found, drawn[drawn >= 0] // scale.denominator])
    difference: NDArray[np.int64] = found[:size] - found[size : 2 * size]
    return difference
