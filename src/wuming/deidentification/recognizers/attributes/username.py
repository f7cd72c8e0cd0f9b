"""Names of accounts, known by the label or the platform beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.english.lexicon import BIT, words
from wuming.deidentification.recognizers.labels import beside, valued
from wuming.deidentification.specification import Candidate, keyword

IDENTIFIER = r"[A-Za-z0-9_][A-Za-z0-9_.\-]{2,31}"
END = r"(?![A-Za-z0-9_@]|[(\[{/<](?![\u4e00-\u9fff])|[.\-][A-Za-z0-9])"
_LABEL = re.compile(
    rf"[\"'”)\]】」]?(?: ?[:=] ?| ?(?:是|为|叫|就是) ?| is | was |\t| |\()[\"'“「@<]{{0,2}}({IDENTIFIER}){END}"
    r"([\"'”]?)",
    re.IGNORECASE,
)
_TOKEN = valued(r"[A-Za-z][A-Za-z0-9_.\-]{2,30}[A-Za-z0-9_]", tail=r"[(\[{/<](?![\u4e00-\u9fff])|[.'’][A-Za-z]")
_LOOSE_WORDS = frozenset({"login", "handle", "alias"})  # words with other uses: only right beside the name
_SIGNED = re.compile("[0-9_.]")
_MARKS = re.compile(r"[_.\-]")
_ORDINARY = BIT["W1"] | BIT["W2"] | BIT["W3"]
_NAMES = BIT["F1"] | BIT["F2"] | BIT["S1"] | BIT["S2"]
_SHORTEST_NAME, _SHORTEST_UNMARKED, _INITIALS = 3, 4, 2
_NUMBERED = re.compile(r"[A-Za-z]{1,6}[_\-]?[0-9]{6,}")
_GLUED = re.compile(rf"({IDENTIFIER}){END}()")
_NICKNAME = re.compile(r"(?: ?[:=] ?|是|叫|为)[\"'“「]?([\w\-·]{2,20})")
# What stands in such a place in code and forms.
_WORDS = frozenset({
    "str", "string", "text", "none", "null", "nil", "true", "false", "required", "optional", "undefined", "varchar",
    "self", "user", "username", "name", "field", "value", "int", "password", "email", "phone", "the", "not", "and",
    "for", "you", "your", "this", "that", "taken", "invalid", "incorrect", "wrong", "empty", "already", "char", "any",
    "object", "request", "args", "data", "input", "config", "credentials", "getenv", "env", "unknown", "login",
    "account", "test", "example", "here", "available", "used", "case", "has", "was", "are", "yes", "with", "only",
    "elif", "else", "def", "lambda", "isinstance", "kwargs", "async", "await", "yield", "typeof", "const", "func",
    "set", "unset", "stdin", "argv",
    "telegram", "skype", "facebook", "twitter", "instagram", "github", "discord", "snapchat", "tiktok", "linkedin",
    "reddit", "weibo", "wechat", "steam", "xbox", "twitch", "slack", "youtube",
    "passwd", "getattr", "setattr", "hostname", "localhost", "sudo", "chmod", "bool", "enum",
})  # fmt: skip


def likely(value: str, *, quoted: bool) -> bool:
    lowered = value.lower().strip("_.-")
    if lowered in _WORDS or len(lowered) < 3:
        return False
    mixed = any(map(str.isalpha, value)) and any(character.isdigit() or character in "_-." for character in value)
    return mixed or (quoted and value.isalpha())


def _invented(value: str) -> bool:
    """Say whether letters alone are no word: `rebeccawilliams`."""
    known = words().get(value, 0)
    return value.isalpha() and value.islower() and len(value) >= _SHORTEST_UNMARKED and not known & _ORDINARY


def _marked(value: str) -> bool:
    """Say whether a word of a sentence can be but a user's name: by a digit in it, or by the name of a person."""
    if value.startswith("self.") or any(map(str.isdigit, value)):
        return not value.startswith("self.")
    if value.isalpha():
        return value.lower() not in _WORDS and _invented(value) and _holds_name(value)
    parts = [part for part in _MARKS.split(value) if part]
    return len(parts) > 1 and any(words().get(part.lower(), 0) & _NAMES for part in parts)


def _holds_name(value: str) -> bool:
    """Say whether letters are two names, or a name and one or two letters: `nathanhoward`, `kwilliams`, `maryb`."""
    for cut in range(1, len(value)):
        first, last = value[:cut], value[cut:]
        if _is_name(last) and (_is_name(first) or cut <= _INITIALS):
            return True
        if _is_name(first) and len(last) <= _INITIALS:
            return True
    return _is_name(value)


def _priority(label: str, value: str, priority: int) -> int:
    """Return a priority below that of a member's number, where the value looks like one: `member ID: EY2405498044`."""
    return min(priority, 64) if label.endswith("id") and _NUMBERED.fullmatch(value) else priority


def _is_name(word: str) -> bool:
    return len(word) >= _SHORTEST_NAME and bool(words().get(word, 0) & _NAMES)


@keyword(
    kind="USERNAME",
    country="generic",
    layout="3 to 32 letters, digits, _, . or - after a label; without a digit only in quotes or after a Chinese label",
    source="RFC 8265 (usernames); rules of the platforms",
    words=(
        "用户账号", "用户帐号", "用户名", "登录名", "登陆名", "登录账号", "登录帐号", "登录id", "用户id", "账户名",
        "帐户名", "账号名", "账号:",
        "帐号:", "username", "user name", "user_name", "userid", "user id", "user_id", "login name",
        "login id", "login:", "sign-in name", "logon name", "logon id",
        "profile name", "display name", "member name", "user handle", "account handle", "my handle", "your handle",
        "his handle", "her handle", "the handle", "登录号", "登入名", "登入账号", "注册账号", "平台账号", "用户代号",
        "昵称", "网名", "handle", "alias", "login", "会员名", "登录账户", "登陆账号", "登录用户", "注册名", "用户昵称",
        "账号名称", "账户名称", "用户标识", "screen name", "screen_name", "account name", "handle:", "handle is",
        "nickname", "账号", "帐号", "nick:", "nick is", "gamertag", "psn id", "xbox live", "member id", "steam id",
        "steamid",
        "logged in as", "signed in as", "log in as", "profile:",
    ),
)  # fmt: skip
def username(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a name after its label."""
    priority = 43 if text[start:end].rstrip(":") in ("账号", "帐号") else 66
    label = text[start:end].lower()
    loose = text[start:end].lower() in _LOOSE_WORDS and text[end : end + 1] != ":"
    if text[end : end + 1] == "(" and text[start:end].isascii():
        return  # a function
    if text[end - 1] == ":":
        end -= 1
    match = (
        None if loose else _LABEL.match(text, end) or (None if text[start:end].isascii() else _GLUED.match(text, end))
    )
    if match:
        quoted = bool(match.group(2)) or not text[start:end].isascii()
        computed = "=" in text[end : match.start(1)] and not match.group(2) and not _marked(match.group(1))
        if not computed and (likely(match.group(1), quoted=quoted) or _invented(match.group(1))):
            yield Candidate(*match.span(1), "USERNAME", 0.8, _priority(label, match.group(1), priority))
            return
    found = beside(text, start, end, _TOKEN, _marked)
    if found and loose and not (found.adjacent and _SIGNED.search(found.value)):
        return
    between = text[min(end, found.end) : max(start, found.start)] if found else ""
    if found and "=" not in text[found.end : start] and (found.adjacent or "\n" not in between):
        priority = _priority(label, found.value, priority) if found.adjacent else 43
        yield Candidate(found.start, found.end, "USERNAME", 0.8 if found.adjacent else 0.6, priority)


@keyword(
    kind="USERNAME",
    country="generic",
    layout="2 to 20 characters, Chinese too, after a label for nicknames",
    source="as above",
    words=(
        "昵称",
        "网名",
        "微信名",
        "qq名",
        "游戏名",
        "游戏id",
        "笔名",
        "知乎id",
        "知乎用户名",
        "b站id",
        "b站用户名",
        "豆瓣id",
        "豆瓣用户名",
        "小红书id",
        "小红书名",
        "抖音名",
        "快手名",
        "贴吧id",
    ),
)
def nickname(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a nickname after its label."""
    del start
    match = _NICKNAME.match(text, end)
    if match:
        yield Candidate(*match.span(1), "USERNAME", 0.7, 43)
