"""The last look at a table before it is handed out: a plain group-by that shares no code with what made it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wuming.core.errors import SelfCheckFailed
from wuming.core.tables import Table


def check_published(
    table: Table,
    *,
    quasi_identifiers: Sequence[str],
    sensitive: Sequence[str],
    k: int,
    l: int,  # noqa: E741  (the literature's name)
    rows: int,
) -> tuple[int, int, int]:
    """Group the published rows and check k, l, columns and number of rows.

    Args:
        rows: how many rows there must be.

    Returns:
        The smallest class size, the smallest number of distinct sensitive values, and the number of classes.

    Raises:
        SelfCheckFailed: one of them does not hold; nothing may be released.
    """
    if table.names != (*quasi_identifiers, *sensitive) or table.rows != rows:
        raise SelfCheckFailed("the published table has other columns or rows than it should", help=_HELP)
    groups: dict[tuple[Any, ...], list[int]] = {}
    keys = zip(*(table.columns[name].tolist() for name in quasi_identifiers), strict=True)
    for row, key in enumerate(keys):
        groups.setdefault(key, []).append(row)
    smallest = min(len(members) for members in groups.values())
    diversity = rows
    for name in sensitive:
        column = table.columns[name].tolist()
        for members in groups.values():
            # NaN is the only value that differs from itself; like "" it is missing and counts as no value.
            values = {column[row] for row in members if column[row] != "" and column[row] == column[row]}
            diversity = min(diversity, len(values))
    if smallest < k:
        raise SelfCheckFailed(f"a class has {smallest} rows where k={k}", help=_HELP)
    if diversity < l and l > 1:
        raise SelfCheckFailed(f"a class has {diversity} distinct sensitive values where l={l}", help=_HELP)
    return smallest, diversity, len(groups)


_HELP = "Nothing was written. Please report this: it is a defect of the program, not of the data."
