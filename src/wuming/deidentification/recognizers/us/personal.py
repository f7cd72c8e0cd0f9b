"""Age and nationality told in an English sentence without a word that names them: see `english.personal`."""

from __future__ import annotations

from collections.abc import Iterable

from wuming.deidentification.english.personal import NATIONALITIES, find_english_ages, nationality_of_somebody
from wuming.deidentification.specification import Candidate, free, keyword


@free(
    kind="AGE",
    country="us",
    layout='10 to 99 behind "I am", "she was" at the end of a clause; behind a full name, between commas, in brackets',
    source="usage",
)
def told_age(text: str) -> Iterable[Candidate]:
    """Find ages that are told without a unit."""
    return find_english_ages(text)


@keyword(
    kind="NATIONALITY",
    country="us",
    layout="the adjective of a country, said of a person: behind I am, she is; before a profession, -born",
    source="ISO 3166-1, usage",
    words=NATIONALITIES,
)
def told_nationality(text: str, start: int, end: int) -> Iterable[Candidate]:
    """Find nationalities that are told without that word."""
    return nationality_of_somebody(text, start, end)
