"""Conditions as Polars expressions against a plain three-valued reading, and against SQLite."""

from __future__ import annotations

import math
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.statistics.conditions import as_polars, holds
from wuming.statistics.query import AllOf, AnyOf, Compare, Missing, Not, OneOf, columns_of

pl = pytest.importorskip("polars")

cells = st.fixed_dictionaries(
    {
        "a": st.none() | st.integers(-2, 2),
        "b": st.none() | st.sampled_from([math.nan, -1.0, 0.5, 2.0]),
        "c": st.none() | st.sampled_from("xyz"),
    }
)
comparison = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
leaves = st.one_of(
    st.builds(Compare, st.sampled_from("ab"), comparison, st.integers(-2, 2)),
    st.builds(Compare, st.just("c"), comparison, st.sampled_from("xyz")),
    st.builds(OneOf, st.just("a"), st.lists(st.integers(-2, 2), min_size=1, max_size=3).map(tuple)),
    st.builds(Missing, st.sampled_from("abc")),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
SCHEMA = {"a": pl.Int64, "b": pl.Float64, "c": pl.String}


def as_sql(condition):
    match condition:
        case Compare(column=column, operator=name, value=value):
            return f"({column} {name} {value!r})"
        case OneOf(column=column, values=values):
            return f"({column} IN ({', '.join(map(repr, values))}))"
        case Missing(column=column):
            return f"({column} IS NULL)"
        case Not(condition=inner):
            return f"(NOT {as_sql(inner)})"
        case AllOf(conditions=parts):
            return "(" + " AND ".join(map(as_sql, parts)) + ")"
        case AnyOf(conditions=parts):
            return "(" + " OR ".join(map(as_sql, parts)) + ")"


@settings(deadline=None)
@given(st.lists(cells, min_size=1, max_size=12), conditions)
def test_polars_sqlite_and_by_hand_agree(rows, condition):
    frame = pl.DataFrame(rows, schema=SCHEMA)
    by_polars = frame.select(as_polars(condition, SCHEMA).fill_null(False).alias("h"))["h"].to_list()
    by_hand = [holds(condition, row) for row in rows]
    with sqlite3.connect(":memory:") as base:
        base.execute("CREATE TABLE t (n INTEGER, a INTEGER, b REAL, c TEXT)")
        for number, row in enumerate(rows):  # SQLite stores NaN as NULL
            base.execute(
                "INSERT INTO t VALUES (?, ?, ?, ?)", (number, row["a"], row["b"], row["c"])
            )  # NaN becomes NULL
        kept = {number for (number,) in base.execute(f"SELECT n FROM t WHERE {as_sql(condition)}")}  # noqa: S608
    assert by_polars == by_hand == [number in kept for number in range(len(rows))]


def test_dates_and_categories():
    frame = pl.DataFrame({"day": ["2026-01-01", "2026-03-01", None], "kind": ["x", "y", "x"]}).with_columns(
        pl.col("day").str.to_date(), pl.col("kind").cast(pl.Categorical)
    )
    both = AllOf((Compare("day", ">=", "2026-02-01"), Compare("kind", "=", "y")))
    assert frame.select(as_polars(both, frame.schema).fill_null(False))["day"].to_list() == [False, True, False]
    assert columns_of(Not(both)) == {"day", "kind"}


def test_missing_is_neither_true_nor_false():
    """The broken twin of NOT: two-valued logic counts the rows whose cell is missing."""
    rows = [{"a": None, "b": 0.5, "c": "x"}]
    condition = Not(Compare("a", "=", 1))
    assert not holds(condition, rows[0])
    assert rows[0]["a"] != 1  # in two-valued logic NOT a = 1 is true here
