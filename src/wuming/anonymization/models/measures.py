"""How well a table satisfies k-anonymity, distinct l-diversity and t-closeness, measured on the table as it is.

Sources: k, Sweeney, IJUFKS 2002. l (distinct), Machanavajjhala et al., TKDD 2007, section 4. t, Li, Li and
Venkatasubramanian, ICDE 2007, section 4: ordered distance for numbers, equal distance for categories.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from wuming.core.tables import Coded, Table

Codes = npt.NDArray[np.int64]


def factorize(column: npt.NDArray[Any]) -> tuple[Codes, int]:
    """Code values in order, 0 … (missing, NaN or "": -1); return the codes and the number of distinct values."""
    coded = Coded.of(column)
    return coded.codes, len(coded.values)


def classes_of(table: Table, quasi_identifiers: Sequence[str]) -> Codes:
    """Number the equivalence classes: rows that agree in all quasi-identifiers get one number, 0 … ; missing agrees
    with missing.

    Raises:
        TableError: a column that is not there.
    """
    table.require(quasi_identifiers)
    columns = [table.columns[name] for name in quasi_identifiers]
    begins = np.arange(table.rows) == 0
    for column in columns:
        begins[1:] |= column[1:] != column[:-1]
        if 2 * np.count_nonzero(begins) > table.rows:
            return _numbered([table.coded(name) for name in quasi_identifiers])
    # A published table is sorted: it is enough to look at the first row of each stretch of equal rows.
    starts = np.flatnonzero(begins)
    lengths = np.diff(starts, append=table.rows)
    return np.repeat(_numbered([Coded.of(column[starts]) for column in columns]), lengths)


def _numbered(columns: Sequence[Coded]) -> Codes:
    classes, space = np.zeros(len(columns[0].codes), dtype=np.int64), 1
    for column in columns:
        size = len(column.values) + 1
        if space * size >= 1 << 62:  # numbered again, the product is below rows x distinct and fits
            classes, space = np.unique(classes, return_inverse=True)[1].astype(np.int64), len(classes)
        classes, space = classes * size + column.codes + 1, space * size
    return np.unique(classes, return_inverse=True)[1].astype(np.int64)


def k_anonymity(table: Table, quasi_identifiers: Sequence[str]) -> int:
    """Return the size of the smallest equivalence class."""
    return int(np.bincount(classes_of(table, quasi_identifiers)).min())


def l_diversity(table: Table, quasi_identifiers: Sequence[str], sensitive: str) -> int:
    """Return the smallest number of distinct values of `sensitive` in a class; missing is no value."""
    classes = classes_of(table, quasi_identifiers)
    codes, distinct = factorize(table.columns[sensitive])
    pairs = np.unique((classes * (distinct + 1) + codes)[codes >= 0])
    return int(np.bincount(pairs // (distinct + 1), minlength=int(classes.max()) + 1).min())


def t_closeness(table: Table, quasi_identifiers: Sequence[str], sensitive: str) -> float:
    """Return the largest earth mover's distance between `sensitive` in a class and in the table, in [0, 1].

    Missing counts as a value of its own (for numbers: the smallest). Numbers are compared by rank, as in the paper.
    """
    classes = classes_of(table, quasi_identifiers)
    column = table.columns[sensitive]
    codes, distinct = factorize(column)
    if codes.min() < 0:
        codes, distinct = codes + 1, distinct + 1
    if distinct < 2:
        return 0.0
    overall = np.bincount(codes, minlength=distinct) / table.rows
    order = np.argsort(classes, kind="stable")
    starts = np.flatnonzero(np.diff(classes[order], prepend=-1))
    worst = 0.0
    # One class at a time: the full matrix of classes x values would not fit for a number column of a large table.
    for members in np.split(codes[order], starts[1:]):
        difference = np.bincount(members, minlength=distinct) / len(members) - overall
        if column.dtype == object:
            distance = float(np.abs(difference).sum() / 2)
        else:
            distance = float(np.abs(np.cumsum(difference)).sum() / (distinct - 1))
        worst = max(worst, distance)
    return min(worst, 1.0)
