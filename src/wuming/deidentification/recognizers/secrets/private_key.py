"""Private keys in armour."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.specification import Candidate, keyword

_BEGIN = re.compile(r"-----BEGIN ((?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?)-----")
_BODY = re.compile(r"(?:\s|\\[nr]|[\"',+])*+(?:[0-9A-Za-z+/=]{16,}+(?:\s|\\[nr]|[\"',+])*+){1,400}")
_LINE = re.compile("[0-9A-Za-z+/=]{12}")
_LONGEST, _LEAST = 20_000, 64


@keyword(
    kind="SECRET",
    country="generic",
    layout="-----BEGIN … PRIVATE KEY-----, base 64, -----END … PRIVATE KEY-----; the end may be missing",
    source="RFC 7468, sections 10 and 11; RFC 9580, section 6.2",
    words=("-----begin",),
)
def private_key(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Read the whole block; public keys and certificates are left alone."""
    begin = _BEGIN.match(text, start)
    if begin is None:
        return
    closing = f"-----END {begin.group(1)}-----"
    stop = text.find(closing, end, start + _LONGEST)
    if stop >= 0 and _LINE.search(text, begin.end(), stop):
        yield Candidate(start, stop + len(closing), "SECRET", 1.0, 96)
        return
    body = _BODY.match(text, begin.end(), begin.end() + _LONGEST)
    if body and len(body.group().rstrip()) >= _LEAST:
        yield Candidate(start, begin.end() + len(body.group().rstrip()), "SECRET", 0.9, 96)
