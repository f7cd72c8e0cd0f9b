"""Columns that follow from a quasi-identifier: who knows that knows them, however coarse it is published."""

from __future__ import annotations

import numpy as np

from wuming.anonymization.attacks.outcome import Outcome
from wuming.anonymization.models import Codes, classes_of, factorize
from wuming.anonymization.release import Release
from wuming.core.tables import Table

_FOLLOWS = 0.99
_VARIES = 0.9


def derived_columns(original: Table, release: Release, *, k: int) -> Outcome:
    """A column that a quasi-identifier determines counts as known; with it, too, each class must have k rows.

    Determined: in groups of two or more rows with one value of the quasi-identifier, 99% have the group's commonest
    value, where the table's commonest value is in no more than 90% of rows.
    """
    follows = {}
    for column in (*release.sensitive, *release.passed):
        if column not in original.names or column in release.roles.removed:
            continue
        for quasi in release.quasi_identifiers:
            if quasi in original.names and _determines(original, quasi, column):
                follows[column] = quasi
                break
    columns, before = [], np.bincount(classes_of(release.table, release.quasi_identifiers)).min()
    for column in follows:
        sizes = np.bincount(classes_of(release.table, (*release.quasi_identifiers, column)))
        if sizes.min() < min(k, before):
            columns.append(column)
    pairs = ", ".join(f"{column} follows from {follows[column]}" for column in columns)
    return Outcome(
        "derived columns",
        refused=bool(columns),
        columns=tuple(columns),
        advice="Give these columns the role of quasi-identifiers, or leave them out." if columns else "",
        detail=f"{pairs}; with them classes are smaller than k = {k}" if columns else "none",
    )


def _determines(table: Table, quasi: str, column: str) -> bool:
    groups, _ = factorize(table.columns[quasi])
    values, _ = factorize(table.columns[column])
    groups, values = groups + 1, values + 1
    together = np.bincount(groups)[groups] > 1
    if together.sum() < 0.5 * table.rows or np.bincount(values).max() > _VARIES * table.rows:
        return False
    return _commonest(groups[together], values[together]) >= _FOLLOWS * int(together.sum())


def _commonest(groups: Codes, values: Codes) -> int:
    """Return in how many rows the value is the commonest of its group."""
    pairs, counts = np.unique(groups * (int(values.max()) + 1) + values, return_counts=True)
    of_group = pairs // (int(values.max()) + 1)
    return int(np.maximum.reduceat(counts, np.flatnonzero(np.diff(of_group, prepend=-1))).sum())
