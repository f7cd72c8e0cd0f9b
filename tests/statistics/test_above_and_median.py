"""The first count above a line, and the smooth median, from a session: against plain versions, with broken twins."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.accounting.events import EpsilonDelta
from wuming.core.errors import BudgetExceeded, MalformedRecord, PrivacyParameterError, QueryRefused
from wuming.core.ports import Price
from wuming.mechanisms.sparse_vector import AboveThreshold
from wuming.statistics import Contract, MemoryBudget, Session
from wuming.statistics.budget import pure_epsilon
from wuming.statistics.exact import cells_of, compute
from wuming.statistics.noise_plan import CELLS
from wuming.statistics.query import Aggregate, Compare, Query
from wuming.statistics.source import open_source

pl = pytest.importorskip("polars")

TERMS = Contract("person", max_rows=2, bounds={"spend": (0, 10)}, keys={"city": ("a", "b", "c")})
CITY = "SELECT COUNT(*) FROM t WHERE city = '{}'"


def shop(a=3, b=10, c=20):
    cities = ["a"] * a + ["b"] * b + ["c"] * c
    return pl.DataFrame(
        {"person": range(len(cities)), "city": cities, "spend": [float(n % 10) for n in range(a + b + c)]}
    )


class Notes:
    """A budget that bears all, and notes what happened."""

    def __init__(self):
        self.said = []

    def price(self, event):
        return Price(0.0, pure_epsilon(event), math.inf)

    def reserve(self, event, *, schedule):
        self.said.append(event)
        return self

    def commit(self):
        self.said.append("commit")

    def release(self):
        self.said.append("release")


def test_the_first_count_above_the_line_is_found_and_charged_once():
    notes = Notes()
    one = Session(shop(), TERMS, notes)
    found = one.above(8, [CITY.format(city) for city in "abc"], epsilon=100)
    assert (found.place, found.cost.epsilon, found.cost.charge) == (1, 100, 100)
    assert notes.said == [EpsilonDelta(100.0), "commit"]
    assert one.above(30, [CITY.format("a"), CITY.format("c")], epsilon=100).place is None
    assert found.as_json() == {"place": 1, "cost": found.cost.as_json()}
    people = "SELECT COUNT(DISTINCT person) FROM t"
    assert one.above(20, [people], epsilon=100).place == 0
    part = Session(shop(), TERMS, MemoryBudget(50, 1e-6)).divide("city", epsilon=40)["c"]
    assert part.above(10, [people], epsilon=40).place == 0


def test_questions_after_the_first_above_are_not_asked(monkeypatch):
    asked = []
    monkeypatch.setattr(
        "wuming.statistics.session.compute", lambda *args: (asked.append(args[2].where), compute(*args))[1]
    )
    Session(shop(), TERMS, Notes()).above(8, [CITY.format(city) for city in "abc"], epsilon=100)
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("questions", "sensitivity"),
    [(["SELECT COUNT(*) FROM t"], 7), (["SELECT COUNT(DISTINCT person) FROM t"], 1),
     (["SELECT COUNT(DISTINCT person) FROM t", "SELECT COUNT(spend) FROM t"], 7),
     (["SELECT COUNT(DISTINCT city) FROM t"], 7)],
)  # fmt: skip
def test_the_noise_is_for_what_one_subject_can_move(monkeypatch, questions, sensitivity):
    made = []

    class Noted(AboveThreshold):
        def __init__(self, stream, **settings_):
            made.append(settings_)
            super().__init__(stream, **settings_)

    monkeypatch.setattr("wuming.statistics.session.AboveThreshold", Noted)
    terms = Contract("person", max_rows=7, bounds={"spend": (0, 10)})
    Session(shop(), terms, Notes()).above(5, questions, epsilon=0.5)
    assert made == [{"threshold": 5, "sensitivity": sensitivity, "epsilon": 0.5, "monotonic": True}]


class NoLine(AboveThreshold):
    """The broken twin: the line itself has no noise."""

    def __init__(self, stream, **settings_):
        super().__init__(stream, **settings_)
        self._line = settings_["threshold"]


def share_of_none(monkeypatch, mechanism, draws):
    """Ask six counts that all lie on the line: how often is none above?"""
    monkeypatch.setattr("wuming.statistics.session.AboveThreshold", mechanism)
    rng = np.random.default_rng(3)  # exact noise has tests of its own; here only where it goes is of interest
    monkeypatch.setattr("wuming.mechanisms.sparse_vector.laplace_noise", lambda _, n, b: discrete(rng, n, float(b)))
    monkeypatch.setattr("wuming.mechanisms.sparse_vector._BLOCK", 6)
    one = Session(shop(), TERMS, Notes())
    questions = [Query((Aggregate("count", None, "n"),), where=Compare("city", "=", "b"))] * 6
    first = []
    monkeypatch.setattr(
        "wuming.statistics.session.compute",
        lambda *args: first[0] if first else (first.append(compute(*args)), first[0])[1],
    )
    return sum(one.above(10, questions, epsilon=0.5).place is None for _ in range(draws)) / draws


def discrete(rng, size, scale):
    q = math.exp(-1 / scale)
    return rng.geometric(1 - q, size) - rng.geometric(1 - q, size)


def plain_share_of_none(draws, *, epsilon=0.5, sensitivity=2, questions=6):
    """The textbook, Lyu, Su & Li, Algorithm 7, monotonic, c = 1: both halves of ε are one half."""
    rng = np.random.default_rng(5)
    scale = 2 * sensitivity / epsilon
    line, answers = discrete(rng, draws, scale), discrete(rng, (draws, questions), scale)
    return float((answers < line[:, None]).all(axis=1).mean())


def test_the_line_has_noise_of_its_own(monkeypatch):
    draws = 1000
    expected = plain_share_of_none(200_000)
    slack = 4.5 * math.sqrt(expected * (1 - expected) / draws) + 0.004
    assert abs(share_of_none(monkeypatch, AboveThreshold, draws) - expected) < slack
    monkeypatch.undo()
    assert abs(share_of_none(monkeypatch, NoLine, draws) - expected) > slack


@pytest.mark.parametrize(
    ("threshold", "questions", "epsilon", "error"),
    [
        (5, [], 1, QueryRefused),
        (5, ["SELECT COUNT(*) FROM t"] * 5000, 1, QueryRefused),
        (5, "SELECT COUNT(*) FROM t", 1, QueryRefused),
        (5, ["SELECT SUM(spend) FROM t"], 1, QueryRefused),
        (5, ["SELECT COUNT(*), COUNT(spend) FROM t"], 1, QueryRefused),
        (5, ["SELECT COUNT(*) FROM t GROUP BY city"], 1, QueryRefused),
        (5, ["SELECT COUNT(*) AS n FROM t HAVING n > 3"], 1, QueryRefused),
        (5, ["SELECT COUNT(*) FROM t LIMIT 1"], 1, QueryRefused),
        (5, ["SELECT COUNT(*) FROM t", "SELECT COUNT(nothing) FROM t"], 1, QueryRefused),
        (5, ["SELECT COUNT(*) FROM t WHERE city = 'secret'"], 1, QueryRefused),
        (5.5, ["SELECT COUNT(*) FROM t"], 1, PrivacyParameterError),
        (True, ["SELECT COUNT(*) FROM t"], 1, PrivacyParameterError),
        (2**70, ["SELECT COUNT(*) FROM t"], 1, PrivacyParameterError),
        (5, ["SELECT COUNT(*) FROM t"], 0, PrivacyParameterError),
        (5, ["SELECT COUNT(*) FROM t"], math.nan, PrivacyParameterError),
        (5, ["SELECT COUNT(*) FROM t"], 3, BudgetExceeded),
    ],
)
def test_what_cannot_be_held_against_a_line_costs_nothing(monkeypatch, threshold, questions, epsilon, error):
    one = Session(shop(), TERMS, MemoryBudget(2, 1e-6))
    with monkeypatch.context() as inside:
        inside.setattr("wuming.statistics.session.compute", lambda *_: pytest.fail("a row was read"))
        with pytest.raises(error):
            one.above(threshold, questions, epsilon=epsilon)
    assert one.ask("SELECT COUNT(*) FROM t", epsilon=1.9).rows


@pytest.mark.parametrize(("broken", "said"), [(0, ["release"]), (1, ["commit", "release"])])
def test_once_something_was_drawn_nothing_is_given_back(monkeypatch, broken, said):
    calls = []

    def failing(*args):
        calls.append(1)
        if len(calls) == broken + 1:
            raise MalformedRecord("x", help="x")
        return compute(*args)

    monkeypatch.setattr("wuming.statistics.session.compute", failing)
    notes, budget = Notes(), MemoryBudget(2, 1e-6)
    for pays in (notes, budget):
        calls.clear()
        with pytest.raises(MalformedRecord):
            Session(shop(), TERMS, pays).above(1000, [CITY.format("a")] * 3, epsilon=1)
    assert notes.said[1:] == said
    assert (budget.price(EpsilonDelta(1e-6)).before > 0.5) is (broken > 0)


ONE = Contract("person", max_rows=1, bounds={"spend": (-2, 6)})


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.none() | st.integers(0, 9), st.none() | st.floats(-5, 9) | st.just(math.nan)), max_size=20)
)
def test_the_values_that_count_are_one_a_subject_moved_to_the_bounds(rows):
    frame = pl.DataFrame(rows, schema={"person": pl.Int64, "spend": pl.Float64}, orient="row")
    found = cells_of(open_source(frame, ONE), ONE, "spend").tolist()
    of_subject = {}
    for person, value in rows:
        if person is not None:
            cell = None if value is None or math.isnan(value) else round((min(max(value, -2), 6) + 2) / 8 * CELLS)
            of_subject.setdefault(person, []).append(cell)
    assert len(found) <= len(of_subject)
    if all(len(cells) == 1 for cells in of_subject.values()):
        plain = sorted(cell for (cell,) in of_subject.values() if cell is not None)
        assert sorted(found) == plain


def test_the_median_is_near_and_charged_as_one_pure_event():
    notes = Notes()
    rows = pl.DataFrame({"person": range(4001), "spend": [n / 4000 * 4 for n in range(4001)]})
    found = Session(rows, ONE, notes).median("spend", epsilon=2)
    assert notes.said == [EpsilonDelta(2.0), "commit"]
    assert found.names == ("median_spend",)
    assert abs(found.rows[0].figures[0].value - 2.0) < 0.5
    assert (found.cost.epsilon, found.cost.delta, found.cost.noise) == (2, 0, "cauchy")
    assert found.errors[0].half_width is None
    nobody = Session(rows.head(0), ONE, notes).median("spend", epsilon=1000)
    assert -2 <= nobody.rows[0].figures[0].value <= 6


def test_the_mechanism_gets_the_cells_and_nothing_else(monkeypatch):
    seen = {}

    def noted(_, values, **settings_):
        seen.update(settings_, values=sorted(values.tolist()))
        return 3 * CELLS // 4, EpsilonDelta(0.5)

    monkeypatch.setattr("wuming.statistics.session.smooth_median", noted)
    rows = pl.DataFrame({"person": [1, 2, 3, None], "spend": [-9.0, 2.0, None, 3.0]})
    found = Session(rows, ONE, Notes()).median("spend", epsilon=0.5)
    assert seen == {"lower": 0, "upper": CELLS, "epsilon": 0.5, "values": [0, CELLS // 2]}
    assert found.rows[0].figures[0].value == 4.0


@pytest.mark.parametrize(
    ("terms", "column", "epsilon", "error"),
    [
        (TERMS, "spend", 1, QueryRefused),
        (ONE, "person", 1, QueryRefused),
        (ONE, "city", 1, QueryRefused),
        (ONE, "nothing", 1, QueryRefused),
        (Contract("person", max_rows=1), "spend", 1, QueryRefused),
        (ONE, "spend", 0, PrivacyParameterError),
        (ONE, "spend", -1, PrivacyParameterError),
        (ONE, "spend", math.inf, PrivacyParameterError),
        (ONE, "spend", 3, BudgetExceeded),
    ],
)
def test_medians_that_cannot_be_drawn_cost_nothing(monkeypatch, terms, column, epsilon, error):
    one = Session(shop(), terms, MemoryBudget(2, 1e-6))
    with monkeypatch.context() as inside:
        inside.setattr("wuming.statistics.session.cells_of", lambda *_: pytest.fail("a row was read"))
        with pytest.raises(error):
            one.median(column, epsilon=epsilon)
    assert one.ask("SELECT COUNT(*) FROM t", epsilon=1.9).rows


def test_a_table_that_cannot_be_read_gives_the_reservation_back(monkeypatch):
    def broken(*_):
        raise MalformedRecord("x", help="x")

    monkeypatch.setattr("wuming.statistics.session.cells_of", broken)
    notes = Notes()
    with pytest.raises(MalformedRecord):
        Session(shop(), ONE, notes).median("spend", epsilon=1)
    assert notes.said[1:] == ["release"]
