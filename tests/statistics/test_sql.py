"""SQL into queries: what is read, what is refused and why, and that no text ever does anything else."""

from __future__ import annotations

import contextlib
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import MissingExtra, QueryRefused
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
    assert query.where == AllOf(
        (
            AllOf((Compare("age", ">=", 18), Compare("age", "<=", 65))),
            AnyOf((OneOf("city", ("a", "x")), Not(Missing("note")))),
            Compare("spend", ">", -3),
            Compare("paid", "=", True),
            Compare("day", ">=", "2026-01-01"),
            Compare("note", "<>", "z"),
        )
    )
    assert parse(f"{COUNT} WHERE (age) != (5)").where == Compare("age", "<>", 5)
    assert parse(f"{COUNT} WHERE age NOT IN (1, -2.5)").where == Not(OneOf("age", (1, -2.5)))
    assert parse(f"{COUNT} WHERE note = 'it''s'").where == Compare("note", "=", "it's")


def test_long_lists_of_conditions_are_not_deep():
    query = parse(f"{COUNT} WHERE " + " OR ".join(["age = 1"] * 1500))
    assert query.where == AnyOf((Compare("age", "=", 1),) * 1500)


def test_names_are_made_unique():
    query = parse("SELECT city AS avg_spend, COUNT(*), COUNT(age) AS count, AVG(spend) FROM t GROUP BY 1")
    assert [a.name for a in query.aggregates] == ["count_2", "count", "avg_spend_2"]
    query = parse("SELECT SUM(spend), SUM(spend), APPROX_QUANTILE(spend, 0.5) FROM t")
    assert [a.name for a in query.aggregates] == ["sum_spend", "sum_spend_2", "median_spend"]


def test_names_are_matched_letter_by_letter():
    columns = {"user_id": "text", "a": "real", "A": "real"}
    contract = Contract("user_id", 1, 1, {"a": (0, 1), "A": (0, 1)})
    query = parse_sql("SELECT SUM(a) AS small, SUM(A) AS big FROM t ORDER BY SUM(A), SUM(a)", contract, columns)
    assert query.order == (Order("big"), Order("small"))


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
    "SELECT COUNT(*) FROM t WHERE age > ?": "parameter",
    "SELECT COUNT(*) FROM t WHERE age > :x": "parameter",
    "SELECT COUNT(*) FROM t WHERE age > @x": "parameter",
    "SELECT VAR_SAMP(spend) FROM t": "VAR_SAMP",
    "SELECT STDDEV_SAMP(spend) FROM t": "STDDEV_SAMP",
    "SELECT COUNT(*) FROM t WHERE age BETWEEN SYMMETRIC 5 AND 1": "SYMMETRIC",
    "SELECT COUNT(*) FROM places(1)": "function",
    "SELECT COUNT(*) FROM t AS x(age, spend)": "COLUMNS",
    "SELECT COUNT(*) FROM t LIMIT 3, 5": "OFFSET",
    "SELECT COUNT(*) FROM t LIMIT 5 BY city": "LIMIT",
    "SELECT COUNT(*) FROM t LIMIT 10 PERCENT": "LIMIT",
    "SELECT COUNT(*) FROM t LIMIT 5 WITH TIES": "LIMIT",
    "SELECT COUNT(*) FROM t LIMIT ALL": "LIMIT",
    "SELECT COUNT(*) FROM t LIMIT 1.5": "LIMIT",
    "SELECT COUNT(*) FROM t LIMIT -1": "below 1",
    "SELECT COUNT(*) FROM t FETCH FIRST 5 ROWS ONLY": "FETCH",
    "SELECT APPROX_QUANTILE(spend, 0.9, 0.01) FROM t": "ACCURACY",
    "SELECT COUNT(* EXCEPT (age)) FROM t": "EXCEPT",
    "SELECT t.* FROM t": "SELECT *",
    "SELECT COUNT(t.*) FROM t": "SELECT *",
    "SELECT AS STRUCT COUNT(*) FROM t": "KIND",
    "SELECT COUNT(*) FROM t ORDER BY count NULLS FIRST": "NULLS FIRST",
    "SELECT SUM(DISTINCT spend) FROM t": "DISTINCT",
    "SELECT COUNT(*) FILTER (WHERE age > 3) FROM t": "FILTER",
    "SELECT COUNT(DISTINCT city, age) FROM t": "several columns",
    "SELECT COUNT(city, age) FROM t": "several columns",
    "SELECT COUNT() FROM t": "missing",
    "SELECT COUNT(DISTINCT) FROM t": "several columns",
    "SELECT COUNT(1) FROM t": "a value where a column belongs",
    "SELECT FOO(spend) FROM t": "FOO",
    "SELECT ROUND(AVG(spend)) FROM t": "ROUND",
    "SELECT STRING_AGG(note, 'secret') FROM t": "GROUP_CONCAT",
    "SELECT SUM(spend) / COUNT(*) FROM t": "DIV",
    "SELECT 'secret' FROM t": "a value",
    "SELECT (SELECT 1) FROM t": "inside",
    "SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY spend DESC) FROM t": "one column",
    "SELECT PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY spend) FROM t": "cannot be answered",
    "SELECT city AS age, COUNT(*) FROM t GROUP BY age": "another column",
    "SELECT city AS n, COUNT(*) AS n FROM t GROUP BY 1": "one name",
    "SELECT city, COUNT(*) FROM t GROUP BY 2": "where a column belongs",
    "SELECT city, COUNT(*) FROM t GROUP BY 9": "position",
    "SELECT city, COUNT(*) FROM t GROUP BY city, city": "twice",
    "SELECT city, COUNT(*) FROM t GROUP BY ALL": "GROUP BY",
    "SELECT COUNT(*) FROM t GROUP BY DATE_TRUNC('secret', day)": "DATE_TRUNC",
    "SELECT day, COUNT(*) FROM t GROUP BY day": "no public keys",
    "SELECT COUNT(*) FROM t WHERE age = NULL": "NULL",
    "SELECT COUNT(*) FROM t WHERE paid IS TRUE": "IS with anything",
    "SELECT COUNT(*) FROM t WHERE paid": "a column alone",
    "SELECT COUNT(*) FROM t WHERE TRUE": "a value",
    "SELECT COUNT(*) FROM t WHERE 5 < 6": "a value",
    "SELECT COUNT(*) FROM t WHERE age = spend": "no plain value",
    "SELECT COUNT(*) FROM t WHERE city IN ()": "IN without",
    "SELECT COUNT(*) FROM t WHERE EXISTS (SELECT 'secret')": "inside",
    "SELECT COUNT(*) FROM t WHERE age = (SELECT 'secret')": "inside",
    "SELECT COUNT(*) FROM t WHERE LOWER(note) = 'secret'": "LOWER",
    "SELECT COUNT(*) FROM t WHERE age + 1 = 3": "ADD",
    "SELECT COUNT(*) FROM t WHERE COUNT(*) > 3": "COUNT stands",
    "SELECT COUNT(*) FROM t WHERE note ILIKE 'secret'": "ILIKE",
    "SELECT COUNT(*) FROM t WHERE note SIMILAR TO 'secret'": "SIMILAR TO",
    "SELECT COUNT(*) FROM t WHERE note IS DISTINCT FROM 'secret'": "DISTINCT FROM",
    "SELECT COUNT(*) FROM t WHERE day > 'secret'": "no day",
    "SELECT COUNT(*) FROM t WHERE day > '2026-02-30'": "no day",
    "SELECT COUNT(*) FROM t WHERE day > DATE '2026-01-01'": "change of type",
    "SELECT COUNT(*) FROM t WHERE age > 99999999999999999999": "64 bits",
    "SELECT COUNT(*) FROM t WHERE note = '\ud800'": "Unicode",
    "SELECT COUNT(*) FROM t HAVING MAX(spend) > 3": "MAX",
    "SELECT COUNT(*) FROM t HAVING city = 'x'": "not there",
    "SELECT COUNT(*) FROM t ORDER BY RAND()": "RAND",
    "SELECT COUNT(*) FROM t ORDER BY 5": "position",
    "SELECT COUNT(*) FROM t FOR UPDATE": "LOCKS",
    "SELECT COUNT(*) INTO secret FROM t": "INTO",
    "SELECT COUNT(*) FROM t QUALIFY 1": "QUALIFY",
    "SELECT COUNT(*) FROM t WINDOW w AS (ORDER BY 1)": "window",
    "SELECT COUNT(*) FROM t LATERAL VIEW explode(x) AS y": "LATERAL",
    "SELECT COUNT(*) FROM UNNEST([1])": "UNNEST",
    "SELECT COUNT(*) FROM t INTERSECT SELECT 1": "INTERSECT",
    "FROM t": "SELECT *",
    "VACUUM 'secret'": "no plain SELECT",
    "EXPLAIN SELECT 'secret'": "no plain SELECT",
    "INSERT INTO t VALUES ('secret')": "INSERT",
    "SELECT JSON_EXTRACT(note, '$.[secret') FROM t": "JSON",
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
def test_refused_by_name(text, caplog):
    with pytest.raises(QueryRefused) as caught:
        parse(text)
    assert REFUSED[text] in str(caught.value)
    assert caught.value.help
    assert "secret" not in (str(caught.value) + caught.value.help).lower()
    assert not caplog.records


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


VALID = (
    "SELECT city, COUNT(*) AS n, AVG(spend), QUANTILE(spend, 0.9) FROM t WHERE age BETWEEN 18 AND 65 AND city <> 'x' "
    "GROUP BY city HAVING COUNT(*) > 10 ORDER BY n DESC LIMIT 5",
    "SELECT COUNT(DISTINCT user_id), PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY spend) FROM t "
    "WHERE NOT (note IS NULL OR day > '2026-01-01') AND paid = TRUE AND age IN (1, -2)",
)


@st.composite
def mutations(draw):
    """A valid question with some of its words taken out, doubled, exchanged or replaced."""
    words = draw(st.sampled_from(VALID)).replace("(", " ( ").replace(")", " ) ").replace(",", " , ").split()
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(words) - 1))
        kind = draw(st.sampled_from("odxr"))
        other = draw(st.integers(0, len(words) - 1))
        if kind == "o" and len(words) > 1:
            del words[place]
        elif kind == "d":
            words.insert(other, words[place])
        elif kind == "x":
            words[place], words[other] = words[other], words[place]
        else:
            words[place] = draw(WORDS)
    return " ".join(words)


@settings(max_examples=150, deadline=None)
@given(mutations())
def test_a_changed_question_is_a_query_or_refused(text):
    with contextlib.suppress(QueryRefused):
        query = parse(text)
        assert isinstance(query, Query)
        check_query(query, CONTRACT, COLUMNS)


def test_valid_questions_are_read():
    assert all(isinstance(parse(text), Query) for text in VALID)


@pytest.mark.parametrize("part", ["(", "NOT ", "- ", "[", "{", "f(", "CASE WHEN ", "(SELECT ", "1+", "a.", "/*", ";"])
def test_endless_nesting_is_refused(part):
    with pytest.raises(QueryRefused):
        parse(f"{COUNT} WHERE " + part * ((LARGEST_TEXT - 50) // len(part)))


def test_without_the_parser_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlglot", None)
    with pytest.raises(MissingExtra) as caught:
        parse(COUNT)
    assert "wuming[statistics]" in caught.value.help
