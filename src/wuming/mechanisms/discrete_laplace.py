"""The discrete Laplace distribution on the integers, drawn exactly: only integers decide.

Adversary: sees the noisy integers in full and knows everything but the stream's key. Low-order bits tell nothing, as no
floating-point number is made (Mironov, "On significance of the least significant bits for differential privacy", 2012).

Limits. As for `discrete_gaussian`: drawn by rejection, in blocks, so the time depends on the noise and not on the data.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import PrivacyParameterError
from wuming.mechanisms.discrete_gaussian import below, happens
from wuming.mechanisms.gaussian import Stream

LARGEST_SCALE = 1 << 40
_BLOCK = 1 << 14  # candidates drawn together; part of the stream's layout


def discrete_laplace(stream: Stream, size: int, scale: int) -> NDArray[np.int64]:
    """Return independent samples x of probability proportional to exp(-|x|/scale), the discrete Laplace distribution.

    Args:
        stream: CSPRNG; what it gives after this call is used for nothing else.
        size: number of samples, ≥ 0.
        scale: a whole number from 1 to 2⁴⁰. The variance is `variance(scale)`, near 2·scale².

    Raises:
        PrivacyParameterError: for an argument out of range.

    Guarantee: exact, if the stream's words are independent and uniform on [0, 2⁶⁴). Added to whole numbers that differ
    by at most Δ, it gives ε-differential privacy with ε = Δ/scale.

    A candidate ±(v·scale + u) has u in [0, scale) accepted with probability exp(-u/scale), v the number of events of
    probability 1/e before one fails, and a fair sign; one of the two zeros is always refused.

    Source: Canonne, Kamath & Steinke, "The discrete Gaussian for differential privacy" (2020), Algorithm 2.
    """
    for name, value, low, high in (("size", size, 0, 1 << 62), ("scale", scale, 1, LARGEST_SCALE)):
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise PrivacyParameterError(f"{name}={value!r} is no whole number from {low} to {high}", help=_HELP)
    out = np.empty(size, dtype=np.int64)
    filled = 0
    while filled < size:
        accepted = _accepted(stream, scale)[: size - filled]
        out[filled : filled + accepted.size] = accepted
        filled += accepted.size
    return out


def variance(scale: int) -> float:
    """Return the variance of the discrete Laplace distribution: 2q/(1 - q)² with q = exp(-1/scale)."""
    return 1 / (2 * math.sinh(1 / (2 * scale)) ** 2)


def _accepted(stream: Stream, scale: int) -> NDArray[np.int64]:
    """Return those candidates of one block that are accepted."""
    fraction = below(stream, _BLOCK, scale)
    fraction = fraction[happens(stream, fraction, scale)]
    multiple = np.zeros(fraction.size, dtype=np.int64)
    alive = np.arange(fraction.size)
    while alive.size:
        alive = alive[happens(stream, np.ones(alive.size, dtype=np.uint64), 1)]
        multiple[alive] += 1
    magnitude = multiple * scale + fraction.view(np.int64)
    negative = (stream.uint64(magnitude.size) & np.uint64(1)).astype(np.int64)
    accepted: NDArray[np.int64] = (magnitude * (1 - 2 * negative))[(magnitude > 0) | (negative == 0)]
    return accepted


_HELP = "Scale the grid so that the noise is a whole number of cells in this range."
