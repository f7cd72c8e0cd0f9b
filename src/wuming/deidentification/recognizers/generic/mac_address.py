"""Hardware addresses of network interfaces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.specification import Candidate, Context, Sign, free, number

_PAIR = "[0-9A-Fa-f]{2}"
_APART = "(?<![0-9A-Za-z_])(?<![0-9A-Za-z_]-)"
# A separator, where the next one stands; digits before the first; the whole.
_LAYOUTS = (
    (
        re.compile(":(?=..:)", re.DOTALL), 2,
        re.compile(
            rf"(?<![0-9A-Za-z_])(?<![^0-9A-Za-z]{_PAIR}:){_PAIR}(?::{_PAIR}){{5}}(?:(?::{_PAIR}){{2}})?(?![0-9A-Za-z:_])"
        ),
    ),
    (
        re.compile("-(?=..-)", re.DOTALL), 2,
        re.compile(rf"{_APART}{_PAIR}(?:-{_PAIR}){{5}}(?:(?:-{_PAIR}){{2}})?(?![0-9A-Za-z\-_])"),
    ),
    (
        re.compile(r"\.(?=....\.)", re.DOTALL), 4,
        re.compile(r"(?<![0-9A-Za-z._])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![0-9A-Za-z_]|\.[0-9])"),
    ),
)  # fmt: skip
_NOBODY = frozenset({"000000000000", "FFFFFFFFFFFF"})


@free(
    kind="MAC_ADDRESS",
    country="generic",
    layout="six (or eight) pairs of hexadecimal digits with : or -; three groups of four with dots",
    source="IEEE 802-2014, clause 8; Cisco's notation with dots",
    signs=(Sign(":", 5, 2, 2), Sign("-", 5, 2, 2), Sign(".", 2, 4, 4)),
)
def mac_address(text: str) -> Iterator[Candidate]:
    """Find addresses by their first two separators; all zeros and all ones are nobody's."""
    for beginning, size, layout in _LAYOUTS:
        done = 0
        for mark in beginning.finditer(text):
            place = mark.start()
            match = layout.match(text, place - size) if place >= max(done, size) else None
            if match:
                digits = match.group().replace(mark.group(), "").upper()
                # Twelve decimal digits with dots are a number of something else.
                plain = digits.isdigit() and mark.group() == "."
                if digits not in _NOBODY:
                    yield Candidate(*match.span(), "MAC_ADDRESS", 0.4 if plain else 0.95, 78)
                done = match.end()


@number(
    kind="MAC_ADDRESS",
    country="generic",
    layout="twelve hexadecimal digits, also in groups, beside the words for it",
    source="IEEE 802-2014, clause 8",
    shape="[0-9A-F]{12}",
    lengths=(12,),
    context=(
        "mac",
        "mac地址",
        "macaddr",
        "mac address",
        "物理地址",
        "硬件地址",
        "网卡",
        "bssid",
        "hwaddr",
        "ether",
        "bluetooth",
        "蓝牙",
    ),
    grouping="12|2 2 2 2 2 2|4 4 4|6 6|3 3 3 3",
    beside=True,
    priority=74,
)
def mac_address_in_words(value: str, context: Context) -> float:
    """Judge one address: only beside the words for it."""
    del context
    return 0.85 if value not in _NOBODY else 0.0
