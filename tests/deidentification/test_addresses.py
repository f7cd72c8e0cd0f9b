"""Where an address begins and ends: units, estates, sentences and lines."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.deidentification import Detector

DETECTOR = Detector()


def found(text: str) -> list[str]:
    """The addresses found in `text`."""
    return [text[span.start : span.end] for span in DETECTOR.find(text) if span.kind == "ADDRESS"]


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("Ship to 214 Oak Drive.\nAgent: noted", ["214 Oak Drive"]),
        ("214 Oak Drive\nAgent: Tom will call", ["214 Oak Drive"]),
        ("I live at 66 Maple Street, Toronto. Thanks", ["66 Maple Street, Toronto"]),
        ("He moved to 3 Park Lane. London is nice", ["3 Park Lane"]),
        ("98 King St.", ["98 King St"]),
        ("98 King St., Boston, MA 02110. Bye", ["98 King St., Boston, MA 02110"]),
        ("Send to 12 Elm St. Apt 5, Boston, MA 02110. Bye", ["12 Elm St. Apt 5, Boston, MA 02110"]),
        ("12 St. James Street, London.", ["12 St. James Street, London"]),
        ("14 Elm Street, Agent: x", ["14 Elm Street"]),
        ("15 Elm Street, thanks", ["15 Elm Street"]),
        ("1890 Orchard View Road is closed", ["1890 Orchard View Road"]),
        ("at 1707 6th Street Northwest. She", ["1707 6th Street Northwest"]),
        ("Suite 300\n1500 Market Street\nPhiladelphia, PA 19103\nHi",
         ["Suite 300\n1500 Market Street\nPhiladelphia, PA 19103"]),
        ("10 High Street\nApt 5\nLondon SW1A 2AA\nHello", ["10 High Street\nApt 5\nLondon SW1A 2AA"]),
        ("10 High Street\nMary", ["10 High Street"]),
        ("I live at 10 High Street.\nLondon is nice", ["10 High Street"]),
        ("10 High Street\n\nThe Report", ["10 High Street"]),
    ],
)  # fmt: skip
def test_english_addresses_end_with_the_sentence_or_their_last_line(text: str, addresses: list[str]) -> None:
    assert found(text) == addresses


@pytest.mark.parametrize(
    "address",
    [
        "Flat 36, 66 Maple Street, Toronto", "Apt 4B, 12 King Road, Leeds", "Unit 7/12 Harbour View Road, Sydney",
        "Suite 300, 1500 Market Street, Philadelphia, PA 19103", "Room 5, 9 High Street",
        "3rd Floor, 12 King Street, Leeds LS1 4AB", "Flat 2/1 44 Queen Street, Glasgow G1 3DX",
        "Building C, Apt 12, 400 Oak Avenue, Denver, CO 80203",
    ],
)  # fmt: skip
def test_a_unit_before_the_street_belongs_to_it(address: str) -> None:
    assert found(f"My address is {address}.\nThanks") == [address]


@pytest.mark.parametrize("text", ["My room 5 is cold", "Flat 36 is nice", "see page 12 Main points", "He has 5 Ways"])
def test_near_misses_in_english(text: str) -> None:
    assert found(text) == []


@given(st.lists(st.sampled_from(
    ["66 Maple Street", "12 Elm St", ".", ",", " ", "\n", "Toronto", "Agent:", "Apt 5", "MA 02110", "Boston",
     "Flat 3, "]
), max_size=10))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_no_span_crosses_an_empty_line_or_a_label_or_ends_in_a_stop(parts: list[str]) -> None:
    for address in found(" ".join(parts)):
        assert "Agent" not in address
        assert re.search(r"\n\s*\n\s*\n|[.,;]\s*\n\s*[.]", address) is None
        assert address[-1] not in ".,; \n"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("武汉市洪山区朝晖路107号锦绣江南1栋2单元601室，谢谢", "武汉市洪山区朝晖路107号锦绣江南1栋2单元601室"),
        ("地址：和平路251号东苑新村1302室", "和平路251号东苑新村1302室"),
        ("寄到长沙市雨花区韶山路88号城南家园25栋3单元1404室。", "长沙市雨花区韶山路88号城南家园25栋3单元1404室"),
        ("文一路18号金色蓝庭3幢1单元502，谢谢", "文一路18号金色蓝庭3幢1单元502"),
        ("解放路9号万科城2期8栋1201", "解放路9号万科城2期8栋1201"),
        ("青年路77号天鹅湾一号楼二单元303室", "青年路77号天鹅湾一号楼二单元303室"),
        ("南京路5号望江公寓3-1202", "南京路5号望江公寓3-1202"),
        ("人民路12号滨河里6号楼1单元301室", "人民路12号滨河里6号楼1单元301室"),
        ("建设路12号福满大厦B座1503", "建设路12号福满大厦B座1503"),
        ("现居武汉市洪山区朝晖路107号", "武汉市洪山区朝晖路107号"),
        ("换成和平路251号，我在家", "和平路251号"),
        ("人民路33号附近有2栋楼", "人民路33号"),
        ("文一路18号打电话138栋", "文一路18号"),
        ("中山路5号，3月2号楼下见", "中山路5号"),
    ],
)
def test_chinese_addresses_with_the_name_of_an_estate(text: str, address: str) -> None:
    assert found(text) == [address]


def test_a_road_named_after_a_place_is_a_road() -> None:
    assert found("送到苏州街15号") == ["苏州街15号"]
    assert found("地址：北京市苏州街15号") == ["北京市苏州街15号"]
