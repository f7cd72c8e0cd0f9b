"""Numeric columns as they are perturbed: which cells are there, and whether they are whole."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from wuming.core.errors import PrivacyParameterError, TableError
from wuming.core.tables import Table

_LARGEST_WHOLE = 2**53


def numbers_of(table: Table, name: str, *, gaps: bool = True) -> npt.NDArray[np.float64]:
    """Return a column as float64; NaN is missing.

    Raises:
        TableError: no such column, text, no value at all, or a missing one where `gaps` is False.
    """
    table.require([name])
    column = table.columns[name]
    if column.dtype == object:
        raise TableError(f"column '{name}' holds text", help="Use pram or swapping for categories.")
    values = column.astype(np.float64)
    missing = int(np.isnan(values).sum())
    if missing == len(values):
        raise TableError(f"column '{name}' has no value in any row", help="Leave the column out.")
    if missing and not gaps:
        raise TableError(
            f"column '{name}' is empty in {missing:,} rows", help="Fill the gaps, or leave these rows out, beforehand."
        )
    return values


def whole_numbers_of(table: Table, name: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return a column as int64 (0 where missing), and which cells are there.

    Raises:
        TableError: as `numbers_of`; a number that is not whole or beyond 2⁵³.
    """
    values = numbers_of(table, name)
    present = ~np.isnan(values)
    filled = np.where(present, values, 0.0)
    if wrong := int(((filled != np.floor(filled)) | (np.abs(filled) > _LARGEST_WHOLE)).sum()):
        raise TableError(
            f"column '{name}' holds no whole number up to 2^53 in {wrong:,} rows",
            help="Express it in a smaller unit, such as cents.",
        )
    return filled.astype(np.int64), present


def positive(name: str, value: float) -> float:
    """Return a parameter that must be finite and above 0.

    Raises:
        PrivacyParameterError: it is not.
    """
    if isinstance(value, bool) or not math.isfinite(value) or value <= 0:
        raise PrivacyParameterError(f"{name}={value} is no finite number above 0", help="Give a positive number.")
    return float(value)


def share_of_rows(name: str, value: float) -> float:
    """Return a parameter that must be above 0 and at most 1.

    Raises:
        PrivacyParameterError: it is not.
    """
    if positive(name, value) > 1:
        raise PrivacyParameterError(f"{name}={value} is no share", help="Give a share above 0, up to 1.")
    return float(value)
