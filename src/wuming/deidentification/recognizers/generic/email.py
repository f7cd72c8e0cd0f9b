"""E-mail addresses, plain and as people write them to escape robots."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.specification import Candidate, free

_LOCAL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-'"
_DOMAIN = re.compile(r" ?(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,62})\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9])")
_DISGUISED = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}"
    r"(?: ?[\[({](?:at|AT|@)[\])}] ?| ?艾特 ?| at (?=[A-Za-z0-9\-]{1,63} dot )|@)"
    r"[A-Za-z0-9\-]{1,63}(?:(?: ?[\[({](?:dot|DOT|\.)[\])}] ?| dot | ?点 ?|\.)[A-Za-z0-9\-]{2,63}){1,4}"
)
_DISGUISES = ("[at]", "[AT]", "(at)", "(AT)", "{at}", "艾特", " at ", "[dot]", "(dot)", "点", "(@)", "[@]")
_LONGEST_LOCAL = 64


@free(
    kind="EMAIL",
    country="generic",
    layout="local part, @, domain; also [at], 艾特, [dot], 点",
    source="RFC 5321, sections 4.1.2 and 4.5.3.1",
)
def email(text: str) -> Iterator[Candidate]:
    """Find addresses around each @, then disguised ones."""
    at = text.find("@")
    while at >= 0:
        end_of_local = at - 1 if text[at - 1 : at] == " " else at
        start = end_of_local
        while start > 0 and end_of_local - start < _LONGEST_LOCAL and text[start - 1] in _LOCAL:
            start -= 1
        while start < end_of_local and text[start] in ".-'":
            start += 1
        domain = _DOMAIN.match(text, at + 1)
        if domain and start < end_of_local:
            yield Candidate(start, domain.end(), "EMAIL", 1.0, 90)
        at = text.find("@", at + 1)
    if any(disguise in text for disguise in _DISGUISES):
        for match in _DISGUISED.finditer(text):
            yield Candidate(match.start(), match.end(), "EMAIL", 0.9, 89)
