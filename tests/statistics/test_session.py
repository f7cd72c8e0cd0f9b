"""Sessions: exact numbers against plain ones, sensitivities against neighbours, coverage, budgets, refusals."""

from __future__ import annotations

import math
import multiprocessing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.accounting.accountant import approximate_rdp, epsilon
from wuming.core.errors import (
    BudgetExceeded,
    MalformedRecord,
    PrivacyParameterError,
    QueryRefused,
    UnsupportedEvent,
)
from wuming.statistics import Contract, MemoryBudget, Session
from wuming.statistics.exact import compute
from wuming.statistics.noise_plan import CELLS, make_noise_plan
from wuming.statistics.query import Aggregate, AllOf, Compare, Order, Query
from wuming.statistics.source import open_source

pl = pytest.importorskip("polars")

CITIES = ("a", "b", "c", "d")
BOUNDS = {"spend": (0.0, 10.0), "age": (0.0, 100.0)}
EVERYTHING = Query(
    (
        Aggregate("count", None, "n"),
        Aggregate("count", "age", "ages"),
        Aggregate("sum", "age", "age"),
        Aggregate("mean", "spend", "mean"),
        Aggregate("variance", "spend", "variance"),
        Aggregate("distinct", "person", "people"),
        Aggregate("distinct", "age", "different"),
        Aggregate("quantile", "spend", "median", 0.5),
    ),
    ("city",),
)


ROWS = st.tuples(st.integers(0, 4), st.sampled_from("abx"), st.floats(-5, 15), st.none() | st.integers(0, 99))
COUNT = Query((Aggregate("count", None, "n"),))


def charge(session):
    """What the account's charge is now."""
    return session.budget.price(make_noise_plan(COUNT, contract(), epsilon=1e-6, delta=0, noise="laplace").event).before


def contract(**changes):
    settings_ = {"subject": "person", "max_rows": 3, "max_groups": 2, "bounds": BOUNDS, "keys": {"city": CITIES}}
    return Contract(**(settings_ | changes))


def people(seed=0, rows=400):
    rng = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "person": rng.integers(0, rows // 2, rows),
            "city": rng.choice(["a", "b", "c", "x"], rows),
            "spend": np.where(rng.random(rows) < 0.1, np.nan, rng.gamma(2, 2, rows)),
            "age": pl.Series(rng.integers(10, 90, rows)).replace(10, None),
        }
    )


def exact(rows, query=EVERYTHING, terms=None, **options):
    terms = terms or contract(max_rows=1 << 10, max_groups=4)
    plan = make_noise_plan(query, terms, **({"epsilon": 1.0, "delta": 0.0, "noise": "laplace"} | options))
    return compute(open_source(rows, terms), terms, query, plan), plan


def test_exact_numbers_are_those_of_a_plain_group_by():
    rows = people()
    found, _ = exact(rows)
    for place, (city,) in enumerate(found.groups):
        mine = rows.filter(pl.col("city") == city)
        spend = mine["spend"].fill_nan(None).drop_nulls().clip(0, 10).to_numpy() / 10
        for tally, values in found.tallies.items():
            value = values[place] / tally.cells("laplace")
            if tally.kind == "moments" and tally.column == "spend":
                expected = [((1 - spend) ** 2).sum(), (2 * spend * (1 - spend)).sum(), (spend**2).sum()]
                np.testing.assert_allclose(value, [*expected, mine.height - spend.size], atol=1e-3)
            if tally.kind == "subjects":
                assert value[0] == mine["person"].n_unique()
            if tally.kind == "values":
                assert value[0] == mine["age"].drop_nulls().n_unique()
        (scores,) = found.scores.values()
        points = np.linspace(0, 10, 1025)
        low, high = (spend[None] * 10 < points[:, None]).sum(1), (spend[None] * 10 > points[:, None]).sum(1)
        np.testing.assert_array_equal(scores[place], low - high)
    assert found.groups == [(city,) for city in CITIES]


def test_many_passes_give_the_same_numbers(monkeypatch):
    whole, _ = exact(people())
    private = contract(max_rows=1 << 10, max_groups=4, keys={})
    found, _ = exact(people(), terms=private, delta=1e-6)
    monkeypatch.setattr("wuming.statistics.exact._ROWS_OF_A_PASS", 50)
    parts, _ = exact(people())
    for known, other in ((whole.tallies, parts.tallies), (whole.scores, parts.scores)):
        for tally, values in known.items():
            np.testing.assert_array_equal(values, other[tally])
    pieces, _ = exact(people(), terms=private, delta=1e-6)
    assert sorted(pieces.groups) == sorted(found.groups) == [("a",), ("b",), ("c",), ("x",)]
    for one in (found, pieces):
        order = sorted(range(4), key=lambda place, one=one: one.groups[place])
        for tally, values in one.tallies.items():
            if tally.kind != "subjects":
                np.testing.assert_array_equal(values[order][:3], whole.tallies[tally][:3])
        assert one.subjects[order].tolist()[:3] == [
            people().filter(pl.col("city") == city)["person"].n_unique() for city in "abc"
        ]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(ROWS, min_size=1, max_size=40),
    st.integers(1, 4),
    st.integers(1, 3),
    st.sampled_from(["laplace", "gaussian"]),
)
def test_one_subject_changes_no_more_than_the_event_says(table, max_rows, max_groups, noise):
    """Against neighbours, with every random choice the same: rows of one subject are alike here, so any choice is."""
    first = {}
    rows = [(s, c, *first.setdefault((s, c), (x, a))) for s, c, x, a in table]
    schema = {"person": pl.Int64, "city": pl.String, "spend": pl.Float64, "age": pl.Int64}
    terms = contract(max_rows=max_rows, max_groups=max_groups, keys={"city": ("a", "b")})
    one_group = len({(s, c) for s, c, *_ in rows}) == len({s for s, *_ in rows})
    whole, plan = exact(pl.DataFrame(rows, schema=schema, orient="row"), terms=terms, delta=1e-6, noise=noise)
    for gone in {s for s, *_ in rows}:
        rest = [row for row in rows if row[0] != gone]
        if not (one_group or max_groups >= 2):
            continue
        without, _ = exact(pl.DataFrame(rest, schema=schema, orient="row"), terms=terms, delta=1e-6, noise=noise)
        others_cut = max(map([s for s, *_ in rest].count, {s for s, *_ in rest}), default=0) > max_rows
        for tally, _, sensitivity in plan.tallies:
            change = np.abs(whole.tallies[tally] - without.tallies[tally])
            if not others_cut:
                assert change.sum() <= sensitivity
        for pick in plan.picks:
            moved = np.abs(whole.scores[pick] - without.scores[pick]).max(axis=1).sum()
            if not others_cut:
                assert moved <= pick.weight * max_rows


def test_coverage_of_every_figure():
    """The bench draws 2,000 answers of each. Here 60, against a limit that chance passes once in 10⁵."""
    rows = people(rows=3000)
    terms = contract(max_rows=1 << 9, max_groups=4, bounds={"spend": (0.0, 10.0), "age": (0.0, 100.0)})
    session = Session(rows, terms, MemoryBudget(1e6, 1e-3))
    spend = rows.filter(pl.col("city") == "a")["spend"].fill_nan(None).drop_nulls().clip(0, 10).to_numpy()
    mine = rows.filter(pl.col("city") == "a")
    truth = {
        "n": mine.height,
        "ages": mine["age"].drop_nulls().len(),
        "age": mine["age"].sum(),
        "mean": spend.mean(),
        "variance": spend.var(),
        "people": mine["person"].n_unique(),
        "different": mine["age"].drop_nulls().n_unique(),
    }
    for noise, spent in (("laplace", 300.0), ("gaussian", 10.0)):
        hits = dict.fromkeys(truth, 0)
        for _ in range(60):
            answer = session.ask(EVERYTHING, epsilon=spent, delta=1e-7, noise=noise)
            for name, value in truth.items():
                figure = answer.column(name)[0]
                hits[name] += figure.low - 1e-3 <= value <= figure.high + 1e-3
        assert min(hits.values()) >= 48, (noise, hits)


def test_a_narrower_interval_would_be_found_out():
    session = Session(people(rows=2000), contract(max_rows=100, max_groups=4), MemoryBudget(1e6, 1e-3))
    query = Query((Aggregate("count", None, "n"),))
    truth = session.ask(query, epsilon=1000.0).rows[0].figures[0].value
    found = [session.ask(query, epsilon=10.0).rows[0].figures[0] for _ in range(200)]
    half = [(f.high - f.low) / 2 for f in found]
    inside = sum(abs(f.value - truth) <= h for f, h in zip(found, half, strict=True))
    narrower = sum(abs(f.value - truth) <= h / 3 for f, h in zip(found, half, strict=True))
    assert inside >= 175 > narrower


def test_quote_says_what_is_charged():
    session = Session(people(), contract(), MemoryBudget(5.0, 1e-6))
    quote = session.quote(EVERYTHING, epsilon=1.0)
    assert charge(session) == pytest.approx(0, abs=1e-3)
    answer = session.ask(EVERYTHING, epsilon=1.0)
    assert answer.cost == quote.cost
    assert answer.errors == quote.errors
    assert quote.groups == 4
    assert quote.fits
    assert session.quote(EVERYTHING, epsilon=100.0).fits is False
    assert charge(session) == pytest.approx(quote.cost.charge, abs=1e-3)


@pytest.mark.parametrize(("noise", "delta"), [("laplace", 0.0), ("gaussian", 1e-6)])
def test_the_event_is_what_is_claimed(noise, delta):
    plan = make_noise_plan(EVERYTHING, contract(), epsilon=0.7, delta=delta, noise=noise)
    assert epsilon(plan.event, max(delta, 1e-9)) <= 0.7 * 1.02
    assert plan.delta == delta


def test_private_keys():
    rows = pl.DataFrame({"person": [*range(300), 900], "city": ["big"] * 300 + ["unique"]})
    terms = Contract("person", 1, 1)
    session = Session(rows, terms, MemoryBudget(50.0, 1e-4))
    query = Query((Aggregate("count", None, "n"), Aggregate("distinct", "person", "people")), ("city",))
    for _ in range(10):
        answer = session.ask(query, epsilon=2.0, delta=1e-6)
        assert [row.keys for row in answer.rows] == [("big",)]
        assert answer.cost.delta == 1e-6
    assert approximate_rdp(make_noise_plan(query, terms, epsilon=2, delta=1e-6, noise="laplace").event)[1] == 1e-6
    with pytest.raises(PrivacyParameterError):
        session.ask(query, epsilon=2.0)


def test_presented_after_the_noise():
    session = Session(people(), contract(max_rows=100, max_groups=4), MemoryBudget(1e4, 1e-6))
    query = Query(
        COUNT.aggregates, ("city",), having=Compare("n", ">", 20), order=(Order("n", descending=True),), limit=2
    )
    rows = session.ask(query, epsilon=1000.0).rows
    values = [row.figures[0].value for row in rows]
    assert values == sorted(values, reverse=True)
    assert len(rows) == 2
    where = AllOf((Compare("city", "=", "a"), Compare("spend", "<=", 10.0)))
    one = session.ask(Query(COUNT.aggregates, where=where), epsilon=1000.0).rows[0].figures[0].value
    expected = people().filter((pl.col("city") == "a") & (pl.col("spend") <= 10)).height
    assert abs(one - expected) <= 3


def test_top_and_parts():
    rows = pl.DataFrame({"person": range(600), "city": ["a"] * 300 + ["b"] * 200 + ["c"] * 100})
    session = Session(rows, Contract("person", 1, 1, keys={"city": CITIES}), MemoryBudget(10.0, 1e-6))
    assert session.top("city", 2, epsilon=2.0) == ("a", "b")
    parts = session.divide("city", epsilon=1.0)
    for city, count in (("a", 300), ("b", 200), ("d", 0)):
        assert abs(parts[city].ask(COUNT, epsilon=0.6).rows[0].figures[0].value - count) < 60
        with pytest.raises(BudgetExceeded):
            parts[city].ask(COUNT, epsilon=0.6)
    with pytest.raises(UnsupportedEvent):
        parts["c"].ask(COUNT, epsilon=0.5, delta=1e-6, noise="gaussian")
    with pytest.raises(QueryRefused):
        parts["c"].divide("city", epsilon=1.0)


def test_budget_is_never_exceeded_and_a_refusal_costs_nothing():
    session = Session(people(), contract(), MemoryBudget(1.0, 1e-6))
    drawn = 0
    with pytest.raises(BudgetExceeded):
        while True:
            session.ask(COUNT, epsilon=0.2)
            drawn += 1
    assert 3 <= drawn <= 12
    before = charge(session)
    with pytest.raises(BudgetExceeded):
        session.ask(COUNT, epsilon=0.9)
    assert charge(session) == before


def test_what_cannot_be_read_is_not_charged(tmp_path):
    path = tmp_path / "t.parquet"
    people().write_parquet(path)
    session = Session(path, contract(), MemoryBudget(1.0, 1e-6))
    path.write_bytes(b"gone")
    query = Query((Aggregate("count", None, "n"),))
    with pytest.raises(MalformedRecord):
        session.ask(query, epsilon=0.9)
    people().write_parquet(path)
    session.ask(query, epsilon=0.9)


def test_odd_cells_are_missing_and_nobody_hears_of_them(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("person,city,spend\n1,a,5\n2,a,oops\n3,a,NaN\n4,a,1e999\n,a,3\n5,,2\n6,q,2\n", encoding="utf-8")
    terms = Contract("person", 2, 1, {"spend": (0, 10)}, {"city": CITIES})
    session = Session(path, terms, MemoryBudget(1e6, 1e-6))
    query = Query(
        (Aggregate("count", "spend", "spends"), Aggregate("count", None, "n"), Aggregate("sum", "spend", "s")),
        ("city",),
    )
    found = session.ask(query, epsilon=1e3).rows[0].figures
    assert [round(f.value) for f in found] == [2, 4, 15]  # infinity is moved to the bound


@pytest.mark.parametrize("epsilon_", [0.0, -1.0, math.nan, math.inf, 1e9, True])
def test_no_such_epsilon(epsilon_):
    session = Session(people(), contract(), MemoryBudget(1.0, 1e-6))
    with pytest.raises(PrivacyParameterError):
        session.ask(EVERYTHING, epsilon=epsilon_)


@pytest.mark.parametrize(
    "changes",
    [
        {"max_rows": 0},
        {"max_groups": 1.5},
        {"bounds": {"spend": (1.0, 1.0)}},
        {"bounds": {"spend": (0.0, math.nan)}},
        {"keys": {"city": ()}},
        {"keys": {"city": ("a", "a")}},
        {"keys": {"city": ("a", 1)}},
        {"subject": ""},
    ],
)
def test_no_such_contract(changes):
    with pytest.raises(PrivacyParameterError):
        contract(**changes)


def test_columns_must_be_there():
    with pytest.raises(QueryRefused):
        Session(people(), contract(subject="nobody"), MemoryBudget(1.0, 1e-6))


def _ask_many(path, lineage, home, results):
    import os

    os.environ["WUMING_HOME"] = home
    from wuming.governance.accounts import Accounts
    from wuming.governance.ledger import Ledger

    accounts = Accounts(Ledger())
    account = accounts.open(lineage, "subject", "add-or-remove-one", 1.0, 1e-6)
    budget = accounts.budget(account, lambda event: (event.as_json(), *approximate_rdp(event)))
    session = Session(path, Contract("person", 1, 1), budget)
    answers = 0
    for _ in range(4):
        try:
            session.ask(Query((Aggregate("count", None, "n"),)), epsilon=0.15)
            answers += 1
        except BudgetExceeded:
            break
    results.put(answers)


def test_eight_processes_never_pass_the_cap(tmp_path):
    from wuming.governance.accounts import Accounts
    from wuming.governance.ledger import Ledger

    path, home = tmp_path / "t.parquet", str(tmp_path / "home")
    people().write_parquet(path)
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    processes = [context.Process(target=_ask_many, args=(str(path), "crowd", home, results)) for _ in range(8)]
    for process in processes:
        process.start()
    answers = sum(results.get(timeout=120) for _ in processes)
    for process in processes:
        process.join()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WUMING_HOME", home)
        status = Accounts(Ledger()).status("crowd/subject/add-or-remove-one")
    assert status.committed == answers
    assert status.spent_epsilon <= 1.0
    assert not status.pending
    assert answers >= 4


def test_cells_are_exact_in_floating_point():
    assert float(CELLS) * 2**32 < 2**53


def keyed(kind, cells, keys):
    """Exact numbers of rows by a column of this type, for public keys."""
    rows = pl.DataFrame({"person": range(len(cells)), "key": pl.Series(cells, dtype=kind)})
    session = Session(rows, Contract("person", 1, 1, keys={"key": keys}), MemoryBudget(1e4, 1e-6))
    return [row.figures[0].value for row in session.ask(Query(COUNT.aggregates, ("key",)), epsilon=500.0).rows]


@pytest.mark.parametrize(
    ("kind", "cells", "keys"),
    [
        (pl.UInt8, [1, 1, 2, None], (2, 1, 300)),
        (pl.Int64, [1, 1, 2, None], (2, 1, -(2**62))),
        (pl.UInt64, [1, 1, 2, 2**64 - 1], (2, 1, 7)),
        (pl.Float64, [1.0, 1.0, 2.0, math.nan], (2, 1, 300)),
        (pl.Float32, [0.5, 0.5, 2.0, None], (2.0, 0.5, 0.25)),
        (pl.Decimal(10, 2), [1, 1, 2, None], (2, 1, 300)),
        (pl.Boolean, [True, True, False, None], (False, True)),
        (pl.String, ["01", "01", "2", None], ("2", "01", "x")),
        (pl.String, ["1", "1", "2", None], (2, 1, 300)),
        (pl.Categorical, ["a", "a", "b", None], ("b", "a", "c")),
        (pl.Enum(["a", "b"]), ["a", "a", "b", None], ("b", "a", "c")),
    ],
)
def test_public_keys_of_every_type(kind, cells, keys):
    assert keyed(kind, cells, keys)[:2] == [1, 2]


@pytest.mark.parametrize("zone", [None, "Asia/Shanghai"])
def test_days_of_points_in_time(zone):
    at = pl.Series(["2026-01-01 23:30", "2026-01-02 00:30", "2026-01-02 12:00"]).str.to_datetime("%Y-%m-%d %H:%M")
    rows = pl.DataFrame({"person": range(3), "at": at.dt.replace_time_zone(zone)})
    session = Session(
        rows, Contract("person", 1, 1, keys={"at": ("2026-01-02", "2026-01-01")}), MemoryBudget(1e4, 1e-6)
    )
    answer = session.ask(Query(COUNT.aggregates, ("at",)), epsilon=500.0)
    assert [row.figures[0].value for row in answer.rows] == [2, 1]


def test_keys_of_another_type_are_refused_everywhere():
    session = Session(people(), contract(keys={"age": ("a", "b")}), MemoryBudget(1.0, 1e-6))
    for ask in (
        lambda: session.top("age", 1, epsilon=0.1),
        lambda: session.divide("age", epsilon=0.1),
        lambda: session.ask(Query(COUNT.aggregates, ("age",)), epsilon=0.1),
    ):
        with pytest.raises(QueryRefused):
            ask()
    assert charge(session) == pytest.approx(0, abs=1e-3)


def test_no_private_key_at_all():
    rows = pl.DataFrame({"person": [1, 2], "city": pl.Series([None, None], dtype=pl.String)})
    session = Session(rows, Contract("person", 1, 1), MemoryBudget(50.0, 1e-4))
    query = Query((*COUNT.aggregates, Aggregate("distinct", "person", "people")), ("city",))
    assert session.ask(query, epsilon=1.0, delta=1e-6).rows == ()


def test_parts_keep_a_subject_in_so_many_of_them():
    """Rows outside the list take no place, and no part sees a subject that others have room for no more."""
    rows = pl.DataFrame({"person": [n // 5 for n in range(500)], "city": ["a", "b", "c", "x", "y"] * 100})
    session = Session(rows, Contract("person", 20, 2, keys={"city": ("a", "b", "c")}), MemoryBudget(5000.0, 1e-6))
    parts = session.divide("city", epsilon=500.0)
    people_ = Query((Aggregate("distinct", "person", "people"),))
    counts = [parts[city].ask(people_, epsilon=400.0).rows[0].figures[0].value for city in ("a", "b", "c")]
    assert sum(counts) == 200


def test_what_is_given_back_is_given_back_whole():
    budget = MemoryBudget(1.0, 1e-6)
    event = make_noise_plan(COUNT, contract(), epsilon=0.3, delta=0.0, noise="laplace").event
    before = budget.price(event)
    share = budget.reserve(event, schedule="one")
    assert budget.price(event).before == before.after
    share.release()
    assert budget.price(event) == before
    share = budget.reserve(event, schedule="two")
    share.commit()
    share.release()
    assert budget.price(event).before == before.after
