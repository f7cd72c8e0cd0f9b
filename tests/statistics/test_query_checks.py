"""Questions written by hand are checked as strictly as those read from SQL."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import QueryRefused
from wuming.statistics.checks import check_query
from wuming.statistics.contract import Contract
from wuming.statistics.query import Aggregate, AllOf, AnyOf, Compare, Missing, Not, OneOf, Order, Query

CONTRACT = Contract(
    "user_id",
    20,
    3,
    {"spend": (0, 5000), "age": (0, 100), "note": (0, 1)},
    {"city": ("secret a", "x"), "age": (1, 2), "day": ("2026-01-01",), "paid": (1, 0)},
)
COLUMNS = {
    "user_id": "text",
    "city": "text",
    "spend": "real",
    "tax": "real",
    "age": "integer",
    "size": "integer",
    "day": "date",
    "when": "date",
    "paid": "boolean",
    "open": "boolean",
    "note": "text",
}
COUNT = Aggregate("count", None, "n")


def where(condition):
    return Query((COUNT,), where=condition)


def nested(depth):
    condition = Compare("size", ">", 1)
    for _ in range(depth):
        condition = Not(condition)
    return condition


REFUSED = [
    (Query(()), "no figure"),
    (Query((COUNT, COUNT)), "one name"),
    (Query((Aggregate("count", None, "city"),), ("city",)), "one name"),
    (Query((COUNT,), ("city", "city")), "one name"),
    (Query((Aggregate("maximum", "spend", "m"),)), "unknown figure"),
    (Query((Aggregate("sum", None, "s"),)), "needs a column"),
    (Query((Aggregate("distinct", None, "s"),)), "needs a column"),
    (Query((Aggregate("count", None, "n", 0.5),)), "level belongs"),
    (Query((Aggregate("sum", "spend", "n", 0.5),)), "level belongs"),
    (Query((Aggregate("quantile", "spend", "q"),)), "level belongs"),
    *(
        (Query((Aggregate("quantile", "spend", "q", level),)), "0.001")
        for level in (0.0, 0.0009, 0.9991, 1.0, math.nan)
    ),
    (Query((Aggregate("quantile", "spend", "q", "half"),)), "0.001"),
    (Query((Aggregate("count", "nothing", "n"),)), "not there"),
    *(
        (Query((Aggregate(figure, "note", "n"),)), "which is text")
        for figure in ("sum", "mean", "variance", "deviation")
    ),
    (Query((Aggregate("sum", "day", "n"),)), "which is date"),
    (Query((Aggregate("sum", "paid", "n"),)), "which is boolean"),
    (Query((Aggregate("mean", "tax", "n"),)), "no bounds"),
    (Query((Aggregate("quantile", "tax", "n", 0.5),)), "no bounds"),
    (Query((COUNT,), ("nothing",)), "not there"),
    (Query((COUNT,), ("user_id",)), "single persons"),
    (Query((COUNT,), ("tax",)), "no public keys"),
    (Query((COUNT,), ("when",)), "no public keys"),
    (Query((COUNT,), ("paid",)), "are not boolean"),
    (where(Compare("nothing", "=", 1)), "not there"),
    (where(Missing("nothing")), "not there"),
    (where(Compare("user_id", "=", "secret")), "single persons"),
    (where(Not(Missing("user_id"))), "single persons"),
    (where(AnyOf((Compare("size", ">", 1), OneOf("user_id", ("secret",))))), "single persons"),
    (where(Compare("city", "=", "secret")), "public list"),
    (where(Not(Compare("city", "<>", "secret"))), "public list"),
    (where(AllOf((OneOf("city", ("x", "secret")),))), "public list"),
    (where(Compare("age", "=", 3)), "public list"),
    (where(Compare("spend", "=", "secret")), "compared with something else"),
    (where(Compare("spend", "=", True)), "compared with something else"),
    (where(Compare("open", "=", 1)), "compared with something else"),
    (where(Compare("note", "=", 5)), "compared with something else"),
    (where(Compare("when", "=", 20260101)), "compared with something else"),
    (where(Compare("note", "=", None)), "compared with something else"),
    *((where(Compare("when", "<", text)), "no day") for text in ("secret", "", "2026-02-30", "2026-1-1", "20260101")),
    (where(Compare("note", "=", "\ud800")), "Unicode"),
    *((where(Compare("spend", "<", value)), "not finite") for value in (math.nan, math.inf, -math.inf, 1e101)),
    *((where(Compare("size", "<", value)), "64 bits") for value in (1 << 63, -(10**400))),
    (where(OneOf("size", ())), "no values"),
    (where(AllOf(())), "joins nothing"),
    (where(AnyOf(())), "joins nothing"),
    (where(Compare("size", "==", 1)), "unknown comparison"),
    (where("size > 1"), "unknown kind"),
    (where(nested(33)), "nested deeper"),
    (where(nested(5000)), "nested deeper"),
    (Query((COUNT,), having=Compare("spend", ">", 1)), "not there"),
    (Query((COUNT,), having=Compare("n", ">", "secret")), "compared with something else"),
    (Query((COUNT,), ("city",), having=Compare("city", "=", 3)), "compared with something else"),
    (Query((COUNT,), order=(Order("city"),)), "not there"),
    *((Query((COUNT,), limit=limit), "LIMIT") for limit in (0, -1, 1.5, True)),
]


@pytest.mark.parametrize(("query", "words"), REFUSED)
def test_refused(query, words):
    with pytest.raises(QueryRefused) as caught:
        check_query(query, CONTRACT, COLUMNS)
    assert words in str(caught.value)
    assert caught.value.help
    assert "secret" not in str(caught.value) + caught.value.help


@pytest.mark.parametrize(
    "query",
    [
        Query((COUNT,)),
        Query((Aggregate("distinct", "user_id", "d"), Aggregate("distinct", "note", "e"))),
        Query((Aggregate("count", "when", "n"),), ("city", "day", "age", "note", "size", "open")),
        Query((Aggregate("quantile", "age", "low", 0.001), Aggregate("quantile", "age", "high", 0.999))),
        where(nested(32)),
        where(AllOf((Compare("size", ">", 1.5),) * 100)),
        where(Compare("when", ">=", "2026-02-28")),
        where(AnyOf((Compare("city", "=", "secret a"), OneOf("age", (1, 2.0)), Compare("city", ">", "m")))),
        where(Compare("size", "<", -((1 << 63) - 1))),
        Query(
            (COUNT,), ("city",), having=OneOf("city", ("anything",)), order=(Order("n", True), Order("city")), limit=1
        ),
    ],
)
def test_accepted(query):
    check_query(query, CONTRACT, COLUMNS)


@pytest.mark.parametrize(
    ("column", "keys", "words"),
    [
        ("city", ("x", "secret \ud800"), "Unicode"),
        ("city", ("\ud83d", "\ude00"), "Unicode"),
        ("age", (1, 1 << 63), "64 bits"),
        ("age", (-(1 << 63),), "64 bits"),
        ("spend", (10**400,), "64 bits"),
        ("day", ("2026-01-01", "secret"), "no day"),
        ("day", ("2026-02-30",), "no day"),
    ],
)
def test_keys_that_no_cell_can_be(column, keys, words):
    with pytest.raises(QueryRefused, match=words) as caught:
        check_query(Query((COUNT,), (column,)), Contract("user_id", 1, keys={column: keys}), COLUMNS)
    assert "secret" not in str(caught.value) + caught.value.help


VALUES = st.one_of(st.text(max_size=3), st.integers(), st.floats(), st.booleans(), st.none())
NAMES = st.sampled_from([*COLUMNS, "n", "nothing"])
CONDITIONS = st.recursive(
    st.builds(Compare, NAMES, st.sampled_from(["=", "<", "~"]), VALUES)
    | st.builds(OneOf, NAMES, st.lists(VALUES, max_size=3).map(tuple))
    | st.builds(Missing, NAMES),
    lambda inner: st.builds(Not, inner) | st.builds(AllOf, st.lists(inner, max_size=3).map(tuple)),
    max_leaves=4,
)


@settings(max_examples=100, deadline=None)
@given(
    st.builds(
        Query,
        st.lists(
            st.builds(
                Aggregate,
                st.sampled_from(["count", "distinct", "sum", "quantile", "other"]),
                NAMES | st.none(),
                st.sampled_from(["n", "m"]),
                st.none() | st.floats(),
            ),
            max_size=2,
        ).map(tuple),
        st.lists(NAMES, max_size=2).map(tuple),
        st.none() | CONDITIONS,
        st.none() | CONDITIONS,
        st.lists(st.builds(Order, NAMES), max_size=2).map(tuple),
        st.none() | st.integers(),
    )
)
def test_any_query_passes_or_is_refused(query):
    with contextlib.suppress(QueryRefused):
        check_query(query, CONTRACT, COLUMNS)
