"""Routing numbers of banks."""

from __future__ import annotations

from wuming.deidentification.recognizers.checks import aba_check
from wuming.deidentification.specification import Context, number


@number(
    kind="US_BANK_ROUTING",
    country="us",
    layout="9 digits: Federal Reserve district (00-12, 21-32, 61-72, 80), institution, check digit",
    source="American Bankers Association, Routing Number Policy; ANSI X9.100-160",
    shape="(?:0[0-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)[0-9]{7}",
    lengths=(9,),
    context=(
        "routing", "routing number", "aba", "aba number", "aba routing", "rtn", "bank routing", "wire", "ach",
        "fedwire", "transit number", "路由号", "汇款路由", "路由号码",
    ),
    decoys=("order", "tracking", "订单号", "运单", "invoice", "ticket"),
    beside=True,
    priority=63,
)  # fmt: skip
def bank_routing(value: str, context: Context) -> float:
    """Judge one number: the check digit, and the words for it; it names a bank, the account names a person."""
    del context
    return 0.95 if aba_check(value) else 0.0
