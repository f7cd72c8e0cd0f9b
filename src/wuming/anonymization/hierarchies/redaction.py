"""The value or nothing: what is left when no order, tree or prefix of a column is known."""

from __future__ import annotations

from collections.abc import Iterable

from wuming.anonymization.hierarchies.assembly import assemble, distinct
from wuming.anonymization.hierarchies.hierarchy import Hierarchy


def redacted(column: str, values: Iterable[str]) -> Hierarchy:
    """Publish each value as it is, or `*`.

    Args:
        column: name of the column.
        values: cells of the column, as written; "" is missing.

    Raises:
        TableError: no value at all.
    """
    present, missing = distinct(values)
    return assemble(column, sorted(present), [], missing=missing)
