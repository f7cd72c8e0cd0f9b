"""Addresses of the Internet Protocol."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from wuming.deidentification.specification import Candidate, Context, free, pattern

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_VERSION_6 = re.compile(r"(?<![0-9A-Za-z:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![0-9A-Za-z:])")


@pattern(
    kind="IP_ADDRESS",
    country="generic",
    layout="four numbers of 0 to 255 with dots",
    source="RFC 791; RFC 6943, section 3.1.1",
    pattern=rf"(?<![0-9A-Za-z.])(?:{_OCTET}\.){{3}}{_OCTET}(?![0-9A-Za-z]|\.[0-9])",
    context=("ip", "地址", "登录"),
    decoys=("版本", "固件", "version", "firmware", "release", "build", "v", "ver"),
    minimum_digits=4,
    priority=70,
)
def ip_version_4(value: str, context: Context) -> float:
    """Judge one address: anything but a version number."""
    del value
    return 0.9 if context is not Context.DECOY else 0.0


@free(
    kind="IP_ADDRESS", country="generic", layout="groups of hexadecimal digits with colons", source="RFC 4291, 2.2"
)
def ip_version_6(text: str) -> Iterator[Candidate]:
    """Find addresses of at least three groups that the grammar of RFC 4291 accepts."""
    if text.count(":") < 2:
        return
    for match in _VERSION_6.finditer(text):
        value = match.group()
        groups = [group for group in value.split(":") if group]
        if len(groups) < 3 or not any(character.isdigit() for character in value):
            continue
        try:
            ipaddress.IPv6Address(value)
        except ValueError:
            continue
        yield Candidate(match.start(), match.end(), "IP_ADDRESS", 0.9, 70)
