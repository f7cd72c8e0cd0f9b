"""Individual taxpayer identification numbers."""

from __future__ import annotations

from wuming.deidentification.recognizers.checks import digits_of
from wuming.deidentification.specification import RIGHT, Context, number, pattern

_WORDS = (
    "itin",
    "taxpayer",
    "taxpayer identification",
    "taxpayer identification number",
    "identification number",
    "纳税识别号",
    "纳税人号码",
    "tax id",
    "taxpayer id",
    "individual taxpayer",
    "tin",
    "w-7",
    "纳税人识别号",
    "报税号",
    "税号",
)
_GROUPS = frozenset((*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100)))


@pattern(
    kind="US_ITIN",
    country="us",
    layout="9xx, two digits of 50-65, 70-88, 90-92, 94-99, four digits, with dashes",
    source="Internal Revenue Service, Internal Revenue Manual 3.21.263",
    pattern=rf"(?<![0-9A-Za-z])(?<![0-9A-Za-z][\-_.])9[0-9]{{2}}-[0-9]{{2}}-[0-9]{{4}}{RIGHT}(?![\-.][0-9A-Za-z])",
    context=_WORDS,
    minimum_digits=9,
    needs="-",
    priority=74,
)
def itin(value: str, context: Context) -> float:
    """Judge one number: an issued group, and better the words for it."""
    if context is Context.DECOY or int(digits_of(value)[3:5]) not in _GROUPS:
        return 0.0
    return 1.0 if context is Context.SUPPORT else 0.7


@number(
    kind="US_ITIN",
    country="us",
    layout="the same in any grouping, beside the words for it",
    source="Internal Revenue Service, Internal Revenue Manual 3.21.263",
    shape="9[0-9]{8}",
    lengths=(9,),
    context=_WORDS,
    beside=True,
    priority=64,
)
def itin_in_words(value: str, context: Context) -> float:
    """Judge one number: only beside the words for it."""
    del context
    return 0.95 if int(value[3:5]) in _GROUPS else 0.0
