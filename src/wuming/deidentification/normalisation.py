"""One spelling for many: text as the recognisers read it, with the way back to the original offsets.

What changes: full-width, circled, superscript and other scripts' digits, look-alike dashes, spaces and letters, and
traditional characters are replaced one for one; invisible characters (zero width, soft hyphen, keycap, combining marks)
are left out; escapes of HTML, JSON and URLs become the characters that they stand for; runs of at least five Chinese
numerals become digits; what separates digits of one number in several scripts is left out.

What this does not know: what a character means. It never looks at words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html.entities import html5
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

import numpy as np
from numpy.typing import NDArray

from wuming.deidentification.codepoints import (
    CHANGED,
    CHINESE_DIGITS,
    DIGIT,
    ESCAPE,
    GAP,
    INVISIBLE,
    NUMERAL,
    SPOKEN,
    Classes,
    Codes,
    classes_of,
    codes_of,
    spelled,
    text_of,
)

_NUMERAL = "[0-9" + "".join(CHINESE_DIGITS) + "]"
# In one row, or in groups with commas between them, as numbers are read out.
_NUMERALS = re.compile(
    rf"(?=(?:,?{_NUMERAL}){{5}}){_NUMERAL}{{2,4}}(?:,{_NUMERAL}{{1,4}}){{1,15}}(?!{_NUMERAL})"
    rf"|{_NUMERAL}(?:[ \-.·]?{_NUMERAL}){{4,63}}"
)
_FEWEST_SPOKEN = 3
_GAPPED = re.compile(r"[0-9](?:[ \-.·]?[0-9]){4,63}")
_SCRIPT, _SEVERAL = 6, 3  # code points of one block of 64 are one script; so many scripts in one number
_TO_DIGITS = {ord(character): digit for character, digit in CHINESE_DIGITS.items()}
_ESCAPE = re.compile(
    r"&#(?:[0-9]{1,7}|[xX][0-9A-Fa-f]{1,6});?|&(?:nbsp|amp|lt|gt|quot|apos|shy|zwnj|zwj|commat|period|hyphen|sol|colon);"
    r"|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\[/nrt]|(?:(?!(?<=[A-Za-z])(?<!%[0-9A-Fa-f]{2})%20[0-9]{2}(?![0-9]))%[0-9A-Fa-f]{2})++"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # nobody writes these: it is no escape
_LETTERS = {"/": "/", "n": "\n", "r": "\r", "t": "\t"}


class Normalised(NamedTuple):
    """A text in the spelling that the recognisers expect.

    Attributes:
        text: the normalised text.
        starts, ends: bounds in the original of each normalised character, [n]; None: the same places.
    """

    text: str
    starts: NDArray[np.intp] | None = None
    ends: NDArray[np.intp] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the bounds in the original text of `text[start:end]`, `start` < `end`."""
        if self.starts is None or self.ends is None:
            return start, end
        return int(self.starts[start]), int(self.ends[end - 1])


def normalise(text: str) -> Normalised:
    """Return `text` in the spelling that the recognisers expect.

    Guarantee: linear time; every normalised character comes from a stretch of the original of its own, in order.
    """
    if text.isascii() and not _ESCAPE.search(text):
        return Normalised(text)
    codes = codes_of(text)
    classes = classes_of(codes)
    present = int(np.bitwise_or.reduce(classes)) if codes.size else 0
    starts = ends = None
    if present & ESCAPE and _ESCAPE.search(text):
        text, starts, ends = _unescaped(text)
        codes = codes_of(text)
        classes = classes_of(codes)
        present = int(np.bitwise_or.reduce(classes)) if codes.size else 0
    if present & INVISIBLE:
        codes, starts, ends = _visible(codes, classes, starts, ends)
    if present & (CHANGED | INVISIBLE):
        text = text_of(spelled(codes))
    if present & CHANGED and bool(_gapped(classes_of(codes)).any()):
        text, starts, ends = _joined(text, codes, starts, ends)
    if present & NUMERAL:
        text = _NUMERALS.sub(_to_digits, text)
    return Normalised(text, starts, ends)


def need_reading(texts: Sequence[str], classes: Classes, starts: NDArray[np.intp]) -> list[int]:
    """Return which of the texts of a block need `normalise` for more than what is replaced one for one, ascending.

    Args:
        texts: not empty.
        classes: of the block's characters, [n].
        starts: where each text begins, ascending.
    """
    present = np.bitwise_or.reduceat(classes, starts)
    needs = (present & INVISIBLE) > 0
    for place in np.flatnonzero(present & ESCAPE).tolist():
        needs[place] |= _ESCAPE.search(texts[place]) is not None
    # Single numerals are everywhere in Chinese; three in a row, one of them no digit, are not.
    numeral, spoken = (classes & NUMERAL) > 0, (classes & SPOKEN) > 0
    gap = (classes & GAP) > 0
    solid = numeral[:-2] & numeral[1:-1] & numeral[2:] & (spoken[:-2] | spoken[1:-1] | spoken[2:])
    spaced = spoken[:-4] & gap[1:-3] & spoken[2:-2] & gap[3:-1] & spoken[4:]
    for rows in (solid, spaced, _gapped(classes)):
        places = np.flatnonzero(rows)
        if places.size:
            needs[np.searchsorted(starts, places, side="right") - 1] = True
    return list(np.flatnonzero(needs).tolist())


def canonical_value(value: str, kind: str = "") -> str:
    """Return the spelling under which equal values are equal: normalised, no separators, lower case.

    A mobile number of China is the same with and without its country code.
    """
    kept = "".join(
        character for character in normalise(value).text.casefold() if character.isalnum() or character in "@."
    )
    if kind == "EMAIL":
        return kept
    kept = kept.replace(".", "") if kept.replace(".", "").isdigit() and kind != "IP_ADDRESS" else kept
    if kind == "PHONE" and kept[-11:-10] == "1" and kept[:-11] in ("86", "086", "0086"):
        return kept[-11:]
    return kept


def _to_digits(match: re.Match[str]) -> str:
    """Return spoken numerals as digits; one or two beside a number belong to a word (张三13812345678)."""
    written = match.group()
    read = written.translate(_TO_DIGITS).replace(",", " ")
    return read if sum(character not in "0123456789 -.·," for character in written) >= _FEWEST_SPOKEN else written


def _unescaped(text: str) -> tuple[str, NDArray[np.intp], NDArray[np.intp]]:
    """Return the text with escapes read, and the bounds of each character."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for match in _ESCAPE.finditer(text):
        begin = match.start()
        pieces.append(text[position:begin])
        starts += range(position, begin)
        ends += range(position + 1, begin + 1)
        for character, length in _read(match.group()):
            pieces.append(character)
            starts.append(begin)
            begin += length
            ends.append(begin)
        position = match.end()
    pieces.append(text[position:])
    starts += range(position, len(text))
    ends += range(position + 1, len(text) + 1)
    return "".join(pieces), np.array(starts, dtype=np.intp), np.array(ends, dtype=np.intp)


def _read(escape: str) -> Iterable[tuple[str, int]]:
    """Return the characters that an escape stands for, each with its length there; itself where for nothing."""
    if escape[0] == "%":
        raw = unquote_to_bytes(escape)
        try:
            read = raw.decode()
        except UnicodeDecodeError:
            read = "\0"
        if _CONTROL.search(read):
            return [(character, 1) for character in escape]
        return [(character, 3 * len(character.encode())) for character in read]
    if escape[0] == "\\":
        letter = _LETTERS.get(escape[1]) or chr(int(escape[2:], 16))
        return [(letter, len(escape))]
    if escape[1] != "#":
        return [(html5[escape[1:]], len(escape))]
    body = escape[2:].rstrip(";")
    code = int(body[1:], 16) if body[0] in "xX" else int(body)
    return [(chr(code), len(escape))] if 0 < code < 0x110000 else [(character, 1) for character in escape]


def _gapped(classes: Classes) -> NDArray[np.bool_]:
    """Say where a digit in another script than ASCII and any other digit have one sign between them, [n - 2]."""
    foreign: NDArray[np.bool_] = (classes & (DIGIT | CHANGED)) == DIGIT | CHANGED
    if not foreign.any():
        return foreign[:0]
    digit, gap = (classes & DIGIT) > 0, (classes & GAP) > 0
    beside: NDArray[np.bool_] = (foreign[:-2] & digit[2:]) | (digit[:-2] & foreign[2:])
    return beside & gap[1:-1]


def _joined(
    text: str, codes: Codes, starts: NDArray[np.intp] | None, ends: NDArray[np.intp] | None
) -> tuple[str, NDArray[np.intp] | None, NDArray[np.intp] | None]:
    """Leave out what separates the digits of a number that is spelled in several scripts: that is done to hide it.

    Args:
        text: spelled as the recognisers expect.
        codes: the same before that, [n].
        starts, ends: bounds in the original of each, [n]; None: the same places.
    """
    kept = np.ones(codes.size, dtype=bool)
    for match in _GAPPED.finditer(text):
        places = np.arange(*match.span())
        digits = np.array([character not in " -.·" for character in match.group()])
        if np.unique(codes[places[digits]] >> _SCRIPT).size >= _SEVERAL:
            kept[places[~digits]] = False
    if kept.all():
        return text, starts, ends
    if starts is None or ends is None:
        starts = np.arange(codes.size, dtype=np.intp)
        ends = starts + 1
    return "".join(text[place] for place in np.flatnonzero(kept).tolist()), starts[kept], ends[kept]


def _visible(
    codes: Codes, classes: Classes, starts: NDArray[np.intp] | None, ends: NDArray[np.intp] | None
) -> tuple[Codes, NDArray[np.intp], NDArray[np.intp]]:
    """Leave invisible characters out; marks that follow a character belong to it."""
    kept = np.flatnonzero((classes & INVISIBLE) == 0)
    if starts is None or ends is None:
        starts = np.arange(codes.size, dtype=np.intp)
        ends = starts + 1
    marks = ((codes >= 0x300) & (codes <= 0x36F)) | ((codes >= 0x20D0) & (codes <= 0x20FF))
    marks |= (codes >= 0xFE00) & (codes <= 0xFE0F)
    if not marks.any():
        return codes[kept], starts[kept], ends[kept]
    # A keycap or an accent belongs to the character before it, zero-width characters to nobody.
    last = kept.copy()
    for step in range(1, 4):
        following = np.minimum(kept + step, codes.size - 1)
        attached = (last == kept + step - 1) & (kept + step < codes.size) & marks[following]
        last = np.where(attached, kept + step, last)
    return codes[kept], starts[kept], ends[last]
