"""Bins and contingency tables: against plain loops, with limits on one subject, sums that agree, and refusals."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import BudgetExceeded, PrivacyParameterError, QueryRefused
from wuming.statistics import Contract, MemoryBudget, Session
from wuming.statistics.bins import contract_with_bins, even_edges, labels, source_with_bins
from wuming.statistics.exact import compute
from wuming.statistics.noise_plan import make_noise_plan
from wuming.statistics.query import Aggregate, Bins, Query
from wuming.statistics.source import open_source
from wuming.statistics.sql import parse_sql
from wuming.statistics.tails import whole_half_width, whole_sum_half_width

pl = pytest.importorskip("polars")

COUNT = (Aggregate("count", None, "n"),)
WIDE = Contract("person", max_rows=1 << 10, max_groups=64)
EDGES = st.lists(st.integers(-40, 40).map(lambda n: n / 4), min_size=2, max_size=7, unique=True).map(sorted)
VALUES = st.lists(st.none() | st.just(math.nan) | st.integers(-50, 50).map(lambda n: n / 4), max_size=40)


def plain(values, edges):
    """Count by hand: half-open, the last closed."""
    last = len(edges) - 2
    return [
        sum(value is not None and (low <= value < high or (place == last and value == high)) for value in values)
        for place, (low, high) in enumerate(itertools.pairwise(edges))
    ]


TWINS = {
    "closed twice": lambda values, edges: [
        sum(value is not None and low <= value <= high for value in values) for low, high in itertools.pairwise(edges)
    ],
    "last one open": lambda values, edges: [
        sum(value is not None and low <= value < high for value in values) for low, high in itertools.pairwise(edges)
    ],
    "open below": lambda values, edges: [
        sum(value is not None and low < value <= high for value in values) for low, high in itertools.pairwise(edges)
    ],
}


def counted(frame, edges, terms=WIDE):
    query = Query(COUNT, ("bin",), bins=(Bins("bin", "x", tuple(edges)),))
    contract = contract_with_bins(query, terms)
    source = source_with_bins(query, open_source(frame, terms))
    plan = make_noise_plan(query, contract, epsilon=1, delta=0, noise="laplace")
    found = compute(source, contract, query, plan)
    assert [keys for (keys,) in found.groups] == list(labels(query.bins[0]))
    return next(iter(found.tallies.values()))[:, 0].tolist()


@settings(max_examples=80, deadline=None)
@given(VALUES, EDGES)
def test_bins_count_as_a_plain_loop_does(values, edges):
    frame = pl.DataFrame({"person": range(len(values)), "x": values}, schema={"person": pl.Int64, "x": pl.Float64})
    assert counted(frame, edges) == plain(values, edges)


@pytest.mark.parametrize("twin", TWINS)
def test_bins_that_are_closed_otherwise_would_be_found(twin):
    values, edges = [0.0, 1.0, 1.0, 2.0, 3.0, None], [0.0, 1.0, 3.0]
    frame = pl.DataFrame({"person": range(6), "x": values})
    assert counted(frame, edges) == plain(values, edges) == [1, 4]
    assert TWINS[twin](values, edges) != plain(values, edges)


@pytest.mark.parametrize("kind", [pl.Int8, pl.UInt64, pl.Decimal(10, 2), pl.Float32])
def test_bins_of_other_kinds_of_numbers(kind):
    frame = pl.DataFrame({"person": range(5), "x": pl.Series([0, 5, 9, 10, None], dtype=kind)})
    assert counted(frame, [0, 5, 10]) == [1, 3]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=30), st.integers(1, 4))
def test_one_subject_moves_all_bins_together_by_max_rows(rows, most):
    terms = Contract("person", max_rows=most, max_groups=10)
    table = pl.DataFrame(rows, schema={"person": pl.Int64, "x": pl.Float64}, orient="row")
    edges = list(range(11))
    whole = counted(table, edges, terms)
    for gone in {person for person, _ in rows}:
        rest = counted(table.filter(pl.col("person") != gone), edges, terms)
        # Which rows of others count is chosen anew, so only the number of rows can be compared: by how many fewer.
        assert 0 < sum(whole) - sum(rest) <= most


def test_one_subject_is_in_so_many_bins():
    table = pl.DataFrame({"person": [1] * 10, "x": list(range(10))})
    found = counted(table, list(range(11)), Contract("person", max_rows=100, max_groups=3))
    assert sum(found) == 3


def people(rows=3000, seed=1):
    rng = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "person": rng.integers(0, rows, rows),
            "city": rng.choice(["a", "b", "x"], rows),
            "gender": rng.choice(["f", "m"], rows),
            "spend": rng.gamma(2, 400, rows),
        }
    )


TERMS = Contract(
    "person",
    max_rows=20,
    max_groups=3,
    bounds={"spend": (0, 5000)},
    keys={"city": ("a", "b", "c"), "gender": ("f", "m")},
)


def session(epsilon=1000.0, delta=1e-6, **changes):
    return Session(people(), TERMS, MemoryBudget(epsilon, delta), **changes)


def test_the_same_histogram_from_sql_and_python():
    one = session()
    sql = "SELECT BIN(spend, 0, 2000, 4) AS band, COUNT(*) AS count FROM t GROUP BY band"
    for found in (one.histogram("spend", edges=[0, 500, 1000, 1500, 2000], epsilon=100), one.ask(sql, epsilon=100)):
        assert [row.keys for row in found.rows] == [
            ("[0, 500)",),
            ("[500, 1000)",),
            ("[1000, 1500)",),
            ("[1500, 2000]",),
        ]
        exact, _ = np.histogram(people()["spend"].to_numpy(), [0, 500, 1000, 1500, 2000])
        for row, number in zip(found.rows, exact, strict=True):
            assert abs(row.figures[0].value - number) <= 10
    assert found.keys == ("band",)


def test_bins_beside_keys_with_figures_conditions_and_order():
    sql = (
        "SELECT city, BIN(spend, 0, 10000, 5), AVG(spend) AS mean, COUNT(*) FROM t WHERE gender = 'f' "
        "GROUP BY 1, BIN(spend, 0, 10000, 5) ORDER BY 2 DESC, city LIMIT 7"
    )
    found = session().ask(sql, epsilon=50)
    assert found.keys == ("city", "bin_spend")
    assert [row.keys for row in found.rows[:4]] == [
        ("a", "[8000, 10000]"),
        ("b", "[8000, 10000]"),
        ("c", "[8000, 10000]"),
        ("a", "[6000, 8000)"),
    ]
    assert len(found.rows) == 7
    last = session().ask(sql.replace("LIMIT 7", "LIMIT 15"), epsilon=50).rows[-3]
    assert last.keys == ("a", "[0, 2000)")
    assert 600 < last.figures[0].value < 900
    quote = session().quote(sql, epsilon=50)
    assert quote.groups == 15


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT BIN(spend, 0, 10, 5), COUNT(*) FROM t",
        "SELECT BIN(spend, 0, 10, 5), COUNT(*) FROM t GROUP BY BIN(spend, 0, 10, 4)",
        "SELECT COUNT(*) FROM t GROUP BY BIN(spend, 0, 10)",
        "SELECT COUNT(*) FROM t GROUP BY BIN(spend, 10, 0, 5)",
        "SELECT COUNT(*) FROM t GROUP BY BIN(spend, 0, 0, 5)",
        "SELECT COUNT(*) FROM t GROUP BY BIN(spend, 0, 10, 0)",
        "SELECT COUNT(*) FROM t GROUP BY BIN(spend, 0, 10, -3)",
        "SELECT COUNT(*) FROM t GROUP BY BIN(spend, 0, 10, 1.5)",
        "SELECT COUNT(*) FROM t GROUP BY BIN(spend, 0, 10, TRUE)",
        "SELECT COUNT(*) FROM t GROUP BY BIN(spend, 0, 10, 100000)",
        "SELECT COUNT(*) FROM t GROUP BY BIN(spend, '0', 10, 5)",
        "SELECT COUNT(*) FROM t GROUP BY BIN(spend, 0, 1e300, 5)",
        "SELECT COUNT(*) FROM t GROUP BY BIN(spend, 0, city, 5)",
        f"SELECT COUNT(*) FROM t GROUP BY BIN(spend, 0, 1{'0' * 400}, 5)",  # noqa: S608 - numbers
        f"SELECT COUNT(*) FROM t GROUP BY BIN(spend, -1{'0' * 5000}, 0, 5)",  # noqa: S608 - numbers
        "SELECT COUNT(*) FROM t GROUP BY BIN(spend + 1, 0, 10, 5)",
        "SELECT COUNT(*) FROM t GROUP BY BIN(city, 0, 10, 5)",
        "SELECT COUNT(*) FROM t GROUP BY BIN(person, 0, 10, 5)",
        "SELECT COUNT(*) FROM t GROUP BY BIN(nothing, 0, 10, 5)",
        "SELECT BIN(spend, 0, 10, 5) AS city, COUNT(*) FROM t GROUP BY city, BIN(spend, 0, 10, 5)",
        "SELECT BIN(spend, 0, 10, 5) AS gender, COUNT(*) FROM t GROUP BY BIN(spend, 0, 10, 5)",
        "SELECT BIN(spend, 0, 10, 5) AS b, COUNT(*) AS b FROM t GROUP BY b",
        "SELECT BIN(spend, 0, 10, 5) AS b, COUNT(*) FROM t GROUP BY b, b",
        "SELECT BIN(spend, 0, 10, 5) AS b, COUNT(*) FROM t WHERE b = '[0, 2)' GROUP BY b",
        "SELECT BIN(spend, 0, 10, 5) AS b, COUNT(*) FROM t GROUP BY b HAVING b = '[0, 2)'",
        "SELECT COUNT(DISTINCT BIN(spend, 0, 10, 5)) FROM t",
        "SELECT BIN(spend, 0, 10, 5) AS b, COUNT(DISTINCT b) FROM t GROUP BY b",
        "SELECT COUNT(*) FROM t GROUP BY WIDTH_BUCKET(spend, 0, 10, 5)",
        "SELECT COUNT(*) FROM t GROUP BY BIN(spend, 0, 1e-322, 1000)",
        "SELECT COUNT(*) FROM t WHERE BIN(spend, 0, 10, 5) = 'x'",
    ],
)
def test_bins_that_cannot_be_asked_for(sql):
    one = session(2.0)
    with pytest.raises(QueryRefused):
        one.ask(sql, epsilon=1)
    assert one.ask("SELECT COUNT(*) FROM t", epsilon=1.8).rows


def test_edges_may_be_numpys():
    for edges in (np.arange(0, 5001, 2500), np.linspace(0, 5000, 3)):
        found = session().histogram("spend", edges=edges, epsilon=50)
        assert [row.keys[0] for row in found.rows] == ["[0, 2500)", "[2500, 5000]"]


@pytest.mark.parametrize(
    "edges",
    [[], [1], [1, 1], [2, 1], [0, math.nan], [0, math.inf], [0, True], [0, "1"], [-1e101, 0], [0, 1, 1], range(70_000)],
)
def test_edges_that_are_none(edges):
    with pytest.raises(QueryRefused):
        session().histogram("spend", edges=edges, epsilon=1)


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"epsilon": 0}, PrivacyParameterError), ({"epsilon": math.nan}, PrivacyParameterError),
     ({"epsilon": 1, "noise": "gaussian"}, PrivacyParameterError), ({"epsilon": 900}, BudgetExceeded)],
)  # fmt: skip
def test_prices_that_are_none(changes, error):
    one = session(5.0)
    for ask in (
        lambda **price: one.histogram("spend", edges=[0, 1], **price),
        lambda **price: one.contingency(("city",), **price),
    ):
        with pytest.raises(error):
            ask(**changes)
    assert one.ask("SELECT COUNT(*) FROM t", epsilon=4.5).rows


@given(st.floats(-1e90, 1e90), st.floats(-1e90, 1e90), st.integers(1, 200))
def test_bins_of_one_width_are_bins_or_refused(low, high, count):
    edges = even_edges(low, high, count)
    assert (edges[0], edges[-1], len(edges)) == (low, high, count + 1)
    sql = f"SELECT COUNT(*) FROM t GROUP BY BIN(spend, {low!r}, {high!r}, {count})"  # noqa: S608
    columns = {"person": "integer", "spend": "real"}
    try:
        query = parse_sql(sql, Contract("person", max_rows=1), columns)
    except QueryRefused:
        assert not all(a < b for a, b in itertools.pairwise(edges))
        return
    assert query.bins[0].edges == edges
    assert len(set(labels(query.bins[0]))) == count


def test_a_contingency_table_holds_every_combination_and_sums_that_agree():
    found = session().contingency(("city", "gender"), epsilon=200)
    rows = people()
    plain_cells = Counter(zip(rows["city"], rows["gender"], strict=True))
    cells = {row.keys: row.figures[0].value for row in found.cells.rows}
    assert set(cells) == {(city, gender) for city in "abc" for gender in "fm"}
    for keys, value in cells.items():
        assert abs(value - plain_cells[keys]) <= 5
    for place, key in enumerate(("city", "gender")):
        for row in found.marginals[key]:
            assert row.figures[0].value == sum(v for keys, v in cells.items() if keys[place] == row.keys[0])
    assert found.total.value == sum(cells.values())
    assert found.as_json()["marginals"]["gender"][0]["key"] == "f"
    gaussian = session().contingency(("city",), epsilon=5, delta=1e-7, noise="gaussian")
    assert gaussian.total.value == pytest.approx(sum(row.figures[0].value for row in gaussian.cells.rows))
    half = gaussian.cells.errors[0].half_width
    assert gaussian.total.high - gaussian.total.value == pytest.approx(half * math.sqrt(3))


@pytest.mark.parametrize("columns", [(), ("spend",), ("city", "city"), ("nothing",), ("person",)])
def test_contingency_tables_that_are_none(columns):
    with pytest.raises((QueryRefused, PrivacyParameterError)):
        session().contingency(columns, epsilon=1)
    with pytest.raises((QueryRefused, PrivacyParameterError)):
        session().contingency(columns, epsilon=1, delta=1e-7)


@pytest.mark.parametrize("numbers", [1, 2, 3, 6, 40])
def test_sums_of_cells_stay_within_their_bounds(numbers):
    scale, draws = 3.7, 40_000
    rng = np.random.default_rng(numbers)
    q = math.exp(-1 / scale)
    noise = rng.geometric(1 - q, (draws, numbers)) - rng.geometric(1 - q, (draws, numbers))
    half = whole_sum_half_width(scale, numbers)
    covered = (np.abs(noise.sum(axis=1)) <= half).mean()
    assert covered >= 0.95 - 3 * math.sqrt(0.05 * 0.95 / draws)
    assert half <= 1.8 * 1.96 * math.sqrt(2 * numbers) * scale + 1
    if numbers > 1:  # the bound of one cell for their sum would be found
        wrong = (np.abs(noise.sum(axis=1)) <= whole_half_width(scale)).mean()
        assert wrong < 0.95 - 3 * math.sqrt(0.05 * 0.95 / draws)
