"""Ordered categories as runs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.anonymization.hierarchies import runs_from_sizes, runs_from_starts
from wuming.core.errors import TableError

from .conftest import covers_run, problems

ANSWERS = ["never", "seldom", "often", "mostly", "always"]


def test_starts_by_hand():
    hierarchy = runs_from_starts("answer", ANSWERS, starts=[["seldom", "mostly"], ["mostly"]])
    assert hierarchy.values == tuple(ANSWERS)
    assert hierarchy.labels[1] == ("never", *["seldom | often"] * 2, *["mostly | always"] * 2)
    assert hierarchy.labels[2] == (*["never | seldom | often"] * 3, *["mostly | always"] * 2)
    assert hierarchy.losses[1].tolist() == [0.0, 0.4, 0.4, 0.4, 0.4]
    assert hierarchy.losses[2].tolist() == [0.6, 0.6, 0.6, 0.4, 0.4]
    assert not problems(hierarchy, covers_run)


def test_sizes_by_hand():
    hierarchy = runs_from_sizes("answer", ANSWERS, sizes=[2, 4], missing=True)
    assert hierarchy.labels[1] == (*["never | seldom"] * 2, *["often | mostly"] * 2, "always", "")
    assert hierarchy.labels[2] == (*["never | seldom | often | mostly"] * 4, "always", "")
    assert hierarchy.labels[3] == ("*",) * 6
    assert not problems(hierarchy, covers_run)


def test_a_name_with_a_bar_is_not_taken_for_two():
    hierarchy = runs_from_starts("x", ["a | b", "a", "b", "*", "other"], starts=[["a", "*", "other"]])
    assert hierarchy.labels[1] == ("a \\| b", "a | b", "a | b", "\\*", "\\other")
    assert not problems(hierarchy, covers_run)


def test_a_run_that_leaves_a_category_out_is_found_out():
    hierarchy = runs_from_sizes("answer", ANSWERS, sizes=[2])
    twin = type(hierarchy)("answer", hierarchy.values, (hierarchy.values, ("never",) * 2 + ("x",) * 3, ("*",) * 5))
    assert problems(twin, covers_run)


@pytest.mark.parametrize(
    ("starts", "said"),
    [
        ([[]], "no start"),
        ([["never"]], "the first category"),
        ([["often", "seldom"]], "out of order"),
        ([["often", "often"]], "out of order"),
        ([["secret"]], "begins 1 runs at no category"),
        ([["often"], ["seldom"]], "level 2 begins a run inside"),
    ],
)
def test_starts_that_do_not_fit(starts, said, no_value_shown):
    with pytest.raises(TableError, match=said) as caught:
        runs_from_starts("answer", ANSWERS, starts=starts)
    no_value_shown(caught.value, "secret")


@pytest.mark.parametrize("sizes", [[1], [5], [2, 3], [2, 2], [4, 2], [0]])
def test_sizes_that_do_not_fit(sizes):
    with pytest.raises(TableError, match="do not fit 5 categories"):
        runs_from_sizes("answer", ANSWERS, sizes=sizes)


@pytest.mark.parametrize("order", [[], ["a", ""], ["a", "b", "a"]])
def test_an_order_that_is_none(order):
    with pytest.raises(TableError, match="no category, an empty one, or one twice"):
        runs_from_sizes("answer", order, sizes=[2])


@given(
    order=st.lists(st.text("ab |\\*", min_size=1, max_size=4).map(str.strip).filter(bool), min_size=3, unique=True),
    size=st.integers(2, 3),
    missing=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_any_order_gives_a_hierarchy(order, size, missing):
    sizes = [s for s in (size, 2 * size, 4 * size) if s < len(order)]
    assert not problems(runs_from_sizes("x", order, sizes=sizes, missing=missing), covers_run)
