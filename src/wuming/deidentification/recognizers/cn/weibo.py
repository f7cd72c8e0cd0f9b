"""Accounts of Weibo: nickname after @ or a label, number, or address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.specification import Candidate, keyword

_NAME = r"[\w\-]{2,30}"
_MENTIONED = re.compile(rf"[号:= 是为叫(]{{0,4}}[ ]?@({_NAME})")
_NAMED = re.compile(
    rf"(?:账号|帐号|昵称|用户名|名字|名|号|id|uid|ID|UID)(?: ?[:=] ?|是|叫|为| )[“「『\"']?({_NAME})", re.IGNORECASE
)
_ASCII = re.compile(r" ?(?::|is|=) ?@?([A-Za-z0-9_\-]{4,30})(?![A-Za-z0-9.])", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:账号|帐号|号|id|uid)?[ :=是为]{0,3}([1-9][0-9]{9})(?![0-9A-Za-z])", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:u/|n/|p/)?([A-Za-z0-9_\-\u4e00-\u9fff]{3,30})(?![A-Za-z0-9])")
_PAGES = frozenset({"login", "signup", "home", "search", "index", "help", "about", "status", "ajax", "p", "u", "n"})


@keyword(
    kind="WEIBO",
    country="cn",
    layout="nickname of 2 to 30 characters after @ or a label; 10 digits; beside the word Weibo",
    source="Sina Weibo help centre: nicknames and numbers",
    words=("微博", "围脖", "weibo", "围博"),
)
def weibo(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find an account right after a word for Weibo."""
    del start
    for pattern, score in ((_NUMBERED, 0.9), (_MENTIONED, 0.9), (_NAMED, 0.85), (_ASCII, 0.7)):
        match = pattern.match(text, end)
        if match and not match.group(1).isspace():
            yield Candidate(*match.span(1), "WEIBO", score, 73)
            return


@keyword(
    kind="WEIBO",
    country="cn",
    layout="weibo.com/ and a number or a name",
    source="as above",
    words=("weibo.com/", "weibo.cn/"),
)
def weibo_address(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find the account in the address of its page."""
    del start
    match = _ADDRESS.match(text, end)
    if match and match.group(1).lower() not in _PAGES:
        yield Candidate(*match.span(1), "WEIBO", 0.9, 73)
