"""The baseline of local recoding: strict Mondrian as it is usually written in numpy, and what it loses.

Widest normalised side first, cut at the median, categories in alphabetical order, the next column where a side cannot
be cut. It publishes the smallest box around each class, so nothing better can be said of its classes: the range of the
numbers in it, and the set of the categories in it.

Source: LeFevre, DeWitt and Ramakrishnan, "Mondrian Multidimensional k-Anonymity", ICDE 2006, section 3.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from wuming.core.tables import Table

Codes = npt.NDArray[np.int64]


def plain_mondrian(table: Table, quasi_identifiers: Sequence[str], k: int) -> Codes:
    """Return [rows] the class of each row, 0 …; each has at least k rows. Columns have no missing value."""
    columns = [_places(table, name) for name in quasi_identifiers]
    places, widths = np.stack(columns, axis=1), [float(np.ptp(column)) or 1.0 for column in columns]
    classes, number = np.empty(table.rows, dtype=np.int64), 0
    waiting = [np.arange(table.rows)]
    while waiting:
        rows = waiting.pop()
        halves = _halves(places[rows], widths, k)
        if halves is None:
            classes[rows], number = number, number + 1
        else:
            waiting += [rows[halves], rows[~halves]]
    return classes


def penalty(table: Table, quasi_identifiers: Sequence[str], classes: Codes) -> float:
    """Return the normalised certainty penalty of the smallest boxes: of numbers the range over that of the column, of
    categories how many there are over how many the column has, 0 for one; the mean over cells."""
    sizes = np.bincount(classes)
    total = 0.0
    for name in quasi_identifiers:
        places = _places(table, name)
        if table.columns[name].dtype == object:
            pairs = np.unique(np.stack((classes, places.astype(np.int64))), axis=1)
            held = np.bincount(pairs[0], minlength=len(sizes))
            losses = np.where(held > 1, held / len(np.unique(places)), 0.0)
        else:
            low, high = np.full(len(sizes), np.inf), np.full(len(sizes), -np.inf)
            np.minimum.at(low, classes, places)
            np.maximum.at(high, classes, places)
            losses = (high - low) / (float(np.ptp(places)) or 1.0)
        total += float((losses * sizes).sum())
    return total / table.rows / len(quasi_identifiers)


def _places(table: Table, name: str) -> npt.NDArray[np.float64]:
    """Return numbers as they are, categories as places in alphabetical order."""
    column = table.columns[name]
    if column.dtype != object:
        return column.astype(np.float64)
    return np.unique(column.astype(str), return_inverse=True)[1].astype(np.float64)


def _halves(places: npt.NDArray[np.float64], widths: Sequence[float], k: int) -> npt.NDArray[np.bool_] | None:
    """Return which rows come to the left half; None where no column can be cut."""
    if len(places) < 2 * k:
        return None
    spans = np.ptp(places, axis=0) / widths
    for column in np.argsort(-spans, kind="stable"):
        if spans[column] == 0:
            return None
        keys = places[:, column]
        median = np.sort(keys)[len(keys) // 2]
        for left in (keys < median, keys <= median):
            if k <= np.count_nonzero(left) <= len(keys) - k:
                found: npt.NDArray[np.bool_] = left
                return found
    return None
