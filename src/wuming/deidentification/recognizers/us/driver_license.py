"""Driving licences: every state has its own layout, so the words decide."""

from __future__ import annotations

import re

from wuming.deidentification.recognizers.checks import calendar_date
from wuming.deidentification.specification import Context, number

# Digits with at most three letters before or two after; Washington: letters and digits mixed, WDL first since 2018.
_SHAPE = (
    "[A-Z]{0,3}[0-9]{5,16}[A-Z]{0,2}|[0-9]{2,3}[A-Z]{2,3}[0-9]{4,6}|[A-Z][0-9]{2}[A-Z][0-9]{5,6}|WDL[0-9A-Z]{9}"
    "|[A-Z][0-9]{3}[A-Z]{2}[0-9]{4}"
)


@number(
    kind="US_DRIVER_LICENSE",
    country="us",
    layout="5 to 17 letters and digits as the state has them; beside the words for it",
    source="AAMVA, DL/ID Card Design Standard, Annex; the states' departments of motor vehicles",
    shape=_SHAPE,
    lengths=tuple(range(6, 18)),
    context=(
        "driver license", "driver's license", "drivers license", "driver’s license", "driving licence",
        "driving license", "driver licence", "driver's licence", "drivers licence", "dl no", "dl:", "dl#", "dln",
        "驾照", "license number", "licence number", "driver license number", "dl number", "driver's license number",
        "dmv", "permit number", "license", "licence",
    ),
    priority=48,
)  # fmt: skip
def driver_license(value: str, context: Context) -> float:
    """Judge one number: only beside the words for it."""
    dates = calendar_date(value) if value.isdigit() and len(value) == len("YYYYMMDD") else False
    years = re.fullmatch("(?:19|20)[0-9]{2}(?:19|20)[0-9]{2}", value)
    return 0.75 if context is Context.SUPPORT and not dates and not years else 0.0
