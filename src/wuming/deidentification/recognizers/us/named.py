"""Names of people and postal addresses in English: lexicons and grammars, see `names_english`, `addresses_english`."""

from __future__ import annotations

from collections.abc import Iterable

from wuming.deidentification.addresses_english import find_english_addresses
from wuming.deidentification.names_english import find_english_names
from wuming.deidentification.specification import Candidate, free


@free(kind="PERSON", country="us", layout="given name and surname", source="lexicons and context")
def person(text: str) -> Iterable[Candidate]:
    """Find names of people."""
    return find_english_names(text)


@free(kind="ADDRESS", country="us", layout="from the room up to the country", source="Universal Postal Union, S42")
def address(text: str) -> Iterable[Candidate]:
    """Find postal addresses."""
    return find_english_addresses(text)
