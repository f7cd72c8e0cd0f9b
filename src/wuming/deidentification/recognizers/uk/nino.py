"""National insurance numbers."""

from __future__ import annotations

import re

from wuming.deidentification.recognizers.checks import compact
from wuming.deidentification.specification import RIGHT, SEPARATOR, Context, pattern

# Neither letter is D, F, I, Q, U, V, the second not O; these prefixes are not allocated.
_PRINTED = re.compile(r"[A-Z]{2}([ \-.]?)[0-9]{2}\1[0-9]{2}\1[0-9]{2}\1[A-DT]|[A-Z]{2}[ \-]?[0-9]{6}[ \-]?[A-DT]")
_PREFIX = re.compile("(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]")


@pattern(
    kind="UK_NINO",
    country="uk",
    layout="2 letters, 6 digits, A to D; printed in pairs; the last letter may be left out beside the words for it",
    source="HM Revenue and Customs, National Insurance Manual NIM39110",
    pattern=rf"[A-Za-z](?<![0-9A-Za-z].){SEPARATOR}[A-Za-z](?:{SEPARATOR}[0-9]){{6}}(?:{SEPARATOR}[A-DTa-d])?{RIGHT}",
    context=(
        "nino", "national insurance", "national insurance number", "ni number", "ni no", "ni", "insurance number",
        "hmrc", "国民保险号", "国民保险",
    ),
    minimum_digits=6,
    reach=3,
    before=5,
    lettered=True,
    priority=66,
)  # fmt: skip
def nino(value: str, context: Context) -> float:
    """Judge one number: capitals and the suffix, or the words for it."""
    number = compact(value)
    if context is Context.SUPPORT:
        if len(number) < 9 and not value[:2].isupper():  # on 2024-05
            return 0.0
        return 0.98 if len(number) == 9 and _PREFIX.match(number) else 0.7
    if not _PRINTED.fullmatch(value):
        return 0.0
    if number.startswith("ZZ") and number.endswith("T"):  # never allocated: examples use it
        return 0.6 * (context is Context.NONE)
    if not _PREFIX.match(number):
        return 0.0
    return 0.8 if context is Context.NONE and number[-1] != "T" else 0.0
