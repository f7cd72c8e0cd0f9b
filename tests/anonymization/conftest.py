# ruff: noqa: E741  (k and l are the names the literature uses)
"""Tables for tests, and plain re-implementations that share no code with the room."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from wuming.core.tables import Table


def make_table(**columns: Sequence[Any]) -> Table:
    """Build a table: lists of int, of float or of str."""
    made = {}
    for name, cells in columns.items():
        if all(isinstance(cell, str) for cell in cells):
            column = np.empty(len(cells), dtype=object)
            column[:] = list(cells)
        elif all(isinstance(cell, int) for cell in cells):
            column = np.array(cells, dtype=np.int64)
        else:
            column = np.array(cells, dtype=np.float64)
        made[name] = column
    return Table(made)


def covers(label: str, value: Any, *, rare: frozenset[str]) -> bool:
    """Tell whether the published `label` holds `value`, read from the text alone."""
    if label == "*":
        return True
    if isinstance(value, str):
        parts = label.split(" | ")  # a bar that belongs to a name has a backslash before it, not a space
        if value in rare:
            return "other" in parts
        name = "missing" if value == "" else value.replace("\\", "\\\\").replace("|", "\\|")
        return (("\\" + name) if value in ("*", "other", "missing") else name) in parts
    missing = isinstance(value, float) and math.isnan(value)
    if label == "missing":
        return missing
    if missing:
        return label.endswith(" or missing")
    label = label.removesuffix(" or missing")
    if label == "any number":
        return True
    if label.startswith("<"):
        return value < float(label[1:])
    if label.startswith(">="):
        return value >= float(label[2:])
    if label.startswith("["):
        low, high = label[1:-1].split(", ")
        return float(low) <= value < float(high)
    return value == float(label)


def problems(original: Table, published: Table, quasi: Sequence[str], sensitive: Sequence[str], *, k: int, l: int):
    """Return what is wrong with a published table; an empty list when it keeps its promise."""
    found = []
    rows = list(zip(*(original.columns[name].tolist() for name in quasi), strict=True))
    rare = [
        frozenset(v for v, c in Counter(original.columns[n].tolist()).items() if isinstance(v, str) and c < k)
        for n in quasi
    ]
    boxes = Counter(zip(*(published.columns[name].tolist() for name in quasi), strict=True))
    if min(boxes.values()) < k:
        found.append("k")
    for name in sensitive:
        values: dict[Any, set[Any]] = {}
        for box, value in zip(
            zip(*(published.columns[n].tolist() for n in quasi), strict=True),
            published.columns[name].tolist(),
            strict=True,
        ):
            values.setdefault(box, set()).update({value} if value == value and value != "" else set())
        if l > 1 and min(len(v) for v in values.values()) < l:
            found.append("l")
    for box, count in boxes.items():
        held = sum(all(covers(a, v, rare=r) for a, v, r in zip(box, row, rare, strict=True)) for row in rows)
        if held != count:
            found.append("the box holds other rows than it publishes")
            break
    for points in _corners(original, quasi):
        if sum(all(covers(a, v, rare=r) for a, v, r in zip(box, points, rare, strict=True)) for box in boxes) != 1:
            found.append("boxes do not tile the domain")
            break
    return found


def _corners(original: Table, quasi: Sequence[str]):
    """Points of the whole domain, most of them nobody's: each person with one value changed to one that is possible."""
    for row in list(zip(*(original.columns[name].tolist() for name in quasi), strict=True))[:12]:
        for position, name in enumerate(quasi):
            values = sorted(set(original.columns[name].tolist()), key=str)[:6]
            if not isinstance(row[position], str):
                values = [*values, -(10.0**9), 10.0**9, (0.5 if original.columns[name].dtype == float else 1)]
            for value in values:
                if value == value or any(v != v for v in original.columns[name].tolist()):
                    yield (*row[:position], value, *row[position + 1 :])


@pytest.fixture
def people() -> Table:
    """Eight people; small enough to follow by hand."""
    return make_table(
        person=["a", "b", "c", "d", "e", "f", "g", "h"],
        age=[21, 23, 25, 29, 34, 52, 58, 61],
        sex=["F", "M", "F", "M", "F", "M", "F", "M"],
        illness=["flu", "cold", "flu", "ulcer", "cold", "flu", "ulcer", "cold"],
        remark=["x"] * 8,
    )
