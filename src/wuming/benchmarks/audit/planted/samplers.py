"""Noise for the mechanisms of this package: exact enough, from a CSPRNG, and on a grid.

The right ones draw whole numbers of cells, so their outputs say nothing by their low-order bits.
"""

from __future__ import annotations

import math
import os
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from wuming.crypto.random import SecureStream, new_key

CELLS = 1024
"""Cells in a unit: true answers are rounded to this grid, record by record, before noise is added."""
_AT_ONCE = 4096
_streams: dict[int, SecureStream] = {}
_drawn: dict[int, list[float]] = {}


def stream() -> SecureStream:
    """Return this process's stream; a forked process gets one of its own."""
    if os.getpid() not in _streams:
        _streams[os.getpid()] = SecureStream(new_key(), "planted mechanisms")
    return _streams[os.getpid()]


def uniforms(count: int) -> list[float]:
    """Return a few numbers of (0, 1), of those that are drawn many at a time: a call of a mechanism shall be quick."""
    drawn = _drawn.setdefault(os.getpid(), [])
    if len(drawn) < count:
        drawn.extend(stream().uniform(_AT_ONCE).tolist())
    taken = drawn[-count:]
    del drawn[-count:]
    return taken


def discrete_laplace(scale: float) -> int:
    """Return one sample with probability ∝ exp(-|x|/scale): the difference of two geometric numbers."""
    first, second = uniforms(2)
    return math.floor(-scale * math.log(first)) - math.floor(-scale * math.log(second))


def rounded_gaussian(deviation: float) -> int:
    """Return one rounded sample of N(0, deviation²), by Box and Muller."""
    first, second = uniforms(2)
    return round(deviation * math.sqrt(-2 * math.log(first)) * math.cos(2 * math.pi * second))


def float_laplace(scale: float) -> float:
    """Return one Laplace sample as textbooks write it: its bits tell on the answer that it is added to."""
    first, second = uniforms(2)
    return scale * math.log(first) * (1 if second < 0.5 else -1)


def cells(value: float, lower: float = 0.0, upper: float = 1.0) -> int:
    """Return a record as cells, clipped to [lower, upper]; what is no number counts as `lower`."""
    # No branch on the value: it would show in the time. The order matters: max(lower, NaN) is lower.
    return round(CELLS * min(upper, max(lower, value)))


def chosen(weights: Sequence[float]) -> int:
    """Return an index with probability proportional to its weight; the time does not tell which."""
    sums = list(accumulate(weights))
    return min(bisect_left(sums, uniforms(1)[0] * sums[-1]), len(sums) - 1)
