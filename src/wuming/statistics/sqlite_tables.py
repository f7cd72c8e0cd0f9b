"""Tables of SQLite databases, read part by part, column by column, and with the types that their schema declares.

SQLite lets any cell hold anything. What a column *is* must not be read off its cells, so it is read off the words of
its declaration, as SQLite itself does (https://sqlite.org/datatype3.html, section 3.1), with BOOLEAN, DATE, DATETIME
and TIMESTAMP besides. A cell that is not of its column's type is missing:

| declared | kind | cells that count |
|---|---|---|
| INT | integer | whole numbers |
| CHAR, CLOB, TEXT | text | text in UTF-8 |
| REAL, FLOA, DOUB, NUMERIC, DEC | real | numbers |
| BOOL | boolean | 0 and 1 |
| DATETIME, TIMESTAMP | date | text, `YYYY-MM-DD`, with or without `HH:MM:SS` and parts of a second |
| DATE | date | text, `YYYY-MM-DD` |

A column of another declaration, or of none, cannot be asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from wuming.core.databases import read_database
from wuming.statistics.databases import no_such_table

_TABLES: Final = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT GLOB 'sqlite_*'"
_DAY: Final = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_MOMENTS: Final = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d")
# In this order: POINT is no whole number to people, but it is to SQLite; DATETIME holds DATE.
_DECLARED: Final[tuple[tuple[str, str], ...]] = (
    ("BOOL", "boolean"),
    ("DATETIME", "moment"),
    ("TIMESTAMP", "moment"),
    ("DATE", "day"),
    ("INT", "integer"),
    ("CHAR", "text"),
    ("CLOB", "text"),
    ("TEXT", "text"),
    ("BLOB", ""),
    ("REAL", "real"),
    ("FLOA", "real"),
    ("DOUB", "real"),
    ("NUMERIC", "real"),
    ("DEC", "real"),
)
_CELLS: Final[Mapping[str, str]] = {
    "integer": "CASE WHEN typeof({0}) = 'integer' THEN {0} END",
    "real": "CASE WHEN typeof({0}) IN ('integer', 'real') THEN CAST({0} AS REAL) END",
    "boolean": "CASE WHEN typeof({0}) = 'integer' AND {0} IN (0, 1) THEN {0} END",
    "text": "CASE WHEN typeof({0}) = 'text' THEN {0} END",
    "day": f"CASE WHEN typeof({{0}}) = 'text' AND {{0}} GLOB '{_DAY}' THEN {{0}} END",
    "moment": f"CASE WHEN typeof({{0}}) = 'text' AND {{0}} GLOB '{_DAY}*' THEN {{0}} END",
}


def scan_sqlite(pl: Any, path: Path, table: str) -> Any:
    """Return a table as a lazy frame; only columns that are asked for are read.

    Args:
        pl: Polars.
        path: the database's file.
        table: its name.

    Raises:
        MissingFile: no such file.
        MalformedRecord: no database.
        QueryRefused: no such table.
    """
    known = [str(row[0]) for part in read_database(path, _TABLES) for row in part.rows]
    if table not in known:
        raise no_such_table(known)
    declared = [
        (str(name), _kind(str(words)))
        for part in read_database(path, "SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden <> 1", (table,))
        for name, words in part.rows
    ]
    kinds = {name: kind for name, kind in declared if kind}
    types = {
        "integer": pl.Int64,
        "real": pl.Float64,
        "boolean": pl.Boolean,
        "text": pl.String,
        "day": pl.Date,
        "moment": pl.Datetime("us"),
    }
    schema = {name: types[kind] for name, kind in kinds.items()}

    def read(columns: list[str] | None, predicate: Any, count: int | None, size: int | None) -> Iterator[Any]:
        wanted = list(schema) if columns is None else columns
        cells = ", ".join(_CELLS[kinds[name]].format(_quoted(name)) for name in wanted)
        query = f"SELECT {cells or 'NULL'} FROM {_quoted(table)}"  # noqa: S608 - names of the schema, quoted
        left = count
        for part in read_database(path, query, rows=size or 1 << 16, text=_text):
            lists = list(zip(*part.rows, strict=True)) or [()] * len(wanted)
            frame = pl.DataFrame(
                [_series(pl, name, kinds[name], list(found)) for name, found in zip(wanted, lists, strict=False)]
            )
            if left is not None:
                frame, left = frame.head(left), left - min(left, frame.height)
            yield frame if predicate is None else frame.filter(predicate)
            if left == 0:
                return

    return pl.io.plugins.register_io_source(read, schema=schema)


def _kind(words: str) -> str:
    """Return the kind that a declaration means; nothing for one that cannot be asked about."""
    upper = words.upper()
    return next((kind for word, kind in _DECLARED if word in upper), "")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(cell: bytes) -> str | None:
    try:
        return cell.decode()
    except UnicodeDecodeError:
        return None


def _series(pl: Any, name: str, kind: str, cells: list[Any]) -> Any:
    if kind in ("integer", "boolean"):
        found = pl.Series(name, cells, dtype=pl.Int64)
        return found.cast(pl.Boolean) if kind == "boolean" else found
    if kind == "real":
        return pl.Series(name, cells, dtype=pl.Float64)
    found = pl.Series(name, cells, dtype=pl.String)
    if kind == "text":
        return found
    if kind == "day":
        return found.str.to_date("%Y-%m-%d", strict=False)
    parsed = [pl.col(name).str.to_datetime(form, time_unit="us", strict=False) for form in _MOMENTS]
    return found.to_frame().select(pl.coalesce(parsed)).to_series()
