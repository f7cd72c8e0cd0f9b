"""What all builders share: distinct values in, a level 0 and a last level `*` around what a builder adds.

A missing cell is the empty value. It stays an empty cell at every level but the last, where it is `*` as all else; it
never shares a group with a value that is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from wuming.anonymization.domains import ANY
from wuming.anonymization.hierarchies.hierarchy import Hierarchy
from wuming.core.errors import TableError


def distinct(cells: Iterable[str]) -> tuple[set[str], bool]:
    """Return the values that occur, and whether a cell is missing."""
    values = set(cells)
    return values - {""}, "" in values


def assemble(
    column: str,
    values: Sequence[str],
    levels: Sequence[Sequence[str]],
    *,
    widths: Sequence[Sequence[float]] | None = None,
    missing: bool,
) -> Hierarchy:
    """Put the values below and `*` above the levels of a builder.

    Args:
        column: name of the column.
        values: distinct values, none of them empty, in an order that says nothing about the rows.
        levels: what a builder adds, from fine to coarse, [levels][values].
        widths: share of the domain that each of these labels covers; a value alone covers 0, `*` covers 1.
        missing: add the empty value.

    Raises:
        TableError: no value, or whatever `Hierarchy` refuses.
    """
    gap = [""] if missing else []
    named = [(*level, *gap) for level in (values, *levels)]
    labels = (*named, (ANY,) * len(named[0]))
    shares: npt.NDArray[np.float64] | None = None
    if widths is not None:
        shares = np.zeros((len(labels), len(named[0])))
        for number, level in enumerate(widths, start=1):
            shares[number, : len(values)] = level
        shares[-1] = 1.0
    return Hierarchy(column, named[0], labels, shares)


def refuse(column: str, what: str, *, help: str) -> TableError:
    """Build the error of a builder; `what` holds counts and parameters, never a value."""
    return TableError(f"column '{column}': {what}", help=help)
