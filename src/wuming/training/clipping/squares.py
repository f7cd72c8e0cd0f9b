"""Squared norms of per-unit gradients that were never formed.

Shapes: U units, K rows (tokens × records of a unit), m × n one weight.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from wuming.training.clipping.contributions import Contribution, Dense, Product, Scatter
from wuming.training.clipping.norms import DOUBT, grams, row_squares


@dataclass
class Squares:
    """[U] float64 squared norms, and by how much each may be off."""

    value: Tensor
    doubt: Tensor

    def __add__(self, other: Squares) -> Squares:
        return Squares(self.value + other.value, self.doubt + other.doubt)


class GramCache:
    """Remembers the Gram matrices of the last input: query, key and value share theirs, as do gate and up."""

    def __init__(self) -> None:
        self._of: Tensor | None = None
        self._grams: Tensor | None = None

    def grams(self, rows: Tensor) -> Tensor:
        """Return the Gram matrices of [U, K, n], their lower triangles."""
        of = self._of
        if of is None or self._grams is None or not _same(of, rows):
            self._of, self._grams = rows, grams(_wide(rows))
        return self._grams

    def clear(self) -> None:
        """Forget."""
        self._of = self._grams = None


def squares_of(parts: list[Contribution], cache: GramCache) -> Squares | None:
    """Return the squared norms of the sum of contributions, or None where only instantiating tells."""
    if len(parts) == 1:
        return _single(parts[0], cache)
    if len(parts) == 2:
        product = next((p for p in parts if isinstance(p, Product)), None)
        scatter = next((p for p in parts if isinstance(p, Scatter)), None)
        if product is not None and scatter is not None and product.left.shape[2] == scatter.m:
            return _single(product, cache) + _single(scatter, cache) + _cross(product, scatter)
    return None


def _single(part: Contribution, cache: GramCache) -> Squares:
    if isinstance(part, Dense):
        return _exact(row_squares(part.rows))
    if isinstance(part, Scatter):
        return _exact(_scatter_squares(part))
    assert isinstance(part, Product)
    if part.left.shape[1] == 1:  # one row: the norm of an outer product
        return _exact(row_squares(_wide(part.left[:, 0])) * row_squares(_wide(part.right[:, 0])))
    shared, own = (part.right, part.left) if part.left.shape[2] > part.right.shape[2] else (part.left, part.right)
    if own.shape[2] == shared.shape[2]:
        shared, own = part.right, part.left
    return _dot_of_halves(cache.grams(shared), grams(_wide(own)))


def _dot(first: Tensor, second: Tensor) -> Tensor:
    """Return Σ first·second of each unit, float64; one float32 dot product would err far more."""
    return (first * second).sum(2).double().sum(1)


def _dot_of_halves(first: Tensor, second: Tensor) -> Squares:
    """Return the dot product of symmetric matrices whose lower triangles are given, and its doubt.

    What is off the diagonal counts twice, in the product as in the norms.
    """
    one, other = (matrix.diagonal(dim1=1, dim2=2).double() for matrix in (first, second))
    sizes = [
        2 * torch.linalg.vector_norm(half, dim=(1, 2)).double().square() - diagonal.square().sum(1)
        for half, diagonal in ((first, one), (second, other))
    ]
    return Squares(2 * _dot(first, second) - (one * other).sum(1), DOUBT * (sizes[0] * sizes[1]).sqrt())


def _scatter_squares(part: Scatter) -> Tensor:
    """Add up rows with the same index first: Σ over the unit's distinct indices of ‖Σ rows‖²."""
    units, _, n = part.rows.shape
    keys = part.ids + torch.arange(units, device=part.ids.device).unsqueeze(1) * part.m
    distinct, place = torch.unique(keys, return_inverse=True)
    rows = _wide(part.rows).reshape(-1, n)
    table = rows.new_zeros(len(distinct), n).index_add_(0, place.reshape(-1), rows)
    found = torch.zeros(units, dtype=torch.float64, device=rows.device)
    return found.index_add_(0, distinct // part.m, row_squares(table))


def _cross(product: Product, scatter: Scatter) -> Squares:
    """Return 2⟨tied head, tied embedding⟩ = 2·Σ over tokens t, s of ⟨e_t, a_s⟩·b_s[index of t]."""
    inner = torch.bmm(_wide(product.right), _wide(scatter.rows).transpose(1, 2))  # [U, s, t]
    index = scatter.ids.unsqueeze(1).expand(-1, product.left.shape[1], -1)
    picked = _wide(product.left.gather(2, index))
    size = torch.linalg.vector_norm(inner, dim=(1, 2)) * torch.linalg.vector_norm(picked, dim=(1, 2))
    return Squares(2 * _dot(inner, picked), 2 * DOUBT * size.double())


def _exact(value: Tensor) -> Squares:
    return Squares(value, torch.zeros_like(value))


def _wide(tensor: Tensor) -> Tensor:
    return tensor if tensor.dtype == torch.float64 else tensor.float()


def _same(first: Tensor, second: Tensor) -> bool:
    return (
        first.data_ptr() == second.data_ptr()
        and first.shape == second.shape
        and first.stride() == second.stride()
        and first.dtype == second.dtype
    )
