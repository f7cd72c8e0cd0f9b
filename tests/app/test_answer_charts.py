"""Answers as pictures: well-formed whatever the keys are, bars and intervals where the numbers are."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from wuming.app.statistics.chart import draw
from wuming.statistics.answer import Answer, Cost, Estimate, Row

SVG = "{http://www.w3.org/2000/svg}"
COST = Cost(1.0, 0.0, "laplace", 1.0)


def picture(*rows, keys=("city",), names=("n",), name="n"):
    answer = Answer(keys, names, rows, COST, ())
    text = draw(answer, name)
    assert draw(answer, name) == text
    text.encode()
    return ElementTree.fromstring(text)  # noqa: S314 - our own


def bars(root):
    return [bar for bar in root.iter(f"{SVG}rect") if bar.get("fill") == "#8fb3e0"]


def intervals(root):
    found = [re.match(r"M([\d.]+) [\d.]+H([\d.]+)", path.get("d")) for path in root.iter(f"{SVG}path")]
    return [(float(match[1]), float(match[2])) for match in found]


def labels(root):
    return [text for text in root.iter(f"{SVG}text") if text.get("text-anchor") == "end"]


def test_bars_begin_at_zero_and_intervals_stand_around_their_ends():
    root = picture(
        Row(("a",), (Estimate(100.0, 80.0, 120.0),)),
        Row(("b",), (Estimate(-50.0, -80.0, -20.0),)),
    )
    (zero,) = (float(line.get("x1")) for line in root.iter(f"{SVG}line"))
    right, left = bars(root)
    assert float(right.get("x")) == zero
    assert abs(float(left.get("x")) + float(left.get("width")) - zero) < 0.11
    unit = float(right.get("width")) / 100
    for (low, high), middle, half in zip(intervals(root), (100, -50), (20, 30), strict=True):
        assert abs((low + high) / 2 - (zero + middle * unit)) < 0.2
        assert abs((high - low) / 2 - half * unit) < 0.2
        assert low >= 179.9
        assert high <= 600.1


def test_figures_without_a_value_or_an_interval():
    root = picture(Row(("a",), (Estimate(None, 0.0, 3.0),)), Row(("b",), (Estimate(5.0, None, None),)))
    assert len(bars(root)) == 1
    assert intervals(root) == []
    assert "too few rows to say" in "".join(root.itertext())


def test_the_named_figure_is_drawn():
    row = Row(("a",), (Estimate(1, 0, 2), Estimate(4321, 4300, 4342)))
    root = picture(row, names=("n", "m"), name="m")
    assert "4,321 ± 21" in "".join(root.itertext())
    assert root.find(f"{SVG}title").text == "m by city"


def test_long_figures_are_not_cut_off():
    figure = Estimate(-123456789.123, -123460122.456, -123456700.789)
    root = picture(Row(("a",), (figure,)))
    (text,) = (text for text in root.iter(f"{SVG}text") if " to " in (text.text or ""))
    assert float(text.get("x")) + 7 * len(text.text) <= float(root.get("width"))
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"


def test_at_most_sixty_groups():
    root = picture(*(Row((place,), (Estimate(place, place - 1, place + 1),)) for place in range(83)))
    assert len(bars(root)) == 60
    assert "23 groups more are not drawn" in "".join(root.itertext())


def test_labels_name_the_group():
    figure = (Estimate(1, 0, 2),)
    rows = Row(("北京", 3), figure), Row(("", ""), figure)
    assert [label.text for label in labels(picture(*rows, keys=("city", "week")))] == ["北京 · 3", " · "]
    assert [label.text or "" for label in labels(picture(Row(("",), figure)))] == [""]
    assert labels(picture(Row((), figure), keys=()))[0].text == "all"


def test_long_labels_fit_in_chinese_too():
    place = "呼和浩特市新城区东街道办事处第三居民委员会"
    figure = (Estimate(1, 0, 2),)
    found = labels(picture(Row((place,), figure), Row(("x" * 40,), figure)))
    for label, long in zip(found, (place, "x" * 40), strict=True):
        assert cell_len(label.text) <= 22
        assert label.text.endswith("…")
        assert label.find(f"{SVG}title").text == long


@given(st.text(st.characters(codec=None)), st.text(), st.none() | st.floats(-1e12, 1e12))
def test_any_key_and_value_make_a_well_formed_picture(key, name, value):
    low, high = (None, None) if value is None else (value - 1.5, value + 2.5)
    picture(Row((key,), (Estimate(value, low, high),)), keys=(name,), names=(name,), name=name)


def test_no_groups():
    assert bars(picture()) == []
