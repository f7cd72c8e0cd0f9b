"""Stochastic rounding to whole cells, and how much it can lengthen a vector.

A coordinate x becomes ⌊x + U⌋, U uniform on [0, 1): right on average. In fixed point of 2⁻³² cells, so that what is
rounded is exact.

With probability 1 − β the rounded vector has |q|² ≤ |x|² + d/4 + √(2 ln(1/β))·(|x| + √d/2), and always |q| ≤ |x| + √d.
Proof: q_i² is ⌊x_i⌋² or ⌊x_i⌋² + 2⌊x_i⌋ + 1, on average at most x_i² + ¼, and its range |2⌊x_i⌋ + 1| is at most
2|x_i| + 1, whose squares sum to at most (2|x| + √d)²; Hoeffding's inequality gives the rest.

Source: Kairouz, Liu and Steinke (ICML 2021), Proposition 22 and conditional rounding.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from wuming.mechanisms.gaussian import Stream

Cells = NDArray[np.int32]

LARGEST_CELL = 1 << 30
_FRACTION_BITS = 32
_CHUNK = 1 << 16
_TRIES = 64


def rounded_norm_squared(norm: float, dimension: int, beta: float) -> int:
    """Return the largest |q|² of a rounded vector of L2 norm `norm`, in cells, but for a probability of `beta`."""
    likely = norm**2 + dimension / 4 + math.sqrt(2 * math.log(1 / beta)) * (norm + math.sqrt(dimension) / 2)
    always = (norm + math.sqrt(dimension)) ** 2
    return math.floor(min(likely, always) * (1 + 1e-12))


def round_stochastically(values: NDArray[np.float64], stream: Stream) -> Cells:
    """Return whole cells that are the values on average.

    Args:
        values: [d], each of magnitude at most 2³⁰.
        stream: CSPRNG; fresh for this vector.
    """
    out = np.empty(values.size, dtype=np.int32)
    for start in range(0, values.size, _CHUNK):
        part = values[start : start + _CHUNK]
        fixed = np.rint(part * float(1 << _FRACTION_BITS)).astype(np.int64)
        fixed += (stream.uint64(part.size) >> np.uint64(64 - _FRACTION_BITS)).view(np.int64)
        fixed >>= _FRACTION_BITS
        out[start : start + part.size] = fixed
    return out


def round_within(values: NDArray[np.float64], norm_squared: int, stream: Stream) -> Cells:
    """Return stochastically rounded cells whose L2 norm squared is at most `norm_squared`, whatever the values.

    Rounding is repeated until it fits. A vector that was clipped as planned fails with probability at most e^−½ a time;
    after 64 times, or for a longer vector, coordinates are rounded towards zero, and as a last resort nothing is left.
    """
    for _ in range(_TRIES):
        cells = round_stochastically(values, stream)
        if squared_norm(cells) <= norm_squared:
            return cells
    cells = np.trunc(values).astype(np.int32)
    return cells if squared_norm(cells) <= norm_squared else np.zeros_like(cells)


def squared_norm(cells: Cells) -> int:
    """Return the exact sum of squares."""
    total = 0
    for start in range(0, cells.size, _CHUNK):
        part = cells[start : start + _CHUNK].astype(np.int64)
        # 2¹⁶ squares of numbers below 2²³ stay below 2⁶³; larger ones are summed as Python's integers.
        if int(np.abs(part).max(initial=0)) < 1 << 23:
            total += int(np.dot(part, part))
        else:
            total += sum(int(value) ** 2 for value in part)
    return total
