"""What one use of a parameter adds to the gradient of each unit, in the form in which it is cheapest to keep.

Shapes: U units, K rows (tokens × records of a unit), m × n the parameter seen as a matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from wuming.training.clipping.blas import squaring
from wuming.training.clipping.norms import row_squares
from wuming.training.clipping.rooms import Rooms

_PANEL = 128  # rows of a unit's gradient: with 2,048 columns they fill half of a core's cache of 2 MB
_SHORT = 256  # rows of a unit up to which products of panels take no longer than whole ones


class Contribution(Protocol):
    """One use's share of the gradients of all units."""

    def write(self, room: Tensor, *, fresh: bool) -> None:
        """Write (or add) the gradients to `room`, [U, parameter's size]."""

    def add_weighted(self, weights: Tensor, rooms: Rooms, total: Tensor, fresh: bool) -> None:
        """Add the weighted sum over units to `total`, [parameter's size]; every entry must be finite.

        Args:
            weights: [U].
            rooms: where a scaled copy is made.
            total: added to in place.
            fresh: what is in `total` counts nothing, and is overwritten.
        """

    def of(self, units: Tensor | slice) -> Contribution:
        """Return the share of some units alone; units: indices or a slice."""


@dataclass(frozen=True)
class Product:
    """leftᵀ·right of each unit: what a linear map adds. left [U, K, m], right [U, K, n]."""

    left: Tensor
    right: Tensor

    def write(self, room: Tensor, *, fresh: bool) -> None:
        """See `Contribution`."""
        left, right = self.left.to(room.dtype), self.right.to(room.dtype)
        matrices = room.view(len(room), left.shape[2], right.shape[2])
        torch.baddbmm(matrices, left.transpose(1, 2), right, beta=0 if fresh else 1, out=matrices)

    def add_weighted(self, weights: Tensor, rooms: Rooms, total: Tensor, fresh: bool) -> None:
        """See `Contribution`: one matrix product over all units, added in place."""
        m, n = self.left.shape[2], self.right.shape[2]
        left, right = self.left.to(total.dtype), self.right.to(total.dtype)
        each = weights.to(total.dtype)[:, None, None]
        if m < n:  # the smaller one is copied
            left = torch.mul(left, each, out=rooms.scratch(left))
        else:
            right = torch.mul(right, each, out=rooms.scratch(right))
        matrix = total.view(m, n)
        torch.addmm(matrix, left.reshape(-1, m).T, right.reshape(-1, n), beta=0 if fresh else 1, out=matrix)

    def of(self, units: Tensor | slice) -> Product:
        """See `Contribution`."""
        return Product(self.left[units], self.right[units])


class Panels:
    """Forms the gradients of a product unit by unit, and measures each panel of rows right after it is written.

    A whole gradient would have left the processor's cache by the time its norm is taken.

    Args:
        part: the product.
        room: [any number of places, m·n], written over.
    """

    def __init__(self, part: Product, room: Tensor) -> None:
        left, right = part.left.to(room.dtype), part.right.to(room.dtype)
        matrices = room.view(len(room), left.shape[2], right.shape[2])
        self._part, self._room = part, room
        self._short = left.shape[1] <= _SHORT
        if self._short:
            self._rows = [unit.T.split(_PANEL) for unit in left]
            self._columns = right.unbind()
            self._panels = [matrix.split(_PANEL) for matrix in matrices]

    def form(self, units: range) -> list[float]:
        """Write the gradients of these units to the first places of the room; return their squared norms."""
        with squaring(self._room) as square:
            if square is None or not self._short:
                rows = self._room[: len(units)]
                self._part.of(slice(units.start, units.stop)).write(rows, fresh=True)
                return row_squares(rows).tolist()
            found = []
            for unit, panels in zip(units, self._panels, strict=False):
                total = 0.0
                for some, panel in zip(self._rows[unit], panels, strict=True):
                    torch.mm(some, self._columns[unit], out=panel)
                    total += square(panel)
                found.append(total)
            return found


@dataclass(frozen=True)
class Scatter:
    """Rows added to the rows of a table: what an embedding adds. ids [U, K], rows [U, K, n], the table has m rows."""

    ids: Tensor
    rows: Tensor
    m: int

    def write(self, room: Tensor, *, fresh: bool) -> None:
        """See `Contribution`."""
        if fresh:
            room.zero_()
        n = self.rows.shape[2]
        offsets = torch.arange(len(room), device=room.device).unsqueeze(1) * self.m
        room.view(-1, n).index_add_(0, (self.ids + offsets).reshape(-1), self.rows.reshape(-1, n).to(room.dtype))

    def add_weighted(self, weights: Tensor, rooms: Rooms, total: Tensor, fresh: bool) -> None:
        """See `Contribution`."""
        n = self.rows.shape[2]
        rows = self.rows.to(total.dtype)
        scaled = torch.mul(rows, weights.to(total.dtype)[:, None, None], out=rooms.scratch(rows))
        if fresh:
            total.zero_()
        total.view(self.m, n).index_add_(0, self.ids.reshape(-1), scaled.reshape(-1, n))

    def of(self, units: Tensor | slice) -> Scatter:
        """See `Contribution`."""
        return Scatter(self.ids[units], self.rows[units], self.m)


@dataclass(frozen=True)
class Dense:
    """The gradients themselves, [U, parameter's size]."""

    rows: Tensor

    def write(self, room: Tensor, *, fresh: bool) -> None:
        """See `Contribution`."""
        if fresh:
            room.copy_(self.rows)
        else:
            room.add_(self.rows)

    def add_weighted(self, weights: Tensor, rooms: Rooms, total: Tensor, fresh: bool) -> None:  # noqa: ARG002
        """See `Contribution`: one pass over the gradients."""
        rows, weights = self.rows.to(total.dtype), weights.to(total.dtype)
        torch.addmv(total, rows.T, weights, beta=0 if fresh else 1, out=total)

    def of(self, units: Tensor | slice) -> Dense:
        """See `Contribution`."""
        return Dense(self.rows[units])
