"""WeChat identifiers. They have no check, so they are known by the words beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.recognizers.labels import beside, valued
from wuming.deidentification.specification import Candidate, keyword

_IDENTIFIER = r"[A-Za-z][A-Za-z0-9_\-]{5,19}"
_MARKED = valued(
    rf"(?=[A-Za-z_\-]{{1,19}}[0-9]|[A-Za-z0-9\-]{{1,19}}_"
    rf"|[a-z0-9]{{1,12}}-[a-z0-9]){_IDENTIFIER}",
    tail=r"\.[A-Za-z]",
)
_FILLER = (
    r"(?:[ :=(\[「『“‘’”\"'\-#,~+]|号码?|账号|帐号|名|联系|同|码|是|为|我的?|的|加|你|搜索?|叫|就|用|请|也|可以|直接"
    r"|(?:id|account|username|handle|number|is|my|at|me|on|add|search)(?![A-Za-z0-9_\-]))"
)
_NEXT = re.compile(rf"{_FILLER}{{0,10}}+(?<![A-Za-z0-9_])({_IDENTIFIER})(?![A-Za-z0-9_@]|\.[A-Za-z])", re.IGNORECASE)
_LEGACY = re.compile(
    r"(?:号码?|id|账号|帐号)? ?(?:[:=]|是|为) ?([1-9][0-9]{5,10})(?![0-9A-Za-z]|[.\-][0-9])", re.IGNORECASE
)
_ISSUED = re.compile(r"[A-Za-z0-9]{6,24}(?![A-Za-z0-9_])")
_ANNOUNCED = re.compile(r"(?:号码?|是|为|[:=]|id|加|搜索?|叫|账号|帐号) ?[“「『\"'(\[]?$", re.IGNORECASE)
_BASE_64 = re.compile("[0-9A-Za-z+/=][+vV]")
_WORDS = frozenset({
    "account", "number", "wechat", "please", "username", "payment", "weixin", "official", "android", "iphone", "mini",
    "program", "public", "group", "friend", "friends", "message", "messages", "moments", "contact", "available",
    "provided", "updated", "correct", "missing", "listed", "verified", "different", "invalid", "unknown", "change",
    "changed", "linked", "working", "blocked", "private", "optional", "required",
})  # fmt: skip
# Ordinary words with another meaning: only right before what announces an identifier.
_HOMOPHONES = frozenset({"薇", "威信", "卫星", "微", "wx", "vx", "微号", "v:", "+v", "➕v"})


@keyword(
    kind="WECHAT",
    country="cn",
    layout=
        "letter, then 5 to 19 letters, digits, _ or -; beside the words for WeChat and their disguises; digits "
        "alone "
    "only after 微信号",
    source="Tencent, WeChat help centre: setting a WeChat ID",
    words=(
        "微信", "薇信", "徽信", "威信", "溦信", "维信", "卫星", "微x", "v信", "加v", "加薇", "加微", "+v",
        "➕v", "薇:", "微:", "v:", "微号", "绿泡泡", "薇号", "v号", "vx", "wx", "v-x", "wechat", "we chat", "weixin",
    ),
)  # fmt: skip
def wechat(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find an identifier after or before a word for WeChat; within base 64 there are no words."""
    if start and _BASE_64.match(text, start - 1):
        return
    match = _NEXT.match(text, end)
    if match and (_marked(match.group(1)) or _announced(match.group(1), text[start : match.start(1)])):
        yield Candidate(*match.span(1), "WECHAT", 0.9, 74)
        return
    legacy = _LEGACY.match(text, end)
    if legacy:
        yield Candidate(*legacy.span(1), "WECHAT", 0.6, 60)
        return
    found = None if text[start:end].lower() in _HOMOPHONES else beside(text, start, end, _MARKED)
    if found:
        yield Candidate(found.start, found.end, "WECHAT", 0.75, 71)


@keyword(
    kind="WECHAT",
    country="cn",
    layout="wxid_ and letters and digits, as issued",
    source="Tencent, identifiers before one is chosen",
    words=("wxid_",),
)
def issued_wechat(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find an issued identifier."""
    match = _ISSUED.match(text, end)
    if match:
        yield Candidate(start, match.end(), "WECHAT", 1.0, 75)


def _marked(identifier: str) -> bool:
    return any(character.isdigit() or character in "_-" for character in identifier)


def _announced(identifier: str, label: str) -> bool:
    return _ANNOUNCED.search(label.rstrip()) is not None and identifier.lower() not in _WORDS
