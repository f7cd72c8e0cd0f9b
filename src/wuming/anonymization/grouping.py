"""The classes of a node: which rows look alike once every column is published at its level.

Rows that are alike from the start stay alike at every node, so the table is first brought to its distinct rows; a
node's classes are found among these.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wuming.anonymization.hierarchies.hierarchy import Codes, Hierarchy
from wuming.anonymization.lattice import Node

_LARGEST_KEY = 1 << 62


class Grouping:
    """A table and its hierarchies, ready to be put into classes.

    Args:
        codes: [columns][rows], each of its hierarchy's values.
        hierarchies: one a column.
    """

    def __init__(self, codes: Sequence[Codes], hierarchies: Sequence[Hierarchy]) -> None:
        columns = [(column, len(h.values)) for column, h in zip(codes, hierarchies, strict=True)]
        self._of_row, self._distinct = _number(columns)
        first = np.empty(self._distinct, dtype=np.int64)
        first[self._of_row] = np.arange(len(self._of_row))
        self._sizes = [[int(level.max()) + 1 for level in h.groups] for h in hierarchies]
        self._last: tuple[Node, Codes, int] | None = None
        self._groups = [np.take(h.groups, column[first], axis=1) for column, h in zip(codes, hierarchies, strict=True)]

    def classes(self, node: Node) -> tuple[Codes, int]:
        """Return [rows] the class of each row at a node, 0 … without gaps, and their number; not to be changed."""
        if self._last is None or self._last[0] != node:
            columns = [
                (groups[level], sizes[level])
                for groups, sizes, level in zip(self._groups, self._sizes, node, strict=True)
            ]
            of_distinct, count = _number(columns)
            self._last = node, of_distinct[self._of_row], count
        return self._last[1:]


def _number(columns: Sequence[tuple[Codes, int]]) -> tuple[Codes, int]:
    """Number the distinct rows of columns (numbers 0 … size - 1, size), 0 … without gaps.

    The columns become digits of one key; where the next digit would leave 64 bits, the keys are numbered anew.
    """
    keys, space = columns[0][0].copy(), columns[0][1]
    for digits, size in columns[1:]:
        if size == 1:
            continue
        if space * size > _LARGEST_KEY:
            keys, space = _without_gaps(keys, space)
        keys *= size
        keys += digits
        space *= size
    return _without_gaps(keys, space)


def _without_gaps(keys: Codes, space: int) -> tuple[Codes, int]:
    """Number the keys that occur; by a table of all keys where that is small, else by sorting."""
    if space <= 4 * len(keys) + 1024:
        occurs = np.zeros(space, dtype=np.int64)
        occurs[keys] = 1
        numbers = np.cumsum(occurs) - 1
        return numbers[keys], int(numbers[-1]) + 1
    found, numbers = np.unique(keys, return_inverse=True)
    return numbers.astype(np.int64, copy=False).reshape(-1), len(found)
