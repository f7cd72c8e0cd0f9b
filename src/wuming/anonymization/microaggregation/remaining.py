"""The rows that are in no group yet, in leaves: most are passed over by a bound on the distance of their whole leaf.

A leaf is a few rows that lie close together, with the smallest and the largest coordinate in each column and the
categories that occur. Bounds are computed by the same operations in the same order as distances, each of them monotone
in floating point, so no rounding puts a row outside its leaf's bounds: the result is that of looking at every row.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from wuming.anonymization.microaggregation.space import Codes, Point, Rows, Space, Values

LEAF_ROWS = 16
_FIRST_LOOK = 8  # leaves


class Remaining:
    """Rows of a space, of which some are taken again and again.

    Args:
        space: of at least one row. Of rows equally far from a place, the first one counts.
    """

    def __init__(self, space: Space) -> None:
        self._space = space
        leaves = space.blocks(LEAF_ROWS)
        self.count = space.rows
        # One more row, which is never there, fills the leaves up to one length.
        self._there = np.arange(space.rows + 1) < space.rows
        self._members = np.full((len(leaves), max(map(len, leaves))), space.rows)
        self._leaf = np.empty(space.rows, dtype=np.int64)
        for number, rows in enumerate(leaves):
            self._members[number, : len(rows)] = rows
            self._leaf[rows] = number
        self._left = np.array([len(rows) for rows in leaves])
        self._low = np.stack([space.coordinates[:, rows].min(axis=1) for rows in leaves], axis=1)
        self._high = np.stack([space.coordinates[:, rows].max(axis=1) for rows in leaves], axis=1)
        self._occurs = [self._occurrence(codes) for codes in space.categories]
        self._sums = np.stack([space.coordinates[: space.numbers, rows].sum(axis=1) for rows in leaves], axis=1)
        self._ordered = [np.unique(c, return_inverse=True) for c in space.coordinates[space.numbers :]]
        self._ordered_left = [np.bincount(codes) for _, codes in self._ordered]
        self._categories_left = [np.bincount(codes) for codes in space.categories]

    def rows(self) -> Rows:
        """Return the rows that are left, in order."""
        return np.flatnonzero(self._there)

    def centroid(self) -> Point:
        """Return the centroid of the rows that are left."""
        means = self._sums.sum(axis=1) / self.count
        middle = (self.count - 1) // 2
        medians = [
            values[np.searchsorted(np.cumsum(left), middle, side="right")]
            for (values, _), left in zip(self._ordered, self._ordered_left, strict=True)
        ]
        modes = [int(left.argmax()) for left in self._categories_left]
        return Point(np.array([*means, *medians], dtype=np.float64), np.array(modes, dtype=np.int64))

    def farthest_from(self, place: Point) -> Point:
        """Return the place of the row that is farthest from a place."""
        bounds = np.where(self._left > 0, self._bounds(place, upper=True), -1.0)
        first = np.partition(bounds, -_FIRST_LOOK)[-_FIRST_LOOK] if len(bounds) > _FIRST_LOOK else 0.0
        _, distances = self._look_into(bounds >= first, place)
        rows, distances = self._look_into(bounds >= distances.max(), place)
        return self._space.at(int(rows[distances == distances.max()].min()))

    def take_nearest(self, place: Point, count: int) -> Rows:
        """Remove and return the rows that are nearest to a place, at most as many as are left."""
        bounds = np.where(self._left > 0, self._bounds(place, upper=False), np.inf)
        # Leaves that together hold enough rows give a distance within which the nearest lie.
        enough = max(2, 4 * count // LEAF_ROWS)
        while True:
            limit = np.partition(bounds, enough - 1)[enough - 1] if enough < len(bounds) else np.inf
            near = (bounds <= limit) & (self._left > 0)
            if int(self._left[near].sum()) >= count:
                break
            enough *= 2
        _, distances = self._look_into(near, place)
        rows, distances = self._look_into(bounds <= np.partition(distances, count - 1)[count - 1], place)
        taken = rows[np.lexsort((rows, distances))[:count]]
        self._remove(taken)
        return taken

    def _look_into(self, leaves: npt.NDArray[np.bool_], place: Point) -> tuple[Rows, Values]:
        """Return the rows that are left in some leaves, and their distances from a place."""
        rows = self._members[leaves].reshape(-1)
        rows = rows[self._there[rows]]
        return rows, self._space.take(rows).distances(place)

    def _bounds(self, place: Point, *, upper: bool) -> Values:
        """Return [leaves] a number that no distance of a leaf's rows from a place is above (upper), or below."""
        total = np.zeros(len(self._left))
        for low, high, coordinate in zip(self._low, self._high, place.coordinates, strict=True):
            below, above = low - coordinate, high - coordinate
            if upper:
                difference = np.maximum(np.abs(below), np.abs(above))
            else:
                difference = np.maximum(np.maximum(below, -above), 0.0)
            difference *= difference
            total += difference
        for occurs, code, weight in zip(self._occurs, place.categories, self._space.weights, strict=True):
            alike = occurs[:, code] & (occurs.sum(axis=1) == 1) if upper else occurs[:, code]
            total += np.where(alike, 0.0, weight)
        return total

    def _occurrence(self, codes: Codes) -> npt.NDArray[np.bool_]:
        """Return [leaves, codes] which codes occur in a leaf."""
        occurs = np.zeros((len(self._left), int(codes.max()) + 1), dtype=np.bool_)
        occurs[self._leaf, codes] = True
        return occurs

    def _remove(self, rows: Rows) -> None:
        self._there[rows] = False
        self.count -= len(rows)
        leaves = np.unique(self._leaf[rows])
        members = self._members[leaves]
        there = self._there[members]
        self._left[leaves] = there.sum(axis=1)
        members = np.where(there, members, 0)
        for column, coordinates in enumerate(self._space.coordinates):
            found = coordinates[members]
            self._low[column, leaves] = np.where(there, found, np.inf).min(axis=1)
            self._high[column, leaves] = np.where(there, found, -np.inf).max(axis=1)
            if column < self._space.numbers:
                self._sums[column, leaves] = np.where(there, found, 0.0).sum(axis=1)
        for (_, codes), left in zip(self._ordered, self._ordered_left, strict=True):
            np.subtract.at(left, codes[rows], 1)
        for codes, left in zip(self._space.categories, self._categories_left, strict=True):
            np.subtract.at(left, codes[rows], 1)
