"""Certificates of officers, civilians, soldiers and students of the army, and of the Armed Police."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.recognizers.labels import after
from wuming.deidentification.specification import Candidate, keyword

_ORDINAL = re.compile(r"(?<=[军士兵文武学官退空海政后装参警边北沈兰济南广成])字 ?第? ?:? ?([0-9]{6,10})(?![0-9A-Za-z])")
_LABELLED = after("[0-9]{6,10}|[A-Za-z]{1,2}[0-9]{6,9}")
_LABELS = (
    "军官证", "士兵证", "义务兵证", "士官证", "军人证", "军人保障卡", "军人身份证", "军警证", "警官证", "文职干部证",
    "文职人员证", "文职证", "离休干部荣誉证", "军官退休证", "军官离休证", "退休军官证", "退役军人证", "退役证",
    "学员证", "武警证", "军籍号", "军人证件", "部队证件", "officer certificate", "officer id", "soldier id",
    "military id", "military service number",
)  # fmt: skip


@keyword(
    kind="CN_MILITARY_ID",
    country="cn",
    layout="军, 士, 文, 武 or another character, 字第, 6 to 10 digits (mostly 7 or 8), 号",
    source="Central Military Commission, certificates of military persons; used as proof of identity by PBC rules",
    words=("字第", "字 第", *(f"字{digit}" for digit in "0123456789")),
)
def military_id(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find the number between 字第 and 号."""
    del end
    match = _ORDINAL.match(text, start)
    if match:
        yield Candidate(*match.span(1), "CN_MILITARY_ID", 0.95, 73)


@keyword(
    kind="CN_MILITARY_ID",
    country="cn",
    layout="6 to 10 digits, or one or two letters and 6 to 9 digits, right after the name of the certificate",
    source="as above",
    words=_LABELS,
)
def labelled_military_id(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find the number after the name of the certificate."""
    del start
    match = _LABELLED.match(text, end)
    if match:
        yield Candidate(*match.span(1), "CN_MILITARY_ID", 0.9, 72)
