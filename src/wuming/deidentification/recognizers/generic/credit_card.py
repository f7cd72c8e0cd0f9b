"""Payment card numbers of the international networks."""

from __future__ import annotations

import re

from wuming.deidentification.recognizers.checks import digits_of, luhn
from wuming.deidentification.specification import LEFT, RIGHT, Context, pattern

# Visa 4; Mastercard 51-55, 2221-2720; American Express 34, 37; Diners 36, 38, 30; Discover 6011, 64, 65; JCB 35.
_ISSUER = re.compile(r"4|5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[0-8]|6011|6[45]|1800|2131")


@pattern(
    kind="CREDIT_CARD",
    country="generic",
    layout="12 to 16 digits (19 for some Visa cards), issuer prefix, last digit Luhn; often in groups of four",
    source="ISO/IEC 7812-1",
    pattern=rf"{LEFT}[1-6](?:[ \-.]{{0,2}}[0-9]){{11,18}}{RIGHT}",
    context=(
        "信用卡",
        "卡号",
        "银行卡",
        "visa",
        "mastercard",
        "万事达",
        "credit card",
        "card",
        "card number",
        "amex",
        "debit",
    ),
    minimum_digits=12,
    priority=69,
)
def credit_card(value: str, context: Context) -> float:
    """Judge one number: issuer prefix and Luhn, or a failing check digit beside a word for cards."""
    digits = digits_of(value)
    maestro = digits[0] in "56" and context is Context.SUPPORT
    if not ((_ISSUER.match(digits) and len(digits) > 12) or maestro) or (len(digits) > 16 and digits[0] != "4"):
        return 0.0
    if luhn(digits):
        return 0.95 if context >= Context.NONE else 0.0
    return 0.6 if context is Context.SUPPORT and len(digits) in (15, 16) else 0.0
