# ruff: noqa: E741  (k and l are the names the literature uses)
"""First cuts: parts tile the domain, hold the rows of their box and keep the promises, counted plainly."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wuming.anonymization.axes import OrderedAxis, SetAxis
from wuming.anonymization.hierarchies.hierarchy import Hierarchy
from wuming.anonymization.models import EqualDistance, OrderedDistance, Sensitive
from wuming.anonymization.partitions import first_cut
from wuming.anonymization.partitions.first_cut import Column, Part, first_cuts
from wuming.anonymization.partitions.spool import Spool
from wuming.anonymization.promises import Promises
from wuming.anonymization.tree_axis import TreeAxis

NOBODY = np.zeros(0, dtype=np.int64)
TREE = Hierarchy(
    "c", tuple("abcdef"), (tuple("abcdef"), ("ab", "ab", "c", "d", "ef", "ef"), ("l",) * 4 + ("r",) * 2, ("*",) * 6)
)


def ordered(size: int) -> Column:
    places = np.linspace(0, 1, size)
    return Column(OrderedAxis(NOBODY, places, places), size)


def some_set(size: int) -> Column:
    return Column(SetAxis(NOBODY, np.ones(size, dtype=np.int64)), size)


COLUMNS = (ordered(30), some_set(7), Column(TreeAxis(NOBODY, TREE), 6))


def rows_of(seed: int, rows: int) -> np.ndarray[Any, Any]:
    generator = np.random.default_rng(seed)
    cells = [
        generator.integers(30, size=rows),
        generator.choice(7, p=[0.6, 0.2, 0.1, 0.04, 0.03, 0.02, 0.01], size=rows),
    ]
    cells += [generator.integers(6, size=rows), generator.integers(-1, 3, size=rows), np.arange(rows)]
    cells[3] = np.where(cells[0] < 8, 0, cells[3])  # the first codes have one value: cutting there breaks l
    return np.stack(cells, axis=1).astype(np.int32)


def promises_of(rows: np.ndarray[Any, Any], *, k: int, l: int, t: float | None, numeric: bool) -> Promises:
    shuffled = np.sort(rows[:, 3]).astype(np.int64)
    distance = OrderedDistance() if numeric else EqualDistance()
    return Promises(k, l, t, ((Sensitive("s", shuffled, 3), distance),))


def cut(folder: Path, rows: np.ndarray[Any, Any], promises: Promises, *, most: int) -> list[Part]:
    whole = Spool(folder / "whole", 5)
    for block in np.array_split(rows, 3):
        whole.add(block)
    return first_cuts(whole, COLUMNS, promises, most=most)


def covers(place: int, states: Any, code: int) -> bool:
    state = states[place]
    if place == 0:
        return bool(state[0, 0] <= code <= state[0, 1])
    if place == 1:
        axis = COLUMNS[1].axis
        assert isinstance(axis, SetAxis)
        return bool(axis.members(state)[0, code])
    level, group = state[0, :2]
    return bool(TREE.groups[level, code] == group)


def away(values: list[int], whole: list[int], *, numeric: bool) -> float:
    """Distance of values from the whole, plainly; missing (-1) is the first value."""
    here, there, moved, total = Counter(values), Counter(whole), 0.0, 0.0
    order = sorted(there)
    for value in order:
        difference = here[value] / len(values) - there[value] / len(whole)
        moved += difference
        total += abs(moved) / (len(order) - 1) if numeric else abs(difference) / 2
    return total


def problems(
    parts: list[Part], rows: np.ndarray[Any, Any], *, k: int, l: int, t: float | None, numeric: bool
) -> set[str]:
    found = set()
    seen = []
    for part in parts:
        held = part.rows.all()
        seen += held[:, 4].tolist()
        if len(held) < k:
            found.add("k")
        if len(set(held[:, 3].tolist()) - {-1}) < l:
            found.add("l")
        if t is not None and away(held[:, 3].tolist(), rows[:, 3].tolist(), numeric=numeric) > t + 1e-9:
            found.add("t")
        if not all(covers(place, part.states, code) for row in held.tolist() for place, code in enumerate(row[:3])):
            found.add("rows outside their box")
    if sorted(seen) != list(range(len(rows))):
        found.add("rows lost")
    for a in range(30):
        for b in range(7):
            for c in range(6):
                boxes = [
                    p for p in parts if covers(0, p.states, a) and covers(1, p.states, b) and covers(2, p.states, c)
                ]
                if len(boxes) > 1:
                    found.add("boxes overlap")
                if not boxes:
                    found.add("boxes leave a gap")
    return found


@pytest.mark.parametrize("numeric", [False, True])
@pytest.mark.parametrize(
    ("k", "l", "t", "most"), [(5, 1, None, 40), (5, 3, None, 40), (20, 2, 0.3, 60), (5, 2, 0.25, 1)]
)
def test_parts_keep_the_promises(tmp_path: Path, k: int, l: int, t: float | None, most: int, numeric: bool) -> None:
    rows = rows_of(most + k, 400)
    parts = cut(tmp_path, rows, promises_of(rows, k=k, l=l, t=t, numeric=numeric), most=most)
    assert problems(parts, rows, k=k, l=l, t=t, numeric=numeric) == set()
    assert len(parts) > 3
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(part.rows.path.name for part in parts)


def test_parts_are_small_where_the_promises_let_them_be(tmp_path: Path) -> None:
    rows = rows_of(1, 2_000)
    parts = cut(tmp_path, rows, promises_of(rows, k=5, l=1, t=None, numeric=False), most=150)
    assert max(part.rows.rows for part in parts) <= 150


def test_the_order_of_the_rows_changes_nothing(tmp_path: Path) -> None:
    rows = rows_of(2, 500)
    promises = promises_of(rows, k=5, l=2, t=0.3, numeric=False)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = cut(tmp_path / "a", rows, promises, most=60), cut(tmp_path / "b", rows[::-1], promises, most=60)
    assert [[s.tolist() for s in part.states] for part in first] == [
        [s.tolist() for s in part.states] for part in second
    ]


def test_a_table_that_fits_or_cannot_be_cut_is_one_part(tmp_path: Path) -> None:
    rows = rows_of(3, 50)
    assert len(cut(tmp_path, rows, promises_of(rows, k=2, l=1, t=None, numeric=False), most=50)) == 1
    (tmp_path / "again").mkdir()
    (part,) = cut(tmp_path / "again", rows, promises_of(rows, k=30, l=1, t=None, numeric=False), most=10)
    assert part.rows.all().tolist() == rows.tolist()


@pytest.mark.parametrize(("l", "t", "broken"), [(3, None, "l"), (1, 0.2, "t")])
def test_cuts_without_a_look_at_the_promises_break_them(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    l: int,
    t: float | None,
    broken: str,
) -> None:
    """The broken twin: every cut is taken for one that keeps the promises."""
    monkeypatch.setattr(first_cut, "kept", lambda counts, sizes, promises: sizes > 0)
    rows = rows_of(4, 400)
    parts = cut(tmp_path, rows, promises_of(rows, k=5, l=l, t=t, numeric=False), most=15)
    assert broken in problems(parts, rows, k=5, l=l, t=t, numeric=False)
