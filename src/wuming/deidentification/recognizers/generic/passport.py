"""Passports of all countries but China."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.specification import Candidate, Context, keyword, number

# As issued: digits alone (US, UK, Russia), letters first (India, Japan, Korea, Australia, Brazil, Italy, Spain),
# letters after two digits (France), letters at both ends (Canada, Philippines, Singapore), mixed (Germany since 2007).
_SHAPE = (
    r"[0-9]{8,9}|[A-Z]{1,3}[0-9]{6,8}[A-Z]?|[0-9]{2}[A-Z]{2}[0-9]{5}|[A-Z][0-9]{6}[A-Z]{2}|M[0-9]{3}[A-Z][0-9]{4}"
    r"|(?=.{0,8}[0-9].{0,8}[0-9])[CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{8}"
)


@number(
    kind="PASSPORT",
    country="generic",
    layout="7 to 10 letters and digits as the country has them; beside the word passport",
    source="ICAO Doc 9303, part 4 (numbers of up to nine characters); the countries' passport offices",
    shape=_SHAPE,
    lengths=(7, 8, 9, 10),
    context=(
        "passport", "passport number", "passport no", "passports", "travel document",
        "旅行证", "旅行文件", "护照", "护照号", "护照号码", "passeport",
        "reisepass", "pasaporte", "passaporte", "passaporto", "旅券", "パスポ-ト", "여권",
    ),
    grouping="7|8|9|10|[1-3] [5-8]|2 7|3 3 3|2 2 5|2 3 2|2 3 3|1 [2-4] [2-4]|1 8",
    beside=True,
    priority=61,
)  # fmt: skip
def passport(value: str, context: Context) -> float:
    """Judge one number: only beside the word."""
    del value, context
    return 0.85


_FIRST_LINE = r"P[A-Z<][A-Z<]{3}[A-Z<]{39}"
_SECOND_LINE = re.compile(r"[0-9A-Z<]{9}[0-9][A-Z<]{3}[0-9]{6}[0-9][MFX<][0-9]{6}[0-9][0-9A-Z<]{14}[0-9<][0-9]")
_ZONE = re.compile(rf"{_FIRST_LINE}(?:\s{{1,3}}{_SECOND_LINE.pattern})?")


@keyword(
    kind="PASSPORT",
    country="generic",
    layout="machine-readable zone: two lines of 44 characters with <",
    source="ICAO Doc 9303, part 4, section 4.2",
    words=("<<",),
)
def machine_readable_zone(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Read both lines around the first <<."""
    del end
    match = _ZONE.search(text, max(0, start - 44), min(len(text), start + 92))
    if match and match.start() < start < match.end():
        yield Candidate(*match.span(), "PASSPORT", 0.95, 87)
