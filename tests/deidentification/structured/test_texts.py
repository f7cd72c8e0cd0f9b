"""JSON and CSV as text: every leaf is found, and what is not replaced stays byte for byte."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import MalformedRecord
from wuming.core.ports import Span
from wuming.deidentification.structured import csv_text, json_text
from wuming.deidentification.structured.leaves import BORDER, Leaf, LeafSpan, by_leaf, in_joined, joined

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**9), 10**12), st.floats(allow_nan=False), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=4)),
    max_leaves=12,
)


def leaves_of(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], str]]:
    """The plain implementation: by parsing."""
    if isinstance(value, str):
        return [(path, value)]
    if isinstance(value, bool) or value is None or isinstance(value, float):
        return []
    if isinstance(value, int):
        return [(path, str(value))] if value >= 10_000 else []
    items = value.items() if isinstance(value, dict) else enumerate(value)
    return [leaf for key, item in items for leaf in leaves_of(item, (*path, key))]


@settings(max_examples=200, deadline=None)
@given(JSON, st.booleans(), st.sampled_from([None, 1]))
def test_every_leaf_is_found_where_it_stands(value: Any, ascii_only: bool, indent: int | None) -> None:
    raw = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    found = json_text.places(raw)
    assert [(place.leaf.path, place.leaf.text) for place in found] == leaves_of(value)
    assert json_text.rewritten(raw, found, {}) == raw
    again = json_text.rewritten(raw, found, {number: place.leaf.text for number, place in enumerate(found)})
    assert json.loads(again) == value


@settings(max_examples=100, deadline=None)
@given(JSON, st.text(max_size=6), st.data())
def test_one_leaf_changes_and_every_other_byte_stays(value: Any, new: str, data: st.DataObject) -> None:
    raw = json.dumps(value, ensure_ascii=data.draw(st.booleans()))
    found = json_text.places(raw)
    if not found:
        return
    chosen = data.draw(st.integers(0, len(found) - 1))
    changed = json_text.rewritten(raw, found, {chosen: new})
    place = found[chosen]
    assert changed.startswith(raw[: place.start])
    assert changed.endswith(raw[place.end :])
    expected = leaves_of(value)
    if not place.leaf.number:  # a number may become too small to be a leaf
        expected[chosen] = (expected[chosen][0], new)
        assert leaves_of(json.loads(changed)) == expected


def test_numbers_stay_numbers_where_they_can() -> None:
    raw = '{"a": 13812345678, "b": 5, "c": 1.5}'
    found = json_text.places(raw)
    assert [place.leaf for place in found] == [Leaf(("a",), "13812345678", number=True)]
    assert json_text.rewritten(raw, found, {0: "15400000000"}) == '{"a": 15400000000, "b": 5, "c": 1.5}'
    assert json_text.rewritten(raw, found, {0: "<PHONE_A>"}) == '{"a": "<PHONE_A>", "b": 5, "c": 1.5}'
    assert json_text.rewritten(raw, found, {0: "0154"}) == '{"a": "0154", "b": 5, "c": 1.5}'


CELL = st.text(alphabet='ab,;"\n 中', max_size=6)


@settings(max_examples=200, deadline=None)
@given(st.lists(CELL, min_size=1, max_size=5), st.sampled_from([",", ";", "\t"]), st.sampled_from([0, 1]))
def test_cells_are_those_of_the_standard_library(row: list[str], separator: str, quoting: int) -> None:
    file = io.StringIO()
    csv.writer(file, delimiter=separator, quoting=quoting, lineterminator="\n").writerow(row)
    raw = file.getvalue()
    cells = csv_text.cells(raw, separator, "row")
    assert [cell.text for cell in cells] == row
    assert csv_text.rewritten(raw, cells, {}, separator) == raw
    for number in range(len(row)):
        changed = csv_text.rewritten(raw, cells, {number: 'new "one",\n'}, separator)
        expected = [*row[:number], 'new "one",\n', *row[number + 1 :]]
        assert next(csv.reader(io.StringIO(changed, newline=""), delimiter=separator)) == expected


@pytest.mark.parametrize("raw", ['"a"b,c\n', '"a\n', 'a,"b\n'])
def test_quotes_that_do_not_match_are_refused(raw: str) -> None:
    with pytest.raises(MalformedRecord) as caught:
        csv_text.cells(raw, ",", "f.csv, line 3")
    assert "f.csv, line 3" in str(caught.value)
    assert "b" not in str(caught.value).removeprefix("f.csv, line 3: quotes that do not match").replace("b", "")


def test_widths() -> None:
    csv_text.check_width(3, 3, "x")
    with pytest.raises(MalformedRecord, match="2 cells where the header has 3"):
        csv_text.check_width(2, 3, "x")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=6), min_size=1, max_size=5), st.data())
def test_spans_of_leaves_and_of_the_joined_text_are_the_same(texts: list[str], data: st.DataObject) -> None:
    leaves = [Leaf((number,), text) for number, text in enumerate(texts)]
    spans = []
    for number, text in enumerate(texts):
        if text:
            start = data.draw(st.integers(0, len(text) - 1))
            end = data.draw(st.integers(start + 1, len(text)))
            spans.append(LeafSpan(number, Span(start, end, "QQ")))
    together = in_joined(leaves, spans)
    whole = joined(leaves)
    assert [whole[span.start : span.end] for span in together] == [texts[n][s.start : s.end] for n, s in spans]
    assert list(by_leaf(leaves, together)) == spans


def test_a_span_over_a_border_becomes_two() -> None:
    leaves = [Leaf((0,), "138"), Leaf((1,), "12345678")]
    found = list(by_leaf(leaves, [Span(0, 3 + len(BORDER) + 8, "PHONE")]))
    assert [(leaf, span.start, span.end) for leaf, span in found] == [(0, 0, 3), (1, 0, 8)]
