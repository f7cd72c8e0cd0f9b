"""Social security numbers, and taxpayer numbers of the same shape."""

from __future__ import annotations

from wuming.deidentification.recognizers.checks import digits_of
from wuming.deidentification.specification import LEFT, RIGHT, Context, pattern


@pattern(
    kind="US_SSN",
    country="us",
    layout="3 area (not 000, 666) + 2 group (not 00) + 4 serial (not 0000); 9xx: individual taxpayer number",
    source="Social Security Administration, randomization of 2011; Internal Revenue Service, ITIN",
    pattern=rf"{LEFT}[0-9]{{3}}[ \-.]?[0-9]{{2}}[ \-.]?[0-9]{{4}}{RIGHT}(?!-[0-9])",
    context=(
        "ssn",
        "social security",
        "social",
        "social security number",
        "itin",
        "taxpayer",
        "tax id",
        "社安号",
        "社会安全号",
    ),
    minimum_digits=9,
    priority=65,
)
def ssn(value: str, context: Context) -> float:
    """Judge one number: dashes and an issued area, or the words for it."""
    if context is Context.SUPPORT:
        return 0.95
    digits = digits_of(value)
    issued = digits[:3] not in ("000", "666") and digits[3:5] != "00" and digits[5:] != "0000"
    dashed = len(value) == 11 and value[3] == value[6] == "-"
    return 0.85 if issued and dashed and context is not Context.DECOY else 0.0
