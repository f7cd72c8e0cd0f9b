"""Bank card numbers of Chinese issuers."""

from __future__ import annotations

from wuming.deidentification.recognizers.checks import luhn
from wuming.deidentification.specification import Context, number

_WORDS = (
    "银行卡", "储蓄卡", "借记卡", "信用卡", "卡号", "账号", "帐号", "账户", "工行", "建行", "农行", "中行", "招行",
    "交行", "邮储", "银行", "银联", "打款", "转账", "汇款", "收款", "退款到", "打到", "这张卡", "工资卡", "开户",
    "绑定", "尾号", "bank card", "card", "debit card", "account", "account number", "unionpay", "bank", "card number",
    "bank account", "bank_card", "card_no", "bankcard", "cardno", "acct",
)  # fmt: skip
_CARD_WORDS = tuple(
    word for word in _WORDS if word not in ("账号", "帐号", "account", "account number", "acct")
)  # an account with a number is not yet a card
# Of UnionPay: 62, and 81 since 2016. Of issuers, from before they joined it: ICBC 9558, 103 and 9559 of ABC, 60 of
# several; the others are those of city banks and credit unions.
_UNIONPAY = ("62", "81")
_ISSUERS = (
    "9558", "9559", "95555", "955100", "601382", "601428", "602907", "602969", "603265", "603367", "603601", "603602",
    "603694", "504923", "589970", "685800", "690755", "694301", "900000", "900010", "90030", "90592", "940", "966666",
    "96880", "98430", "998800", "998801", "998802", "999999",
)  # fmt: skip


@number(
    kind="BANK_CARD",
    country="cn",
    layout="16 to 19 digits (15 for some old cards), mostly from 62; last digit Luhn; often in groups of four",
    source="ISO/IEC 7812-1; JR/T 0008-2000; issuers' identification numbers as China UnionPay publishes them",
    shape="[1-9][0-9]{14,18}",
    lengths=(15, 16, 17, 18, 19),
    context=_WORDS,
    priority=67,
)
def bank_card(value: str, context: Context) -> float:
    """Judge one number: Luhn holds one time in ten by chance, so it needs an issuer's prefix, or a word for cards."""
    issued = (len(value) > 15 and value.startswith(_UNIONPAY)) or value.startswith(_ISSUERS)
    if context is Context.DECOY or not issued:
        return 0.0
    if context is Context.SUPPORT:
        return 0.95 if luhn(value) else 0.7
    return 0.9 if len(value) > 15 and luhn(value) else 0.0


@number(
    kind="BANK_CARD",
    country="cn",
    layout="the same with a prefix that the list does not hold",
    source="as above",
    shape="[1-9][0-9]{14,18}",
    lengths=(15, 16, 17, 18, 19),
    context=_CARD_WORDS,
    beside=True,
    priority=61,
)
def bank_card_in_words(value: str, context: Context) -> float:
    """Judge one number: only beside a word for cards."""
    del context
    return 0.9 if luhn(value) else 0.6 if len(value) > 15 else 0.0
