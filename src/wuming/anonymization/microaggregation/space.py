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
    """One place in the space: [coordinates] and [category columns]."""

    coordinates: Values
    categories: Codes


@dataclass(frozen=True)
class Space:
    """Rows as points.

    Attributes:
        coordinates: [columns, rows], first those of numbers, then those of ordered categories.
        numbers: how many of these columns are numbers.
        categories: [columns, rows], codes 0, 1, …
        weights: [category columns], the squared distance of two rows that differ there.
    """

    coordinates: Values
    numbers: int
    categories: Codes
    weights: Values

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.coordinates.shape[1])

    def take(self, rows: Rows) -> Space:
        """Return the space of some of the rows."""
        return Space(self.coordinates[:, rows], self.numbers, self.categories[:, rows], self.weights)

    def at(self, row: int) -> Point:
        """Return the place of one row."""
        return Point(self.coordinates[:, row], self.categories[:, row])

    def centroid(self) -> Point:
        """Return the centroid of all rows, of which there is at least one."""
        middle = (self.rows - 1) // 2
        means = self.coordinates[: self.numbers].sum(axis=1) / self.rows
        medians = np.partition(self.coordinates[self.numbers :], middle, axis=1)[:, middle]
        modes = np.array([np.bincount(codes).argmax() for codes in self.categories], dtype=np.int64)
        return Point(np.concatenate([means, medians]), modes)

    def distances(self, place: Point) -> Values:
        """Return [rows] the squared distance from one place, added up column by column."""
        total = np.zeros(self.rows)
        for column, coordinate in zip(self.coordinates, place.coordinates, strict=True):
            difference = column - coordinate
            difference *= difference
            total += difference
        for codes, code, weight in zip(self.categories, place.categories, self.weights, strict=True):
            total += np.where(codes == code, 0.0, weight)
        return total

    def blocks(self, largest: int) -> list[Rows]:
        """Cut the rows in two at the median of the column in which they vary most, until no block is too large.

        Args:
            largest: number of rows of a block, at least 1.

        Returns:
            The rows of each block, in order; a block that was cut off has at least half of `largest` rows.
        """
        waiting, done = [np.arange(self.rows)], []
        while waiting:
            block = waiting.pop()
            if len(block) <= largest:
                done.append(block)
                continue
            order = np.argsort(self.take(block)._widest(), kind="stable")
            half = len(block) // 2
            waiting += [np.sort(block[order[half:]]), np.sort(block[order[:half]])]
        return done

    def _widest(self) -> Values | Codes:
        """Return the column of the largest sum of squared distances from the centroid."""
        middle = self.centroid()
        columns: list[Values | Codes] = [*self.coordinates, *self.categories]
        spreads = [*((self.coordinates - middle.coordinates[:, None]) ** 2).sum(axis=1).tolist()]
        for codes, code, weight in zip(self.categories, middle.categories, self.weights.tolist(), strict=True):
            spreads.append(weight * int((codes != code).sum()))
        return columns[int(np.argmax(spreads))]

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
    coordinates = [_standardised(column) for column in (*numbers, *ordered)]
    return Space(
        np.array(coordinates, dtype=np.float64).reshape(len(coordinates), rows),
        len(numbers),
        np.array(categories, dtype=np.int64).reshape(len(categories), rows),
        np.array([_weight(codes) for codes in categories], dtype=np.float64),
    )


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
