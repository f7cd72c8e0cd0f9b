"""Credentials in headers of HTTP."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from wuming.deidentification.recognizers.secrets.forms import drawn_at_random, stands_for_one
from wuming.deidentification.specification import Candidate, keyword

_BEARER = re.compile(r"[ :]{1,2}(?P<value>[0-9A-Za-z\-._~+/]{12,4096}={0,2})")
_AUTHORIZATION = re.compile(
    r"[\"']?\s{0,2}[:=,]\s{0,2}[\"']?(?:(?P<scheme>Basic|Bearer|Token|ApiKey|Digest|APPCODE)[ =])?"
    r"(?P<value>[0-9A-Za-z\-._~+/]{8,4096}={0,2})",
    re.IGNORECASE,
)


@keyword(
    kind="SECRET",
    country="generic",
    layout="Bearer and a token; Authorization: and a scheme with its credentials, Basic in base 64 of user:password",
    source="RFC 6750, section 2.1; RFC 7617, section 2; RFC 9110, section 11.6.2",
    words=("bearer", "authorization", "x-auth-token", "x-access-token", "set-cookie", "cookie"),
)
def header(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Read the credentials of a header; those of a cookie belong to a session of somebody."""
    word = text[start:end].lower()
    if word.endswith("cookie"):
        yield from _cookie(text, end)
        return
    match = (_BEARER if word == "bearer" else _AUTHORIZATION).match(text, end)
    if match is None:
        return
    value = match.group("value").rstrip(".")
    scheme = (match.groupdict().get("scheme") or "").lower()
    if scheme == "basic":
        given = _holds_user_and_password(value)
    else:
        called = text[match.end("value") : match.end("value") + 1] in ("(", "[")
        given = drawn_at_random(value) and not stands_for_one(value) and not called
    if given:
        first = match.start("value")
        yield Candidate(first, first + len(value), "SECRET", 0.9, 76)


_COOKIE = re.compile(r"[\"']?\s{0,2}:\s{0,2}[\"']?(?P<value>[^\r\n\"']{8,2048})")
_SESSION = re.compile(
    r"(?<![0-9A-Za-z])(?:\w{0,20}(?:sess|sid|token|auth|jwt|csrf|ticket)\w{0,20})=([0-9A-Za-z%\-._~+/|]{16,1024})",
    re.IGNORECASE,
)


def _cookie(text: str, end: int) -> Iterator[Candidate]:
    line = _COOKIE.match(text, end)
    for match in _SESSION.finditer(text, line.start("value"), line.end("value")) if line else ():
        if any("0" <= character <= "9" for character in match.group(1)):
            yield Candidate(*match.span(1), "SECRET", 0.8, 76)


def _holds_user_and_password(value: str) -> bool:
    try:
        decoded = base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    return b":" in decoded and all(31 < byte < 127 or byte > 127 for byte in decoded)
