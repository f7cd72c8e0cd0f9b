"""Squared norms of per-unit gradients that were never formed.

Shapes: U units, K rows (tokens × records of a unit), m × n one weight.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from wuming.training.clipping.contributions import Contribution, Dense, Product, Scatter
from wuming.training.clipping.norms import DOUBT, grams, inner_products, row_squares


@dataclass
class Squares:
    """[U] float64 squared norms, and by how much each may be off."""

    value: Tensor
    doubt: Tensor

    @classmethod
    def exact(cls, value: Tensor) -> Squares:
        """Return those that are off by nothing worth counting."""
        return cls(value, torch.zeros_like(value))

    def __add__(self, other: Squares) -> Squares:
        return Squares(self.value + other.value, self.doubt + other.doubt)


@dataclass(frozen=True)
class Gram:
    """Gram matrices of each unit's rows.

    Attributes:
        half: [U, K, K], their upper triangles; 0 below the diagonal, which is multiplied by √½: so the inner product of
            two halves is half of that of the whole matrices.
        size: [U] float64, Frobenius norms of the whole matrices.
    """

    half: Tensor
    size: Tensor

    @classmethod
    def of(cls, rows: Tensor) -> Gram:
        """Return those of [U, K, n]."""
        half = grams(_wide(rows))
        half.diagonal(dim1=1, dim2=2).mul_(math.sqrt(0.5))
        return cls(half, (2 * row_squares(half.flatten(1))).sqrt())

    def inner(self, other: Gram) -> Squares:
        """Return the inner products with other Gram matrices."""
        return Squares(2 * inner_products(self.half, other.half), DOUBT * self.size * other.size)


class GramCache:
    """Remembers the Gram matrices of the last input: query, key and value share theirs, as do gate and up."""

    def __init__(self) -> None:
        self._rows: Tensor | None = None
        self._gram: Gram | None = None

    def of(self, rows: Tensor) -> Gram:
        """Return the Gram matrices of [U, K, n]."""
        if self._rows is None or self._gram is None or not _same(self._rows, rows):
            self._rows, self._gram = rows, Gram.of(rows)
        return self._gram

    def clear(self) -> None:
        """Forget."""
        self._rows = self._gram = None


def joined(parts: list[Contribution], squares: list[Squares]) -> Squares | None:
    """Return the squared norms of the sum of contributions whose own are known, or None where those do not tell."""
    if len(parts) == 1:
        return squares[0]
    if len(parts) == 2:
        product = next((p for p in parts if isinstance(p, Product)), None)
        scatter = next((p for p in parts if isinstance(p, Scatter)), None)
        if product is not None and scatter is not None and product.left.shape[2] == scatter.m:
            return squares[0] + squares[1] + _cross(product, scatter)
    return None


def squares_of_one(part: Contribution, cache: GramCache) -> Squares:
    """Return the squared norms of one contribution."""
    if isinstance(part, Dense):
        return Squares.exact(row_squares(part.rows))
    if isinstance(part, Scatter):
        return Squares.exact(_scatter_squares(part))
    assert isinstance(part, Product)
    if part.left.shape[1] == 1:  # one row: the norm of an outer product
        return Squares.exact(row_squares(_wide(part.left[:, 0])) * row_squares(_wide(part.right[:, 0])))
    shared, own = (part.right, part.left) if part.left.shape[2] > part.right.shape[2] else (part.left, part.right)
    if own.shape[2] == shared.shape[2]:
        shared, own = part.right, part.left
    return cache.of(shared).inner(Gram.of(own))


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
    return Squares(2 * inner_products(inner, picked), 2 * DOUBT * size.double())


def _wide(tensor: Tensor) -> Tensor:
    return tensor if tensor.dtype == torch.float64 else tensor.float()


def _same(first: Tensor, second: Tensor) -> bool:
    return (
        first.data_ptr() == second.data_ptr()
        and first.shape == second.shape
        and first.stride() == second.stride()
        and first.dtype == second.dtype
    )
