"""JSON web tokens."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator

from wuming.deidentification.specification import Candidate, Sign, free

_PART = r"[0-9A-Za-z_\-]"
_TOKEN = re.compile(
    rf"(?<![0-9A-Za-z_])(?<![0-9A-Za-z_]-)(eyJ{_PART}{{8,2000}})\.{_PART}{{2,8000}}\.{_PART}{{0,2000}}(?:\.{_PART}{{1,8000}}\.{_PART}{{1,200}})?"
)
_LONGEST = 20_500


@free(
    kind="SECRET",
    country="generic",
    layout="three (encrypted: five) parts of base64url with dots; the first decodes to JSON with an algorithm",
    source="RFC 7519, section 3; RFC 7515, section 3.1; RFC 7516, section 3.1",
    signs=(Sign("eyJ"),),
)
def json_web_token(text: str) -> Iterator[Candidate]:
    """Find each `eyJ`, which is how a JSON object begins in base64, and read the header."""
    place = text.find("eyJ")
    while place >= 0:
        match = _TOKEN.match(text, place, place + _LONGEST)
        if match and _is_header(match.group(1)):
            yield Candidate(*match.span(), "SECRET", 1.0, 95)
            place = match.end() - 1
        place = text.find("eyJ", place + 1)


def _is_header(part: str) -> bool:
    try:
        header = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return False
    return isinstance(header, dict) and ("alg" in header or "enc" in header)
