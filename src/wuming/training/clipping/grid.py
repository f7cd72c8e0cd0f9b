"""Clipping in exact integers: what makes the sensitivity exact, whatever floating point does."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from wuming.core.errors import PrivacyParameterError

_HAIR = 1 - 2.0**-40
_CHUNK = 1 << 12  # values whose squares are added in int64 before they become Python integers


def cells(bound: float, grid: float) -> int:
    """Return the largest norm in grid cells, floor(bound / grid).

    Raises:
        PrivacyParameterError: where that is below 1, or too large for exact integers.
    """
    found = math.floor(bound / grid) if grid > 0 and math.isfinite(grid) else 0
    if not 1 <= found < 1 << 50:
        raise PrivacyParameterError(
            f"grid={grid} does not fit bound={bound}: the bound must be 1 to 2^50 grid cells",
            help="Choose a grid between bound / 2^50 and bound.",
        )
    return found


def to_grid(gradient: Tensor, factor: float, grid: float, largest: int) -> tuple[Tensor, int]:
    """Return trunc(gradient · factor / grid) in int64, scaled down until its norm is at most `largest` cells, and its
    squared norm.

    Guarantee: the exact integer squared norm of what is returned is at most `largest`², by a check in integers.

    Args:
        gradient: [n] finite.
        factor: clipping factor, at most such that the norm is about `largest`.
        grid: width of a cell, > 0.
        largest: cells.
    """
    scaled = gradient.double() * (factor / grid)
    while True:
        found = torch.trunc(scaled).to(torch.int64)
        square = exact_square(found)
        if square <= largest**2:
            return found, square
        scaled *= _HAIR * largest / math.sqrt(square)


def exact_square(values: Tensor) -> int:
    """Return Σ values², exact. values: [n] int64, each below 2⁵⁰ in size."""
    low = values & ((1 << 25) - 1)
    high = values >> 25  # values = high·2²⁵ + low
    total = 0
    for first, second, weight in ((high, high, 1 << 50), (high, low, 1 << 26), (low, low, 1)):
        chunks = [c.sum().item() for c in torch.split(first * second, _CHUNK)]
        total += weight * sum(int(c) for c in chunks)
    return total
