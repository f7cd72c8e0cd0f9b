"""CSV as text: where each cell stands, so that one is replaced and every other byte stays."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from wuming.core.errors import MalformedRecord

_MARKS = ('"', "\r", "\n")


class Cell(NamedTuple):
    """A cell, and where it stands with its quotes: `raw[start:end]`."""

    text: str
    start: int
    end: int


def cells(raw: str, separator: str, place: str) -> list[Cell]:
    """Return the cells of one row.

    Args:
        raw: one row, with or without its line end; a quoted cell may hold line ends.
        separator: one character.
        place: names the row in errors.

    Raises:
        MalformedRecord: a quote that does not close, or text after one that does.
    """
    body = raw.rstrip("\r\n")
    pattern = _cell(separator)
    found: list[Cell] = []
    position = 0
    while True:
        match = pattern.match(body, position)
        if match is None:
            raise MalformedRecord(f"{place}: quotes that do not match", help='Write a quote inside quotes as "".')
        quoted, plain = match.group(1), match.group(2)
        start, end = match.span(1) if quoted is not None else match.span(2)
        found.append(Cell(quoted[1:-1].replace('""', '"') if quoted is not None else plain, start, end))
        position = match.end()
        if match.group(3) == "":
            return found


def rewritten(raw: str, row: Sequence[Cell], new: Mapping[int, str], separator: str) -> str:
    """Return the row with the cells at the places in `new` replaced; quotes where they were or are needed."""
    if not new:
        return raw
    pieces: list[str] = []
    position = 0
    for place in sorted(new):
        cell = row[place]
        text = new[place]
        quoted = raw[cell.start : cell.start + 1] == '"' or separator in text or any(mark in text for mark in _MARKS)
        pieces += [raw[position : cell.start], '"' + text.replace('"', '""') + '"' if quoted else text]
        position = cell.end
    return "".join((*pieces, raw[position:]))


def complete(raw: str) -> bool:
    """Say whether a text ends outside quotes, so that a row may end there."""
    return raw.count('"') % 2 == 0


@lru_cache(maxsize=8)
def _cell(separator: str) -> re.Pattern[str]:
    sign = re.escape(separator)
    return re.compile(rf'(?:("[^"]*(?:""[^"]*)*")|([^"{sign}\r\n][^{sign}\r\n]*|))({sign}|$)')


def check_width(found: int, expected: int, place: str) -> None:
    """Make sure that a row has as many cells as the header.

    Raises:
        MalformedRecord: it has not.
    """
    if found != expected:
        raise MalformedRecord(
            f"{place}: {found} cells where the header has {expected}",
            help="Quote cells that hold the separator or a line break.",
        )
