"""Tables over code points: what a character is spelled as, and of what class it is.

A table look-up by numpy reads hundreds of megabytes a second, where a regular expression reads thirty; so the whole
text is looked at once here, and only what needs it is read again.
"""

from __future__ import annotations

import string
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint16] | NDArray[np.uint32]
"""Code points; of 16 bits where all of them fit, which is quicker."""
Classes = NDArray[np.uint8]

DIGIT: Final = 1
"""Spelled as a digit when normalised."""
CHANGED: Final = 2
"""Spelled differently when normalised."""
INVISIBLE: Final = 4
"""Left out when normalised."""
NUMERAL: Final = 8
"""A digit, or a Chinese character for one."""
ESCAPE: Final = 16
"""May begin an escape of HTML, JSON or URLs."""
SPOKEN: Final = 32
"""A Chinese character for a digit."""
GAP: Final = 64
"""What is put between spoken digits."""
LETTER: Final = 128
"""Spelled as a letter of ASCII when normalised."""

CHINESE_DIGITS: Final = {
    **dict(zip("〇一二三四五六七八九", "0123456789", strict=True)),
    **dict(zip("零壹贰叁肆伍陆柒捌玖", "0123456789", strict=True)),
    **dict(zip("洞幺两拐勾", "01279", strict=True)),  # as read aloud on the telephone
    **dict(zip("貳參参叄陸兩○Ｏ", "23336200", strict=True)),
}

_TRADITIONAL: Final = Path(__file__).parent / "lexicon" / "chinese" / "traditional.txt"
_SIZE: Final = 0x20000  # all planes that hold a spelling of a digit or letter


def codes_of(text: str) -> Codes:
    """Return the code points of a text, [n]; lone surrogates are kept."""
    try:
        raw = text.encode("utf-16-le")
    except UnicodeEncodeError:  # a lone surrogate
        raw = b""
    if len(raw) == 2 * len(text):
        return np.frombuffer(raw, dtype="<u2")
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def text_of(codes: Codes) -> str:
    """Return the text of code points."""
    if codes.dtype.itemsize == 2:
        return codes.tobytes().decode("utf-16-le")
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")


def classes_of(codes: Codes) -> Classes:
    """Return the classes of code points, [n]."""
    return _tables().classes.take(codes, mode="clip")  # the last of the table has no class


def spelled(codes: Codes) -> Codes:
    """Return code points in the spelling that recognisers expect, one for one, [n]."""
    return _looked_up(codes, _tables().spelling)


def looked_up(codes: Codes) -> tuple[Classes, Codes, Codes]:
    """Return classes, spelling, and spelling in lower case of code points, [n] each.

    Letters whose lower case is longer stay.
    """
    tables = _tables()
    if codes.dtype.itemsize == 2:
        places = codes.astype(np.intp)  # once for three look-ups
        return tables.classes.take(places), tables.short_spelling.take(places), tables.short_lower.take(places)
    return classes_of(codes), spelled(codes), _looked_up(codes, tables.lower)


def _looked_up(codes: Codes, table: NDArray[np.uint32]) -> Codes:
    found = table.take(codes, mode="clip")
    if codes.dtype.itemsize == 2:
        return found.astype(np.uint16)
    return np.where(codes < _SIZE, found, codes) if codes.size and int(codes.max()) >= _SIZE else found


class _Tables(NamedTuple):
    """By code point: its spelling, its class, its spelling in lower case; the first 2^16 in 16 bits beside."""

    spelling: NDArray[np.uint32]
    classes: Classes
    lower: NDArray[np.uint32]
    short_spelling: NDArray[np.uint16]
    short_lower: NDArray[np.uint16]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    spelling = np.arange(_SIZE, dtype=np.uint32)
    for old, new in _spellings().items():
        spelling[old] = ord(new)
    classes = np.zeros(_SIZE, dtype=np.uint8)
    classes[spelling != np.arange(_SIZE)] |= CHANGED
    digits = np.arange(0x30, 0x3A)
    classes[np.isin(spelling, digits)] |= DIGIT | NUMERAL
    classes[[ord(character) for character in CHINESE_DIGITS]] |= NUMERAL | SPOKEN
    classes[[ord(character) for character in " -.·"]] |= GAP
    classes[[code for low, high in _INVISIBLE for code in range(low, high + 1)]] |= INVISIBLE
    classes[[ord(character) for character in "&%\\"]] |= ESCAPE
    classes[np.isin(spelling, [ord(character) for character in string.ascii_letters])] |= LETTER
    lower = _lowered(spelling)
    short_spelling, short_lower = (table[: 1 << 16].astype(np.uint16) for table in (spelling, lower))
    return _Tables(spelling, classes, lower, short_spelling, short_lower)


# Soft hyphen, combining marks, zero width, direction marks, joiners, variation selectors, keycap, tags.
_INVISIBLE: Final = (
    (0xAD, 0xAD), (0x300, 0x36F), (0x180E, 0x180E), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2069),
    (0x20D0, 0x20FF), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
)  # fmt: skip


def _lowered(spelling: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the lower case of each code point, [n]; those whose lower case is longer stay. The first is U+0000."""
    # Apart from each other, for the lower case of a sigma depends on what is beside it; all at once, for speed.
    apart = "\0".join(map(chr, spelling[1:].tolist())).lower().split("\0")
    small = [ord(found) if len(found) == 1 else old for found, old in zip(apart, spelling[1:].tolist(), strict=True)]
    return np.array([0, *small], dtype=np.uint32)


def _spellings() -> dict[int, str]:
    table = {0xFF01 + offset: chr(0x21 + offset) for offset in range(94)}
    table |= dict.fromkeys((0x3000, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F), " ")
    table |= {ord(dash): "-" for dash in "‐‑‒–—―−﹣－⁃˗ー"}
    table |= {ord(dot): "·" for dot in "•‧∙⋅・･"} | {ord("﹒"): ".", ord("．"): ".", ord("｡"): ".", ord("﹫"): "@"}
    table |= {ord(slash): "/" for slash in "⁄∕╱"} | {0x2028: "\n", 0x2029: "\n", 0x85: "\n"}
    # Circled, bracketed and dotted 1 to 9; the series that begin with 0.
    for first in (0x2460, 0x2474, 0x2488, 0x24F5, 0x2776, 0x2780, 0x278A):
        table |= {first + offset: str(1 + offset) for offset in range(9)}
    table |= dict.fromkeys((0x24EA, 0x24FF, 0x1F10B, 0x1F10C, 0x1F100), "0")
    table |= {0x1F101 + offset: str(offset) for offset in range(10)}
    for first in (
        0x0660,
        0x06F0,
        0x07C0,
        0x0966,
        0x09E6,
        0x0A66,
        0x0AE6,
        0x0B66,
        0x0BE6,
        0x0C66,
        0x0CE6,
        0x0D66,
        0x0E50,
        0x0ED0,
        0x0F20,
        0x1040,
        0x17E0,
        0x1810,
        0x1D7CE,
        0x1D7D8,
        0x1D7E2,
        0x1D7EC,
        0x1D7F6,
        0x1FBF0,
        0x2080,
    ):  # digits of other scripts, mathematical, segmented, subscript
        table |= {first + offset: str(offset) for offset in range(10)}
    table |= dict(zip((0x2070, 0xB9, 0xB2, 0xB3, *range(0x2074, 0x207A)), "0123456789", strict=True))
    for first, letter in ((0x24B6, "A"), (0x24D0, "a"), (0x249C, "a"), (0x1F130, "A"), (0x1F150, "A"), (0x1F170, "A")):
        table |= {first + offset: chr(ord(letter) + offset) for offset in range(26)}  # circled, bracketed, squared
    for start in range(0x1D400, 0x1D6A4, 52):  # mathematical alphabets: 26 capitals, 26 small, thirteen times
        table |= {start + offset: chr((65 if offset < 26 else 71) + offset) for offset in range(52)}
    table |= {ord(a): b for a, b in zip("АВЕКМНОРСТХУІЈЅаеорсхуіјѕһԁԛԝ", "ABEKMHOPCTXYIJSaeopcxyijshdqw", strict=True)}
    table |= {ord(a): b for a, b in zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοινρ", "ABEZHIKMNOPTYXoivp", strict=True)}
    return table | _simplified()


def _simplified() -> dict[int, str]:
    """Return how traditional characters are read."""
    lines = _TRADITIONAL.read_text(encoding="utf-8").splitlines()
    return {ord(pair[0]): pair[1] for line in lines if line[0] not in "#[" for pair in line.split()}
