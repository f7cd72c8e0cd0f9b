"""Identity cards of Hong Kong, Macao and Taiwan: published checks, hits and near misses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from wuming.deidentification import Detector
from wuming.deidentification.recognizers import checks

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "deidentification.json").read_text())
DETECTOR = Detector(kinds=("HK_ID", "MO_ID", "TW_ID"))
CHECKS: dict[str, Callable[[str], bool]] = {
    "hong_kong": lambda value: checks.hong_kong_check(value[:-7], value[-7:-1]) == value[-1],
    "taiwan": checks.taiwan,
}


def found(text: str) -> list[tuple[str, str]]:
    """What is found in `text`, with its kind."""
    return [(span.kind, text[span.start : span.end]) for span in DETECTOR.find(text)]


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_published_values(name: str) -> None:
    assert [value for value in VECTORS[name]["valid"] if not CHECKS[name](value)] == []
    assert [value for value in VECTORS[name]["invalid"] if CHECKS[name](value)] == []


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_single_digit_errors_are_caught(name: str) -> None:
    """All of them: each weight is prime to the modulus, or the value is no digit of its own."""
    for value in VECTORS[name]["valid"]:
        for place in range(2, len(value)):
            for new in set("0123456789") - {value[place]}:
                wrong = value[:place] + new + value[place + 1 :]
                assert not CHECKS[name](wrong) or name == "taiwan"


HITS = [
    ("HK_ID", "A123456(3)", "A123456(3)"),
    ("HK_ID", "香港身份证：a123456（3）", "a123456（3）"),
    ("HK_ID", "HKID A1234563", "A1234563"),
    ("HK_ID", "身份证A123456(4)", "A123456(4)"),  # a slip beside the word
    ("HK_ID", "香港身份证 A 123456 (3)", "A 123456 (3)"),
    ("MO_ID", "澳门身份证1234567(8)", "1234567(8)"),
    ("MO_ID", "5215299(8)", "5215299(8)"),
    ("MO_ID", "Macau ID 1/234567/8", "1/234567/8"),
    ("TW_ID", "A123456789", "A123456789"),
    ("TW_ID", "身分證字號 A123456788", "A123456788"),  # a slip beside the word
]


@pytest.mark.parametrize(("kind", "text", "value"), HITS)
def test_hits(kind: str, text: str, value: str) -> None:
    assert found(text) == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "A123456(4)",
        "A1234563",
        "1234567(8)(9)9",
        "2234567(8)",
        "A123456788",
        "A323456789",
        "订单号A123456789",
        "A12345678",
    ],
)
def test_near_misses(text: str) -> None:
    assert found(text) == []
