"""Public keys of a column as people list them: in a file, or in the text of an option."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from wuming.core.errors import InputTooLarge, MissingFile, PrivacyParameterError
from wuming.core.reading import SEPARATORS, decode, open_file, read_rows
from wuming.statistics.checks import LARGEST_INTEGER
from wuming.statistics.query import Scalar

LARGEST_FILE: Final = 16 * 2**20
_WHOLE: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")


def key_file(path: Path, column: str) -> tuple[Scalar, ...]:
    """Return the keys in a file: a CSV file with that column, or one key a line (then no header).

    A first line that is the column's name, or has a separator or a quote, makes it a CSV file.

    Raises:
        MissingFile, InputTooLarge, WrongEncoding, EmptyData, MalformedRecord: of the file.
        PrivacyParameterError: a CSV file without the column, or a key that stands there twice. No key is repeated in
            it.
    """
    try:
        with open_file(path) as file:
            data = file.read(LARGEST_FILE + 1)
    except ValueError:
        raise MissingFile("the name of a file of keys cannot be a file's name", help="Check the path.") from None
    if len(data) > LARGEST_FILE:
        raise InputTooLarge(f"{path} is larger than {LARGEST_FILE >> 20} MiB", help="List fewer keys.")
    found = _cells(decode(data, path), path, column)
    lines: dict[str, int] = {}
    for line, key in found:
        if key in lines:
            raise PrivacyParameterError(
                f"{path}, line {line}: this key stands on line {lines[key]} already", help="List every key once."
            )
        lines[key] = line
    return typed(list(lines))


def typed(cells: list[str]) -> tuple[Scalar, ...]:
    """Return cells as whole numbers where all are written as such and fit in 64 bits, and as text otherwise."""
    if all(_WHOLE.fullmatch(cell) and str(int(cell)) == cell and abs(int(cell)) <= LARGEST_INTEGER for cell in cells):
        return tuple(int(cell) for cell in cells)
    return tuple(cells)


def _cells(text: str, path: Path, column: str) -> list[tuple[int, str]]:
    """Return (line, key) of every key."""
    lines = re.split(r"\r\n|\r|\n", text)
    first = lines[0].strip()
    if first != column and not any(mark in first for mark in (*SEPARATORS, '"')):
        return [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]
    header, rows = read_rows(text, path, max_cell=4096)
    if column not in header:
        raise PrivacyParameterError(f"{path} has no column {column!r}", help="Name it in the first line.")
    place = header.index(column)
    return [(line, cells[place]) for line, cells in rows]
