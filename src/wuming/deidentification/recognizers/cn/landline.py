"""Fixed telephone numbers. 400 and 800 numbers belong to firms and are left alone."""

from __future__ import annotations

import re

from wuming.deidentification.recognizers.checks import digits_of
from wuming.deidentification.specification import RIGHT, Context, pattern

_WORDS = (
    "电话", "座机", "固话", "固定电话", "传真", "联系", "致电", "家里", "单位", "办公室", "拨打", "总机", "phone",
    "tel", "landline", "call", "fax", "telephone", "office", "contact", "phone number",
)  # fmt: skip
_GAP = r"[ \-._·]{0,2}"
_COUNTRY = r"(?:(?:\+|00)86[ \-]?\(?0?|86-0?|\(?0)"
_AREA = rf"(?:1{_GAP}0|2{_GAP}[0-9]|[3-9](?:{_GAP}[0-9]){{2}})"
_EXTENSION = r"(?:[ ,]?(?:-|转|分机|[Ee]xt\.? ?)[0-9]{1,5})?"
_PLAIN = re.compile(rf"{_COUNTRY}[1-9][0-9]{{1,2}}(\)?[ \-]{{1,2}}|\))?[1-9][0-9]{{2,3}}[ \-]?[0-9]{{4}}{_EXTENSION}")


@pattern(
    kind="PHONE",
    country="cn",
    layout="area code 010, 02x or 0xxx, then 7 or 8 digits; with +86 the 0 may fall; extension after - or 转",
    source="Telecommunication network numbering plan (2017 edition), MIIT",
    pattern=rf"(?<![0-9A-Za-z.+])(?<![0-9A-Za-z]-){_COUNTRY}{_GAP}{_AREA}\)?{_GAP}[1-9](?:{_GAP}[0-9]){{6,7}}"
    rf"{_EXTENSION}{RIGHT}(?![-.][0-9])",
    context=_WORDS,
    minimum_digits=10,
    reach=9,
    priority=58,
)
def landline(value: str, context: Context) -> float:
    """Judge one number: a separator after the area code, or a word for telephones."""
    if context is Context.DECOY or not 10 <= len(digits_of(value)) <= 19:
        return 0.0
    if context is Context.SUPPORT:
        return 0.9
    plain = _PLAIN.fullmatch(value)
    if plain is None:
        return 0.0
    return 0.9 if plain.group(1) else 0.5
