"""WeChat identifiers. They have no check, so they are known by the words beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.specification import Candidate, free

_NAME = (
    r"(?:微信|薇信|威信|徽信|卫星号|(?<![A-Za-z])(?:[Ww]e ?[Cc]hat|WECHAT|[Ww]eixin|[Vv]信|[Vv][Xx]|[Ww][Xx]|WX|VX))"
)
_IDENTIFIER = r"([A-Za-z][A-Za-z0-9_\-]{5,19})(?![A-Za-z0-9_@])"
_BEFORE = re.compile(
    _NAME
    + r"(?:[号码账是为我的加你搜叫就用请联系也可以直接:：=（(「“\" \-#,，]"
    + r"|(?:[Ii][Dd]|account|username|handle|is|my|at)(?![A-Za-z0-9_\-])){0,14}"
    + _IDENTIFIER
)
_AFTER = re.compile(
    r"(?<![A-Za-z0-9_@.])" + _IDENTIFIER + r"(?:[,， )）]{0,2}(?:这?就?是)?我?的?(?:微信|[Vv]信|[Ww]e[Cc]hat))"
)
_AFTER_ENGLISH = re.compile(r"(?<![A-Za-z0-9_@.])" + _IDENTIFIER + r" (?:on|is my|via) (?:WeChat|wechat|Wechat)")
_HINTS = ("微信", "薇信", "威信", "徽信", "卫星号", "v信", "vx", "wx", "wechat", "we chat", "weixin")
_ISSUED = re.compile(r"(?<![A-Za-z0-9_])(wxid_[A-Za-z0-9]{6,24})(?![A-Za-z0-9_])")


@free(
    kind="WECHAT",
    country="cn",
    layout="letter, then 5 to 19 letters, digits, _ or -; or wxid_ as issued; beside the words for WeChat",
    source="Tencent, WeChat help centre: setting a WeChat ID",
)
def wechat(text: str) -> Iterator[Candidate]:
    """Find identifiers right after, or right before, the words for WeChat."""
    lowered = text.lower()
    if not any(hint in lowered for hint in _HINTS):
        return
    if "wxid_" in text:
        for match in _ISSUED.finditer(text):
            yield Candidate(match.start(1), match.end(1), "WECHAT", 1.0, 75)
    for pattern in (_BEFORE, _AFTER, _AFTER_ENGLISH):
        for match in pattern.finditer(text):
            if match.group(1) and _convincing(match.group(1), text[match.start() : match.start(1)]):
                yield Candidate(match.start(1), match.end(1), "WECHAT", 0.9, 74)


def _convincing(identifier: str, before: str) -> bool:
    """Say whether it is no ordinary word: a digit, _ or - in it, or a label that announces an identifier."""
    if any(character.isdigit() or character in "_-" for character in identifier):
        return True
    announced = before.rstrip(' “"「(（').endswith(("号", "是", "：", ":", "id", "ID", "Id", "加", "搜", "叫"))
    return announced and identifier.lower() not in ("account", "number", "wechat", "please", "username", "payment")
