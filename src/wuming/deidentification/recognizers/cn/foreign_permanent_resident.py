"""Numbers of foreigners' permanent residence cards."""

from __future__ import annotations

from wuming.deidentification.recognizers.checks import calendar_date, machine_readable_check, resident_check
from wuming.deidentification.specification import Context, number

_WORDS = (
    "永久居留", "永居", "居留证", "居留身份证", "五星卡", "绿卡", "外国人", "身份证", "证件", "证号",
    "permanent resident", "permanent residence", "residence card", "residence permit", "prc", "green card", "id card",
    "foreigner", "id number",
)  # fmt: skip


@number(
    kind="CN_FOREIGN_PERMANENT_RESIDENT",
    country="cn",
    layout="9 + 2 place of application + 3 country (digits) + 8 date of birth + 3 sequence + 1 check (0-9, X)",
    source="National Immigration Administration, machine readable rules of the 2023 card; ISO 7064 MOD 11-2",
    shape="9[0-9]{16}[0-9X]",
    lengths=(18,),
    context=_WORDS,
    priority=86,
)
def foreign_permanent_resident(value: str, context: Context) -> float:
    """Judge one number: date and check character; beside the words for it a slip in either."""
    if calendar_date(value[6:14]) and resident_check(value[:17]) == value[17]:
        return 1.0
    return 0.7 if context is Context.SUPPORT else 0.0


@number(
    kind="CN_FOREIGN_PERMANENT_RESIDENT",
    country="cn",
    layout="3 letters country + 4 place of application + 6 date of birth (two-digit year) + 1 sequence + 1 check digit",
    source="Ministry of Public Security, cards of 2004 and 2017; check digit ICAO Doc 9303-3, weights 7, 3, 1",
    shape="[A-Z]{3}[0-9]{12}",
    lengths=(15,),
    context=_WORDS,
    priority=80,
)
def old_foreign_permanent_resident(value: str, context: Context) -> float:
    """Judge one number: the date of birth and, without the words for it, the check digit."""
    born = calendar_date(f"19{value[7:13]}") or calendar_date(f"20{value[7:13]}")
    if born and machine_readable_check(value[:14]) == value[14]:
        return 0.95 if context >= Context.NONE else 0.6
    if context is Context.SUPPORT:
        return 0.85 if born else 0.6
    return 0.0
