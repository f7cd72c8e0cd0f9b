"""The last look at a table before it is handed out: a plain group-by that shares no code with what made it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from wuming.anonymization.closeness_check import furthest
from wuming.anonymization.hierarchies.hierarchy import Hierarchy
from wuming.core.errors import SelfCheckFailed
from wuming.core.tables import Table

_ROUNDING = 1e-6


def check_published(
    table: Table,
    *,
    quasi_identifiers: Sequence[str],
    sensitive: Sequence[str],
    insensitive: Sequence[str] = (),
    k: int,
    l: int,  # noqa: E741  (the literature's name)
    rows: int,
    t: float | None = None,
    original: Table | None = None,
    trees: Mapping[str, Hierarchy] | None = None,
) -> tuple[int, int, int]:
    """Group the published rows and check k, l, t, columns and number of rows.

    Args:
        rows: how many rows there must be.
        t: with the `original` table, largest distance of a class's sensitive values from its; None: not checked.
        trees: hierarchies of sensitive columns whose distance is hierarchical.

    Returns:
        The smallest class size, the smallest number of distinct sensitive values, and the number of classes.

    Raises:
        SelfCheckFailed: one of them does not hold; nothing may be released.
    """
    if table.names != (*quasi_identifiers, *sensitive, *insensitive) or table.rows != rows:
        raise SelfCheckFailed("the published table has other columns or rows than it should", help=_HELP)
    starts, lengths = _stretches([table.columns[name] for name in quasi_identifiers])
    numbers: dict[tuple[Any, ...], int] = {}
    keys = zip(*(table.columns[name][starts].tolist() for name in quasi_identifiers), strict=True)
    of_row = np.repeat([numbers.setdefault(key, len(numbers)) for key in keys], lengths)
    smallest = int(np.bincount(of_row).min())
    diversity = rows
    for name in sensitive:
        # NaN is the only value that differs from itself; like "" it is missing and counts as no value.
        firsts = _stretches([of_row, table.columns[name]])[0]
        cells = set(zip(of_row[firsts].tolist(), table.columns[name][firsts].tolist(), strict=True))
        values = Counter(number for number, value in cells if value != "" and value == value)
        diversity = min(diversity, min(values[number] for number in numbers.values()))
    if smallest < k:
        raise SelfCheckFailed(f"a class has {smallest} rows where k={k}", help=_HELP)
    if diversity < l and l > 1:
        raise SelfCheckFailed(f"a class has {diversity} distinct sensitive values where l={l}", help=_HELP)
    if t is not None and original is not None:
        for name in sensitive:
            far = furthest(table.columns[name], of_row, original.columns[name], (trees or {}).get(name))
            if far > t + _ROUNDING:
                raise SelfCheckFailed(f"column '{name}' lies {far:.4f} from the table in a class, t={t}", help=_HELP)
    return smallest, diversity, len(numbers)


def _stretches(columns: Sequence[npt.NDArray[Any]]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return where stretches of equal rows begin, and their lengths; a sorted table has few, any other more."""
    begins = np.zeros(len(columns[0]), dtype=bool)
    begins[0] = True
    for column in columns:
        begins[1:] |= column[1:] != column[:-1]
    starts = np.flatnonzero(begins)
    return starts, np.diff(starts, append=len(begins))


_HELP = "Nothing was written. Please report this: it is a defect of the program, not of the data."
