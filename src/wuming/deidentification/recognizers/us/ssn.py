"""Social security numbers."""

from __future__ import annotations

from wuming.deidentification.recognizers.checks import digits_of
from wuming.deidentification.specification import RIGHT, Context, number, pattern

_WORDS = (
    "ssn", "ssn#", "social security", "security number", "social", "social security number", "soc sec", "ss#",
    "ss number", "sin", "last four", "社安码", "社会安全码", "美国社保", "美国社会保",
    "工卡", "社安号", "社会安全号", "社保号", "社会安全号码", "工卡号",
)  # fmt: skip


@pattern(
    kind="US_SSN",
    country="us",
    layout="3 area (not 000, 666, 9xx), 2 group (not 00), 4 serial (not 0000), with dashes",
    source="Social Security Administration, randomization of 2011",
    pattern=rf"(?<![0-9A-Za-z])(?<![0-9A-Za-z][\-_.])[0-9]{{3}}-[0-9]{{2}}-[0-9]{{4}}{RIGHT}(?![\-.][0-9A-Za-z])",
    context=_WORDS,
    minimum_digits=9,
    needs="-",
    priority=74,
)
def ssn(value: str, context: Context) -> float:
    """Judge one number: an issued area, or the words for it."""
    if context is Context.DECOY or not _issued(digits_of(value)):
        return 0.0
    return 1.0 if context is Context.SUPPORT else 0.85


@number(
    kind="US_SSN",
    country="us",
    layout="the same in any grouping, beside the words for it",
    source="Social Security Administration, randomization of 2011",
    shape="[0-9]{9}",
    lengths=(9,),
    context=_WORDS,
    beside=True,
    priority=64,
)
def ssn_in_words(value: str, context: Context) -> float:
    """Judge one number: a number that was never issued, so called, is a slip."""
    del context
    return 0.95 if _issued(value) else 0.4


def _issued(digits: str) -> bool:
    return digits[:3] not in ("000", "666") and digits[0] != "9" and digits[3:5] != "00" and digits[5:] != "0000"
