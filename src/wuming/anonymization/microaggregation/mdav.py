"""MDAV: groups of k rows around the rows that lie farthest out, until fewer than 2k are left.

Source: Domingo-Ferrer and Torra, Data Mining and Knowledge Discovery 11 (2005), section 3.1, algorithm MDAV-generic;
the idea is of Domingo-Ferrer and Mateo-Sanz, "Practical data-oriented microaggregation for statistical disclosure
control", IEEE Transactions on Knowledge and Data Engineering 14 (2002).

Of rows equally far, the one that stands first counts. So rows are to be given in an order that the table alone settles.
"""

from __future__ import annotations

import numpy as np

from wuming.anonymization.microaggregation.space import Codes, Point, Rows, Space


def mdav(space: Space, *, k: int, largest_block: int) -> Codes:
    """Put rows into groups of k to 2k - 1.

    Args:
        space: of at least k rows, in an order that the table alone settles.
        k: smallest group, at least 1.
        largest_block: a table of more rows is first cut in two along the column in which it varies most, at the median,
            again and again, and each block is grouped by itself. At least 2k, so that no block has fewer than k rows.
            The time grows with rows x block / k; groups do not reach over the cuts, which costs a little.

    Returns:
        [rows], the group of each row, 0 … without gaps.
    """
    groups = np.empty(space.rows, dtype=np.int64)
    count = 0
    for block in _blocks(space, largest_block):
        for group in _groups(space.take(block), k):
            groups[block[group]] = count
            count += 1
    return groups


def _blocks(space: Space, largest: int) -> list[Rows]:
    """Cut the rows into blocks of at most `largest`, each in the order of the rows."""
    waiting, done = [np.arange(space.rows)], []
    while waiting:
        block = waiting.pop()
        if len(block) <= largest:
            done.append(block)
            continue
        _, widest = max(space.take(block).spreads(), key=lambda found: found[0])
        order = np.argsort(widest, kind="stable")
        half = len(block) // 2
        waiting += [np.sort(block[order[half:]]), np.sort(block[order[:half]])]
    return done


def _groups(space: Space, k: int) -> list[Rows]:
    """Return the rows of each group."""
    left = _Left(space)
    groups = []
    while left.space.rows >= 3 * k:
        first = left.farthest_from(left.space.centroid())
        groups.append(left.take_nearest(first, k))
        groups.append(left.take_nearest(left.farthest_from(first), k))
    if left.space.rows >= 2 * k:
        groups.append(left.take_nearest(left.farthest_from(left.space.centroid()), k))
    groups.append(left.rows)
    return groups


class _Left:
    """The rows that are in no group yet, in order."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.rows = np.arange(space.rows)

    def farthest_from(self, place: Point) -> Point:
        """Return the place of the row that is farthest from a place."""
        return self.space.at(int(np.argmax(self.space.distances(place))))

    def take_nearest(self, place: Point, count: int) -> Rows:
        """Remove and return the rows that are nearest to a place."""
        distances = self.space.distances(place)
        last = np.partition(distances, count - 1)[count - 1]
        nearest = distances < last
        nearest[np.flatnonzero(distances == last)[: count - int(nearest.sum())]] = True
        taken: Rows = self.rows[nearest]
        keep = ~nearest
        self.rows, self.space = self.rows[keep], self.space.take(keep)
        return taken
