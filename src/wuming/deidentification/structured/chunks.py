"""A file in pieces that can be worked on apart, one after another: whole records, in order, their bytes counted.

What a piece holds depends on the file alone, never on how many work on it or where work was taken up again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

from wuming.core.errors import InputTooLarge, WrongEncoding
from wuming.core.reading import MAX_LINE_BYTES

CHUNK_BYTES: Final = 256 * 1024
"""A chunk of records ends with the record that reaches this size."""

BLOCK: Final = 64 * 1024
"""Characters of a block of text, where a line ends in its second half."""

_LONGEST_BLOCK = 1 << 20
_READ = 1 << 22
_SENTENCE_ENDS = "。！？!?；;，, \t"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some records of a file.

    Attributes:
        first: number of the first record, from 1.
        line: on which it begins, from 1.
        raws: the records as they stand in the file, line ends included.
        end: offset in the file, in bytes, of what follows.
    """

    first: int
    line: int
    raws: tuple[str, ...]
    end: int


def record_chunks(
    file: IO[bytes], name: str, *, first: int = 1, line: int = 1, quoted: bool = False
) -> Iterator[Chunk]:
    """Yield the lines of a file from where it stands, many a chunk.

    Args:
        file: open for reading; its position must be known.
        name: named in errors.
        first, line: numbers of the next record and line.
        quoted: a line that ends within quotes goes on in the next (CSV).

    Raises:
        WrongEncoding: a line that is not UTF-8.
        InputTooLarge: a record over 16 MiB.
    """
    end = file.tell()
    raws: list[str] = []
    size, next_line, number = 0, line, first
    for raw, lines in _records(file, name, line, quoted=quoted):
        raws.append(raw)
        length = len(raw.encode())
        size += length
        end += length
        next_line += lines
        if size >= CHUNK_BYTES:
            yield Chunk(number, line, tuple(raws), end)
            number, line, raws, size = number + len(raws), next_line, [], 0
    if raws:
        yield Chunk(number, line, tuple(raws), end)


def _records(file: IO[bytes], name: str, line: int, *, quoted: bool) -> Iterator[tuple[str, int]]:
    """Yield each record with its number of lines."""
    parts: list[bytes] = []
    size = lines = marks = 0
    while data := file.readline(MAX_LINE_BYTES + 1):
        size += len(data)
        if size > MAX_LINE_BYTES:
            raise InputTooLarge(
                f"{name}, line {line}: a record of more than {MAX_LINE_BYTES} bytes, or a quote that does not close",
                help="Split the document, or close the quote.",
            )
        parts.append(data)
        lines += 1
        if quoted:
            marks += data.count(b'"')
            if marks % 2:
                continue
        yield decoded(b"".join(parts), name, line), lines
        line += lines
        parts, size, lines, marks = [], 0, 0, 0
    if parts:
        yield decoded(b"".join(parts), name, line), lines


def text_chunks(file: IO[bytes], name: str, *, first: int = 1, line: int = 1) -> Iterator[Chunk]:
    """Yield blocks of a text from where the file stands, one a chunk.

    A block ends after an empty line, or else after a line; a line of more than 1,048,576 characters is cut after the
    end of a sentence, or else anywhere.

    Raises:
        WrongEncoding: not UTF-8; names the line.
    """
    end, number = file.tell(), first
    text, start, rest, last = "", 0, b"", False
    while True:
        while not last and len(text) - start < _LONGEST_BLOCK:
            data = file.read(_READ)
            last = not data
            whole, rest = _whole_characters(rest + data, last=last)
            text = text[start:] + decoded(whole, name, line + text.count("\n", start))
            start = 0
        if start == len(text):
            return
        cut = _cut(text, start)
        block = text[start:cut]
        start = cut
        end += len(block.encode())
        yield Chunk(number, line, (block,), end)
        number += 1
        line += block.count("\n")


def _cut(text: str, start: int) -> int:
    """Return where the block that begins at `start` ends; as much text is there as a block may have, or all."""
    if len(text) - start <= BLOCK:
        return len(text)
    for sign in ("\n\n", "\n"):
        place = text.rfind(sign, start + BLOCK // 2, start + BLOCK)
        if place >= 0:
            return place + len(sign)
    longest = start + _LONGEST_BLOCK
    place = text.find("\n", start + BLOCK, longest)
    if place >= 0:
        return place + 1
    if len(text) <= longest:
        return len(text)
    place = max(text.rfind(sign, longest - 8192, longest) for sign in _SENTENCE_ENDS)
    return place + 1 if place >= 0 else longest


def _whole_characters(data: bytes, *, last: bool) -> tuple[bytes, bytes]:
    """Split before a character of UTF-8 that is cut off at the end."""
    if last:
        return data, b""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte & 0xC0 == 0xC0:  # a first byte: of 2, 3 or 4
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return (data[:-back], data[-back:]) if length > back else (data, b"")
        if byte & 0x80 == 0:
            break
    return data, b""


def decoded(data: bytes, name: str, line: int) -> str:
    """Decode UTF-8.

    Raises:
        WrongEncoding: names the line, not the bytes.
    """
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line += data.count(b"\n", 0, error.start)
    raise WrongEncoding(f"{name}, line {line}: not UTF-8", help="Save the file as UTF-8.")
