"""Addresses of the web that say who somebody is, or let others in: user information, tokens, keys, identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.specification import Candidate, keyword

_SCHEME = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-"
_REST = re.compile(r"[0-9A-Za-z\-._~:/?#\[\]@!$&'()*+,;=%|\u00c0-\u024f]{1,2048}")
_CLOSING = {")": "(", "]": "[", "'": "'"}
_USER = re.compile(r"[^/?#@\s]{1,256}@[^/?#@\s]")
_PARAMETER = re.compile(r"[?&#;]([0-9A-Za-z_.\-\[\]]{1,40})=([^&#;\s]{1,1024})")
_SECRET = re.compile(
    r"(?:.*[_\-.])?(?:token|apikey|api[_\-]?key|access[_\-]?key(?:[_\-]?id)?|auth|authkey|authorization|secret|sig|signature|sign"
    r"|password|passwd|pwd|pass|session|sessionid|session[_\-]?id|sid|jwt|code|ticket|credential|otp|key|accesstoken|ak|sk"
    r"|x-amz-signature|x-amz-credential|x-oss-signature|q-signature|private[_\-]?token|invite|reset|nonce|phpsessid|jsessionid)",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"(?:.*[_\-.])?(?:e?mail|phone|mobile|tel|user[_\-]?id|uid|userid|user|username|user[_\-]?name|login|openid|unionid|account|acct"
    r"|member[_\-]?id|customer[_\-]?id|patient[_\-]?id|idcard|id[_\-]?no|ssn|card|name|realname|wxid|qq|device[_\-]?id|imei|ip)",
    re.IGNORECASE,
)
# Some secrets lie in the path: hooks of chat rooms.
_HOOK = re.compile(
    r"hooks\.slack\.com/(?:services|workflows)/[A-Z0-9]{6,}|discord(?:app)?\.com/api/webhooks/[0-9]{15,}/"
    r"|open\.(?:feishu\.cn|larksuite\.com)/open-apis/bot/(?:v2/)?hook/[0-9a-z\-]{20,}|/bot[0-9]{8,10}:[0-9A-Za-z_\-]{30,}"
    r"|[.]webhook\.office\.com/webhookb2/|/(?:reset|verify|confirm|activate|invite|unsubscribe)(?:[_\-]?\w{1,12})?/[0-9A-Za-z_\-]{20,}"
)
_SHORTEST_SECRET, _SHORTEST_PERSON = 6, 3
_PLACEHOLDER = re.compile(r"[<{$*%]|x{4,}|your|example|xxx|\.\.\.|token$|key$|secret$|password$", re.IGNORECASE)
_SHARED_ACCOUNTS = frozenset({"git", "hg", "svn", "ssh"})
_EMAIL = re.compile(r"[^@=&?/\s]{1,64}(?:@|%40)[^@=&?/\s]{1,255}\.[A-Za-z]{2,}")


@keyword(
    kind="URL",
    country="generic",
    layout="scheme://user:password@host, or a query that holds a token, a key, an e-mail address or an identifier",
    source="RFC 3986, sections 3.2.1 and 3.4; RFC 6750, section 2.3",
    words=("://",),
)
def url(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Read the address around `://`; a public one scores below what is taken by default."""
    head = text[max(0, start - 20) : start]
    scheme = head[len(head.rstrip(_SCHEME)) :].lstrip("0123456789+.-")
    rest = _REST.match(text, end)
    if not scheme or rest is None:
        return
    stop = _without_closing(text, end, rest.end())
    score = _score(text[end:stop])
    yield Candidate(start - len(scheme), stop, "URL", score, 95 if score > 0.5 else 20)


def _without_closing(text: str, start: int, stop: int) -> int:
    """Return where the address ends: marks of the sentence around it are none of it."""
    while stop > start:
        last = text[stop - 1]
        opening = _CLOSING.get(last)
        if last in ".,;:!?'*|" or (opening and text.count(opening, start, stop) < text.count(last, start, stop)):
            stop -= 1
        else:
            break
    return stop


def _score(rest: str) -> float:
    user = _USER.match(rest)
    if user:
        name, _, password = user.group()[:-2].partition(":")
        if _PLACEHOLDER.search(password or name):
            return 0.4
        if password or name not in _SHARED_ACCOUNTS:
            return 0.95
    if _HOOK.search(rest):
        return 0.95
    best = 0.3
    for match in _PARAMETER.finditer(rest):
        name, value = match.groups()
        if _EMAIL.match(value):
            return 0.9
        if _PLACEHOLDER.search(value):
            continue
        digits = any("0" <= character <= "9" for character in value)
        drawn = digits or len(value) > 15 or not (value.islower() or value.isupper() or value.istitle())
        if _SECRET.fullmatch(name) and len(value) >= _SHORTEST_SECRET and drawn:
            best = 0.9
        elif _PERSON.fullmatch(name) and len(value) >= _SHORTEST_PERSON and digits:
            best = max(best, 0.7)
    return best
