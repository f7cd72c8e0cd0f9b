"""Telephone numbers written with their country code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.recognizers.checks import digits_of
from wuming.deidentification.specification import RIGHT, Candidate, Context, free, pattern

_ANNOUNCED = re.compile(
    r"(?:电话|電話|携帯|手机|座机|固话|号码|致电|拨打|(?<![a-z])(?:phone|tel|telephone|telefon|mobile|"
    r"cell|fax|call me (?:at|on|back "
    r"at)|call|messages to|reach me (?:at|on)|text me (?:at|on)|whatsapp))(?:号码|号|是|为|改成|换成|"
    r"[ :\n=(\[.]|number|no\.|"
    r"is|:){0,6}"
    rf"(\(?[0-9](?:[ \-.()]{{0,2}}[0-9]){{6,12}}){RIGHT}(?!\.[0-9])",
    re.IGNORECASE,
)
_LONG = re.compile(r"[0-9](?:[ \-.()]{0,2}[0-9]){6}")
_PUBLIC = ("400", "800", "95", "10086", "10010", "10000", "123")


@pattern(
    kind="PHONE",
    country="generic",
    layout="+, country code other than 86, national number; 8 to 15 digits in all",
    source="ITU-T E.164",
    pattern=rf"(?<![0-9A-Za-z+])\+(?!86)[1-9][0-9]{{0,3}}(?:[ \-.()]{{0,2}}[0-9]){{6,13}}{RIGHT}",
    minimum_digits=8,
    priority=65,
)
def international_phone(value: str, context: Context) -> float:
    """Judge one number by its length."""
    return 0.8 if 8 <= len(digits_of(value)) <= 15 and context is not Context.DECOY else 0.0


@free(
    kind="PHONE",
    country="generic",
    layout="7 to 13 digits in groups, right after a word for telephones; hotlines (400, 800, 95x) are left alone",
    source="ITU-T E.123",
)
def announced_phone(text: str) -> Iterator[Candidate]:
    """Find national and local numbers by the word that announces them."""
    if not _LONG.search(text):
        return
    for match in _ANNOUNCED.finditer(text):
        if not digits_of(match.group(1)).startswith(_PUBLIC):
            yield Candidate(match.start(1), match.end(1), "PHONE", 0.7, 45)
