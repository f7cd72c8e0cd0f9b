"""Norms of per-unit gradients in float32 arithmetic whose error is known, and so can be made up for.

Shapes: U units, K rows (tokens × records of a unit), m × n the gradient of one weight.
"""

from __future__ import annotations

import torch
from torch import Tensor

from wuming.training.clipping.blas import dot_products, half_products

BLOCK = 64  # floats in one float32 norm or sum, at most; blocks are added up in float64
ROUND_DOWN = 1 - 4e-6
"""Factor on every clipping bound. A float32 norm over a block errs by less than 64·2⁻²⁴/2 < 2·10⁻⁶ of itself, a
weight rounded to float32 by 6·10⁻⁸; the factor covers both, and `DOUBT` is measured against it."""

DOUBT = 1e-6
"""A squared norm by Gram matrices is off by at most DOUBT · ‖left Gram‖ · ‖right Gram‖: above all that was seen, at
most 8.9·10⁻⁷, on products of up to 512 rows and 50,000 columns, with equal rows and with total cancellation
(tests/training/clipping/test_norms.py). It is added to the squared norm before clipping."""

_LARGE = 1 << 20  # multiplications in one unit's Gram matrix from which a call for each half beats one for all wholes
_LONG = 1 << 12  # numbers of a unit from which a call for each beats few calls for all; so do few units
_FEW = 16


def row_squares(rows: Tensor) -> Tensor:
    """Return the squared L2 norm of each row.

    Args:
        rows: [U, n], float32 or float64. One float32 sum over a whole row would err by 10⁻⁵ and more.

    Returns:
        [U] float64.
    """
    units, size = rows.shape
    if units <= _FEW or size >= _LONG:
        found = dot_products(rows, rows)
        if found is not None:
            return found
    whole = size // BLOCK * BLOCK
    blocks: Tensor = torch.linalg.vector_norm(rows[:, :whole].reshape(-1, BLOCK), dim=1).view(units, whole // BLOCK)
    squares: Tensor = torch.linalg.vector_norm(blocks, dim=1, dtype=torch.float64).square()
    if whole < size:
        squares += torch.linalg.vector_norm(rows[:, whole:], dim=1).double().square()
    return squares


def inner_products(first: Tensor, second: Tensor) -> Tensor:
    """Return Σ first·second of each unit, [U, K, n] → [U] float64; one float32 dot product would err far more."""
    found = dot_products(first.flatten(1), second.flatten(1))
    return (first * second).sum(2).double().sum(1) if found is None else found


def grams(rows: Tensor) -> Tensor:
    """Return the upper triangle of the Gram matrix of each unit's rows, [U, K, n] → [U, K, K]; 0 below the diagonal."""
    if not rows.is_cuda and rows.shape[1] ** 2 * rows.shape[2] >= _LARGE:
        found = rows.new_zeros(len(rows), rows.shape[1], rows.shape[1])
        if half_products(rows, found):
            return found
    return torch.bmm(rows, rows.transpose(1, 2)).triu_()
