"""The columns of a table as one space, in which rows are near or far and a group has a centroid.

| column | coordinate | distance of two cells, squared | centroid |
|---|---|---|---|
| numbers | the value, standardised | difference, squared | mean |
| ordered categories | place in the order, standardised | difference, squared | median (the lower one) |
| other categories | a code | 0 if equal, else 2 / chance that two rows differ | most frequent (of several, the first) |

Two rows drawn at random are 2 apart in every column, on average, whatever its kind: so no column outweighs another.

Source: Domingo-Ferrer and Torra, "Ordinal, continuous and heterogeneous k-anonymity through microaggregation", Data
Mining and Knowledge Discovery 11 (2005), sections 2 and 3 (standardised numbers, median, plurality). The weight of
categories is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Point:
    """One place in the space: [number columns], [ordered columns] and [category columns]."""

    numbers: Values
    ordered: Values
    categories: Codes


@dataclass(frozen=True)
class Space:
    """Rows as points.

    Attributes:
        numbers: [columns, rows].
        ordered: [columns, rows].
        categories: [columns, rows], codes 0, 1, …
        weights: [category columns], the squared distance of two rows that differ there.
    """

    numbers: Values
    ordered: Values
    categories: Codes
    weights: Values

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.numbers.shape[1])

    def take(self, rows: Rows | npt.NDArray[np.bool_]) -> Space:
        """Return the space of some of the rows."""
        return Space(self.numbers[:, rows], self.ordered[:, rows], self.categories[:, rows], self.weights)

    def at(self, row: int) -> Point:
        """Return the place of one row."""
        return Point(self.numbers[:, row], self.ordered[:, row], self.categories[:, row])

    def centroid(self) -> Point:
        """Return the centroid of all rows, of which there is at least one."""
        middle = (self.rows - 1) // 2
        return Point(
            self.numbers.sum(axis=1) / self.rows,
            np.partition(self.ordered, middle, axis=1)[:, middle],
            np.array([np.bincount(codes).argmax() for codes in self.categories], dtype=np.int64),
        )

    def distances(self, place: Point) -> Values:
        """Return [rows] the squared distance from one place."""
        total = _squares(self.numbers, place.numbers)
        if len(self.ordered):
            total += _squares(self.ordered, place.ordered)
        for codes, code, weight in zip(self.categories, place.categories, self.weights, strict=True):
            total += np.where(codes == code, 0.0, weight)
        return total

    def spreads(self) -> list[tuple[float, Values | Codes]]:
        """Return for each column the sum of squared distances from its centroid, and the column."""
        middle = self.centroid()
        found: list[tuple[float, Values | Codes]] = []
        for columns, places in ((self.numbers, middle.numbers), (self.ordered, middle.ordered)):
            found += [(float(((c - place) ** 2).sum()), c) for c, place in zip(columns, places, strict=True)]
        for codes, code, weight in zip(self.categories, middle.categories, self.weights, strict=True):
            found.append((float(weight) * int((codes != code).sum()), codes))
        return found

    def information_loss(self, groups: Codes) -> float:
        """Return SSE/SST: squared distances from the groups' centroids over those from the centroid of all, in [0, 1].

        0 where nothing is lost, and where all rows are alike. For numbers alone it is the measure of the literature.

        Args:
            groups: [rows], the group of each row, 0 … without gaps.
        """
        order = np.argsort(groups, kind="stable")
        members = np.split(order, np.cumsum(np.bincount(groups))[:-1])
        parts = (self.take(rows) for rows in members)
        within = sum(float(part.distances(part.centroid()).sum()) for part in parts)
        total = float(self.distances(self.centroid()).sum())
        return min(within / total, 1.0) if total else 0.0


def space_of(
    numbers: Sequence[npt.ArrayLike], ordered: Sequence[npt.ArrayLike], categories: Sequence[Codes], *, rows: int
) -> Space:
    """Standardise columns.

    Args:
        numbers, ordered: [columns][rows], finite.
        categories: [columns][rows], codes 0, 1, …
        rows: their number, ≥ 1.
    """
    return Space(
        np.array([_standardised(column) for column in numbers]).reshape(len(numbers), rows),
        np.array([_standardised(column) for column in ordered]).reshape(len(ordered), rows),
        np.array(categories, dtype=np.int64).reshape(len(categories), rows),
        np.array([_weight(codes) for codes in categories], dtype=np.float64),
    )


def _squares(columns: Values, place: Values) -> Values:
    """Return [rows] the squared distances in some columns, added up column by column."""
    differences = columns - place[:, None]
    differences *= differences
    total: Values = differences.sum(axis=0)
    return total


def _standardised(column: npt.ArrayLike) -> Values:
    """Return a column of mean 0 and variance 1; zeros where all its values are alike."""
    values = np.asarray(column, dtype=np.float64)
    largest = np.abs(values).max()
    if values.min() == values.max():
        return np.zeros(len(values))
    values = values / largest  # the square of a very large number is none
    standardised: Values = (values - values.mean()) / values.std()
    return standardised


def _weight(codes: Codes) -> float:
    """Return the weight that makes two random rows 2 apart on average; 0 for a column of one value."""
    shares = np.bincount(codes) / len(codes)
    differ = 1.0 - float((shares**2).sum())
    return 2.0 / differ if shares.max() < 1.0 else 0.0
