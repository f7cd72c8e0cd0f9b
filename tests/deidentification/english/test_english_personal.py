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
        ("My grandma is 92 now", "AGE", "92"),
        ("I will be 30 next month.", "AGE", "30"),
        ("My son is 5.", "AGE", "5"),
        ("At 19 he joined the army", "AGE", "19"),
        ("The suspect, 29, fled.", "AGE", "29"),
        ("Peter (29) won.", "AGE", "29"),
        ("Anna is 34.", "AGE", "34"),
        ("She looks 25.", "AGE", "25"),
        ("Ubul Csonka, 34, was arrested.", "AGE", "34"),
        ("Růžena Žilková is 34.", "AGE", "34"),
        ("Anna Csonka was 34 at the time.", "AGE", "34"),
        ("At 34, Anna won.", "AGE", "34"),
        ("i'm 34 and single", "AGE", "34"),
        ("You don't look 34.", "AGE", "34"),
        ("The oldest is 17 and the youngest is in school.", "AGE", "17"),
        ("He's about to be 18.", "AGE", "18"),
        ("the Brazilian star lost", "NATIONALITY", "Brazilian"),
        ("I'm an Austrian living in Spain.", "NATIONALITY", "Austrian"),
        ("The Spanish tourist lost a bag", "NATIONALITY", "Spanish"),
        ("Two German nationals were arrested", "NATIONALITY", "German"),
        ("My Polish neighbour brought soup", "NATIONALITY", "Polish"),
        ("He has an Irish passport.", "NATIONALITY", "Irish"),
        ("of Lebanese descent", "NATIONALITY", "Lebanese"),
        ("Are you Canadian?", "NATIONALITY", "Canadian"),
        ("As an American, I find that odd.", "NATIONALITY", "American"),
        ("Maria is Chilean.", "NATIONALITY", "Chilean"),
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
        "It is 12 now. At 10, the shop closes.",
        "Chapter 2 was 3, 4 and 5, and he was 1 of 4",
        "Paris (29) and Mark (29)",
        "Windows Vista is 5. Table Vista (12)",
        "At 34, Oslo is not far",
        "our French teacher and an Italian restaurant",
        "the German car is Japanese",
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
