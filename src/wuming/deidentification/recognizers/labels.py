"""Values that only a label gives away: right after it, a few words on, or before it (`… is my member number`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from wuming.deidentification.runs import is_date

__all__ = ["GAP", "Beside", "beside", "digits", "valued"]

_LINE = r"\n(?![0-9]{1,2}(?:、|[.)] ?[^\s0-9]))"  # the number of an item of a list is no part of a value
GAP = rf"(?:[ \-._·/,、]{{1,3}}|{_LINE})"
"""What is put between the characters of a value."""

_REACH, _LONGEST, _MOST_LINES = 56, 48, 2
_FILLERS = re.compile(
    r"(?:[\s:=(\[{「【】『“”‘’\"'`#*|_<>,\-)\]}]|号码?|码|编[号码]|代码|账号|帐号|名称|为|是|叫|就|我的|的|也|都"
    r"|填|写|改成"
    r"|on file|provided|given|as|number|num|no\.?|nr\.?|code|id|is|was|at|value|account|my|:)*+",
    re.IGNORECASE,
)
# What names something else between a label and a value; no row of fillers holds any of it.
_OTHER = re.compile(
    r"手机|电话|座机|传真|身份证|护照|订单|运单|快递|单号|金额|价格|合计|卡号|邮箱|邮件|验证码|密码|时间|日期|版本"
    r"|尾号|网址"
    r"|phone|mobile|order|tracking|card|amount|price|total|e-?mail|date|password|http|version",
    re.IGNORECASE,
)
_COPULA = re.compile(
    r"[\s,)\]」”\"']{0,3}(?:(?:这个?|那|就)?(?:是|为|作为)|(?:is|was|are|as|being"
    r"|=)(?![A-Za-z]))[^0-9。;!?\n]{0,28}|[ ]?[(（] ?",
    re.IGNORECASE,
)


class Beside(NamedTuple):
    """A value beside a label.

    Attributes:
        start, end: in the text.
        adjacent: nothing but fillers lies between.
        value: as written.
    """

    start: int
    end: int
    adjacent: bool
    value: str


def digits(fewest: int, most: int) -> str:
    """Return an expression for so many digits: in one piece, or in groups of at most five."""
    broken = rf"(?=[0-9\n]{{{fewest + 1},{most + 1}}}(?![0-9]|{_LINE}[0-9]))[0-9]{{1,{most}}}{_LINE}[0-9]{{1,{most}}}"
    solid = rf"[0-9]{{{fewest},{most}}}(?![0-9])"
    return rf"(?:{broken}|{solid}|[0-9](?:{GAP}?[0-9]){{{fewest - 1},{most - 1}}}(?!{GAP}?[0-9])(?<![0-9]{{6}}))"


def valued(expression: str, *, tail: str = "") -> re.Pattern[str]:
    """Return the pattern of a value for `beside`: no ASCII letter or digit touches it.

    Args:
        expression: bounded, without groups.
        tail: what else must not follow.
    """
    more = f"|{tail}" if tail else ""
    return re.compile(rf"(?<![0-9A-Za-z_@])({expression})(?![0-9A-Za-z_]|@[A-Za-z]|\.[0-9]{more})", re.IGNORECASE)


def beside(
    text: str, start: int, end: int, value: re.Pattern[str], likely: Callable[[str], bool] | None = None
) -> Beside | None:
    """Return the value that belongs to a label.

    Args:
        text: normalised.
        start, end: of the label.
        value: as `valued` returns it.
        likely: says which of the values are meant; others are words of the sentence. None: all.
    """
    # The label itself may touch the value (QQ818241806), so it is cut off.
    after = text[end : end + _REACH + _LONGEST]
    if likely is None:
        match = value.search(after)
    else:
        match = next((one for one in value.finditer(after) if likely(one.group(1))), None)
    if match and match.start(1) <= _REACH and not is_date(after, *match.span(1)):
        between = after[: match.start(1)]
        adjacent = _FILLERS.fullmatch(between) is not None
        if between.count("\n") < _MOST_LINES and (adjacent or not _OTHER.search(between)):
            return Beside(end + match.start(1), end + match.end(1), adjacent, match.group(1))
    last = None
    for earlier in value.finditer(text, max(0, start - _REACH), start):
        last = earlier
    if last and (likely is None or likely(last.group(1))) and _COPULA.fullmatch(text, last.end(1), start):
        return Beside(*last.span(1), False, last.group(1))
    return None
