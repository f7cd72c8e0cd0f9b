"""Paragraphs about people: where the values of their records stand."""

from __future__ import annotations

import json
from pathlib import Path

from wuming.benchmarks.text.records import _counted, _covered, records

CHINESE = {
    "name": "李明博士", "gender": "男", "age": 43, "location": "杭州市文三路1号", "doctor": "张敏主任医师",
    "idCardNumbers": 8, "emailAddress": "",
    "naturalParagraph": "李明，43岁男性，现居杭州市文三路1号，由张敏医生负责诊治。",
}  # fmt: skip
ENGLISH = {"name": "DR. LaUren Clark DDs", "age": 19, "naturalParagraph": "Dr. Lauren Clark DDS is a 19-year-old."}


def test_values_are_found_in_any_capitals_and_names_without_titles(tmp_path: Path) -> None:
    path = tmp_path / "people.json"
    path.write_text(json.dumps([CHINESE, ENGLISH]), encoding="utf-8")
    chinese, english = records(path)
    held = {field: chinese.text[slice(*bounds)] for field, bounds in chinese.values.items()}
    assert held == {"name": "李明", "doctor": "张敏", "gender": "男", "age": "43", "location": "杭州市文三路1号"}
    assert {field: english.text[slice(*bounds)] for field, bounds in english.values.items()} == {
        "name": "Lauren Clark", "age": "19"}  # fmt: skip


def test_a_value_counts_under_its_type_and_is_covered_under_any(tmp_path: Path) -> None:
    path = tmp_path / "people.json"
    path.write_text(json.dumps([ENGLISH]), encoding="utf-8")
    read = records(path)
    found = [[(4, 16, "LOCATION"), (25, 36, "AGE")]]
    assert _counted(read, found) == {"name": (0, 1), "age": (1, 1)}
    assert _covered(read, found) == 1.0
    assert _covered(read, [[(4, 15, "PERSON")]]) == 0.0
