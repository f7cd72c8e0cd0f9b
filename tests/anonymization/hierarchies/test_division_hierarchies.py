"""Chinese administrative divisions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.anonymization.hierarchies import Hierarchy, division_codes
from wuming.anonymization.hierarchies.divisions import PROVINCES
from wuming.core.errors import TableError

from .conftest import problems

# Written down a second time, by region, to be independent of the table that is tested.
BY_REGION = {
    "华北": "11北京 12天津 13河北 14山西 15内蒙古",
    "东北": "21辽宁 22吉林 23黑龙江",
    "华东": "31上海 32江苏 33浙江 34安徽 35福建 36江西 37山东",
    "中南": "41河南 42湖北 43湖南 44广东 45广西 46海南",
    "西南": "50重庆 51四川 52贵州 53云南 54西藏",
    "西北": "61陕西 62甘肃 63青海 64宁夏 65新疆",
    "港澳台": "71台湾 81香港 82澳门 83台湾",
}


def covers(label: str, code: str) -> bool:
    """Read a division from its name."""
    if label in ("*", code) or not code:
        return label in ("*", code)
    if label in BY_REGION:
        return code[:2] in [entry[:2] for entry in BY_REGION[label].split()]
    if label.isdigit():
        return label == code[:4] + "00"
    return code[:2] + label in " ".join(BY_REGION.values()).split()


def test_by_hand():
    hierarchy = division_codes("home", ["440305", "440300", "110101", "810000", "710000", "830000", "500235", ""])
    rows = dict(zip(hierarchy.values, zip(*hierarchy.labels[1:], strict=True), strict=True))
    assert rows["440305"] == rows["440300"] == ("440300", "广东", "中南", "*")
    assert rows["110101"] == ("110100", "北京", "华北", "*")
    assert rows["500235"] == ("500200", "重庆", "西南", "*")
    assert rows["810000"] == ("810000", "香港", "港澳台", "*")
    assert rows["710000"][1:] == rows["830000"][1:] == ("台湾", "港澳台", "*")
    assert rows[""] == ("", "", "", "*")
    assert not problems(hierarchy, covers)


def test_all_34_provinces():
    assert len(PROVINCES) == len(set(PROVINCES.values())) == 34
    hierarchy = division_codes("home", [f"{number}0000" for number in PROVINCES])
    for region, entries in BY_REGION.items():
        for entry in entries.split():
            if entry[:2] != "83":
                place = hierarchy.values.index(f"{entry[:2]}0000")
                assert (hierarchy.labels[2][place], hierarchy.labels[3][place]) == (entry[2:], region)


def test_a_county_in_the_wrong_province_is_found_out():
    right = division_codes("home", ["440305", "450102"])
    labels = list(right.labels)
    labels[2] = ("广西", "广东")
    assert any(
        "does not cover" in problem for problem in problems(Hierarchy("home", right.values, tuple(labels)), covers)
    )


@pytest.mark.parametrize("cell", ["990101", "160000", "44030", "4403055", "44０305", "广东", "830000 "])
def test_a_code_of_no_province(cell, no_value_shown):
    with pytest.raises(TableError, match="1 of 2 values are no six-digit codes") as caught:
        division_codes("home", ["110101", cell])
    no_value_shown(caught.value, cell)


@given(st.lists(st.tuples(st.sampled_from([*PROVINCES, "83"]), st.integers(0, 9999)), min_size=1, max_size=20))
@settings(max_examples=40, deadline=None)
def test_any_codes_give_a_hierarchy(parts):
    assert not problems(division_codes("x", [f"{province}{rest:04}" for province, rest in parts]), covers)
