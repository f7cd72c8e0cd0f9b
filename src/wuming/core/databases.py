"""Databases that are read by URL: `sqlite:///FILE` (three slashes and a relative path, or four and an absolute one).

A database is opened for reading only, and errors repeat neither query nor cell.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from wuming.core.errors import MalformedRecord, MissingFile


@dataclass(frozen=True)
class DatabaseAddress:
    """What a URL names.

    Attributes:
        path: the database's file.
        options: what stands behind the question mark, such as `table` or `query`; of a name that is given twice the
            first value.
    """

    path: Path
    options: Mapping[str, str]


def is_url(source: str) -> bool:
    """Say whether a source is given as a URL, and not as a path."""
    return "://" in source


def database_address(url: str, *, example: str) -> DatabaseAddress:
    """Read a URL.

    Args:
        url: `sqlite:///FILE?NAME=VALUE&…`.
        example: of what is supported, for the error's help.

    Raises:
        MalformedRecord: a URL of another kind. Only its scheme is repeated: a URL may hold a password.
    """
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None
    if parsed is None or parsed.get_backend_name() != "sqlite" or parsed.host or not parsed.database:
        raise MalformedRecord(
            f"no database of this kind can be read: {url.partition('://')[0] if is_url(url) else 'no URL'}",
            help=f"Supported is SQLite: {example}. Export other databases as CSV or Parquet.",
        )
    options = {name: value if isinstance(value, str) else value[0] for name, value in parsed.query.items()}
    return DatabaseAddress(Path(parsed.database), MappingProxyType(options))


@dataclass(frozen=True)
class Batch:
    """Some rows of a result, and the names of its columns."""

    names: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def read_database(
    path: Path,
    query: str,
    parameters: Sequence[str] = (),
    *,
    rows: int = 1 << 16,
    text: Callable[[bytes], str | None] | type[str] = str,
) -> Iterator[Batch]:
    """Yield what an SQLite database returns, part by part; at least one part, which is empty where there are no rows.

    Args:
        path: the database's file; nothing can be written to it.
        query: one statement.
        parameters: for its question marks.
        rows: of one part, at most.
        text: what becomes of a cell of text.

    Raises:
        MissingFile: no such file; SQLite would make one.
        MalformedRecord: SQLite refuses; of its words only the kind is repeated, and no traceback carries the query.
    """
    try:
        there = path.is_file()
    except ValueError:  # a NUL byte
        there = False
    if not there:
        raise MissingFile(f"no such database: {path}", help="sqlite:///FILE is relative, sqlite:////FILE absolute.")
    problem: MalformedRecord | None = None
    address = f"file:{quote(str(path.resolve()))}?mode=ro"
    try:
        # Whoever asks for the next part may do so from another thread; one asks at a time.
        with closing(sqlite3.connect(address, uri=True, check_same_thread=False)) as connection:
            connection.text_factory = text
            cursor = connection.execute(query, tuple(parameters))
            names = tuple(column[0] for column in cursor.description or ())
            part = cursor.fetchmany(rows)
            while True:
                yield Batch(names, part)
                part = cursor.fetchmany(rows)
                if not part:
                    return
    except (sqlite3.Error, sqlite3.Warning) as error:
        problem = MalformedRecord(f"SQLite refuses: {_kind(error)}", help="Try the query in the sqlite3 program first.")
    if problem is not None:
        raise problem


def _kind(error: Exception) -> str:
    """Return what went wrong without names: SQLite's words repeat the query."""
    text = str(error)
    known = (
        "no such table",
        "no such column",
        "syntax error",
        "readonly database",
        "is not a database",
        "one statement",
    )
    return next((words for words in known if words in text), "an error in the query or the database")
