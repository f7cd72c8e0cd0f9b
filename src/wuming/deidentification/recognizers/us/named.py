"""Names of people, organisations and places, and postal addresses, in English: see `english`."""

from __future__ import annotations

from collections.abc import Iterable

from wuming.deidentification.english.addresses import find_english_addresses
from wuming.deidentification.english.naming import find_english_names
from wuming.deidentification.specification import Candidate, free


@free(
    kind=("PERSON", "ORGANIZATION", "LOCATION"),
    country="us",
    layout="given name and surname; a word with Inc, University; a country, a town",
    source="lexicons, and a tagger trained on generated text",
)
def named(text: str) -> Iterable[Candidate]:
    """Find names of people, organisations and places."""
    return find_english_names(text)


@free(kind="ADDRESS", country="us", layout="from the room up to the country", source="Universal Postal Union, S42")
def address(text: str) -> Iterable[Candidate]:
    """Find postal addresses."""
    return find_english_addresses(text)
