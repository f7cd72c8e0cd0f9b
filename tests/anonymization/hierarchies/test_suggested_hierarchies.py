"""Proposals for columns that nobody has described."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.anonymization.hierarchies import cells_of, suggest

from .conftest import covers_date, covers_number, problems


def text(*cells: str) -> np.ndarray:
    column = np.empty(len(cells), dtype=object)
    column[:] = cells
    return column


def whole(*cells: int) -> np.ndarray:
    return np.array(cells, dtype=np.int64)


AGES = whole(*range(17, 91))


def test_ages():
    proposal = suggest("age", AGES)
    assert (proposal.builder, proposal.fits) == ("intervals_from_width", True)
    assert proposal.parameters == {"low": 0, "high": 100, "width": 5, "levels": 3}
    assert [level[22] for level in proposal.build().labels] == ["39", "[35, 40)", "[30, 40)", "[20, 40)", "*"]


def test_a_few_large_numbers_do_not_make_all_others_one_interval():
    incomes = whole(*range(20_000, 60_000, 50), 900_000_000)
    proposal = suggest("income", incomes)
    assert proposal.parameters["width"] == 2_000
    assert proposal.build().labels[1][-1].startswith(">=")


def test_bounds_are_nobodys_values():
    """A twin that takes the smallest and the largest value as the domain is told apart by the same check."""

    def bounds_are_values(low: float, high: float) -> bool:
        return bool(np.isin([low, high], AGES).any())

    parameters = suggest("age", AGES).parameters
    assert not bounds_are_values(parameters["low"], parameters["high"])
    assert bounds_are_values(AGES.min(), AGES.max())


def test_fractions_and_gaps():
    proposal = suggest("weight", np.array([61.5, 70.25, np.nan, 55.0, 88.0]))
    assert proposal.parameters == {"low": 48, "high": 96, "width": 2, "levels": 3}
    assert proposal.build().values == ("55", "61.5", "70.25", "88", "")


def test_dates():
    proposal = suggest("born", text("1990-01-01", "1984-07-30", "2009-12-31", ""))
    assert proposal.builder == "date_periods"
    assert proposal.parameters == {"low": "1980-01-01", "high": "2019-12-31"}
    assert suggest("born", text("1990-01-01", "1991-01-01")).parameters["low"] == "1980-01-01"
    assert not problems(proposal.build(), covers_date)


@pytest.mark.parametrize("column", [whole(440305, 110101, 310115, 110000), text("440305", "110101", "310115")])
def test_divisions(column):
    proposal = suggest("home", column)
    assert proposal.builder == "division_codes"
    assert "广东" in proposal.build().labels[2]


@pytest.mark.parametrize(
    "amounts", [(110_000, 120_000, 150_000), (310_000, 310_050, 320_110), (518_000, 518_001, 518_055)]
)
def test_amounts_that_look_like_divisions(amounts):
    assert suggest("salary", whole(*amounts)).builder == "intervals_from_width"


def test_postcodes():
    assert suggest("where", text("01067", "10115", "20095")).builder == "masked_codes"
    assert suggest("where", text("518000", "100080", "200120")).parameters == {"length": 6}
    assert suggest("zip", text("10001", "10001-1234", "90210")).parameters == {"length": 10}
    assert suggest("zip_code", whole(10_001, 10_115, 90_210)).builder == "masked_codes"
    assert suggest("price", whole(10_001, 10_115, 90_210)).builder == "intervals_from_width"


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (text("f", "m", "f"), "2 categories"),
        (whole(0, 1, 0), "2 categories"),
        (text(*(f"secret {n}" for n in range(60))), "60 different values"),
        (text("", "secret", "secret"), "no two values differ"),
        (text("", ""), "no two values differ"),
        (np.array([np.nan, np.nan]), "no two values differ"),
        (text(*(f"2026-03-{n:02}" for n in range(1, 32)), "secret"), "all but 1 of 32 values are dates"),
        (text(*map(str, range(30)), "secret"), "all but 1 of 31 values are numbers"),
        (np.array([1e300, 1.0, 2.0]), "3 categories"),
        (np.array([1e-300, 1.0, 2.0]), "3 categories"),
    ],
)
def test_when_nothing_fits(column, said):
    proposal = suggest("x", column)
    assert (proposal.builder, proposal.fits) == ("redacted", False)
    assert said in proposal.reason
    assert "secret" not in repr(proposal)
    assert proposal.build().levels == 2


def test_cells_are_what_the_user_wrote():
    assert cells_of(whole(7, -3)) == ["7", "-3"]
    assert cells_of(np.array([35.0, np.nan, 0.1, -2.0])) == ["35", "", "0.1", "-2"]
    assert cells_of(text("a", "")) == ["a", ""]


columns = st.one_of(
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=30).map(lambda cells: whole(*cells)),
    st.lists(st.integers(0, 40), min_size=1, max_size=150).map(lambda cells: whole(*cells)),
    st.lists(st.floats(allow_infinity=False), min_size=1, max_size=30).map(np.array),
    st.lists(st.decimals(-50, 50, places=1).map(float), min_size=1, max_size=30).map(np.array),
)


@given(columns)
@settings(max_examples=40, deadline=None)
def test_any_numbers_get_a_proposal_that_builds(column):
    proposal = suggest("x", column)
    hierarchy = proposal.build()
    assert hierarchy.codes(cells_of(column)).shape == column.shape
    if proposal.builder == "intervals_from_width":
        taken = {Decimal(cell) for cell in cells_of(column) if cell}
        assert not taken & {Decimal(str(proposal.parameters[name])) for name in ("low", "high")}
        assert not problems(hierarchy, covers_number)


@given(st.lists(st.one_of(st.text(max_size=6), st.from_regex(r"[0-9]{4,6}", fullmatch=True)), min_size=1, max_size=20))
@settings(max_examples=40, deadline=None)
def test_any_texts_get_a_proposal_that_builds(cells):
    proposal = suggest("x", text(*cells))
    assert set(proposal.build().values) == set(cells)
