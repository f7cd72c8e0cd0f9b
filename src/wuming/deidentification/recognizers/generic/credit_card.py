"""Payment card numbers of the international networks."""

from __future__ import annotations

import re

from wuming.deidentification.recognizers.checks import luhn
from wuming.deidentification.specification import DECOYS, Context, number

# Visa 4; Mastercard 51-55, 2221-2720; American Express 34, 37; Diners 300-305, 309, 36, 38, 39; Discover 6011, 644-649,
# 65; JCB 3528-3589 (all of 35 is taken), once 1800 and
# 2131; Mir 2200-2204; Troy 9792; Maestro 50, 56-58, 6304, 6759, 676x.
_ISSUER = (
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})|5[1-5][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"
    r"|3[47][0-9]{13}|3(?:0[0-59]|[689][0-9])[0-9]{11}|3(?:0[0-59]|[689][0-9])[0-9]{13}|35[0-9]{14}"
    r"|6(?:011|4[4-9][0-9]|5[0-9]{2})[0-9]{12}|6(?:011|4[4-9][0-9]|5[0-9]{2})[0-9]{15}|(?:1800|2131)[0-9]{11}"
    r"|220[0-4][0-9]{12}|9792[0-9]{12}"
)
_MAESTRO = r"(?:50|5[678]|6[0-9])[0-9]{10,17}"
_PRINTED = "1[3-9]|4 4 4 4(?: 3)?|4 6 5|4 6 4"
_WORDS = (
    "信用卡", "卡号", "银行卡", "刷卡", "扣款", "万事达", "维萨", "运通", "付款卡", "visa", "visa card", "mastercard",
    "master card", "credit card", "debit card", "card", "card number", "cc", "ccn", "pan", "amex", "american express",
    "discover", "jcb", "diners", "maestro", "debit", "credit", "cardnumber", "card no", "charge", "charged",
    "payment", "expires", "expiry", "cvv", "cvc", "kreditkarte",
)  # fmt: skip
_NETWORK = re.compile(_ISSUER)
# A card's number is also a reference of the payment, a total is not a card's.
_DECOYS = (
    *(word for word in DECOYS if word not in ("amount", "total", "transaction", "流水")),
    "会员号", "会员卡号", "客户编号", "客户号", "用户编号", "账号", "帐号", "member id", "member number",
    "customer number", "customer id", "account number", "account id",
)  # fmt: skip


@number(
    kind="CREDIT_CARD",
    country="generic",
    layout="13 to 19 digits, prefix and length of a network, last digit Luhn; as printed: 4 4 4 4, 4 6 5, 4 6 4",
    source="ISO/IEC 7812-1; issuer identification numbers as the networks publish them",
    shape=_ISSUER,
    lengths=(13, 14, 15, 16, 19),
    context=_WORDS,
    decoys=_DECOYS,
    grouping=_PRINTED,
    priority=69,
)
def credit_card(value: str, context: Context) -> float:
    """Judge one number: the check digit, or a slip in it beside a word for cards."""
    if luhn(value):
        # Thirteen and nineteen digits are numbers of parcels and records more often than cards.
        alone = 0.95 if len(value) in (14, 15, 16) else 0.45
        return {Context.DECOY: 0.0, Context.NONE: alone, Context.SUPPORT: 1.0}[context]
    return 0.6 if context is Context.SUPPORT and len(value) in (15, 16) else 0.0


@number(
    kind="CREDIT_CARD",
    country="generic",
    layout="14 to 19 digits in groups of any size",
    source="ISO/IEC 7812-1",
    shape=_ISSUER,
    lengths=(14, 15, 16, 19),
    context=_WORDS,
    decoys=_DECOYS,
    grouping="[0-9]+(?: [0-9]+){2,18}",
    priority=68,
)
def scattered_credit_card(value: str, context: Context) -> float:
    """Judge one number by its check digit."""
    return 0.8 if luhn(value) and context is not Context.DECOY else 0.0


@number(
    kind="CREDIT_CARD",
    country="generic",
    layout="12 to 19 digits in any grouping, beside a word for cards; also the prefixes of Maestro",
    source="ISO/IEC 7812-1",
    shape=f"{_ISSUER}|{_MAESTRO}",
    lengths=tuple(range(12, 20)),
    context=_WORDS,
    decoys=_DECOYS,
    priority=66,
)
def credit_card_in_words(value: str, context: Context) -> float:
    """Judge one number: the check digit, and the words for it."""
    if context is not Context.SUPPORT or not luhn(value):
        return 0.0
    return 0.9 if _NETWORK.fullmatch(value) else 0.8
