"""Accounts of Weibo: nickname after @ or a label, number, or address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.recognizers.labels import beside, valued
from wuming.deidentification.specification import Candidate, keyword

_NAME = r"[\w\-]{2,30}"
_MENTIONED = re.compile(rf"(?:账号|帐号|昵称|用户名|号|id)?[:= 是为叫(]{{0,4}}(@{_NAME})", re.IGNORECASE)
_MENTIONED_BEFORE = re.compile(rf"(@{_NAME}?)(?:[\"”」]? ?(?:就?是|is) ?(?:[我你他她]|my)?的? ?(?:新浪)?)$")
_NAMED = re.compile(
    rf"(?:账号|帐号|昵称|用户名|名字|名|号|id|uid)(?: ?[:=] ?|是|叫|为| "
    rf")[“「『\"']?({_NAME})",
    re.IGNORECASE,
)
# Ten digits, a name after @, or a name with a digit or _ in it.
_MARKED = valued(
    r"[1-9][0-9]{9}|@[\w\-]{2,30}|(?=[A-Za-z_\-]{1,29}[0-9]|[A-Za-z0-9\-]{1,29}_)[A-Za-z][A-Za-z0-9_\-]{3,29}",
    tail=r"\.[A-Za-z]",
)
_OF_ANOTHER = re.compile("[\u4e00-\u9fff](?<![是成为叫到给])")  # somebody is mentioned: 被客服@了
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
    """Find an account beside a word for Weibo."""
    match = _MENTIONED.match(text, end) or _MENTIONED_BEFORE.search(text, max(0, start - 48), start)
    found = beside(text, start, end, _MARKED)
    if found and found.value[0] != "@" and "\n" in text[end : found.start]:
        found = None
    if match:
        yield Candidate(*match.span(1), "WEIBO", 0.9, 73)
    elif found and (found.adjacent or found.value[0] != "@" or not _OF_ANOTHER.match(text[found.start - 1])):
        yield Candidate(found.start, found.end, "WEIBO", 0.9 if found.adjacent else 0.7, 73)
    elif named := _NAMED.match(text, end):
        yield Candidate(*named.span(1), "WEIBO", 0.8, 73)


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
