"""Rows in the order of the original: who knows the order of the source knows whose row is whose."""

from __future__ import annotations

import math

import numpy as np

from wuming.anonymization.attacks.matching import View
from wuming.anonymization.attacks.outcome import Outcome
from wuming.core.tables import Table

_ROWS = 1000
_AHEAD = 1.3  # how far beyond its share of the original a stretch of published rows may reach
_CELLS = 4_000_000


def row_order(view: View, original: Table) -> Outcome:
    """The published rows must not be those of the original one after another.

    The first published rows, up to 1,000, are laid along the original, each at the next row that it covers. All fit
    only if the order was kept, or if nearly every row covers nearly every other; therefore the same is tried on the
    original turned round. An order that follows from what is published (rows that look alike stand together) tells
    nothing.
    """
    known = view.readable(view.release.table.names)
    kept = _along(view, original, known) and not _along(view, _reversed(original), known)
    refused = kept and not _stand_together(view, known)
    return Outcome(
        "row order",
        refused=refused,
        columns=known if refused else (),
        advice="Sort the published rows by what is published, or shuffle them." if refused else "",
        detail="the rows stand in the order of the original" if refused else "the order tells nothing",
    )


def _along(view: View, original: Table, known: tuple[str, ...]) -> bool:
    """Tell whether the published rows fit the original in order, with rows left out."""
    stretch = _AHEAD * max(original.rows / view.rows, 1.0)
    rows = min(_ROWS, view.rows, math.isqrt(int(_CELLS / stretch)))
    ahead = original.take(np.arange(original.rows if rows == view.rows else min(int(stretch * rows), original.rows)))
    fits = np.ones((rows, ahead.rows), dtype=np.bool_)
    for name in known:
        codes = view.readings[name].codes[:rows]
        labels, places = np.unique(codes, return_inverse=True)
        fits &= (view.readings[name].distance(ahead.columns[name])[labels] <= 1e-9)[places.reshape(-1)]
    at = 0
    for row in range(rows):
        later = fits[row, at:]
        step = int(later.argmax()) if len(later) else 0
        if not len(later) or not later[step]:
            return False
        at += step + 1
    return True


def _stand_together(view: View, known: tuple[str, ...]) -> bool:
    """Tell whether rows that look alike in all columns stand together, and some do look alike."""
    of_row = view.classes(known).of_row
    runs = 1 + int((np.diff(of_row) != 0).sum())
    quasi = view.readable(view.release.quasi_identifiers)
    by_quasi = view.classes(quasi)
    quasi_runs = 1 + int((np.diff(by_quasi.of_row) != 0).sum())
    return runs == view.classes(known).count and quasi_runs == by_quasi.count and by_quasi.count < view.rows


def _reversed(table: Table) -> Table:
    return table.take(np.arange(table.rows)[::-1])
