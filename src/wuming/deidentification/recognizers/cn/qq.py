"""QQ numbers. Numbers of groups name no person and are left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.recognizers.labels import before
from wuming.deidentification.specification import Candidate, keyword

_NUMBER = r"[1-9](?:[ \-.]?[0-9]){4,10}"
_FILLER = (
    r"(?:[ :=（(\[「“‘’”\"'\-#,，~+]|号码?|账号|帐号|小号|大号|联系|码|是|为|我的?|的|加|叫|也|可以|同|number"
    r"|account|id|no\.?|is|my|add|me)"
)
_AFTER_LABEL = re.compile(
    rf"{_FILLER}{{0,10}}+(?<![0-9])({_NUMBER})(?![0-9A-Za-z@]|\.[0-9]|[元块万岁年月人条个])", re.IGNORECASE
)
_BEFORE_LABEL = before("[1-9][0-9]{4,10}", between="[ ,()]{0,2}(?:这?就?是)?(?:我|他|她)?(?:的| is my)? ?")
_WEAK = frozenset({"q", "q:", "企鹅", "球球"})


@keyword(
    kind="QQ",
    country="cn",
    layout="5 to 11 digits, no leading 0, beside the word QQ and its disguises",
    source="Tencent, account rules",
    words=(
        "qq", "扣扣", "抠抠", "蔻蔻", "叩叩", "口口号", "秋秋", "球球", "企鹅", "企鹅号", "q号", "q q", "加q", "+q",
        "我q", "加我q", "q:", "qq号", "qq号码", "扣号",
    ),
)  # fmt: skip
def qq(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a number right after, or right before, a word for QQ."""
    match = _AFTER_LABEL.match(text, end)
    if match:
        digits = sum(map(str.isdigit, match.group(1)))
        weak = text[start:end].lower() in _WEAK
        if digits <= 11 and (not weak or digits >= 7):
            yield Candidate(*match.span(1), "QQ", 0.6 if weak else 0.9, 72)
        return
    first = max(0, start - 20)
    reverse = _BEFORE_LABEL.search(text[first:start])
    if reverse and not text.startswith(("群", "邮箱", "音乐", "空间"), end):
        yield Candidate(first + reverse.start(1), first + reverse.end(1), "QQ", 0.85, 71)
