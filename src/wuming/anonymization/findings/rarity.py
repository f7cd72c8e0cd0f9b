"""Values, gaps and categories that few people have."""

from __future__ import annotations

import numpy as np

from wuming.anonymization.attacks.outcome import Outcome
from wuming.anonymization.cells import names_in
from wuming.anonymization.hierarchies.cells import cells_of
from wuming.anonymization.models import classes_of, factorize
from wuming.anonymization.release import Release
from wuming.core.tables import Table


def rare_values(release: Release, *, k: int) -> Outcome:
    """Of a column that is passed unchanged, each value must be in k rows: he who knows it must not find the row."""
    found, rows = [], 0
    for name in release.passed:
        sizes = np.bincount(classes_of(release.table, [name]))
        if sizes.min() < k:
            found.append(name)
            rows += int(sizes[sizes < k].sum())
    return Outcome(
        "rare values",
        refused=bool(found),
        columns=tuple(found),
        advice="Make these columns coarser, give them the role of quasi-identifiers, or drop them." if found else "",
        detail=f"{rows:,} cells hold a value that fewer than {k} rows have",
    )


def rare_categories(original: Table, release: Release, *, k: int) -> Outcome:
    """A label that lists values must not name one that fewer than k people have, unless a public hierarchy does so."""
    found, names = [], 0
    for column in release.quasi_identifiers:
        if column in release.hierarchies or column not in original.names or original.columns[column].dtype != object:
            continue
        cells = original.columns[column].tolist()
        codes, distinct = factorize(original.columns[column])
        sizes = dict(zip(sorted(set(cells) - {""}), np.bincount(codes[codes >= 0], minlength=distinct), strict=True))
        labels = set(cells_of(release.table.columns[column]))
        named = {name for label in labels for name in names_in(label) if name is not None}
        rare = sum(0 < sizes.get(name, 0) < k for name in named)
        if rare:
            found.append(column)
            names += rare
    return Outcome(
        "rare categories",
        refused=bool(found),
        columns=tuple(found),
        advice="Publish rare categories as 'other', or use a hierarchy that does not depend on the data."
        if found
        else "",
        detail=f"{names:,} categories of fewer than {k} rows are named",
    )


def gap_patterns(release: Release, *, k: int) -> Outcome:
    """The pattern of missing cells of the columns that are not generalised must be shared by k rows."""
    columns = (*release.sensitive, *release.passed)
    gaps = np.array([factorize(release.table.columns[name])[0] < 0 for name in columns]).reshape(len(columns), -1)
    rare = 0
    if len(columns):
        _, of_row, sizes = np.unique(gaps, axis=1, return_inverse=True, return_counts=True)
        rare = int((sizes[of_row.reshape(-1)] < k).sum())
    blamed = tuple(n for n, column in zip(columns, gaps, strict=True) if column.any()) if rare else ()
    return Outcome(
        "patterns of gaps",
        refused=rare > 0,
        columns=blamed,
        advice="Fill the gaps of these columns with a word of their own, or publish fewer of them." if rare else "",
        detail=f"{rare:,} rows have a pattern of missing cells that fewer than {k} rows share",
    )


def outliers(release: Release, *, k: int) -> Outcome:
    """Fewer than k rows must not lie apart from all others by as much as all others lie apart from each other."""
    found = []
    for name in release.sensitive:
        column = release.table.columns[name]
        if column.dtype == object:
            continue
        numbers = np.sort(column[~np.isnan(column)] if column.dtype == np.float64 else column).astype(np.float64)
        if len(numbers) < 2 * k:
            continue
        steps = np.diff(numbers)
        for at in (*range(k - 1), *range(len(steps) - k + 1, len(steps))):
            low, high = at < k - 1, at >= k - 1
            rest = numbers[-1] - numbers[at + 1] if low else numbers[at] - numbers[0]
            if (low or high) and rest > 0 and steps[at] >= rest:
                found.append(name)
                break
    return Outcome(
        "outliers",
        refused=bool(found),
        columns=tuple(found),
        advice="Cap these columns (publish the largest values as one bound), or leave the rows out." if found else "",
        detail=f"{len(found)} columns have fewer than {k} values far from all others",
    )
