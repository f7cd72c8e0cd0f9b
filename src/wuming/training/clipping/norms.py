"""Norms of per-unit gradients in float32 arithmetic whose error is known, and so can be made up for.

Shapes: U units, K rows (tokens × records of a unit), m × n the gradient of one weight.
"""

from __future__ import annotations

import torch
from torch import Tensor

from wuming.training.clipping.symmetric import half_products

BLOCK = 64  # floats in one float32 norm; blocks are added up in float64
ROUND_DOWN = 1 - 4e-6
"""Factor on every clipping bound. A float32 norm over a block errs by less than 64·2⁻²⁴/2 < 2·10⁻⁶ of itself, a
weight rounded to float32 by 6·10⁻⁸; the factor covers both, and `DOUBT` is measured against it."""

DOUBT = 5e-7
"""A squared norm by Gram matrices is off by at most DOUBT · ‖left Gram‖ · ‖right Gram‖: above all that was seen on
products of up to 512 rows and 50,000 columns, with equal rows and with total cancellation
(tests/training/clipping/test_norms.py). It is added to the squared norm before clipping."""

_LOOP = 1 << 20  # multiplications in one product from which one mm a unit beats one bmm (measured on one core)


def row_squares(rows: Tensor) -> Tensor:
    """Return the squared L2 norm of each row.

    Args:
        rows: [U, n], float32 or float64. One float32 sum over a whole row would err by 10⁻⁵ and more.

    Returns:
        [U] float64.
    """
    whole = rows.shape[1] // BLOCK * BLOCK
    blocks: Tensor = torch.linalg.vector_norm(rows[:, :whole].reshape(len(rows), whole // BLOCK, BLOCK), dim=2)
    rest: Tensor = torch.linalg.vector_norm(rows[:, whole:], dim=1)
    squares: Tensor = blocks.double().square().sum(1) + rest.double().square()
    return squares


def grams(rows: Tensor) -> Tensor:
    """Return the lower triangle of the Gram matrix of each unit's rows, [U, K, n] → [U, K, K]; 0 above the diagonal."""
    if rows.is_cuda or rows.shape[1] ** 2 * rows.shape[2] < _LOOP:
        return torch.bmm(rows, rows.transpose(1, 2)).tril_()
    found = rows.new_zeros(len(rows), rows.shape[1], rows.shape[1])
    if half_products(rows, found):
        return found
    for unit, one in enumerate(rows):
        torch.mm(one, one.T, out=found[unit])
    return found.tril_()


def contract(left: Tensor, right: Tensor, out: Tensor, *, fresh: bool) -> None:
    """Write (or add) leftᵀ·right of every unit: [U, K, m], [U, K, n] → out [U, m, n]."""
    beta = 0 if fresh else 1
    if left.is_cuda or left.shape[1] * left.shape[2] * right.shape[2] < _LOOP:
        torch.baddbmm(out, left.transpose(1, 2), right, beta=beta, out=out)
        return
    for unit in range(len(left)):
        torch.addmm(out[unit], left[unit].T, right[unit], beta=beta, out=out[unit])
