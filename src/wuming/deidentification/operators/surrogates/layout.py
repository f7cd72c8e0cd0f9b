"""Into the form of the original: its separators, its script, its case."""

from __future__ import annotations

from wuming.deidentification.codepoints import CHINESE_DIGITS

_SPOKEN = "零一二三四五六七八九"


def into_layout(value: str, replacement: str) -> str:
    """Write `replacement` (ASCII letters and digits) into the separators and script of `value`.

    Where the counts of letters and digits differ, the replacement stands alone.
    """
    places = [place for place, character in enumerate(value) if character.isalnum()]
    if len(places) != len(replacement):
        return replacement
    characters = list(value)
    for place, new in zip(places, replacement, strict=True):
        old = characters[place]
        if "０" <= old <= "ｚ":
            new = chr(ord(new) + 0xFEE0)
        elif old in CHINESE_DIGITS and new.isdigit():
            new = _SPOKEN[int(new)]
        elif old.islower():
            new = new.lower()
        characters[place] = new
    return "".join(characters)


def in_case(old: str, new: str) -> str:
    """Return `new` in capitals or small letters, or with a capital, where `old` is written so."""
    if len(old) > 1 and old.isupper():
        return new.upper()
    return new.lower() if old.islower() else new[:1].upper() + new[1:]


def is_chinese(text: str) -> bool:
    """Say whether the text holds a Chinese character."""
    return any("一" <= character <= "鿿" for character in text)
