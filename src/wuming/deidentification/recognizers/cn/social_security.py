"""Numbers of social security cards and accounts; most are the resident identity number, which wins."""

from __future__ import annotations

from collections.abc import Iterator

from wuming.deidentification.recognizers.labels import after
from wuming.deidentification.specification import Candidate, keyword

_VALUE = after(r"[A-Za-z]{1,2}[0-9](?:[ \-]?[0-9]){6,9}|[0-9](?:[ \-]?[0-9]){6,18}[Xx]?")


@keyword(
    kind="CN_SOCIAL_SECURITY",
    country="cn",
    layout=
        "a letter and 8 digits (serial number of the card), 7 to 12 digits (account of a city), or a resident "
        "number",
    source="Ministry of Human Resources and Social Security, specification of the card; cities' rules",
    words=(
        "社保号", "社保卡", "社保编号", "社保账号", "社保帐号", "社保电脑号", "社会保障号", "社会保障卡", "社会保险号",
        "社会保险编号", "社会保险登记号", "社会保险个人", "个人社保", "参保编号", "参保号", "养老保险号",
        "养老保险编号", "养老金账号", "公积金账号", "公积金号", "公积金帐号", "公积金个人账号",
        "social insurance number", "social insurance no", "social insurance account", "social security card",
    ),
)  # fmt: skip
def social_security(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find the number after its label."""
    del start
    match = _VALUE.match(text, end)
    if match:
        yield Candidate(*match.span(1), "CN_SOCIAL_SECURITY", 0.9, 73)
