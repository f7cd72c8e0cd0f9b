"""Where a table comes from: a file, or a query to an SQLite database that is opened for reading only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from wuming.core.databases import database_address, is_url, read_database
from wuming.core.errors import EmptyData, MalformedRecord, StorageError, TableError
from wuming.core.reading import file_kind
from wuming.core.tables import Table, read_table, typed_column


def read_source(source: str, query: str | None = None) -> Table:
    """Read a file, or the rows of a query.

    Args:
        source: a path, or `sqlite:///FILE` (three slashes and a relative path, or four and an absolute one), with
            `?query=SELECT …` where `query` is not given.
        query: one statement that returns rows.

    Raises:
        InputError: as `read_table`; a URL of another kind, no query or two, a query that SQLite refuses or that returns
            no row. The query is not repeated: it may hold somebody's name.
    """
    if not is_url(source):
        if query is not None:
            raise MalformedRecord("--query is for databases", help="Name the database: sqlite:///FILE.")
        return read_table(Path(source))
    path, asked = _address(source)
    if (asked is None) == (query is None):
        raise MalformedRecord(
            "a database needs one query", help='Add --query "SELECT …", or ?query=SELECT … to the URL.'
        )
    return _rows(path, query if query is not None else str(asked))


def path_of(source: str) -> Path:
    """Return the file that a source is read from."""
    return _address(source)[0] if is_url(source) else Path(source)


def check_output(output: Path) -> None:
    """Refuse an output that could not be written, before any work is done.

    Raises:
        MalformedRecord: the name ends in neither .csv nor .parquet.
        StorageError: its folder is not there.
    """
    if file_kind(output) == "jsonl":
        raise MalformedRecord(f"{output}: tables are written as CSV or Parquet", help="Use .csv or .parquet.")
    check_folder(output)


def check_folder(target: Path) -> None:
    """Refuse a file whose folder is not there.

    Raises:
        StorageError: names the folder.
    """
    if not target.parent.is_dir():
        raise StorageError(f"no such folder: {target.parent}", help="Make it first, or name another.")


def refuse_overwriting(output: Path, *sources: str | Path) -> None:
    """Refuse to write over what is read.

    Raises:
        StorageError: output is one of the sources.
    """
    for source in sources:
        path = path_of(source) if isinstance(source, str) else source
        if output.exists() and path.exists() and output.samefile(path):
            raise StorageError(f"{output} is what is read", help="Write to another file.")


def hierarchy_file(folder: Path, column: str) -> Path:
    """Return the file of a column's hierarchy.

    Raises:
        TableError: the name would lead out of the folder.
    """
    if set(column) & set("/\\\0") or column in (".", ".."):
        raise TableError(f"column '{column}' cannot name a file", help="Name its file in a plan, under hierarchies.")
    return folder / f"{column}.csv"


def _address(url: str) -> tuple[Path, str | None]:
    address = database_address(url, example="sqlite:///FILE with --query")
    return address.path, address.options.get("query")


def _rows(path: Path, query: str) -> Table:
    parts = list(read_database(path, query))
    names, rows = parts[0].names, [row for part in parts for row in part.rows]
    if not names or not rows:
        raise EmptyData("the query returns no rows", help="Give one SELECT that returns at least one row.")
    if len(set(names)) < len(names) or "" in names:
        raise MalformedRecord("two columns of the query share a name", help="Name them: SELECT a AS name, …")
    return Table({name: _column(cells) for name, cells in zip(names, zip(*rows, strict=True), strict=True)})


def _column(cells: Sequence[Any]) -> np.ndarray[Any, np.dtype[Any]]:
    if any(isinstance(cell, bytes) for cell in cells):
        raise MalformedRecord("a column of the query is binary", help="Leave it out, or cast it to text.")
    return typed_column(cells)
