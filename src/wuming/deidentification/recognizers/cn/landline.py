"""Fixed telephone numbers. 400 and 800 numbers belong to firms and are left alone."""

from __future__ import annotations

from wuming.deidentification.recognizers.checks import digits_of
from wuming.deidentification.specification import RIGHT, Context, pattern

_WORDS = (
    "电话",
    "座机",
    "固话",
    "固定电话",
    "传真",
    "联系",
    "致电",
    "家里",
    "单位",
    "phone",
    "tel",
    "landline",
    "call",
    "fax",
)


@pattern(
    kind="PHONE",
    country="cn",
    layout="area code 010, 02x or 0xxx, then 7 or 8 digits; extension after - or 转",
    source="Telecommunication network numbering plan (2017 edition), MIIT",
    pattern=rf"(?<![0-9A-Za-z.+])(?:\+?86[ \-]?)?[(（]?0(?:10|2[0-9]|[3-9][0-9]{{2}})[)）]?[ \-]{{0,2}}"
    rf"[1-9][0-9]{{2,3}}[ \-]?[0-9]{{4}}(?:(?:-|转|ext\.? ?)[0-9]{{1,5}})?{RIGHT}",
    context=_WORDS,
    minimum_digits=10,
    reach=8,
    priority=58,
)
def landline(value: str, context: Context) -> float:
    """Judge one number: a separator after the area code, or a word for telephones."""
    if context is Context.DECOY or not 10 <= len(digits_of(value)) <= 19:
        return 0.0
    separated = any(mark in value[2:8] for mark in "- )）")
    return 0.9 if separated or context is Context.SUPPORT else 0.5
