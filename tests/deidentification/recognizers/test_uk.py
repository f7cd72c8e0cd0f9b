"""Identifiers of the United Kingdom: hits and near misses."""

from __future__ import annotations

import pytest

from wuming.deidentification import Detector

DETECTOR = Detector(kinds=("UK_NHS", "UK_NINO"))

HITS = [
    ("UK_NHS", "NHS number 943 476 5919", "943 476 5919"),
    ("UK_NHS", "NHS: 9434765870", "9434765870"),
    ("UK_NHS", "patient 943 476 5919", "943 476 5919"),
    ("UK_NHS", "NHS no 943-476-5918", "943-476-5918"),  # a slip in the check digit
    ("UK_NINO", "NINO: AB 12 34 56 C", "AB 12 34 56 C"),
    ("UK_NINO", "国民保险号AB123456C。", "AB123456C"),
    ("UK_NINO", "AB123456C", "AB123456C"),
    ("UK_NINO", "national insurance ab 123456 c", "ab 123456 c"),
    ("UK_NINO", "NI number JG 10 37 59", "JG 10 37 59"),
]


@pytest.mark.parametrize(("kind", "text", "value"), HITS)
def test_hits(kind: str, text: str, value: str) -> None:
    assert [(span.kind, text[span.start : span.end]) for span in DETECTOR.find(text)] == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "943 476 5919",
        "9434765919",
        "DA123456C",
        "GB123456A",
        "AO123456C",
        "AB123456E",
        "AB123456",
        "order AB123456C",
        "patient: 555 867 5309",
    ],
)
def test_near_misses(text: str) -> None:
    assert DETECTOR.find(text) == []
