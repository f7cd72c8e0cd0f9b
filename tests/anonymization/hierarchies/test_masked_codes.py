"""Codes masked from one side, and the value or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.anonymization.hierarchies import Hierarchy, masked_codes, redacted
from wuming.core.errors import TableError

from .conftest import covers_code, problems


def levels_of(hierarchy: Hierarchy, value: str) -> list[str]:
    place = hierarchy.values.index(value)
    return [level[place] for level in hierarchy.labels]


def test_from_the_right_by_hand():
    hierarchy = masked_codes("zip", ["10001", "10003", "10115", "20095"])
    assert levels_of(hierarchy, "10001") == ["10001", "1000*", "100**", "10***", "1****", "*"]
    assert hierarchy.losses[:, 0].tolist() == [0, 0.5, 0.5, 0.75, 0.75, 1]
    assert not problems(hierarchy, covers_code)


def test_from_the_left_by_hand():
    hierarchy = masked_codes("shop", ["A1-DE", "B7-DE", "A1-FR"], side="left", kept=[2])
    assert hierarchy.labels[1] == ("***DE", "***FR", "***DE")
    assert not problems(hierarchy, covers_code)


def test_unequal_lengths_are_aligned_at_the_side_that_stays():
    hierarchy = masked_codes("code", ["12", "123", "12345", "1245"], kept=[3, 2])
    assert hierarchy.labels[1] == ("12", "123**", "123**", "124**")
    assert hierarchy.labels[2] == ("12***",) * 4
    assert not problems(hierarchy, covers_code)
    left = masked_codes("code", ["5", "45", "9945"], side="left", length=6, kept=[2])
    assert left.labels[1] == ("****45", "5", "****45")


def test_the_number_of_levels_need_not_depend_on_the_data():
    assert masked_codes("zip", ["1", "2"], length=5).levels == 6
    assert masked_codes("zip", [""], length=5).levels == 6


def test_masking_the_wrong_side_is_found_out():
    """Neighbouring places share the front of a postcode; a twin that masks the front joins strangers."""
    codes = ["10001", "10002", "90001"]

    def joins_neighbours(hierarchy: Hierarchy) -> bool:
        of = dict(zip(hierarchy.values, hierarchy.labels[1], strict=True))
        return of["10001"] == of["10002"] != of["90001"]

    assert joins_neighbours(masked_codes("zip", codes))
    assert not joins_neighbours(masked_codes("zip", codes, side="left"))
    values = tuple(codes)
    twin = Hierarchy("zip", values, (values, ("*0001", "*0002", "1000*"), ("*",) * 3))
    assert any("does not cover" in problem for problem in problems(twin, covers_code))


def test_codes_that_do_not_fit(no_value_shown):
    with pytest.raises(TableError, match="2 of 3 codes hold a star or have more than 5 characters") as caught:
        masked_codes("zip", ["10001", "1000*", "1000177"], length=5)
    no_value_shown(caught.value, "1000")


@pytest.mark.parametrize("kept", [[5], [0], [2, 3], [2, 2]])
def test_numbers_of_characters_that_do_not_fit(kept):
    with pytest.raises(TableError, match="does not fit codes of 5 characters"):
        masked_codes("zip", ["10001"], kept=kept)


def test_the_value_or_nothing():
    hierarchy = redacted("sex", ["f", "m", "f", ""])
    assert hierarchy.labels == (("f", "m", ""), ("*", "*", "*"))
    assert hierarchy.losses.tolist() == [[0, 0, 0], [1, 1, 1]]
    with pytest.raises(TableError, match="has no value"):
        redacted("sex", [])


@given(
    values=st.lists(st.text("012aé字 .\n", max_size=5), min_size=1, max_size=20),
    side=st.sampled_from(["left", "right"]),
    extra=st.integers(0, 2),
)
@settings(max_examples=40, deadline=None)
def test_any_codes_give_a_hierarchy(values, side, extra):
    length = max(1, *map(len, values), 1) + extra
    assert not problems(masked_codes("x", values, side=side, length=length), covers_code)


@given(values=st.lists(st.text(max_size=4), min_size=1, max_size=20))
@settings(max_examples=30, deadline=None)
def test_any_values_can_be_hidden(values):
    assert not problems(redacted("x", values), lambda label, value: label in ("*", value))
