"""Resident identity numbers, with those of residence permits for Hong Kong, Macao and Taiwan."""

from __future__ import annotations

from wuming.deidentification.recognizers.checks import calendar_date, compact, resident_check
from wuming.deidentification.specification import LEFT, RIGHT, SEPARATOR, Context, pattern

# First two digits: province-level unit; 81, 82, 83: residence permits; 9: permanent residence of foreigners.
_PROVINCES = frozenset({
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42",
    "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
    "83", "91", "90",
})  # fmt: skip
_WORDS = (
    "身份证",
    "身份号",
    "证件号",
    "证件",
    "居民证",
    "id card",
    "id number",
    "resident id",
    "identity",
    "居住证",
    "sfz",
)


@pattern(
    kind="CN_RESIDENT_ID",
    country="cn",
    layout="6 area + 8 date of birth + 3 sequence + 1 check character (0-9, X)",
    source="GB 11643-1999; check character ISO 7064 MOD 11-2",
    pattern=rf"{LEFT}[1-9](?:{SEPARATOR}[0-9]){{16}}{SEPARATOR}[0-9Xx]{RIGHT}",
    context=_WORDS,
    minimum_digits=17,
    priority=86,
)
def resident_id(value: str, context: Context) -> float:
    """Judge one number: date and check character; beside the words for it a slip in either is still personal data."""
    number = compact(value)
    if calendar_date(number[6:14]) and resident_check(number[:17]) == number[17]:
        return 1.0 if number[:2] in _PROVINCES else 0.8
    return 0.7 if context is Context.SUPPORT else 0.0


@pattern(
    kind="CN_RESIDENT_ID",
    country="cn",
    layout="6 area + 6 date of birth (two-digit year) + 3 sequence, no check; issued until 1999",
    source="the form before GB 11643-1999",
    pattern=rf"{LEFT}[1-8][0-9]{{14}}{RIGHT}",
    context=_WORDS,
    minimum_digits=15,
    priority=60,
)
def old_resident_id(value: str, context: Context) -> float:
    """Judge one number: it needs the words for it, a province and a date."""
    if context is not Context.SUPPORT or value[:2] not in _PROVINCES:
        return 0.0
    return 0.8 if calendar_date("19" + value[6:12]) else 0.0
