"""Resident identity numbers, with those of residence permits for Hong Kong, Macao and Taiwan."""

from __future__ import annotations

from wuming.deidentification.recognizers.checks import calendar_date, resident_check
from wuming.deidentification.specification import Context, number

# First two digits: province-level unit; 81, 82, 83: residence permits for Hong Kong, Macao and Taiwan.
_PROVINCES = frozenset({
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44",
    "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83",
})  # fmt: skip
_WORDS = (
    "身份证", "身份号", "身分证", "证件号", "证件", "居民证", "居住证", "公民身份", "户口", "证号", "社会保障号",
    "社保号", "驾驶证", "身份证号", "份证", "sfz", "sfzh", "idcard", "id_card", "id card", "id number", "id no",
    "resident id", "identity", "identity card", "national id", "citizen id", "residence permit", "chinese id",
)  # fmt: skip
_LAYOUT = "6 area + 8 date of birth + 3 sequence + 1 check character (0-9, X)"
_SOURCE = (
    "GB 11643-1999; check character ISO 7064 MOD 11-2; 81, 82, 83: State Council order of 2018 on residence permits"
)


@number(
    kind="CN_RESIDENT_ID",
    country="cn",
    layout=_LAYOUT,
    source=_SOURCE,
    shape="[1-8][0-9]{16}[0-9X]",
    lengths=(18,),
    context=_WORDS,
    priority=86,
)
def resident_id(value: str, context: Context) -> float:
    """Judge by date and check character; beside the words for it a slip in either is still personal data."""
    if calendar_date(value[6:14]) and resident_check(value[:17]) == value[17]:
        return 1.0 if value[:2] in _PROVINCES else 0.8
    return 0.7 if context is Context.SUPPORT and len(set(value)) > 1 else 0.0


@number(
    kind="CN_RESIDENT_ID",
    country="cn",
    layout="6 area + 6 date of birth (two-digit year) + 3 sequence, no check; issued until 1999",
    source="the form before GB 11643-1999",
    shape="[1-8][0-9]{14}",
    lengths=(15,),
    context=_WORDS,
    beside=True,
    priority=70,
)
def old_resident_id(value: str, context: Context) -> float:
    """Judge one number: it needs the words for it, a province and a date."""
    del context
    return 0.8 if value[:2] in _PROVINCES and calendar_date("19" + value[6:12]) else 0.0
