"""Names of people and postal addresses in Chinese: lexicons and grammars, see `names` and `addresses`."""

from __future__ import annotations

from collections.abc import Iterable

from wuming.deidentification.addresses import find_chinese_addresses
from wuming.deidentification.names import find_chinese_names
from wuming.deidentification.specification import Candidate, free


@free(kind="PERSON", country="cn", layout="surname and one or two characters", source="lexicons and context")
def person(text: str) -> Iterable[Candidate]:
    """Find names of people."""
    return () if text.isascii() else find_chinese_names(text)


@free(kind="ADDRESS", country="cn", layout="from the province down to the room", source="GB/T 23705-2009")
def address(text: str) -> Iterable[Candidate]:
    """Find postal addresses."""
    return () if text.isascii() else find_chinese_addresses(text)
