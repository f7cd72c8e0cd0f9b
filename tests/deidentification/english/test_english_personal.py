"""Ages and nationalities that a sentence tells of somebody without naming them; the same words said of things."""

from __future__ import annotations

import pytest

from wuming.deidentification import Detector

DETECTOR = Detector(languages=("en",), kinds=["AGE", "NATIONALITY"])


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("The last poem was written when she was 78.", "AGE", "78"),
        ("I'm 31, from Oslo", "AGE", "31"),
        ("he is 23 and lives alone", "AGE", "23"),
        ("Anneliese Brandt, 47, was last seen on Monday", "AGE", "47"),
        ("Ravi Kumar (27) won the race", "AGE", "27"),
        ("I am Cambodian but I live in Oslo", "NATIONALITY", "Cambodian"),
        ("She is Dutch.", "NATIONALITY", "Dutch"),
        ("my wife is south korean", "NATIONALITY", "south korean"),
        ("The Finnish tennis player won", "NATIONALITY", "Finnish"),
        ("a Kenyan-born surgeon", "NATIONALITY", "Kenyan"),
    ],
)
def test_found(text: str, kind: str, value: str) -> None:
    assert [(text[one.start : one.end], one.kind) for one in DETECTOR.find(text)] == [(value, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "I am 15 minutes late and she was 3rd",
        "He was 20% sure, I was 50-50",
        "Chapter Adams, 34, is short",
        "Figure 3 (27) shows it",
        "It is Chinese food",
        "I love Italian food and German cars.",
        "They polish the table",
        "spaCy's small English model",
        "a Swiss army knife",
        "the Russian government began",
        "We think you are Turks or infidels?",
    ],
)
def test_nothing_of_a_person(text: str) -> None:
    assert DETECTOR.find(text) == []
