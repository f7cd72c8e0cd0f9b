"""E-mail addresses, plain and as people write them to escape robots."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.recognizers.generic.domains import CHINESE, cut_to_domain, ends_domain
from wuming.deidentification.specification import Candidate, keyword

# RFC 5321 `atext` without the marks that more often separate: = / ? { | } and the grave accent.
_LOCAL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-'!#$&*^~"
_LONGEST_LOCAL, _SHORTEST_LOCAL = 64, 3
_PLAIN_LOCAL = _LOCAL.partition("'")[0]
_NO_START = ".-'%+!#&*^~"
_ACCOUNTS = frozenset({"git", "hg", "svn"})  # of code hosts, shared by everybody: git@host:path
_HOST = re.compile(
    r"(?:[0-9A-Za-z\u00c0-\u024f](?:[0-9A-Za-z\u00c0-\u024f\-]{0,62})\.){1,8}[A-Za-z]{2,24}(?![0-9A-Za-z])"
)
_CHINESE_HOST = re.compile(rf"[0-9A-Za-z\u4e00-\u9fff\-]{{1,20}}\.(?:{'|'.join(CHINESE)})")
_LITERAL = re.compile(r"\[(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|IPv6:[0-9A-Fa-f:.]{2,45})\]")
_QUOTED = re.compile(r'(?<![0-9A-Za-z"])"[0-9A-Za-z](?:[0-9A-Za-z ._@,:+\-]{0,62}[0-9A-Za-z])?"$')
_CHINESE_NAME = re.compile(r"(?:^|[^\u4e00-\u9fff0-9A-Za-z])([\u4e00-\u9fff]{2,4})$")

_BRACKETED = r" ?[\[({<【](?:%s)[\])}>】] ?"
_AT = (
    rf"(?: ?@ ?|{_BRACKETED % 'at|AT|At|@|a|艾特'}| ?(?:艾特|小老鼠|圈[aA]|[#*_]at[#*_]) ?| (?:at|AT) "
    "|[#&☆★](?=[a-z0-9]))"
)
_DOT = rf"(?:\.|{_BRACKETED % 'dot|DOT|Dot|.|点'}| (?:dot|DOT) | ?[点點] ?)"
_CHINESE_DOT = re.compile(r"[0-9a-z\-]{1,40} ?[点點。]")
_WORD = r"[0-9A-Za-z](?:[0-9A-Za-z_%+\-]{0,62}[0-9A-Za-z])?"
_NAME_AT = re.compile(rf"(?<![0-9A-Za-z._%+])(?<![0-9A-Za-z]-){_WORD}(?:{_DOT}{_WORD}){{0,4}}{_AT}({_WORD})")
_DOT_LABEL = re.compile(rf"({_DOT}| \. ?|\. |。)([0-9A-Za-z](?:[0-9A-Za-z\-]{{0,61}}[0-9A-Za-z])?)")
_WINDOW, _MOST_LABELS = 100, 5
_MAILBOXES = (
    "gmail", "qq", "163", "126", "139", "sina", "sohu", "foxmail", "outlook", "hotmail", "yahoo", "icloud", "aliyun",
)  # fmt: skip
# What stands before "at" in a sentence about a site.
_NO_NAMES = frozenset((
    "look", "looks", "looking", "available", "sold", "found", "hosted", "us", "me", "them", "him", "her", "you",
    "it", "is", "are", "was", "arrive", "here", "there", "online", "shop", "work", "works", "account", "mail",
    "email", "domain", "addresses", "and", "or",
))  # fmt: skip


@keyword(
    kind="EMAIL",
    country="generic",
    layout="local part, @, domain that ends in a name of the root zone; or an address of the Internet Protocol in "
    "brackets",
    source="RFC 5321, sections 4.1.2, 4.1.3 and 4.5.3.1; RFC 6531",
    words=("@",),
)
def email(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Read an address around an @."""
    host = _HOST.match(text, end)
    domain = cut_to_domain(host.group()) if host else ""
    if not domain:
        other = _LITERAL.match(text, end) or _CHINESE_HOST.match(text, end)
        if other is None:
            yield from _disguised(text, start, end)
            return
        domain = other.group()
    head = text[max(0, start - _LONGEST_LOCAL - 2) : start]
    local = head[len(head.rstrip(_LOCAL)) :].lstrip(_NO_START)
    if 0 < len(local) <= _LONGEST_LOCAL:
        if local not in _ACCOUNTS and not (local.isidentifier() and _of_code(text, end + len(domain))):
            yield Candidate(start - len(local), end + len(domain), "EMAIL", 1.0, 90)
    elif quoted := _QUOTED.search(head):
        yield Candidate(start - len(quoted.group()), end + len(domain), "EMAIL", 1.0, 90)
    elif name := _CHINESE_NAME.search(head):
        yield Candidate(start - len(name.group(1)), end + len(domain), "EMAIL", 0.8, 90)
    else:
        yield from _disguised(text, start, end)


@keyword(
    kind="EMAIL",
    country="generic",
    layout="[at], (at), 艾特, #at# or at for @; [dot], dot or 点 for the dot; blanks around them",
    source="usage",
    words=(
        "[at]", "(at)", "{at}", "<at>", "【at】", "[a]", "(a)", "[艾特]", "(艾特)", "艾特", "小老鼠", "圈", "#at#",
        "*at*", "_at_", " dot ", "[dot]", "(dot)", "{dot}", "【dot】", *(f"#{name}" for name in _MAILBOXES),
    ),
)  # fmt: skip
def disguised_email(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Read an address around a word for @ or the dot."""
    if text[start] != "圈" or text[end : end + 1] in ("a", "A"):  # else a circle of friends
        yield from _disguised(text, start, end)


@keyword(
    kind="EMAIL",
    country="generic",
    layout="at or # for @, dots as they are; the local part is no word of a sentence, or the domain gives mailboxes",
    source="usage",
    words=(" at ", "#"),
    behind={" at ": "."},
)
def email_at_word(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Read an address around a word that may have other uses."""
    host = _HOST.match(text, end)
    domain = cut_to_domain(host.group()) if host else ""
    if not domain:
        if text[start] == "#" and _CHINESE_DOT.match(text, end):
            yield from _disguised(text, start, end)
        return
    head = text[max(0, start - _LONGEST_LOCAL) : start]
    local = head[len(head.rstrip(_PLAIN_LOCAL)) :].lstrip(_NO_START)
    mailbox = domain.partition(".")[0].lower() in _MAILBOXES
    named = any(mark in local for mark in "0123456789._-") and local[:1].isalpha()
    if len(local) < _SHORTEST_LOCAL or local.lower() in _NO_NAMES or not (mailbox or named):
        return
    if not head[: len(head) - len(local)].endswith("/"):  # part of an address of the web
        yield Candidate(start - len(local), end + len(domain), "EMAIL", 0.8 if mailbox else 0.6, 89)


def _of_code(text: str, end: int) -> bool:
    """Say whether what follows makes it a product of matrices: `x@weight.data[0]`."""
    return text[end : end + 1] in ("(", "[", "_") and text[end + 1 : end + 2].isascii()


def _disguised(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Read an address whose @ or dot, at `start` to `end`, may be spelled out."""
    for match in _NAME_AT.finditer(text, max(0, start - _WINDOW), min(len(text), end + _WINDOW)):
        if match.start() >= end:
            return
        stop, position = 0, match.end()
        for _ in range(_MOST_LABELS):
            label = _DOT_LABEL.match(text, position)
            if label is None:
                break
            position = label.end()
            sentence_ends = label.group(1) == ". " and not label.group(2).islower()
            if ends_domain(label.group(2)) and not sentence_ends:
                stop = position
        # `hello @example.com` mentions somebody; blanks on both sides of the @ do not.
        mention = text[: match.start(1)].endswith(" @")
        if stop < end or mention or _of_code(text, stop):
            continue
        if text[match.start() : match.start(1)].split()[0].lower() not in _NO_NAMES:
            yield Candidate(match.start(), stop, "EMAIL", 0.9, 89)
