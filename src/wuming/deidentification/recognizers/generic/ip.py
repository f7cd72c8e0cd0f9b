"""Addresses of the Internet Protocol."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from wuming.deidentification.specification import Candidate, Context, Sign, free, keyword, pattern

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_STRETCH = re.compile(r"[0-9A-Fa-f:]{2,60}(?:\.[0-9]{1,3}){0,3}(%[0-9A-Za-z_.\-]{1,15})?")
_COLONS = re.compile(r":(?=(.{0,4}?:))", re.DOTALL)  # a group has at most four digits
_IP = re.compile(r"(?<![0-9A-Za-z])[Ii][Pp](?:[Vv]6)?$")
_HEXADECIMAL = frozenset("0123456789abcdefABCDEF")
_LONGEST_GROUP = 4
_COLONS_OF_WHOLE = 7  # one less before a last part as version 4
_LONGEST_VERSION = len("1.2.3.4")
_DEFANGED = re.compile(rf"(?<![0-9A-Za-z.\]])(?:{_OCTET}(?:\[\.\]|\(\.\)|\.)){{3}}{_OCTET}(?![0-9A-Za-z]|\.[0-9])")
_LONGEST = 24
_WORDS = (
    "ip",
    "ip地址",
    "地址",
    "登录",
    "来源",
    "访问",
    "host",
    "server",
    "服务器",
    "addr",
    "address",
    "client",
    "remote",
    "ipv6",
    "ping",
)


@pattern(
    kind="IP_ADDRESS",
    country="generic",
    layout="four numbers of 0 to 255 with dots",
    source="RFC 791; RFC 6943, section 3.1.1",
    pattern=r"(?:(?<![0-9A-Za-z.])|(?<=[^A-Za-z][Ii][Pp])|(?<=^[Ii][Pp]))(?<![0-9A-Za-z][\-_])"
    rf"(?:{_OCTET} ?\. ?){{3}}{_OCTET}"
    r"(?![0-9A-Za-z_]| ?\. ?[0-9]|-[0-9A-Za-z])",
    context=_WORDS,
    decoys=(
        "版本", "固件", "version", "versions", "firmware", "release", "build", "v", "ver", "升级到", "更新到", "==",
        ">=", "<=", "~=", "section",
        "sections",
        "sec",
        "§", "chapter", "第",
    ),
    minimum_digits=4,
    needs=".",
    priority=70,
)  # fmt: skip
def ip_version_4(value: str, context: Context) -> float:
    """Judge one address: anything but a version number; blanks around the dots need the words for it."""
    if context is Context.DECOY or (" " in value and context is not Context.SUPPORT):
        return 0.0
    if context is Context.SUPPORT:
        return 0.95
    return 0.85 if len(value) > _LONGEST_VERSION else 0.4  # 1.6.9.9: a version, or a price as shoppers write it


@keyword(
    kind="IP_ADDRESS",
    country="generic",
    layout="the same with [.] for a dot, as security reports write it",
    source="usage",
    words=("[.]", "(.)"),
)
def defanged_ip(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Read the address around a bracketed dot."""
    for match in _DEFANGED.finditer(text, max(0, start - _LONGEST), min(len(text), end + _LONGEST)):
        if match.start() < start < match.end():
            yield Candidate(*match.span(), "IP_ADDRESS", 0.9, 70)


@free(
    kind="IP_ADDRESS",
    country="generic",
    layout="eight groups of hexadecimal digits with colons; :: for groups of zeros; the last two as version 4; %zone",
    source="RFC 4291, section 2.2; RFC 4007, section 11",
    signs=(Sign(":", 2, 0, _LONGEST_GROUP),),
)
def ip_version_6(text: str) -> Iterator[Candidate]:
    """Find what the grammar of RFC 4291 accepts; a lone :: with letters before it is code."""
    done = 0
    for colons in _COLONS.finditer(text):
        start = colon = colons.start()
        if colon < done:
            continue
        while start > 0 and colon - start <= _LONGEST_GROUP and text[start - 1] in _HEXADECIMAL:
            start -= 1
        match = _STRETCH.match(text, start)
        if match is None:
            continue
        done = max(match.end(), colons.end(1))
        if not _goes_on(text, match.end()):
            for first, value in _readings(text, start, match.group()):
                if _is_version_6(value) and not _is_slice(text, first):
                    yield Candidate(first, first + len(value), "IP_ADDRESS", 0.9, 78)
                    break


def _readings(text: str, start: int, value: str) -> Iterator[tuple[int, str]]:
    """Yield what of a stretch may be the address, with where it begins: a label and a colon may stand before it."""
    if value.endswith(":") and not value.endswith("::"):
        value = value[:-1]
    before = text[start - 1 : start] if start else ""
    free = (
        not before
        or not before.isascii()
        or not (before.isalnum() or before in "_.")
        or _IP.search(text, max(0, start - 6), start)
    )
    if free:
        yield start, value
    label, _, rest = value.partition(":")
    if not rest.startswith(":"):
        yield start + len(label) + 1, rest


def _goes_on(text: str, end: int) -> bool:
    after = text[end : end + 1]
    return bool(after) and after.isascii() and (after.isalnum() or after == "_")


def _is_slice(text: str, start: int) -> bool:
    """Say whether it is code that takes every so many: `a[::1]`."""
    return (
        text[start - 1 : start] == "["
        and text[start : start + 2] == "::"
        and start > 1
        and (text[start - 2].isalnum() or text[start - 2] in ")]_")
    )


def _is_version_6(value: str) -> bool:
    address = value.partition("%")[0]
    if "::" not in address and address.count(":") != _COLONS_OF_WHOLE - address.count(".") // 3:
        return False  # quicker told than by the grammar: a hardware address, a time
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        return False
    groups = [group for group in address.split(":") if group]
    if "::" not in address:
        return True
    # `::` alone, `a::b` and `abc::` are code: a digit is needed, and more than one group or a known prefix.
    digits = any("0" <= character <= "9" for character in address)
    known = address in ("::1",) or address[:2].lower() in ("fe", "fd", "fc", "ff", "20", "24", "26", "2a", "2c", "28")
    return digits and (len(groups) > 2 or known or "." in address)
