"""t-closeness measured a second time, for the last look at a table: by transport, where the models sum differences.

On a line the cheapest way to move one distribution onto another keeps the order: the first share of the one goes to the
first share of the other. So each row of a class of c rows is moved to its n / c rows of the sorted table of n. Values
without order are moved only where there are too many of one; in a tree, level by level.

Source: Li, Li and Venkatasubramanian, "t-Closeness", ICDE 2007, section 4, for the distances themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from wuming.anonymization.hierarchies.hierarchy import Hierarchy

Codes = npt.NDArray[np.int64]


def furthest(column: npt.NDArray[Any], classes: Codes, original: npt.NDArray[Any], tree: Hierarchy | None) -> float:
    """Return the largest distance of a class's values from the original column's: in the order of numbers, equal for
    text, by levels where there is a tree. Missing is a value of its own, of numbers the smallest.

    Args:
        column: published; classes: [rows] class of each of its rows, 0 … without gaps; original: of all rows.
    """
    if tree is not None:
        up = dict(zip(tree.values, zip(*tree.labels, strict=True), strict=True))
        levels = range(len(tree.labels) - 1)
        apart = {"": tuple(("missing", level) for level in levels)}  # a missing value is joined by the root alone
        ways: Sequence[dict[str, Any]] = [
            {value: (labels | apart)[value][level] for value in (*up, "")} for level in levels for labels in (up,)
        ]
        total = [
            _equal([way[v] for v in column.tolist()], classes, [way[v] for v in original.tolist()]) for way in ways
        ]
        return float(np.mean(total, axis=0).max())
    if column.dtype == object:
        return float(_equal(column.tolist(), classes, original.tolist()).max())
    return float(_ordered(column, classes, original).max())


def _equal(cells: Sequence[Any], classes: Codes, original: Sequence[Any]) -> npt.NDArray[np.float64]:
    """Return [classes] how large a share of each class has a value that is too frequent in it."""
    table = Counter(original)
    number = {value: place for place, value in enumerate(dict.fromkeys(cells))}
    keys = classes * len(number) + np.fromiter(map(number.__getitem__, cells), dtype=np.int64, count=len(cells))
    found, count = np.unique(keys, return_counts=True)
    of_class, value = np.divmod(found, len(number))
    share = np.array([table[known] / len(original) for known in number])
    sizes = np.bincount(classes)
    out = np.zeros(len(sizes))
    np.add.at(out, of_class, np.maximum(count / sizes[of_class] - share[value], 0.0))
    return out


def _ordered(column: npt.NDArray[Any], classes: Codes, original: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return [classes] how far rows are moved on average, in steps from value to value, over the number of steps."""
    missing = np.isnan(original) if original.dtype == np.float64 else np.zeros(len(original), dtype=bool)
    values = np.unique(original[~missing])
    steps = len(values) - 1 + bool(missing.any())
    if steps < 1:
        return np.zeros(int(classes.max()) + 1)
    table = np.sort(_ranks(original, values, gap=bool(missing.any())))
    ours = _ranks(column, values, gap=bool(missing.any()))
    order = np.lexsort((ours, classes))
    at, number = ours[order].astype(np.float64), classes[order]
    starts = np.flatnonzero(np.diff(number, prepend=-1))
    sizes = np.diff(starts, append=len(at))
    turn = np.arange(len(at)) - np.repeat(starts, sizes)
    share = len(table) / np.repeat(sizes, sizes)
    sums = np.concatenate(([0.0], np.cumsum(table, dtype=np.float64)))
    places = np.arange(len(table) + 1)

    begin, end = turn * share, (turn + 1) * share
    middle = np.clip(np.searchsorted(table, at, side="right"), begin, end)
    below, above, between = (np.interp(place, places, sums) for place in (begin, end, middle))
    moved = at * (2 * middle - begin - end) + below + above - 2 * between
    out: npt.NDArray[np.float64] = np.add.reduceat(moved, starts) / len(table) / steps
    return out


def _ranks(column: npt.NDArray[Any], values: npt.NDArray[Any], *, gap: bool) -> Codes:
    ranks = np.searchsorted(values, column) + gap
    return np.where(np.isnan(column), 0, ranks) if column.dtype == np.float64 else ranks
