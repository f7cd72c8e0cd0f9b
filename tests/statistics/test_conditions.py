"""Conditions as Polars expressions against a plain three-valued reading, and against SQLite."""

from __future__ import annotations

import math
import sqlite3
from datetime import datetime

import pytest
from hypothesis import find, given, settings
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
    st.builds(OneOf, st.sampled_from("ab"), st.lists(st.integers(-2, 2), min_size=1, max_size=3).map(tuple)),
    st.builds(OneOf, st.just("c"), st.lists(st.sampled_from("xyz"), min_size=1, max_size=3).map(tuple)),
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


def by_sqlite(rows, condition):
    with sqlite3.connect(":memory:") as base:
        base.execute("CREATE TABLE t (n INTEGER, a INTEGER, b REAL, c TEXT)")
        # SQLite stores NaN as NULL.
        numbered = [(number, row["a"], row["b"], row["c"]) for number, row in enumerate(rows)]
        base.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", numbered)
        kept = {number for (number,) in base.execute(f"SELECT n FROM t WHERE {as_sql(condition)}")}  # noqa: S608
    return [number in kept for number in range(len(rows))]


tables = st.lists(cells, min_size=1, max_size=12)


@settings(deadline=None)
@given(tables, conditions)
def test_polars_sqlite_and_by_hand_agree(rows, condition):
    frame = pl.DataFrame(rows, schema=SCHEMA)
    by_polars = frame.select(as_polars(condition, SCHEMA).fill_null(False).alias("h"))["h"].to_list()
    assert by_polars == [holds(condition, row) for row in rows] == by_sqlite(rows, condition)


def two_valued(condition, row):
    """The broken twin: what is missing is false, and so true under NOT."""
    match condition:
        case Not(condition=inner):
            return not two_valued(inner, row)
        case AllOf(conditions=parts):
            return all(two_valued(part, row) for part in parts)
        case AnyOf(conditions=parts):
            return any(two_valued(part, row) for part in parts)
    return holds(condition, row)


def test_the_same_check_rejects_two_valued_logic():
    def differs(pair):
        rows, condition = pair
        return [two_valued(condition, row) for row in rows] != by_sqlite(rows, condition)

    find(st.tuples(tables, conditions), differs, settings=settings(max_examples=2000, deadline=None))


def test_dates_and_categories():
    frame = pl.DataFrame({"day": ["2026-01-01", "2026-03-01", None], "kind": ["x", "y", "x"]}).with_columns(
        pl.col("day").str.to_date(), pl.col("kind").cast(pl.Categorical)
    )
    both = AllOf((Compare("day", ">=", "2026-02-01"), Compare("kind", "=", "y")))
    assert frame.select(as_polars(both, frame.schema).fill_null(False))["day"].to_list() == [False, True, False]
    assert columns_of(Not(both)) == {"day", "kind"}


@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Shanghai", "America/New_York"])
def test_moments_are_compared_as_the_clock_showed_them(zone):
    moments = [datetime(2026, 1, 1), datetime(2026, 1, 1, 5), datetime(2025, 12, 31, 23), None]
    frame = pl.DataFrame({"when": pl.Series(moments, dtype=pl.Datetime("us")).dt.replace_time_zone(zone)})

    def kept(condition):
        return frame.select(as_polars(condition, frame.schema).fill_null(False))["when"].to_list()

    assert kept(Compare("when", ">=", "2026-01-01")) == [True, True, False, False]
    assert kept(OneOf("when", ("2026-01-01", "2026-01-02"))) == [True, False, False, False]
    assert kept(Not(Compare("when", "<", "9999-12-31"))) == [False] * 4


@pytest.mark.parametrize("kind", [pl.Int8, pl.UInt8, pl.Int64, pl.UInt64, pl.Float32, pl.Decimal(10, 2)])
@pytest.mark.parametrize("value", [-1, 2, 300, (1 << 63) - 1, 2.5, 1e100])
def test_numbers_that_the_column_cannot_hold(kind, value):
    frame = pl.DataFrame({"a": pl.Series([1, 2, 100, None]).cast(kind)})
    for name in ("=", "<", ">="):
        condition = Compare("a", name, value)
        found = frame.select(as_polars(condition, frame.schema).fill_null(False))["a"].to_list()
        assert found == [holds(condition, {"a": cell}) for cell in (1, 2, 100, None)]
