"""SQL into queries: what is read, what is refused and why, and that no text ever does anything else."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import PrivacyParameterError, QueryRefused
from wuming.statistics.checks import check_query
from wuming.statistics.contract import Contract
from wuming.statistics.query import Aggregate, AllOf, AnyOf, Compare, Missing, Not, OneOf, Order, Query

pytest.importorskip("sqlglot")
from wuming.statistics.sql import LARGEST_TEXT, parse_sql

COUNT = "SELECT COUNT(*) FROM t"
CONTRACT = Contract("user_id", 20, 3, {"spend": (0, 5000), "age": (0, 100)}, {"city": ("a", "x")})
COLUMNS = {
    "user_id": "text",
    "city": "text",
    "spend": "real",
    "age": "integer",
    "day": "date",
    "paid": "boolean",
    "note": "text",
}


def parse(text):
    return parse_sql(text, CONTRACT, COLUMNS)


def test_figures_and_their_names():
    query = parse(
        "SELECT city, COUNT(*), COUNT(spend), COUNT(DISTINCT user_id), SUM(spend), AVG(spend), VAR_POP(spend), "
        "STDDEV(spend), MEDIAN(age), QUANTILE(spend, 0.9), PERCENTILE_CONT(0.25) WITHIN GROUP (ORDER BY spend), "
        "AVG(spend) AS again FROM orders GROUP BY city"
    )
    assert query.keys == ("city",)
    assert query.aggregates == (
        Aggregate("count", None, "count"),
        Aggregate("count", "spend", "count_spend"),
        Aggregate("distinct", "user_id", "distinct_user_id"),
        Aggregate("sum", "spend", "sum_spend"),
        Aggregate("mean", "spend", "avg_spend"),
        Aggregate("variance", "spend", "variance_spend"),
        Aggregate("deviation", "spend", "stddev_spend"),
        Aggregate("quantile", "age", "median_age", 0.5),
        Aggregate("quantile", "spend", "quantile_0.9_spend", 0.9),
        Aggregate("quantile", "spend", "quantile_0.25_spend", 0.25),
        Aggregate("mean", "spend", "again"),
    )


def test_conditions():
    query = parse(
        "SELECT COUNT(*) FROM t WHERE age BETWEEN 18 AND 65 AND (city IN ('a', 'x') OR NOT note IS NULL) "
        "AND -3 < spend AND paid = TRUE AND day >= '2026-01-01' AND note <> 'z'"
    )
    found, rest = [], query.where
    while isinstance(rest, AllOf) and isinstance(rest.conditions[0], AllOf) and len(rest.conditions) == 2:
        found.append(rest.conditions[1])
        rest = rest.conditions[0]
    assert Compare("note", "<>", "z") in found
    assert Compare("spend", ">", -3) in found
    assert Compare("paid", "=", True) in found
    assert AnyOf((OneOf("city", ("a", "x")), Not(Missing("note")))) in found or any(
        AnyOf((OneOf("city", ("a", "x")), Not(Missing("note")))) == part for part in getattr(rest, "conditions", ())
    )


def test_after_the_noise():
    query = parse(
        "SELECT city AS c, COUNT(*) AS n, AVG(spend) FROM t GROUP BY c HAVING COUNT(*) > 10 AND n < 99 "
        "ORDER BY AVG(spend) DESC, 1 LIMIT 5"
    )
    assert query.having == AllOf((Compare("n", ">", 10), Compare("n", "<", 99)))
    assert query.order == (Order("avg_spend", True), Order("city"))
    assert query.limit == 5
    assert parse("SELECT city, COUNT(*) FROM t GROUP BY 1").keys == ("city",)


REFUSED = {
    "SELECT * FROM t": "SELECT *",
    "SELECT COUNT(*) FROM t JOIN u ON t.a = u.a": "join",
    "SELECT COUNT(*) FROM a, b": "join",
    "SELECT COUNT(*) FROM (SELECT * FROM t)": "inside",
    "WITH x AS (SELECT 1) SELECT COUNT(*) FROM x": "WITH",
    "SELECT COUNT(*) FROM t UNION SELECT 1": "UNION",
    "SELECT COUNT(*) OVER (PARTITION BY city) FROM t": "window",
    "SELECT DISTINCT city FROM t": "DISTINCT",
    "SELECT MAX(spend) FROM t": "MAX",
    "SELECT MIN(spend) FROM t": "MIN",
    "SELECT SUM(spend * 2) FROM t": "expressions",
    "SELECT CASE WHEN age > 1 THEN 1 END FROM t": "CASE",
    "SELECT COUNT(*) FROM t WHERE note LIKE 'secret'": "LIKE",
    "SELECT COUNT(*) FROM t; SELECT 1": "statements",
    "DROP TABLE t": "DROP",
    "SELECT COUNT(*), FROM": "read as SQL",
    "SELECT spend FROM t": "not in GROUP BY",
    "SELECT city FROM t GROUP BY city": "no figure",
    "SELECT COUNT(*) FROM t LIMIT 5 OFFSET 3": "OFFSET",
    "SELECT COUNT(*) FROM t LIMIT 0": "below 1",
    "SELECT COUNT(*) FROM t TABLESAMPLE (10 PERCENT)": "cannot be answered",
    "SELECT COUNT(*) FROM t WHERE age IN (SELECT 1)": "inside",
    "SELECT COUNT(*) FROM t WHERE age > ?": "no plain value",
    "SELECT COUNT(*) FROM t WHERE age = 1e999": "not finite",
    "SELECT COUNT(*) FROM t WHERE age = 'secret'": "compared",
    "SELECT COUNT(*) FROM t WHERE note = 5": "compared",
    "SELECT COUNT(*) FROM t WHERE city = 'secret'": "public list",
    "SELECT COUNT(*) FROM t WHERE NOT (age > 1 OR city IN ('a', 'secret'))": "public list",
    "SELECT COUNT(*) FROM t WHERE user_id = 'secret'": "single persons",
    "SELECT user_id, COUNT(*) FROM t GROUP BY user_id": "single persons",
    "SELECT COUNT(*) FROM t WHERE nothing = 1": "not there",
    "SELECT SUM(note) FROM t": "text",
    "SELECT SUM(day) FROM t": "date",
    "SELECT QUANTILE(spend, 1.0) FROM t": "level",
    "SELECT QUANTILE(spend, 0) FROM t": "level",
    "SELECT spend, COUNT(*) FROM t GROUP BY spend": "no public keys",
    "SELECT city, COUNT(*) FROM t GROUP BY ROLLUP (city)": "cannot be answered",
    "SELECT COUNT(*) AS city, city FROM t GROUP BY city": "one name",
    "SELECT COUNT(*) FROM t HAVING SUM(spend) > 3": "not selected",
    "SELECT COUNT(*) FROM t ORDER BY spend": "not there",
    "SELECT COUNT(*)": "no table",
    "": "statements",
}


@pytest.mark.parametrize("text", REFUSED)
def test_refused_by_name(text):
    with pytest.raises(QueryRefused) as caught:
        parse(text)
    assert REFUSED[text] in str(caught.value)
    assert caught.value.help
    assert "secret" not in str(caught.value) + caught.value.help


def test_bounds_are_needed():
    with pytest.raises(QueryRefused, match="no bounds"):
        parse_sql("SELECT AVG(spend) FROM t", Contract("user_id", 1), COLUMNS)


def test_too_long_and_too_deep():
    with pytest.raises(QueryRefused, match="longer"):
        parse(f"{COUNT} WHERE age > 1{' ' * LARGEST_TEXT}")
    with pytest.raises(QueryRefused, match=r"deep"):
        parse("SELECT COUNT(*) FROM t WHERE " + "NOT (" * 100 + "age > 1" + ")" * 100)


WORDS = st.sampled_from(
    [
        "SELECT",
        "FROM",
        "WHERE",
        "GROUP",
        "BY",
        "HAVING",
        "ORDER",
        "LIMIT",
        "COUNT(*)",
        "AVG(spend)",
        "MAX(",
        ")",
        "city",
        "t",
        "age",
        "AND",
        "OR",
        "NOT",
        "IN",
        "(",
        ")",
        ",",
        ">",
        "=",
        "5",
        "'a'",
        "BETWEEN",
        "IS",
        "NULL",
        ";",
        "--",
        "CASE",
        "WHEN",
        "QUANTILE(spend,",
        "0.5)",
        "DISTINCT",
        "JOIN",
        '"',
        "`",
        "[",
        "]",
        "{",
        "}",
        "$1",
        "?",
        ":x",
        "%",
        "*",
        "1e9",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=25).map(" ".join) | st.text(max_size=80))
def test_any_text_is_a_query_or_refused(text):
    for question in (text, f"{COUNT} WHERE {text}"):
        with contextlib.suppress(QueryRefused):
            assert isinstance(parse(question), Query)


@pytest.mark.parametrize(
    "query",
    [
        Query(()),
        Query((Aggregate("sum", None, "s"),)),
        Query((Aggregate("count", None, "n", 0.5),), where=AllOf(())),
        Query((Aggregate("quantile", "spend", "q"),)),
        Query((Aggregate("count", None, "n"),), limit=0),
        Query((Aggregate("maximum", "spend", "m"),)),  # type: ignore[arg-type]
        Query((Aggregate("count", None, "n"),), where=Compare("age", "=", float("nan"))),
        Query((Aggregate("count", None, "n"),), where=Compare("paid", "=", 1)),
    ],
)
def test_queries_by_hand_are_checked_too(query):
    with pytest.raises(QueryRefused):
        check_query(query, CONTRACT, COLUMNS)


def test_contract_files_and_options(tmp_path):
    from wuming.core.errors import PlanError
    from wuming.statistics.contract_file import bounds_of, key_file, keys_of, load_contract

    (tmp_path / "cities.csv").write_text("city,size\n北京,1\n上海,2\n", encoding="utf-8")
    (tmp_path / "plain.txt").write_text("1\n2\n10\n", encoding="utf-8")
    path = tmp_path / "orders.yaml"
    path.write_text(
        "subject: user_id\nmax_rows: 20\nmax_groups: 3\nbounds:\n  spend: [0, 5000]\n"
        "keys:\n  city: {file: cities.csv}\n  plan: [free, paid]\n",
        encoding="utf-8",
    )
    found = load_contract(path)
    assert found == Contract(
        "user_id", 20, 3, {"spend": (0, 5000)}, {"city": ("北京", "上海"), "plan": ("free", "paid")}
    )
    assert key_file(tmp_path / "plain.txt", "level") == (1, 2, 10)
    assert bounds_of("spend=-1:2.5") == ("spend", (-1.0, 2.5))
    assert keys_of("plan=free,paid") == ("plan", ("free", "paid"))
    assert keys_of(f"city=@{tmp_path / 'cities.csv'}") == ("city", ("北京", "上海"))
    for text in ("spend", "spend=1", "=1:2", "spend=a:b"):
        with pytest.raises(PrivacyParameterError):
            bounds_of(text)
    for bad in (
        "subject: a\n",
        "- 1\n",
        "subject: a\nmax_rows: 1\nmore: 2\n",
        "subject: a\nmax_rows: 1\nbounds: {b: 3}\n",
    ):
        path.write_text(bad, encoding="utf-8")
        with pytest.raises(PlanError):
            load_contract(path)
