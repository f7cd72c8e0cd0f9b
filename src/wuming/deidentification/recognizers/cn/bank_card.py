"""Bank card numbers of Chinese issuers."""

from __future__ import annotations

from wuming.deidentification.recognizers.checks import digits_of, luhn
from wuming.deidentification.specification import LEFT, RIGHT, SEPARATOR, Context, pattern

_WORDS = (
    "银行卡", "储蓄卡", "借记卡", "卡号", "尾号", "账号", "账户", "工行", "建行", "农行", "中行", "招行", "交行",
    "邮储", "银行", "银联", "打款", "转账", "汇款", "退款到",
    "bank card", "card", "debit card", "account", "unionpay",
)  # fmt: skip


@pattern(
    kind="BANK_CARD",
    country="cn",
    layout="16 to 19 digits, mostly from 62; last digit Luhn; often in groups of four",
    source="ISO/IEC 7812-1; JR/T 0008-2000",
    pattern=rf"{LEFT}[3-9](?:{SEPARATOR}[0-9]){{14,18}}{RIGHT}",
    context=_WORDS,
    minimum_digits=15,
    priority=67,
)
def bank_card(value: str, context: Context) -> float:
    """Judge one number: Luhn holds one time in ten by chance, so it needs the prefix 62, or a word for cards."""
    digits = digits_of(value)
    if context is Context.DECOY or (any(mark in value for mark in "\n") and context is Context.NONE):
        return 0.0
    if digits.startswith(("62", "60", "81")) and luhn(digits) and len(digits) >= 16:
        return 0.95
    if context is Context.SUPPORT:
        return 0.9 if luhn(digits) else 0.6
    return 0.0
