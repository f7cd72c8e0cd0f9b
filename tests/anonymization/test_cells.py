"""Published cells are read back as the grammar of docs/anonymization.md says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.anonymization.cells import interval_of, names_in, read_column
from wuming.anonymization.engine import anonymise
from wuming.anonymization.hierarchies import intervals_from_width, masked_codes
from wuming.core.tables import Table


def text(*cells):
    column = np.empty(len(cells), dtype=object)
    column[:] = cells
    return column


def covers(published, original, label, value, hierarchy=None):
    """Tell whether a label of a column covers a value of the original."""
    reading = read_column(published, original, hierarchy)
    row = published.tolist().index(label)
    wanted = np.array([value], dtype=original.dtype)
    return bool(reading.distance(wanted)[reading.codes[row], 0] == 0)


@pytest.mark.parametrize(
    ("label", "inside", "outside"),
    [
        ("[35, 50)", [35, 49, 49.9], [34, 50]),
        ("[35, 50]", [35, 50], [34, 51]),
        ("35-50", [35, 50], [34, 51]),
        ("35..50", [35, 50], [34, 51]),
        ("<35", [34.9, -1e9], [35]),
        ("<=35", [35], [35.5]),
        (">=50", [50, 1e12], [49]),
        ("35", [35], [34, 36]),
        ("-5", [-5], [5]),
        ("[-10, -5)", [-10, -6], [-5, 10]),
        ("*", [0, math.nan], []),
        ("any number", [0], [math.nan]),
        ("missing", [math.nan], [0]),
        ("", [math.nan], [0]),
        ("[1, 2) or missing", [1, math.nan], [2]),
        ("<35 or missing", [3, math.nan], [35]),
        ("something else", [], [0, math.nan]),
    ],
)
def test_labels_of_numbers(label, inside, outside):
    original = np.array([0.0, 100.0, math.nan])
    published = text(label)
    for value in inside:
        assert covers(published, original, label, value)
    for value in outside:
        assert not covers(published, original, label, value)


@pytest.mark.parametrize(
    ("label", "inside", "outside"),
    [
        ("A", ["A"], ["B", "A | B", ""]),
        ("A | B", ["A", "B", "A | B"], ["C"]),
        ("A \\| B", ["A | B"], ["A", "B"]),
        ("other", ["C", "D"], ["A", "B"]),
        ("A | other", ["A", "C"], ["B"]),
        ("\\other", ["other"], ["C"]),
        ("missing", [""], ["A", "missing"]),
        ("missing | A", ["", "A"], ["B"]),
        ("*", ["A", "", "other"], []),
        ("\\*", ["*"], ["A"]),
    ],
)
def test_labels_of_text(label, inside, outside):
    published = text(label, "A", "B")
    for value in inside:
        assert covers(published, text("A"), label, value)
    for value in outside:
        assert not covers(published, text("A"), label, value)


def test_a_hierarchy_comes_first():
    codes = ["10001", "10115", "20095"]
    hierarchy = masked_codes("postcode", codes)
    published = text("100**", "1011*", "*")
    assert covers(published, text(*codes), "100**", "10001", hierarchy)
    assert not covers(published, text(*codes), "100**", "10115", hierarchy)
    assert covers(published, text(*codes), "*", "20095", hierarchy)


def test_numbers_with_a_hierarchy():
    hierarchy = intervals_from_width("age", ["21", "34"], low=0, high=120, width=10)
    published = text("[20, 30)", "21")  # two levels in one column
    original = np.array([21, 34])
    assert covers(published, original, "[20, 30)", 21, hierarchy)
    assert not covers(published, original, "[20, 30)", 34, hierarchy)
    assert covers(published, original, "21", 21, hierarchy)


def test_numbers_that_stay_numbers_have_a_distance():
    original = np.arange(101)
    reading = read_column(np.array([10.5, math.nan]), original)
    far = reading.distance(np.array([10, 55]))
    assert far[reading.codes[0]].tolist() == pytest.approx([0.5 / 90, 44.5 / 90])
    assert far[reading.codes[1]].tolist() == [1.0, 1.0]


words = st.text(alphabet="ab|\\* ", min_size=0, max_size=6) | st.sampled_from(["other", "missing", "*", "\\other"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(words, st.floats(-50, 50) | st.just(math.nan)), min_size=8, max_size=30), st.integers(2, 4))
def test_every_row_is_covered_by_what_the_engine_publishes(rows, k):
    names, numbers = zip(*rows, strict=True)
    table = Table({"name": text(*names), "number": np.array(numbers), "s": text(*(str(i) for i in range(len(rows))))})
    if all(name == "" for name in names) or all(number != number for number in numbers):
        return
    published = anonymise(table, quasi_identifiers=["name", "number"], sensitive=["s"], k=k, l=1).table
    for name in ("name", "number"):
        reading = read_column(published.columns[name], table.columns[name])
        for place, s in enumerate(published.columns["s"].tolist()):
            original = table.columns[name][int(s) : int(s) + 1]
            # "a | b" may be one name with a bar or two names; both are covered.
            assert reading.distance(original)[reading.codes[place], 0] == 0


@given(st.text(max_size=30))
def test_no_label_is_refused(label):
    interval_of(label)
    names_in(label)
