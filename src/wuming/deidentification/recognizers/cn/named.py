"""People, places, organisations and postal addresses in Chinese: see `names` and `addresses`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wuming.deidentification.addresses import find_chinese_addresses
from wuming.deidentification.names import find_chinese
from wuming.deidentification.specification import Candidate, free, together


@together(
    kind=("PERSON", "ORGANIZATION", "LOCATION"),
    country="cn",
    layout="surname and one or two characters, a foreign name by its sounds; a name with 大学, 有限公司; a place",
    source="GB/T 2260, lexicons, and a model trained on generated sentences",
)
def named(texts: Sequence[str]) -> Iterable[Iterable[Candidate]]:
    """Find names of people, organisations and places."""
    return find_chinese(texts)


@free(kind="ADDRESS", country="cn", layout="from the province down to the room", source="GB/T 23705-2009")
def address(text: str) -> Iterable[Candidate]:
    """Find postal addresses."""
    return () if text.isascii() else find_chinese_addresses(text)
