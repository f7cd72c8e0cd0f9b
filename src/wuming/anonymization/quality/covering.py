"""What the cells of a published column cover, as a matrix: all measures of this room start from it.

A measure never sees which row became which: it knows the original table, the published one, and how a cell is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from wuming.anonymization.axes import numbered_rows
from wuming.core.errors import InputTooLarge, TableError

Codes = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]

_LARGEST_MATRIX = 1 << 27  # labels times values


class Reading(Protocol):
    """How the cells of one published column are read; see `wuming.anonymization.cells`."""

    codes: Codes
    size: int

    def distance(self, values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
        """Return [labels, values] how far an original value is from what a label covers, in [0, 1]; 0: covered."""
        ...


@dataclass(frozen=True)
class Covered:
    """One column of the original and of the published table.

    Attributes:
        name: of the column.
        values: the distinct original values in order, numbers by size, text by code point; missing counts as one.
        of_row: [original rows] the place of each row's value in `values`.
        counts: [values] how many original rows have it.
        labels: [published rows] the label of each row, 0 ….
        covers: [labels, values] which values a label covers; at least one.
        as_points: whether some label is a number that nobody has; it stands for the nearest one.
    """

    name: str
    values: npt.NDArray[Any]
    of_row: Codes
    counts: Codes
    labels: Codes
    covers: npt.NDArray[np.bool_]
    as_points: bool

    @property
    def numeric(self) -> bool:
        """Whether the original column holds numbers."""
        return self.values.dtype != object

    @property
    def spread(self) -> Numbers:
        """[labels, values], the share of a published row that each value gets: all that a label covers alike."""
        sizes: Numbers = self.covers.sum(axis=1, keepdims=True)
        return self.covers / sizes


def cover(name: str, original: npt.NDArray[Any], reading: Reading) -> Covered:
    """Read a published column against the original one.

    Args:
        name: of the column, for errors.
        original: [rows], at least one; all rows that were to be published, also those that were then suppressed.
        reading: of the published column.

    Raises:
        TableError: a label that covers no value of the original column.
        InputTooLarge: labels times distinct values pass 2²⁷.
    """
    values, of_row = _distinct(original)
    _check_size(name, labels=reading.size, values=len(values))
    covers = reading.distance(values) == 0
    if wrong := int((~covers.any(axis=1))[reading.codes].sum()):
        raise TableError(
            f"column '{name}': the cells of {wrong:,} published rows cover no value of the original",
            help="Give the table that this one was made from, and its hierarchies.",
        )
    return Covered(name, values, of_row, np.bincount(of_row), reading.codes, covers, as_points=False)


def cover_points(name: str, original: npt.NDArray[Any], published: npt.NDArray[Any]) -> Covered:
    """Read published numbers that nobody need have, such as means: each stands for the nearest original value.

    Args:
        name, original: as for `cover`, a column of numbers.
        published: [rows], numbers; NaN is missing and stands for missing.

    Raises:
        TableError: text on one of the sides, or a number (a missing cell) where the original has none.
        InputTooLarge: as for `cover`.
    """
    if original.dtype == object or published.dtype == object:
        raise TableError(f"column '{name}' is no column of numbers in both tables", help="Read it with `cover`.")
    values, of_row = _distinct(original)
    points, labels = _distinct(published)
    _check_size(name, labels=len(points), values=len(values))
    distances = np.abs(points[:, None] - values[None, :].astype(np.float64))
    missing = np.isnan(points.astype(np.float64))
    distances[missing] = np.where(np.isnan(values.astype(np.float64)), 0.0, np.nan)
    if wrong := int(np.isnan(distances).all(axis=1)[labels].sum()):
        raise TableError(
            f"column '{name}' has no value that {wrong:,} published cells could stand for",
            help="Give the table that this one was made from.",
        )
    nearest = np.nanargmin(distances, axis=1)
    covers = np.arange(len(values)) == nearest[:, None]
    moved = distances[np.arange(len(points)), nearest] > 0
    return Covered(name, values, of_row, np.bincount(of_row), labels, covers, as_points=bool(moved.any()))


def _distinct(column: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], Codes]:
    values, places = np.unique(column, return_inverse=True)  # NaN is one value to it
    return values, places.reshape(-1).astype(np.int64)


def _check_size(name: str, *, labels: int, values: int) -> None:
    if labels * values > _LARGEST_MATRIX:
        raise InputTooLarge(
            f"column '{name}' has {labels:,} labels and {values:,} values, too many to compare",
            help="Measure a sample of the rows, anonymised by the same plan.",
        )


def require_sets(columns: list[Covered]) -> None:
    """Check that every label covers what it says.

    Raises:
        TableError: a column that publishes numbers which stand for no set of values, as means do.
    """
    for column in columns:
        if column.as_points:
            raise TableError(
                f"column '{column.name}' publishes numbers that nobody has: they cover nothing",
                help="Use the information loss (SSE/SST) for means, and the error of queries.",
            )


def distinct_rows(columns: list[Codes]) -> tuple[npt.NDArray[np.int64], Codes]:
    """Return [distinct rows, columns] and how often each occurs."""
    found, place = numbered_rows(np.stack(columns, axis=1))
    return found, np.bincount(place)
