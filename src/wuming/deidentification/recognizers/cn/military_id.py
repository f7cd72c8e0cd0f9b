"""Certificates of officers, civilians, soldiers and students of the army, and of the Armed Police."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.recognizers.labels import beside, digits, valued
from wuming.deidentification.specification import Candidate, keyword

_GAP = r"[ \-.·]{0,2}"
_ORDINAL = re.compile(
    rf"([\u4e00-\u9fff]){_GAP}字{_GAP}第?{_GAP}:?((?:[0-9]{_GAP}){{5,9}}[0-9])(?![0-9A-Za-z])(?:{_GAP}号)?"
)
_TROOPS = frozenset("军士兵文武学官退空海政后装参警边北沈兰济南广成东西中战火联")
_LABELLED = valued(f"[A-Za-z]{{0,2}}{digits(6, 10)}")
_LABELS = (
    "军官证", "士兵证", "义务兵证", "士官证", "军人证", "军人保障卡", "军人身份证", "军警证", "警官证", "文职干部证",
    "文职人员证", "文职证", "离休干部荣誉证", "军官退休证", "军官离休证", "退休军官证", "退役军人证", "退役证",
    "学员证", "武警证", "军籍号", "军人证件", "部队证件", "军人证号", "士兵证件", "officer certificate", "officer id",
    "soldier id", "military id", "military service number",
)  # fmt: skip


@keyword(
    kind="CN_MILITARY_ID",
    country="cn",
    layout="军, 士, 文, 武 or another character, 字第, 6 to 10 digits (mostly 7 or 8), 号",
    source="Central Military Commission, certificates of military persons; used as proof of identity by PBC rules",
    words=("字第", "字 第", *(f"字{digit}" for digit in "0123456789")),
)
def military_id(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find the number around 字第."""
    del end
    match = _ORDINAL.match(text, start - 1) if start else None
    if match and match.group(1) in _TROOPS:
        yield Candidate(match.start(), match.end(), "CN_MILITARY_ID", 0.95, 73)


@keyword(
    kind="CN_MILITARY_ID",
    country="cn",
    layout="6 to 10 digits, or one or two letters and 6 to 9 digits, right after the name of the certificate",
    source="as above",
    words=_LABELS,
)
def labelled_military_id(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find the number after the name of the certificate."""
    found = beside(text, start, end, _LABELLED)
    if found:
        yield Candidate(found.start, found.end, "CN_MILITARY_ID", 0.9 if found.adjacent else 0.7, 72)
