"""Counting rows and values of classes, in a few passes over the rows whatever the number of classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from wuming.anonymization.models.measures import Codes
from wuming.core.errors import TableError


def check_classes(classes: Codes, count: int, *, rows: int | None = None) -> None:
    """Check class numbers.

    Args:
        classes: [rows], each -1 … count - 1.
        count: number of classes.
        rows: how many rows there must be, where the model knows.

    Raises:
        TableError: they are not such numbers; only counts are named.
    """
    if classes.ndim != 1 or not np.issubdtype(classes.dtype, np.signedinteger):
        raise TableError("classes are not one whole number a row", help="Give an array of signed integers.")
    if rows is not None and len(classes) != rows:
        raise TableError(
            f"classes of {len(classes):,} rows, but the model knows {rows:,}", help="Ask about the same rows."
        )
    if count < 0 or (len(classes) and (classes.min() < -1 or classes.max() >= count)):
        raise TableError(f"class numbers are not all in -1 … {count - 1}", help="Number the classes without gaps.")


def sizes_of(classes: Codes, count: int) -> Codes:
    """Return [count] the number of released rows of each class."""
    return np.bincount(classes + 1, minlength=count + 1)[1:]


def summed(of_class: Codes, terms: npt.NDArray[Any], count: int) -> npt.NDArray[np.float64]:
    """Return [count] the sum of the terms of each class."""
    return np.bincount(of_class, weights=terms, minlength=count).astype(np.float64)


@dataclass(frozen=True, eq=False)
class Pairs:
    """How often each value occurs in each class; only what occurs, so never a matrix of classes times values.

    Attributes:
        of_class, value, rows: [pairs], ordered by class, then by value; rows ≥ 1.
    """

    of_class: Codes
    value: Codes
    rows: Codes

    def coarsen(self, up: Codes) -> Pairs:
        """Return the pairs after every value v becomes the group up[v]."""
        width = int(up.max()) + 1
        keys = self.of_class * width + up[self.value]
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        starts = np.flatnonzero(np.diff(keys, prepend=-1))
        rows = np.add.reduceat(self.rows[order], starts) if len(keys) else self.rows
        return Pairs(keys[starts] // width, keys[starts] % width, rows)


def pairs_of(classes: Codes, count: int, values: Codes, size: int) -> Pairs:
    """Count the values of each class; rows that are suppressed (class -1) or have no value (-1) are left out.

    Args:
        classes: [rows], -1 … count - 1.
        values: [rows], -1 … size - 1.
    """
    classes, values = classes.astype(np.int64, copy=False), values.astype(np.int64, copy=False)
    used = (classes >= 0) & (values >= 0)
    keys = classes * size + values if used.all() else classes[used] * size + values[used]
    if count * size <= 4 * len(classes) + 1024:
        counts = np.bincount(keys, minlength=count * size)
        found = np.flatnonzero(counts)
        rows = counts[found]
    else:
        found, rows = np.unique(keys, return_counts=True)
    return Pairs(found // size, found % size, rows)
