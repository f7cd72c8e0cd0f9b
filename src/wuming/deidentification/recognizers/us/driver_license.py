"""Driving licences: every state has its own layout, so the words decide."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.recognizers.checks import calendar_date
from wuming.deidentification.recognizers.labels import GAP, beside, valued
from wuming.deidentification.specification import Candidate, keyword

# Digits with at most three letters before or two after; Washington: letters and digits mixed, WDL first since 2018.
_VALUE = valued(
    f"(?!(?:is|was|no|nr) )[A-Z]{{0,3}}(?:{GAP}?[0-9]){{5,16}}(?![0-9])[A-Z]{{0,2}}"
    "|[0-9]{2,3}[A-Z]{2,3}[0-9]{4,6}|[A-Z][0-9]{2}[A-Z][0-9]{5,6}|WDL[0-9A-Z]{9}|[A-Z][0-9]{3}[A-Z]{2}[0-9]{4}"
)
_YEARS = re.compile("(?:19|20)[0-9]{2}[ -]?(?:19|20)[0-9]{2}")


@keyword(
    kind="US_DRIVER_LICENSE",
    country="us",
    layout="5 to 17 letters and digits as the state has them; beside the words for it",
    source="AAMVA, DL/ID Card Design Standard, Annex; the states' departments of motor vehicles",
    words=(
        "driver license", "driver's license", "drivers license", "driver’s license", "driving licence",
        "driving license", "driver licence", "driver's licence", "drivers licence", "dl no", "dl:", "dl#", "dln",
        "dl number", "dmv", "美国驾照", "驾照",
    ),
)  # fmt: skip
def driver_license(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a number after or before the words."""
    found = beside(text, start, end, _VALUE, _is_no_date)
    if found:
        yield Candidate(found.start, found.end, "US_DRIVER_LICENSE", 0.8 if found.adjacent else 0.65, 63)


def _is_no_date(value: str) -> bool:
    return _YEARS.fullmatch(value) is None and not (value.isdigit() and len(value) == 8 and calendar_date(value))
