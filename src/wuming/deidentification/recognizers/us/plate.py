"""Number plates of the United States: every state has its own layouts, so the words decide."""

from __future__ import annotations

from collections.abc import Iterator

from wuming.deidentification.recognizers.labels import beside, valued
from wuming.deidentification.specification import Candidate, keyword

_PLATE = valued("(?-i:[0-9A-Z]{1,4}[ ·-]?[0-9A-Z]{1,6}|[0-9A-Z]{5,8})", tail="[·-][0-9A-Za-z]")
_FEWEST, _MOST, _DAY = 4, 8, 5


@keyword(
    kind="US_PLATE",
    country="us",
    layout="4 to 8 letters and digits in one or two groups; beside the words for plates",
    source="AAMVA, License Plate Standard, Edition 2 (2020)",
    words=(
        "license plate", "licence plate", "plate number", "plate no", "plate:", "plates:", "number plate", "plate #",
        "plate is", "plates are", "car registration", "tag number", "vehicle registration", "美国车牌",
    ),
)  # fmt: skip
def plate(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a plate after or before the words."""
    found = beside(text, start, end, _PLATE, _is_plate)
    if found:
        yield Candidate(found.start, found.end, "US_PLATE", 0.85 if found.adjacent else 0.7, 63)


def _is_plate(value: str) -> bool:
    characters = sum(map(str.isalnum, value))
    mixed = any(map(str.isalpha, value))
    year = value.isdigit() and value[:2] in ("19", "20") and len(value) == _FEWEST
    day = not mixed and characters < len(value) <= _DAY
    return _FEWEST <= characters <= _MOST and any(map(str.isdigit, value)) and not year and not day
