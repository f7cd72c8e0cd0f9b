"""Hierarchies in the CSV format of ARX: on each line a value, then its label at every level, from fine to coarse.

There is no header. The format has no place for the share of the domain that a label covers: as ARX does for the
granularity of such files, it is counted in values, also where these are numbers and the labels intervals (`[0, 10)`
covers what the file lists there, not ten years). Cells are taken as they are, with their spaces.

Source: the hierarchies that ARX (arx-deidentifier/arx, folder data) gives for census income.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from wuming.anonymization.hierarchies.hierarchy import Hierarchy
from wuming.core.errors import EmptyData, InputTooLarge, MalformedRecord, WrongEncoding
from wuming.core.reading import decode, open_file
from wuming.core.storage import write_atomically

Separator = Literal[";", ",", "\t"]

SEPARATORS: tuple[Separator, ...] = (";", ",", "\t")
"""What may stand between the cells; where several fit equally well, the first of these."""

MAX_BYTES = 32 * 2**20
"""Largest file that is read."""

_Line = tuple[int, list[str]]
_NEEDS_QUOTES = re.compile(r'[";,\t\r\n\ufeff]|^\s|\s\Z')


def read_arx(
    path: Path,
    column: str,
    *,
    separator: Separator | None = None,
    widths: npt.NDArray[np.float64] | None = None,
) -> Hierarchy:
    """Read a hierarchy.

    Args:
        path: UTF-8, with or without byte order mark; cells may be quoted as RFC 4180 says; empty lines are passed over.
        column: name of the column that it is for.
        separator: by default the one of `;`, `,` and tab that cuts every line into equally many cells, and most cells.
        widths: [levels, values], where the shares are known from elsewhere; see `Hierarchy`.

    Raises:
        MissingFile: no such file, or it may not be read.
        WrongEncoding: not UTF-8.
        InputTooLarge: more than 32 MiB, or a cell of more than 128 KiB.
        EmptyData: no line.
        MalformedRecord: a line with another number of cells than the first, a value that stands twice, a level that
            splits what the one before joined, or quotes that do not match. The line is named, never what it holds.
        TableError: widths that do not fit.
    """
    with open_file(path) as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputTooLarge(f"{path}: more than {MAX_BYTES} bytes", help="Leave out values that do not occur.")
    lines = _lines(decode(data, path), path, separator)
    if not lines:
        raise EmptyData(f"no lines in {path}", help="Write a value and its labels on each line.")
    _check_shape(lines, path)
    for level in range(len(lines[0][1]) - 1):
        _check_nested(lines, path, level)
    levels = tuple(zip(*(cells for _, cells in lines), strict=True))
    return Hierarchy(column, levels[0], levels, widths)


def write_arx(path: Path, hierarchy: Hierarchy, *, separator: Separator = ";") -> None:
    """Write a hierarchy, whole or not at all; `read_arx` gives it back, its widths excepted.

    Nothing is changed for spreadsheets, which may run a cell that begins with = or + as a formula.

    Raises:
        WrongEncoding: a lone surrogate in a label.
        StorageError: the disk is full or the folder cannot be written; an old file is untouched.
    """
    rows = zip(*hierarchy.labels, strict=True)
    text = "".join(separator.join(map(_quoted, row)) + "\n" for row in rows)
    data = b""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        text = ""
    if not text:
        raise WrongEncoding(
            f"the hierarchy of column '{hierarchy.column}' holds a lone surrogate", help="Repair the text first."
        )
    write_atomically(path, data)


def _quoted(cell: str) -> str:
    # An empty cell too: alone on a line it would be an empty line.
    return '"' + cell.replace('"', '""') + '"' if not cell or _NEEDS_QUOTES.search(cell) else cell


def _lines(text: str, path: Path, separator: Separator | None) -> list[_Line]:
    """Cut the text into lines and cells with the separator that fits best."""
    best: list[_Line] | None = None
    problems: dict[Separator, _Unreadable] = {}
    ragged: list[list[_Line]] = []
    for candidate in (separator,) if separator else SEPARATORS:
        try:
            lines = list(_parse(text, candidate))
        except _Unreadable as problem:
            problems[candidate] = problem
            continue
        if len({len(cells) for _, cells in lines}) > 1:
            ragged.append(lines)
        elif best is None or (lines and len(lines[0][1]) > len(best[0][1])):
            best = lines
    # A separator that is in no line fits all lines; it does not win over one that is in some of them.
    if best is not None and not ((ragged or problems) and best and len(best[0][1]) == 1):
        return best
    if ragged:
        return max(ragged, key=lambda lines: sum(len(cells) > 1 for _, cells in lines))
    worst = max(problems.values(), key=lambda problem: problem.line)
    if worst.too_large:
        raise InputTooLarge(f"{path}, line {worst.line}: a cell is too long", help="Shorten the label.")
    raise MalformedRecord(
        f"{path}, line {worst.line}: quotes that do not match", help='Write a quote inside quotes as "".'
    )


class _Unreadable(Exception):
    """The text cannot be cut with this separator; the line on which that shows."""

    def __init__(self, line: int, *, too_large: bool) -> None:
        super().__init__()
        self.line = line
        self.too_large = too_large


def _parse(text: str, separator: Separator) -> Iterator[_Line]:
    """Yield (first line, cells) of every row that is not empty."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    problem = ""
    while not problem:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problem = str(error)
        else:
            if cells:
                yield number, cells
    raise _Unreadable(number, too_large="field limit" in problem)


def _check_shape(lines: Sequence[_Line], path: Path) -> None:
    first, cells = lines[0]
    seen: dict[str, int] = {}
    for number, row in lines:
        if len(row) != len(cells):
            raise MalformedRecord(
                f"{path}, line {number}: {len(row)} cells where line {first} has {len(cells)}",
                help="Give every value a label at every level; quote cells that hold the separator.",
            )
        if seen.setdefault(row[0], number) != number:
            raise MalformedRecord(
                f"{path}, line {number}: the same value as on line {seen[row[0]]}", help="Give every value one line."
            )


def _check_nested(lines: Sequence[_Line], path: Path, level: int) -> None:
    above: dict[str, _Line] = {}
    for number, row in lines:
        before, first = above.setdefault(row[level], (number, row))
        if first[level + 1] != row[level + 1]:
            raise MalformedRecord(
                f"{path}, line {number}: level {level} is as on line {before}, level {level + 1} is not",
                help="What has one label at a level needs one label at every later level.",
            )
