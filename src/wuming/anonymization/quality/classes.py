"""Measures of class sizes alone.

Sources: average class size, LeFevre, DeWitt & Ramakrishnan, "Mondrian multidimensional k-anonymity", ICDE 2006, section
5.1. Discernibility with suppressed rows, Bayardo & Agrawal, "Data privacy through optimal k-anonymization", ICDE 2005,
section 3.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wuming.anonymization.models import classes_of
from wuming.core.errors import TableError
from wuming.core.tables import Table


def average_class_size(published: Table, quasi_identifiers: Sequence[str], *, k: int) -> float:
    """Return rows over classes over k: 1 is the best that k-anonymity allows. Suppressed rows are in no class.

    Raises:
        TableError: a column that is not there.
    """
    return published.rows / len(_sizes(published, quasi_identifiers)) / k


def discernibility(published: Table, quasi_identifiers: Sequence[str], *, rows: int) -> int:
    """Return for how many pairs of rows, each with itself and in both orders, the two cannot be told apart.

    Args:
        published, quasi_identifiers: the table and the columns that settle its classes.
        rows: of the original; a suppressed row cannot be told from any.

    Raises:
        TableError: a column that is not there, or more rows than the original had.
    """
    suppressed = rows - published.rows
    if suppressed < 0:
        raise TableError(f"{published.rows:,} rows were published of {rows:,}", help="Give the original table.")
    return int((_sizes(published, quasi_identifiers) ** 2).sum()) + suppressed * rows


def _sizes(published: Table, quasi_identifiers: Sequence[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.bincount(classes_of(published, quasi_identifiers)).astype(np.int64)
