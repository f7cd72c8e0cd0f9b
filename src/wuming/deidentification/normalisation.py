"""One spelling for many: text as the recognisers read it, with the way back to the original offsets.

What changes: full-width and circled digits, look-alike dashes and spaces, homoglyph letters are replaced one for one;
invisible characters (zero width, soft hyphen, keycap) are left out; runs of at least seven Chinese numerals become
digits. A text that needs none of this is returned as it is, so ordinary text pays one scan.

What this does not know: what a character means. It never looks at words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

CHINESE_DIGITS = {
    **dict(zip("〇一二三四五六七八九", "0123456789", strict=True)),
    **dict(zip("零壹贰叁肆伍陆柒捌玖", "0123456789", strict=True)),
    **dict(zip("洞幺两拐勾", "01279", strict=True)),  # as read aloud on the telephone
    "貳": "2",
    "參": "3",
    "陸": "6",
}


def _table() -> dict[int, str]:
    table = {0xFF01 + offset: chr(0x21 + offset) for offset in range(94)}
    table[0x3000] = table[0x00A0] = table[0x2002] = table[0x2003] = table[0x2009] = table[0x202F] = " "
    for dash in "‐‑‒–—―−﹣":
        table[ord(dash)] = "-"
    for start, first in ((0x2460, 1), (0x2776, 1), (0x2780, 1), (0x278A, 1)):  # circled 1 to 9
        table.update({start + offset: str(first + offset) for offset in range(9)})
    table[0x24EA] = table[0x24FF] = "0"
    for start in (0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x0660, 0x06F0, 0x0966):  # mathematical, Arabic, Indic
        table.update({start + offset: str(offset) for offset in range(10)})
    table[0x2070], table[0x00B9], table[0x00B2], table[0x00B3] = "0", "1", "2", "3"
    table.update({0x2070 + offset: str(offset) for offset in range(4, 10)})
    table.update({0x2080 + offset: str(offset) for offset in range(10)})
    for look, letter in zip("АВЕКМНОРСТХаеорсхуі", "ABEKMHOPCTXaeopcxyi", strict=True):  # Cyrillic
        table[ord(look)] = letter
    for look, letter in zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo", strict=True):  # Greek
        table[ord(look)] = letter
    return table


_ONE_FOR_ONE = _table()
_CHANGED = re.compile("[" + "".join(map(chr, _ONE_FOR_ONE)).replace("-", "") + "]")
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\u20e3]")
_NUMERAL = "[0-9" + "".join(CHINESE_DIGITS) + "]"
_NUMERALS = re.compile(rf"{_NUMERAL}(?:[ \-]?{_NUMERAL}){{6,63}}")
_TO_DIGITS = {ord(character): digit for character, digit in CHINESE_DIGITS.items()}
# Two in a row come before the run is looked at: single numerals are everywhere in Chinese, pairs are not.
_HINT = re.compile("[" + "".join(CHINESE_DIGITS) + "][ -]?[" + "".join(CHINESE_DIGITS) + "]")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text as the recognisers read it.

    Attributes:
        text: the normalised text.
        offsets: original offset of each normalised character, with the original length at the end; None: identity.
    """

    text: str
    offsets: tuple[int, ...] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the bounds in the original text of `text[start:end]`, `start` < `end`."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1


def normalise(text: str) -> Normalised:
    """Return `text` in the spelling that the recognisers expect.

    Guarantee: linear time; every normalised character comes from exactly one original character, in order.
    """
    offsets: tuple[int, ...] | None = None
    if not text.isascii():
        if _CHANGED.search(text):
            text = text.translate(_ONE_FOR_ONE)
        if _INVISIBLE.search(text):
            kept = [(index, character) for index, character in enumerate(text) if not _INVISIBLE.match(character)]
            offsets = (*(index for index, _ in kept), len(text))
            text = "".join(character for _, character in kept)
        if _HINT.search(text):
            text = _NUMERALS.sub(_to_digits, text)
    return Normalised(text, offsets)


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
    if kind == "PHONE" and len(kept) > 11 and kept[:-11] in ("86", "086", "0086"):
        return kept[-11:]
    return kept


def _to_digits(match: re.Match[str]) -> str:
    return match.group().translate(_TO_DIGITS)
