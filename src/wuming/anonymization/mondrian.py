"""Strict Mondrian: cut the table in two, again and again, as long as both sides keep k rows and l sensitive values.

All boxes of one depth are cut together with array operations, so the cost is a few sorts a depth, not a Python call a
box. The result depends on the *set* of rows alone: the order of rows changes nothing, and nothing is drawn at random.

Source: LeFevre, DeWitt and Ramakrishnan, "Mondrian Multidimensional k-Anonymity", ICDE 2006, section 3 (strict
partitioning, widest normalised side first, median cut); Machanavajjhala et al., "l-Diversity", TKDD 2007, for the
condition that both sides keep l distinct sensitive values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int64]
Scale = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


@dataclass(frozen=True)
class Boxes:
    """The leaves of the cuts.

    Attributes:
        of_row: box number of each row, shape (n,).
        low, high: first and last code of each box in each column, shape (boxes, columns). The boxes tile the domain.
    """

    of_row: Codes
    low: Codes
    high: Codes


def mondrian(
    codes: Sequence[Codes],
    scales: Sequence[Scale],
    sensitive: Sequence[Codes],
    *,
    k: int,
    l: int,  # noqa: E741  (the literature's name)
) -> Boxes:
    """Cut rows into boxes of at least k rows with at least l distinct values in every sensitive column.

    Args:
        codes: one array of order-preserving codes (0 …) a quasi-identifier, shape (n,).
        scales: for each quasi-identifier the begin and the end of every code on a line of length 1 (see `domains`).
        sensitive: one array of codes a sensitive column, shape (n,); -1 is missing and counts as no value.
        k, l: at least 1; the whole table must satisfy both.

    Guarantee:
        every box has k rows and l values, if the table has; no further cut is possible in any box.
    """
    table = np.stack(codes, axis=1) if codes else np.zeros((0, 0), dtype=np.int64)
    rows, width = table.shape
    low = np.zeros((1, width), dtype=np.int64)
    high = np.array([[len(ends) - 1 for _, ends in scales]], dtype=np.int64)
    of_row = np.zeros(rows, dtype=np.int64)
    leaves_low, leaves_high, leaf_of_row, leaves = [], [], np.empty(rows, dtype=np.int64), 0
    active = np.arange(rows)
    while len(active):
        order = np.argsort(of_row[active], kind="stable")
        active = active[order]
        extent = np.stack([ends[high[:, d]] - begins[low[:, d]] for d, (begins, ends) in enumerate(scales)], axis=1)
        cut = _cut_all(table[active], of_row[active], extent, [column[active] for column in sensitive], k=k, l=l)
        done = cut.column < 0
        numbers = np.cumsum(done) - 1 + leaves
        finished = done[of_row[active]]
        leaf_of_row[active[finished]] = numbers[of_row[active[finished]]]
        leaves_low.append(low[done])
        leaves_high.append(high[done])
        leaves += int(done.sum())
        low, high, of_row, active = _descend(table, active[~finished], of_row, low, high, cut)
    return Boxes(leaf_of_row, np.concatenate(leaves_low), np.concatenate(leaves_high))


@dataclass(frozen=True)
class _Cuts:
    """For each box: the column to cut (-1: none) and the last code on the left."""

    column: Codes
    left: Codes


def _descend(
    table: Codes, active: Codes, of_row: Codes, low: Codes, high: Codes, cut: _Cuts
) -> tuple[Codes, Codes, Codes, Codes]:
    """Replace every box that is cut by its two halves; box b becomes 2b' and 2b'+1."""
    kept = np.flatnonzero(cut.column >= 0)
    renumbered = np.full(len(cut.column), -1, dtype=np.int64)
    renumbered[kept] = np.arange(len(kept))
    new_low, new_high = np.repeat(low[kept], 2, axis=0), np.repeat(high[kept], 2, axis=0)
    column, left = cut.column[kept], cut.left[kept]
    even = 2 * np.arange(len(kept))
    new_high[even, column] = left
    new_low[even + 1, column] = left + 1
    box = of_row[active]
    right = table[active, cut.column[box]] > cut.left[box]
    of_row = of_row.copy()
    of_row[active] = 2 * renumbered[box] + right
    return new_low, new_high, of_row, active


def _cut_all(
    table: Codes,
    box: Codes,
    extent: npt.NDArray[np.float64],
    sensitive: Sequence[Codes],
    *,
    k: int,
    l: int,  # noqa: E741
) -> _Cuts:
    """Find a cut for every box: the widest side first, the next one where it cannot be cut.

    Args:
        table, box, sensitive: rows sorted by box number; boxes are numbered 0 … without gaps.
        extent: length of each side of each published box, shape (boxes, columns). The sides of the box of the cuts, not
            of the data in it: that shortens what is published, and it makes the choice depend less on single rows.
    """
    starts = np.flatnonzero(np.diff(box, prepend=-1))
    boxes = len(starts)
    sizes = np.diff(starts, append=len(box))
    smallest, largest = np.minimum.reduceat(table, starts), np.maximum.reduceat(table, starts)
    divisible = largest > smallest
    preference = np.argsort(np.where(divisible, -extent, 1.0), axis=1, kind="stable")
    column, left = np.full(boxes, -1, dtype=np.int64), np.zeros(boxes, dtype=np.int64)
    waiting = sizes >= 2 * k
    for rank in range(table.shape[1]):
        choice = preference[:, rank]
        waiting &= divisible[np.arange(boxes), choice]
        trying = np.flatnonzero(waiting)
        if not len(trying):
            break
        rows = np.flatnonzero(waiting[box])
        local = np.cumsum(waiting)[box[rows]] - 1
        keys = table[rows, choice[box[rows]]]
        found = _median_cuts(local, keys, [values[rows] for values in sensitive], k=k, l=l)
        success = found >= 0
        column[trying[success]] = choice[trying[success]]
        left[trying[success]] = found[success]
        waiting[trying[success]] = False
    return _Cuts(column, left)


def _median_cuts(
    box: Codes,
    keys: Codes,
    sensitive: Sequence[Codes],
    *,
    k: int,
    l: int,  # noqa: E741
) -> Codes:
    """Return for every box the last code of the left side of the allowed cut nearest the median, or -1.

    Between two cuts equally near, the lower one is taken.
    """
    order = np.argsort(box * (keys.max() + 1) + keys, kind="stable")
    box, keys = box[order], keys[order]
    starts = np.flatnonzero(np.diff(box, prepend=-1))
    sizes = np.diff(starts, append=len(box))
    on_left = np.arange(len(box)) - starts[box] + 1
    on_right = sizes[box] - on_left
    allowed = (on_left >= k) & (on_right >= k)
    allowed[:-1] &= keys[1:] != keys[:-1]
    if l > 1:
        for values in sensitive:
            first, last = _first_and_last(box, values[order])
            seen = np.cumsum(first)
            before = np.concatenate(([0], seen))[starts]
            ended = np.cumsum(last)
            total = np.add.reduceat(first.astype(np.int64), starts)
            ended_before = np.concatenate(([0], ended))[starts]
            allowed &= (seen - before[box] >= l) & (total[box] - (ended - ended_before[box]) >= l)
    unreachable = np.iinfo(np.int64).max
    # Distance from the median and position in one number; the position breaks ties.
    distance = np.abs(on_left - on_right).astype(np.int64) * (len(box) + 1) + np.arange(len(box))
    best = np.minimum.reduceat(np.where(allowed, distance, unreachable), starts)
    position = best % (len(box) + 1)
    return np.where(best < unreachable, keys[np.minimum(position, len(box) - 1)], -1)


def _first_and_last(box: Codes, values: Codes) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Mark the first and the last row of every sensitive value within every box; missing values (-1) are not marked."""
    group = box * (values.max() + 2) + values + 1
    order = np.argsort(group, kind="stable")
    change = group[order[1:]] != group[order[:-1]]
    first, last = np.zeros(len(box), dtype=bool), np.zeros(len(box), dtype=bool)
    first[order] = np.concatenate(([True], change))
    last[order] = np.concatenate((change, [True]))
    present = values >= 0
    return first & present, last & present
