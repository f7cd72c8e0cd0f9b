"""Accounts of platforms: their names, numbers and pages, and users who did something."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.recognizers.attributes.username import END, IDENTIFIER, likely
from wuming.deidentification.specification import Candidate, keyword

_GLUED_NUMBER = re.compile(rf"(?:账号|帐号|号)({IDENTIFIER}){END}")
_PLATFORM = re.compile(
    r"(?: ?(?:账号|帐号|号码?|用户名|id|昵称|主页|账户|handle|username|account|user|name))?"
    rf"(?: ?[:=] ?|是|叫|为| is | ?@| )[\"'“「@ ]{{0,2}}(?:live:)?({IDENTIFIER}(?:#[0-9]{{4}})?){END}",
    re.IGNORECASE,
)
_PLATFORM_NUMBER = re.compile(r"(?: ?[:=] ?|是|为| )([0-9]{6,12})(?![0-9A-Za-z])")
_PAGE = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_.\-]{1,38}[A-Za-z0-9_])(?![A-Za-z0-9_\-]|[./][A-Za-z0-9]|/[^\s])")
_SITE = frozenset({
    "about", "account", "ads", "api", "apps", "auth", "blog", "careers", "contact", "developers", "explore", "features",
    "feed", "groups", "help", "home", "hashtag", "jobs", "legal", "login", "marketplace", "messages", "notifications",
    "orgs", "pages", "pricing", "privacy", "search", "security", "settings", "share", "signup", "sponsors", "support",
    "terms", "topics", "trending", "watch", "www", "intent", "sharer", "oauth",
})  # fmt: skip
_STEAM = re.compile(r"STEAM_[0-5]:[01]:[0-9]{3,12}(?![0-9A-Za-z])")
_ACTING = re.compile(
    rf"[ \"'“]{{0,2}}({IDENTIFIER})[ \"'”]{{0,2}}"
    "(?:已?(?:登录|登陆|注册|下单|反馈|投诉|绑定|充值)|logged |signed |registered)"
)


@keyword(
    kind="USERNAME",
    country="generic",
    layout="letters, digits, _, . or - with a digit or a sign, after the name of a platform",
    source="rules of the platforms",
    words=(
        "抖音", "快手", "小红书", "b站", "哔哩哔哩", "知乎", "豆瓣", "支付宝", "钉钉", "飞书", "陌陌", "探探", "脉脉",
        "贴吧", "淘宝", "闲鱼", "旺旺", "领英", "推特", "脸书", "电报", "telegram", "skype", "line id", "facebook",
        "twitter", "instagram", "ins:", "ins账号", "ins号", "ig:",
        "github", "discord", "snapchat", "tiktok", "linkedin", "reddit", "tg:",
        "飞机号", "kakaotalk",
    ),
)  # fmt: skip
def platform_account(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a name after a platform's: with a digit or _ in it, or after @."""
    del start
    if text[end - 1] == ":":
        end -= 1
    match = _PLATFORM.match(text, end) or _GLUED_NUMBER.match(text, end)
    if match is None:
        return
    value = match.group(1)
    mentioned = text[match.start(1) - 1] == "@"
    if likely(value, quoted=mentioned) and not value.replace(".", "").replace("-", "").isdigit():
        yield Candidate(*match.span(1), "USERNAME", 0.8, 43)


@keyword(
    kind="USERNAME",
    country="generic",
    layout="six to twelve digits after the name that a platform has for its numbers",
    source="the platforms",
    words=("小红书号", "抖音号", "快手号", "火山号", "yy号", "b站uid"),
)
def platform_number(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Read a number as a platform gives it to an account."""
    del start
    match = _PLATFORM_NUMBER.match(text, end)
    if match:
        yield Candidate(*match.span(1), "USERNAME", 0.8, 66)


@keyword(
    kind="USERNAME",
    country="generic",
    layout="the address of a page of one account, which ends with its name",
    source="the platforms",
    words=(
        "github.com/", "gitlab.com/", "gitee.com/", "linkedin.com/in/", "twitter.com/", "instagram.com/",
        "facebook.com/",
        "t.me/", "tiktok.com/@", "youtube.com/@", "medium.com/@", "reddit.com/user/", "reddit.com/u/",
        "zhihu.com/people/", "space.bilibili.com/", "steamcommunity.com/id/", "douban.com/people/", "behance.net/",
        "keybase.io/",
    ),
)  # fmt: skip
def profile_page(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Read the last part of the address, where nothing but a query follows; pages of the site itself are none."""
    del start
    match = _PAGE.match(text, end)
    if match and match.group(1).lower() not in _SITE:
        yield Candidate(*match.span(1), "USERNAME", 0.8, 72)


@keyword(
    kind="USERNAME",
    country="generic",
    layout="letters with a digit or a sign between 用户 and what it did, or in quotes before it; STEAM_0:1:123456",
    source="usage; Valve, SteamID",
    words=("用户", "user", "steam_0:", "steam_1:"),
)
def acting_user(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Read who did something."""
    if text[end - 1] == ":":
        match = _STEAM.match(text, start)
        if match:
            yield Candidate(*match.span(), "USERNAME", 0.9, 66)
        return
    match = _ACTING.match(text, end)
    if match and likely(match.group(1), quoted=False):
        yield Candidate(*match.span(1), "USERNAME", 0.7, 43)
