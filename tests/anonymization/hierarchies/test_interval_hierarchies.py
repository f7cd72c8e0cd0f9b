"""Numbers as intervals."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.anonymization.hierarchies import Hierarchy, intervals_from_cuts, intervals_from_width
from wuming.core.errors import TableError

from .conftest import covers_number, problems

AGES = ["17", "30", "39", "40", "90", "19", "20"]


def test_cuts_by_hand():
    hierarchy = intervals_from_cuts("age", AGES, low=0, high=100, cuts=[[20, 30, 40, 90], [40]])
    assert hierarchy.values == ("17", "19", "20", "30", "39", "40", "90")
    assert hierarchy.labels[1] == ("<20", "<20", "[20, 30)", "[30, 40)", "[30, 40)", "[40, 90)", ">=90")
    assert hierarchy.labels[2] == ("<40",) * 5 + (">=40",) * 2
    assert hierarchy.labels[3] == ("*",) * 7
    assert hierarchy.losses[1].tolist() == [0.19, 0.19, 0.09, 0.09, 0.09, 0.49, 0.1]
    assert hierarchy.losses[2].tolist() == [0.39] * 5 + [0.6] * 2
    assert not problems(hierarchy, covers_number)


def test_width_by_hand():
    hierarchy = intervals_from_width("age", ["7", "12", "33"], low=0, high=50, width=5)
    assert [level[1] for level in hierarchy.labels] == ["12", "[10, 15)", "[10, 20)", "<20", "<40", "*"]
    assert [level[2] for level in hierarchy.labels] == ["33", "[30, 35)", "[30, 40)", "[20, 40)", "<40", "*"]
    tripled = intervals_from_width("age", ["7", "12"], low=0, high=50, width=5, factor=3, levels=2)
    assert [level[1] for level in tripled.labels] == ["12", "[10, 15)", "<15", "*"]


def test_fractions_are_exact():
    hierarchy = intervals_from_width("x", ["0.3", "0.29999999999999999", "0.1"], low=0, high=1, width=0.1, levels=1)
    assert hierarchy.labels[1] == ("[0.1, 0.2)", "[0.2, 0.3)", "[0.3, 0.4)")
    assert hierarchy.losses[1] == pytest.approx([0.1] * 3)


def test_a_whole_number_alone_is_written_as_such_and_loses_nothing():
    hierarchy = intervals_from_cuts("n", ["4", "5", "6"], low=0, high=10, cuts=[[5, 6]])
    assert hierarchy.labels[1] == ("<5", "5", ">=6")
    assert hierarchy.losses[1].tolist() == [0.4, 0.0, 0.4]
    broken = intervals_from_cuts("n", ["4", "5", "5.5", "6"], low=0, high=10, cuts=[[5, 6]])
    assert broken.labels[1] == ("<5", "[5, 6)", "[5, 6)", ">=6")


def test_a_missing_cell_stays_one():
    hierarchy = intervals_from_width("age", ["", "7", "12"], low=0, high=50, width=10)
    assert [level[-1] for level in hierarchy.labels] == ["", "", "", "", "*"]
    assert hierarchy.losses[:, -1].tolist() == [0, 0, 0, 0, 1]
    assert not problems(hierarchy, covers_number)


def test_who_lies_outside_sets_no_bound():
    inside = intervals_from_width("age", ["17", "90"], low=20, high=80, width=20)
    outside = intervals_from_width("age", ["-4", "131"], low=20, high=80, width=20)
    assert inside.labels[1:] == outside.labels[1:]
    assert inside.labels[1] == ("<40", ">=60")


def test_labels_from_the_smallest_and_largest_value_are_found_out():
    """The twin names the smallest box around the people of a group; the check on bounds must see that."""
    values = ("17", "24", "31", "38")

    def bounds_are_values(hierarchy: Hierarchy) -> bool:
        text = " ".join(hierarchy.labels[1])
        return "17" in text or "38" in text

    twin = Hierarchy("age", values, (values, ("[17, 25)", "[17, 25)", "[31, 39)", "[31, 39)"), ("*",) * 4))
    assert bounds_are_values(twin)
    assert not bounds_are_values(intervals_from_width("age", values, low=0, high=100, width=20))


def test_a_label_beside_its_group_is_found_out():
    values = ("10", "19", "20")
    twin = Hierarchy("age", values, (values, ("<19", "<19", ">=19"), ("*",) * 3))
    assert any("does not cover" in problem for problem in problems(twin, covers_number))


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"low": 5, "high": 5, "cuts": [[5]]}, "is empty"),
        ({"low": 0, "high": 9, "cuts": [[]]}, "level 1 has no cut"),
        ({"low": 0, "high": 9, "cuts": [[3, 3]]}, "out of order"),
        ({"low": 0, "high": 9, "cuts": [[0, 3]]}, "not inside"),
        ({"low": 0, "high": 9, "cuts": [[3, 9]]}, "not inside"),
        ({"low": 0, "high": 9, "cuts": [[3, 6], [4]]}, "level 2 has a cut that level 1 lacks"),
        ({"low": float("nan"), "high": 9, "cuts": [[3]]}, "no usable"),
        ({"low": 0, "high": float("inf"), "cuts": [[3]]}, "no usable"),
        ({"low": 0, "high": Decimal("1e400"), "cuts": [[3]]}, "no usable"),
    ],
)
def test_cuts_that_do_not_fit(parameters, said):
    with pytest.raises(TableError, match=said):
        intervals_from_cuts("age", AGES, **parameters)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"width": 0}, "no cut"),
        ({"width": 100}, "no cut"),
        ({"width": 5, "factor": 1}, "factor=1"),
        ({"width": 5, "levels": 0}, "levels=0"),
        ({"width": 1e-9}, "more than 100,000 cuts"),
    ],
)
def test_widths_that_do_not_fit(parameters, said):
    with pytest.raises(TableError, match=said):
        intervals_from_width("age", AGES, low=0, high=100, **parameters)


@pytest.mark.parametrize("cell", ["forty", "nan", "inf", "１２", "1_000", "1,5", "0x10", " 12", "1e9999", "12\n"])
def test_a_cell_that_is_no_number(cell, no_value_shown):
    with pytest.raises(TableError, match="1 of 2 values are no numbers") as caught:
        intervals_from_width("age", ["41", cell], low=0, high=100, width=10)
    no_value_shown(caught.value, cell)


numbers = st.one_of(
    st.integers(-500, 500).map(str),
    st.decimals(-500, 500, places=2).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
)


@given(
    values=st.lists(numbers, min_size=1, max_size=20),
    low=st.integers(-100, 100),
    span=st.integers(1, 300),
    width=st.decimals("0.5", 60, places=1),
    factor=st.integers(2, 4),
)
@settings(max_examples=40, deadline=None)
def test_any_width_gives_a_hierarchy(values, low, span, width, factor):
    if width >= span:
        return
    hierarchy = intervals_from_width("x", values, low=low, high=low + span, width=width, factor=factor)
    assert not problems(hierarchy, covers_number)


@given(
    values=st.lists(numbers, min_size=1, max_size=20),
    cuts=st.sets(st.integers(-99, 99), min_size=1, max_size=12),
    seed=st.randoms(use_true_random=False),
)
@settings(max_examples=40, deadline=None)
def test_any_cuts_give_a_hierarchy(values, cuts, seed):
    finer = sorted(cuts)
    coarser = sorted(seed.sample(finer, seed.randint(1, len(finer))))
    hierarchy = intervals_from_cuts("x", values, low=-100, high=100, cuts=[finer, coarser])
    assert not problems(hierarchy, covers_number)
