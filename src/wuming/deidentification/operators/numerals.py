"""Small numbers as people write them, in digits or in Chinese."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[0-9]{1,3}|[一二三四五六七八九两]?十[一二三四五六七八九]?|[一二两三四五六七八九]")
_VALUES = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2}


def read_number(text: str) -> tuple[int, int, int] | None:
    """Return (start, end, number) of the first number below 1,000 in a normalised text, or None."""
    match = _NUMBER.search(text)
    if match is None:
        return None
    written = match.group()
    if written[0].isdigit() and written.isascii():
        return (*match.span(), int(written))
    tens, ten, ones = written.partition("十")
    if not ten:
        return (*match.span(), _VALUES[written])
    return (*match.span(), (_VALUES[tens] if tens else 1) * 10 + (_VALUES[ones] if ones else 0))
