"""QQ numbers. Numbers of groups name no person and are left alone."""

from __future__ import annotations

from collections.abc import Iterator

from wuming.deidentification.recognizers.checks import digits_of
from wuming.deidentification.recognizers.labels import beside, digits, valued
from wuming.deidentification.specification import Candidate, keyword

_NUMBER = valued(f"(?!0){digits(5, 11)}", tail=r"[元块万岁年月天人条个次名位本集分%％折米克]")
_WEAK = frozenset({"q:", "企鹅", "球球", "秋秋", "+q"})
_OF_GOODS = ("货号", "型号", "批号", "编号", "款号", "单号", "会员号", "证号")
_NOT_PERSONAL = ("群", "音乐", "空间", "飞车", "浏览器", "炫舞", "堂", "农场")


@keyword(
    kind="QQ",
    country="cn",
    layout="5 to 11 digits, no leading 0, beside the word QQ and its disguises",
    source="Tencent, account rules",
    words=(
        "qq", "扣扣", "抠抠", "蔻蔻", "叩叩", "秋秋", "球球", "企鹅", "q号", "q q", "加q", "+q", "我q", "q:", "扣号",
    ),
)  # fmt: skip
def qq(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a number after or before a word for QQ."""
    if text.startswith(_NOT_PERSONAL, end) or text[max(0, start - 4) : start].rstrip().endswith(_OF_GOODS):
        return
    found = beside(text, start, end, _NUMBER)
    if found:
        count = len(digits_of(found.value))
        weak = text[start:end].lower() in _WEAK
        if count >= (7 if weak else 5 if found.adjacent else 6) and (found.adjacent or not weak):
            yield Candidate(found.start, found.end, "QQ", 0.6 if weak else 0.9 if found.adjacent else 0.7, 72)
