"""How releases go wrong: small plans, each the sound one with one thing changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from wuming.anonymization.hierarchies import Hierarchy, cells_of
from wuming.anonymization.models import Codes, classes_of, factorize
from wuming.anonymization.release import Release
from wuming.anonymization.roles import Roles
from wuming.benchmarks.tables.people import text
from wuming.core.tables import Column, Table

Plan = Callable[[Table], Release]

ROLES = Roles(
    subject="id",
    direct=("name", "phone"),
    quasi_identifiers=("age", "sex", "postcode", "school"),
    sensitive=("plan",),
)
LEVELS = {"age": 2, "sex": 0, "postcode": 2, "school": 1, "income": 2}
K = 10


def leveled(
    rows: Table,
    chosen: Mapping[str, Hierarchy],
    *,
    roles: Roles = ROLES,
    levels: Mapping[str, int] = LEVELS,
    k: int = K,
    suppress: bool = True,
) -> tuple[dict[str, Column], Codes]:
    """Publish each quasi-identifier at its level, without the rows of classes below k.

    Returns:
        The published columns, and where each published row stands in `rows`.
    """
    labels: dict[str, Column] = {}
    for name in roles.quasi_identifiers:
        one = chosen[name]
        made = text(one.labels[levels[name]])
        labels[name] = made[one.codes(cells_of(rows.columns[name]))]
    kept = np.arange(rows.rows)
    if suppress:
        classes = classes_of(Table(labels), roles.quasi_identifiers)
        kept = np.flatnonzero(np.bincount(classes)[classes] >= k)
    columns = {name: column[kept] for name, column in labels.items()}
    for name in (*roles.sensitive, *roles.insensitive):
        columns[name] = rows.columns[name][kept]
    return columns, kept


def ordered(columns: Mapping[str, Column]) -> Table:
    """Put the rows into an order that follows from what is published."""
    return Table(columns).take(np.lexsort([factorize(column)[0] for column in columns.values()][::-1]))


def sound(chosen: Mapping[str, Hierarchy], roles: Roles = ROLES, *, k: int = K) -> Plan:
    """Return the sound plan that all others differ from in one thing."""
    return lambda rows: Release(ordered(leveled(rows, chosen, roles=roles, k=k)[0]), roles, chosen)


def with_column(
    chosen: Mapping[str, Hierarchy], name: str, cells: Callable[[Table], Column], roles: Roles = ROLES
) -> Plan:
    """Add a column, computed from the original rows."""

    def plan(rows: Table) -> Release:
        columns, kept = leveled(rows, chosen, roles=roles)
        columns[name] = cells(rows)[kept]
        return Release(ordered(columns), roles, chosen)

    return plan


def changed(chosen: Mapping[str, Hierarchy], change: Callable[[dict[str, Column], Table], dict[str, Column]]) -> Plan:
    """Change what the sound plan publishes; the change is also given the original rows of the published ones."""

    def plan(rows: Table) -> Release:
        columns, kept = leveled(rows, chosen)
        return Release(ordered(change(columns, rows.take(kept))), ROLES, chosen)

    return plan


def grouped(roles: Roles, groups: Callable[[Table], Codes], label: Callable[[Column], str] | None = None) -> Plan:
    """Publish for each group of rows one label a quasi-identifier: by default the smallest box around its values."""

    def plan(rows: Table) -> Release:
        of_row = groups(rows)
        columns: dict[str, Column] = {}
        for name in roles.quasi_identifiers:
            column = rows.columns[name]
            labels = {group: (label or tight)(column[of_row == group]) for group in np.unique(of_row).tolist()}
            columns[name] = text(labels[group] for group in of_row.tolist())
        for name in (*roles.sensitive, *roles.insensitive):
            columns[name] = rows.columns[name]
        return Release(ordered(columns), roles)

    return plan


def tight(cells: Column) -> str:
    """Return the smallest label that covers cells."""
    if cells.dtype == object:
        return " | ".join(sorted(set(cells.tolist())))
    low, high = cells.min().item(), cells.max().item()
    return f"{low}" if low == high else f"[{low}, {high}]"


def runs_of(*names: str, size: int) -> Callable[[Table], Codes]:
    """Group rows that follow each other when sorted by columns."""

    def groups(rows: Table) -> Codes:
        order = np.lexsort([factorize(rows.columns[name])[0] for name in names][::-1])
        of_row = np.empty(rows.rows, dtype=np.int64)
        of_row[order] = np.minimum(np.arange(rows.rows) // size, rows.rows // size - 1)
        return of_row

    return groups


def perturbed(roles: Roles, change: Callable[[Column, np.random.Generator], Column]) -> Plan:
    """Publish all rows with changed quasi-identifiers. The draw depends on the number of rows alone."""

    def plan(rows: Table) -> Release:
        rng = np.random.default_rng(rows.rows)
        columns: dict[str, Any] = {name: change(rows.columns[name], rng) for name in roles.quasi_identifiers}
        columns |= {name: rows.columns[name] for name in roles.sensitive}
        return Release(ordered(columns), roles)

    return plan


def nested(roles: Roles, chosen: Mapping[str, Hierarchy], levels: Sequence[Mapping[str, int]], *, k: int = K) -> Plan:
    """Publish each row at the first of several levels at which k that are left look alike: local recoding as in ARX."""

    def plan(rows: Table) -> Release:
        left = np.arange(rows.rows)
        parts: list[dict[str, Column]] = []
        for number, level in enumerate(levels):
            columns, kept = leveled(rows.take(left), chosen, roles=roles, levels=level, k=k)
            if number == len(levels) - 1 and not len(kept):
                break
            parts.append(columns)
            left = np.delete(left, kept)
        return Release(
            ordered({name: np.concatenate([part[name] for part in parts]) for name in parts[0]}), roles, chosen
        )

    return plan
