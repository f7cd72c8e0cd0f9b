"""Numbers under which a firm knows a person: orders, memberships, accounts; known by the words before them only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.recognizers.labels import beside, valued
from wuming.deidentification.specification import Candidate, keyword

_VALUE = valued(
    r"[A-Za-z]{0,6}[\-_]?[0-9](?:[\-_]?[0-9A-Za-z]){3,31}|[0-9]{3,6}(?: [0-9]{3,6}){1,6}"
    r"|[A-Za-z]{1,3}[0-9][0-9A-Za-z]{2,15}",
    tail="[:/][0-9]|[元块%]",
)

_LOCATOR = re.compile(r"(?i: (?:is|was)|是|为)?[ :#]{0,3}((?=[0-9]{0,5}[A-Z])[0-9A-Z]{6})(?![0-9A-Za-z\-])")
_GIVEN = re.compile(
    r"(?: with)?(?: (?:number|no\.?))?(?: (?:is|was))?[ :#]{1,3}([0-9]{6,17}|[0-9]{3,6}(?:[ \-][0-9]{1,6}){1,4})"
    r"(?![0-9A-Za-z]|[.\-:/][0-9]|[元块%])",
    re.IGNORECASE,
)


@keyword(
    kind="ORDER_OR_ACCOUNT",
    country="generic",
    layout="4 to 40 digits, letters and hyphens, at least four digits, right after the label",
    source="45 CFR 164.514(b)(2)(i) (account numbers, other unique identifying numbers); GB/T 35273-2020, annex A",
    words=(
        "订单号", "订单编号", "订单号码", "订单id", "订单:", "订单#", "会员号", "会员卡号", "会员编号", "会员卡",
        "会员id", "客户号", "客户编号", "客户id", "用户编号", "用户号", "用户id", "账号", "帐号", "账户", "帐户",
        "户号", "缴费号", "工号", "员工号", "员工编号", "学号", "学籍号", "准考证号", "准考证", "考生号", "保单号",
        "保险单号", "合同号", "合同编号", "病历号", "病案号", "门诊号", "住院号", "就诊卡号", "就诊号", "挂号单",
        "贷款编号", "借据号", "积分卡", "一卡通号", "借书证", "报名号", "申请编号", "预约号", "快递单号", "快递号",
        "运单号", "运单编号", "物流单号", "发票号码", "发票号", "银行账号", "银行账户", "bank account",
        "tracking number", "invoice number", "reference number", "case number", "claim number", "confirmation number",
        "order number", "order no", "order id", "order #", "order_id", "order_no", "orderid", "account number",
        "account no", "account id", "account #", "account_id", "account_number", "acct", "acct no", "member number",
        "member no", "member id", "membership number", "membership no", "membership id", "member_id",
        "customer number", "customer no", "customer id", "customer_id", "client id", "client number", "patient id",
        "patient number", "medical record number", "mrn", "employee id", "employee number", "student id",
        "student number", "policy number", "policy no", "policy #", "loyalty number", "frequent flyer number",
        "subscriber id", "booking reference", "reservation number", "user id", "loan number", "loan no", "claim no",
        "claim id", "claim #", "student no", "id #", "id#", "patient no", "ticket number", "case id", "file number",
        "application number", "member #", "customer #", "shipment number",
    ),
)  # fmt: skip
def order_or_account(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a number after its label."""
    found = beside(text, start, end, _VALUE)
    if found and sum(map(str.isdigit, found.value)) >= (4 if found.adjacent else 6):
        # Letters before the digits make sure that it is no telephone number.
        priority = 65 if found.value[0].isalpha() else 62 if found.adjacent else 41
        yield Candidate(found.start, found.end, "ORDER_OR_ACCOUNT", 0.7 if found.adjacent else 0.6, priority)


@keyword(
    kind="ORDER_OR_ACCOUNT",
    country="generic",
    layout="six capitals and digits, with a letter, right behind the words for bookings",
    source="IATA, PNR record locator",
    words=(
        "booking ref", "booking reference", "booking code", "booking number", "record locator", "pnr",
        "reservation code", "confirmation code", "confirmation number", "订座编码", "订座记录编号", "预订编号",
        "预定编号", "订单编码",
    ),
)  # fmt: skip
def booking(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find the code of a booking."""
    del start
    match = _LOCATOR.match(text, end)
    if match:
        yield Candidate(*match.span(1), "ORDER_OR_ACCOUNT", 0.7, 62)


@keyword(
    kind="ORDER_OR_ACCOUNT",
    country="generic",
    layout="6 to 17 digits, perhaps in groups, right behind account or claim",
    source="as above",
    words=("account", "a/c", "my claim", "your claim", "our claim"),
)
def account_in_words(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find the number behind the word alone: `account 30926819`."""
    del start
    match = _GIVEN.match(text, end)
    if match:
        yield Candidate(*match.span(1), "ORDER_OR_ACCOUNT", 0.6, 41)
