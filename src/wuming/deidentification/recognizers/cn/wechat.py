"""WeChat identifiers. They have no check, so they are known by the words beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.recognizers.labels import before
from wuming.deidentification.specification import Candidate, keyword

_IDENTIFIER = r"[A-Za-z][A-Za-z0-9_\-]{5,19}"
_FILLER = (
    r"(?:[ :=（(\[「『“‘’”\"'\-#,，~+]|号码?|账号|帐号|名|联系|同|码|是|为|我的?|的|加|你|搜索?|叫|就|用|请|也"
    r"|可以|直接"
    r"|(?:id|account|username|handle|number|is|my|at|me|on|add|search)(?![A-Za-z0-9_\-]))"
)
_AFTER_LABEL = re.compile(
    rf"{_FILLER}{{0,10}}+(?<![A-Za-z0-9_])({_IDENTIFIER})(?![A-Za-z0-9_@]|\.[A-Za-z])", re.IGNORECASE
)
_LEGACY = re.compile(
    r"(?:号码?|id|账号|帐号)? ?(?:[:=]|是|为) ?([1-9][0-9]{5,10})(?![0-9A-Za-z]|[.\-][0-9])", re.IGNORECASE
)
_BEFORE_LABEL = before(_IDENTIFIER, between="[ ,()]{0,2}(?:这?就?是)?我?的?(?: is my| on| via|, my)?[ ]?")
_ISSUED = re.compile(r"[A-Za-z0-9]{6,24}(?![A-Za-z0-9_])")
_ANNOUNCED = re.compile(r"(?:号码?|是|为|[:=]|id|加|搜索?|叫|账号|帐号) ?[“「『\"'(\[]?$", re.IGNORECASE)
_WORDS = frozenset({
    "account", "number", "wechat", "please", "username", "payment", "weixin", "official", "android", "iphone", "mini",
    "program", "public", "group", "friend", "friends", "message", "messages", "moments", "contact", "available",
})  # fmt: skip
# Ordinary words with another meaning: only together with what announces an identifier.
_HOMOPHONES = frozenset({"薇", "威信", "卫星", "微", "wx", "vx", "v"})


@keyword(
    kind="WECHAT",
    country="cn",
    layout=
        "letter, then 5 to 19 letters, digits, _ or -; beside the words for WeChat and their disguises; digits "
        "alone "
    "only after 微信号",
    source="Tencent, WeChat help centre: setting a WeChat ID",
    words=(
        "微信", "薇信", "徽信", "威信", "溦信", "維信", "维信", "卫星", "微x", "v信", "加v", "加薇", "加微", "+v",
        "➕v", "薇:", "微:", "v:", "微号", "薇号", "v号", "vx", "wx", "vx号", "vxin", "v-x", "wechat", "we chat",
        "weixin", "wechatid",
    ),
)  # fmt: skip
def wechat(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find an identifier right after, or right before, a word for WeChat."""
    match = _AFTER_LABEL.match(text, end)
    if match and _convincing(match.group(1), text[start : match.start(1)], text[start:end].lower() in _HOMOPHONES):
        yield Candidate(*match.span(1), "WECHAT", 0.9, 74)
        return
    legacy = _LEGACY.match(text, end)
    if legacy:
        yield Candidate(*legacy.span(1), "WECHAT", 0.6, 60)
        return
    first = max(0, start - 32)
    reverse = _BEFORE_LABEL.search(text[first:start])
    if reverse and _marked(reverse.group(1)):
        yield Candidate(first + reverse.start(1), first + reverse.end(1), "WECHAT", 0.85, 71)


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


def _convincing(identifier: str, label: str, is_homophone: bool) -> bool:
    """Say whether it is no ordinary word: a digit, _ or - in it, or a label that announces an identifier."""
    announced = _ANNOUNCED.search(label.rstrip()) is not None
    if is_homophone and not announced and not _marked(identifier):
        return False
    return _marked(identifier) or (announced and identifier.lower() not in _WORDS)
