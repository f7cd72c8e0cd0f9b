"""Values spelled letter by letter near the word for them: `V I N: L S V A …`."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ROW = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9A-Z](?:[ \-._·/]{1,3}[0-9A-Z]){7,40}|[0-9A-Z]{2,30}\n[0-9A-Z]{2,30})(?![0-9A-Za-z])"
)
_BEFORE, _AFTER = 96, 128
_CHARACTER = re.compile("[0-9A-Z]")


def spelled(text: str, start: int, end: int) -> Iterator[tuple[str, list[int]]]:
    """Yield rows of single capitals and digits around a word, and values cut in two by a line break.

    Args:
        text: normalised.
        start, end: of the word.

    Returns:
        The characters without what separates them, with the place of each.
    """
    for row in _ROW.finditer(text, max(0, start - _BEFORE), min(len(text), end + _AFTER)):
        characters = list(_CHARACTER.finditer(text, *row.span()))
        yield "".join(character.group() for character in characters), [one.start() for one in characters]
