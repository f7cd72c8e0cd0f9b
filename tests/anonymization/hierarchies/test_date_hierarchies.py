"""Dates as calendar periods."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.anonymization.hierarchies import Hierarchy, date_periods
from wuming.core.errors import TableError

from .conftest import covers_date, problems

DOMAIN = {"low": "2020-01-01", "high": "2029-12-31"}  # 3,653 days


def test_by_hand():
    hierarchy = date_periods("seen", ["2026-03-14", "2024-02-29", ""], **DOMAIN)
    assert [level[1] for level in hierarchy.labels] == ["2026-03-14", "2026-03", "2026-Q1", "2026", "2020s", "*"]
    assert [level[0] for level in hierarchy.labels] == ["2024-02-29", "2024-02", "2024-Q1", "2024", "2020s", "*"]
    assert hierarchy.losses[1] == pytest.approx([28 / 3652, 30 / 3652, 0])
    assert hierarchy.losses[2] == pytest.approx([90 / 3652, 89 / 3652, 0])
    assert hierarchy.losses[3] == pytest.approx([365 / 3652, 364 / 3652, 0])
    assert hierarchy.losses[4].tolist() == [1, 1, 0]
    assert not problems(hierarchy, covers_date)


def test_some_periods_only():
    hierarchy = date_periods("seen", ["2026-12-31"], **DOMAIN, periods=["quarter", "decade"])
    assert [level[0] for level in hierarchy.labels] == ["2026-12-31", "2026-Q4", "2020s", "*"]


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_is_in_its_quarter(month):
    hierarchy = date_periods("seen", [f"2026-{month:02}-01"], **DOMAIN)
    assert hierarchy.labels[2][0] == f"2026-Q{[1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4][month - 1]}"


def test_a_month_in_the_wrong_quarter_is_found_out():
    right = date_periods("seen", ["2026-03-14", "2026-04-01"], **DOMAIN)
    assert not problems(right, covers_date)
    labels = list(right.labels)
    labels[2] = ("2026-Q1", "2026-Q1")  # nested, and yet wrong
    twin = Hierarchy("seen", right.values, tuple(labels))
    assert any("does not cover" in problem for problem in problems(twin, covers_date))


def test_the_ends_of_the_calendar():
    ends = date_periods("seen", ["0001-01-01", "9999-12-31"], low="0001-01-01", high="9999-12-31")
    assert ends.labels[4] == ("0000s", "9990s")
    assert not problems(ends, covers_date)


@pytest.mark.parametrize(
    "cell",
    ["2026-02-29", "2026-13-01", "20260314", "2026-W11-6", "2026-3-14", "14.03.2026", "2026-03-14T08:00", "0000-01-01"],
)
def test_a_bad_date(cell, no_value_shown):
    with pytest.raises(TableError, match="1 of 2 values are no dates") as caught:
        date_periods("seen", ["2026-03-14", cell], **DOMAIN)
    no_value_shown(caught.value, cell)


def test_a_date_outside_the_domain(no_value_shown):
    with pytest.raises(TableError, match="1 dates lie outside") as caught:
        date_periods("seen", ["2019-12-31"], **DOMAIN)
    no_value_shown(caught.value, "2019")


@pytest.mark.parametrize(
    "parameters",
    [
        {"low": "2020", "high": "2029-12-31"},
        {"low": "2029-12-31", "high": "2020-01-01"},
        {**DOMAIN, "periods": []},
        {**DOMAIN, "periods": ["year", "month"]},
        {**DOMAIN, "periods": ["week"]},
        {**DOMAIN, "periods": ["year", "year"]},
    ],
)
def test_parameters_that_do_not_fit(parameters):
    with pytest.raises(TableError):
        date_periods("seen", ["2026-03-14"], **parameters)


@given(days=st.lists(st.dates(date(1890, 1, 1), date(2110, 12, 31)), min_size=2, max_size=20, unique=True))
@settings(max_examples=40, deadline=None)
def test_any_dates_give_a_hierarchy(days):
    low, high = min(days).isoformat(), max(days).isoformat()
    assert not problems(date_periods("x", map(str, days), low=low, high=high), covers_date)
