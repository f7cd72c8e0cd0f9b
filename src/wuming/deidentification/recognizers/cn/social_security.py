"""Numbers of social security cards and accounts; most are the resident identity number, which wins."""

from __future__ import annotations

from collections.abc import Iterator

from wuming.deidentification.recognizers.labels import beside, digits, valued
from wuming.deidentification.specification import Candidate, keyword

_VALUE = valued(f"[A-Za-z]{{1,2}}{digits(7, 10)}|{digits(7, 19)}")


@keyword(
    kind="CN_SOCIAL_SECURITY",
    country="cn",
    layout=
        "a letter and 8 digits (serial number of the card), 7 to 12 digits (account of a city), or a resident "
        "number",
    source="Ministry of Human Resources and Social Security, specification of the card; cities' rules",
    words=(
        "社保号", "社保卡", "社保编号", "社保账号", "社保帐号", "社保电脑号", "社会保障号", "社会保障卡", "社会保险号",
        "社会保险编号", "社会保险登记号", "社会保险个人", "社会保障号码", "个人社保", "参保编号", "参保号",
        "养老保险号", "养老保险编号", "养老金账号", "公积金账号", "公积金号", "公积金帐号", "公积金个人账号",
        "social insurance number", "social insurance no", "social insurance account", "social security card",
    ),
)  # fmt: skip
def social_security(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find the number after its label; America has a number of its own."""
    if text.startswith("美国", max(0, start - 2)):
        return
    found = beside(text, start, end, _VALUE)
    if found:
        yield Candidate(found.start, found.end, "CN_SOCIAL_SECURITY", 0.9 if found.adjacent else 0.7, 73)
