"""Scores from a file: one number a line, read piece by piece."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wuming.auditing.bounds.guessing import MOST_SCORES
from wuming.core.errors import EmptyData, InputTooLarge, MalformedRecord, WrongEncoding
from wuming.core.reading import open_file

LONGEST_LINE = 4096
"""A longer line is no number; in bytes."""

_PIECE = 2**20
_LETTERS = b"0123456789+-.eE \t\r\n"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_scores(path: Path) -> NDArray[np.float64]:
    """Read finite numbers, one a line; empty lines and a byte order mark are passed over.

    A number is written with digits, sign, decimal point and exponent, such as `-3.5e-2`. Nothing else is taken: no
    `nan`, no `inf`, no decimal comma, no second column.

    Raises:
        MissingFile: no such file, or it may not be read.
        WrongEncoding: a line that is not UTF-8.
        MalformedRecord: a line that is no finite number; names the line, not its content.
        EmptyData: no number at all.
        InputTooLarge: above 20 million numbers, or twice as many lines.
    """
    values, read = array("d"), 0
    for lines in _lines(path):
        values.extend(_numbers(path, lines, first=read + 1))
        read += len(lines)
        if len(values) > MOST_SCORES or read > 2 * MOST_SCORES:
            raise InputTooLarge(
                f"{path}: above {MOST_SCORES} numbers or {2 * MOST_SCORES} lines",
                help="Use a random part of the canaries.",
            )
    if not values:
        raise EmptyData(f"no scores in {path}", help="Write one number a line.")
    return np.frombuffer(values, dtype=np.float64).copy()


def _lines(path: Path) -> Iterator[list[bytes]]:
    """Yield the lines of a file, some at a time; a line that is too long comes cut, and is then no number."""
    with open_file(path) as file:
        rest = file.read(len(_BYTE_ORDER_MARK)).removeprefix(_BYTE_ORDER_MARK)
        while piece := file.read(_PIECE):
            *lines, rest = (rest + piece).split(b"\n")
            if len(rest) > LONGEST_LINE:
                yield [*lines, rest]
                return
            yield lines
        yield rest.split(b"\n")


def _numbers(path: Path, lines: list[bytes], *, first: int) -> list[float]:
    """Return the numbers of some lines, of which the first has the number `first`."""
    try:
        if b"".join(lines).translate(None, _LETTERS):
            raise ValueError
        numbers = [float(line) for line in lines if line and not line.isspace()]
    except ValueError:
        numbers = [math.nan]
    if all(map(math.isfinite, numbers)):
        return numbers
    for number, line in enumerate(lines, start=first):
        if not _is_number(line):
            if not _is_text(line):
                raise WrongEncoding(f"{path}, line {number}: not UTF-8", help="Save the file as UTF-8.")
            break
    raise MalformedRecord(f"{path}, line {number}: no finite number", help="Write one number a line, such as -3.5e-2.")


def _is_number(line: bytes) -> bool:
    """Tell whether a line is empty or one finite number."""
    try:
        return not line or line.isspace() or (not line.translate(None, _LETTERS) and math.isfinite(float(line)))
    except ValueError:
        return False


def _is_text(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
