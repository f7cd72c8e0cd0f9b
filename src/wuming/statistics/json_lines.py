"""JSON lines, read part by part: one object a line, of which the columns are those that the contract names.

A line of JSON has no header, and which fields occur would be read off the rows; so neither names nor types are. What is
not of its column's type is a missing cell. A line that is no JSON object, or longer than 16 MiB, names no subject and
counts for nothing: an error would tell of one person's line.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final

from wuming.core.reading import MAX_LINE_BYTES, is_unicode, open_file
from wuming.statistics.query import Scalar

_ROWS: Final = 1 << 16
_LARGEST: Final = 1 << 63


def scan_json_lines(pl: Any, path: Path, kinds: Mapping[str, type]) -> Any:
    """Return the file as a lazy frame; only fields that are asked for are kept.

    Args:
        pl: Polars.
        path: of the file.
        kinds: name → `str` (whole numbers become text), `int`, `float` or `bool`.

    Raises:
        MissingFile: it is not there, or may not be read.
    """
    open_file(path).close()
    types = {str: pl.String, int: pl.Int64, float: pl.Float64, bool: pl.Boolean}
    schema = {name: types[kind] for name, kind in kinds.items()}

    def read(columns: list[str] | None, predicate: Any, count: int | None, size: int | None) -> Iterator[Any]:
        wanted = list(schema) if columns is None else columns
        takers = [(name, _CELLS[kinds[name]]) for name in wanted]
        left = count
        with open_file(path) as file:
            for objects in _parts(_objects(file), size or _ROWS):
                data = {name: [take(found.get(name)) for found in objects] for name, take in takers}
                frame = pl.DataFrame(data, schema={name: schema[name] for name in wanted})
                if left is not None:
                    frame, left = frame.head(left), left - min(left, frame.height)
                yield frame if predicate is None else frame.filter(predicate)
                if left == 0:
                    return

    return pl.io.plugins.register_io_source(read, schema=schema)


def _parts(objects: Iterator[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    """Yield the objects in lists, the last of which may be empty."""
    part: list[dict[str, Any]] = []
    for found in objects:
        part.append(found)
        if len(part) == size:
            yield part
            part = []
    yield part


def _objects(file: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Yield what is a JSON object, and pass over the rest."""
    first, inside = True, False
    while line := file.readline(MAX_LINE_BYTES):
        whole = not inside and (len(line) < MAX_LINE_BYTES or line.endswith(b"\n"))
        inside = not line.endswith(b"\n")
        if first:
            line, first = line.removeprefix(b"\xef\xbb\xbf"), False
        if not whole:
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            yield found


def _text(cell: Any) -> str | None:
    if isinstance(cell, str):
        return cell if cell.isascii() or is_unicode(cell) else None
    return str(cell) if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) < _LARGEST else None


def _whole(cell: Any) -> int | None:
    return cell if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) < _LARGEST else None


def _real(cell: Any) -> float | None:
    if isinstance(cell, float):
        return cell
    return float(cell) if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) < _LARGEST else None


def _truth(cell: Any) -> bool | None:
    return cell if isinstance(cell, bool) else None


_CELLS: Final[Mapping[type, Callable[[Any], Scalar | None]]] = {str: _text, int: _whole, float: _real, bool: _truth}
