"""Whatever the table, what is published keeps its promises when a plain group-by counts, and refusals are called for.

The same recheck over 2,000 tables, by pycanon too, is a row of `wuming bench tables`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.anonymization.engine import Anonymised
from wuming.benchmarks.tables.random_tables import Case
from wuming.benchmarks.tables.recheck import Release, plainly, releases
from wuming.core.tables import Table

NUMBERS = st.one_of(
    st.sampled_from([17, 30, 31, 32, 65, 90]),
    st.integers(-(2**63), 2**63 - 1),
)
FRACTIONS = st.one_of(
    st.just(float("nan")),
    st.sampled_from([-0.5, 0.0, 0.25, 1.5, 1e300]),
    st.floats(allow_nan=False, allow_infinity=False),
)
TEXTS = st.one_of(
    st.sampled_from(["", "a", "b", "北京", "*", "other", "missing", "a | b", "\\", "[1, 2)", "2026-03-14", "10001"]),
    st.text(max_size=3),
)


def column(cells: list[Any]) -> np.ndarray[Any, Any]:
    if isinstance(cells[0], str):
        made = np.empty(len(cells), dtype=object)
        made[:] = cells
        return made
    return np.array(cells, dtype=np.int64 if isinstance(cells[0], int) else np.float64)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    people = draw(st.integers(1, 24))
    distinct = draw(st.sampled_from([people, people, max(1, people // 4), 1]))
    of_row = draw(st.lists(st.integers(0, distinct - 1), min_size=people, max_size=people))
    quasi = tuple(f"q{number}" for number in range(draw(st.integers(1, 3))))
    sensitive = tuple(f"s{number}" for number in range(draw(st.integers(1, 2))))
    columns = {}
    for name in (*quasi, *sensitive):
        kind = draw(st.sampled_from([NUMBERS, FRACTIONS, TEXTS]))
        columns[name] = column(draw(st.lists(kind, min_size=distinct, max_size=distinct)))[of_row]
    return Case(
        "drawn",
        Table(columns),
        quasi,
        sensitive,
        k=draw(st.integers(2, 5)),
        l=draw(st.integers(1, 3)),
        t=draw(st.sampled_from([None, 0.1, 0.3, 0.5])),
        suppression=draw(st.sampled_from([0.0, 0.3])),
    )


@settings(max_examples=100, deadline=None)
@given(cases())
def test_what_is_published_keeps_its_promises(case: Case) -> None:
    for release in releases(case):
        assert plainly(release) == [], release.way


@settings(max_examples=30, deadline=None)
@given(cases())
def test_a_row_in_another_class_is_found(case: Case) -> None:
    """The broken twin: one row is published with a label of its own."""
    for release in releases(replace(case, l=1, t=None)):
        if release.result is None:
            continue
        table = release.result.table
        spoiled = table.columns[case.quasi[0]].copy()
        spoiled[0] = "a label of its own"
        broken = Anonymised(Table({**table.columns, case.quasi[0]: spoiled}), release.result.claims)
        assert "k" in plainly(Release(release.way, release.case, broken))
