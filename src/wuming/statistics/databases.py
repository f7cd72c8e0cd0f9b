"""Tables of databases by URL: which kinds there are, and what a URL names.

sqlite:///FILE?table=NAME           three slashes and a relative path, or four and an absolute one
postgresql://HOST/DATABASE?table=NAME    what else libpq knows may stand there, too; NAME may be SCHEMA.NAME
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from wuming.core.databases import database_address
from wuming.core.errors import MalformedRecord, QueryRefused

_EXAMPLES: Final = "sqlite:///FILE?table=NAME, or postgresql://HOST/DATABASE?table=NAME"


@dataclass(frozen=True)
class TableAddress:
    """A table of a database.

    Attributes:
        kind: of the database.
        database: its name; of SQLite, that of the file without its ending.
        table: as the database calls it.
        path: the file of an SQLite database.
        server: URL of a server's database without the table; may hold a password, so it is never shown.
    """

    kind: Literal["sqlite", "postgresql"]
    database: str
    table: str
    path: Path = Path()
    server: str = field(default="", repr=False)


def table_address(url: str) -> TableAddress:
    """Read the URL of a table.

    Raises:
        MalformedRecord: a database of another kind, or no URL. Only the scheme is repeated.
        QueryRefused: it names no table, or an SQLite database and something besides.
    """
    if url.partition("://")[0] in ("postgresql", "postgres"):
        return _postgresql(url)
    address = database_address(url, example=_EXAMPLES)
    if set(address.options) != {"table"} or not address.options["table"]:
        raise _no_table()
    return TableAddress("sqlite", address.path.stem, address.options["table"], path=address.path)


def _postgresql(url: str) -> TableAddress:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parsed = make_url(url)
        table, database = parsed.query.get("table"), parsed.database
        server = parsed.difference_update_query(["table"]).set(drivername="postgresql")
    except (ArgumentError, ValueError):
        raise MalformedRecord("no URL of a PostgreSQL database", help=f"Write {_EXAMPLES}.") from None
    if not isinstance(table, str) or not table:
        raise _no_table()
    if not database:
        raise MalformedRecord("the URL names no database", help=f"Write {_EXAMPLES}.")
    return TableAddress("postgresql", database, table, server=server.render_as_string(hide_password=False))


def _no_table() -> QueryRefused:
    return QueryRefused(
        "the URL of a database names one table, and no query",
        help=f"Write {_EXAMPLES}; a view is a table, too, where its columns have declared types.",
    )


def no_such_table(known: list[str]) -> QueryRefused:
    """Return the refusal of a table that is not among the known ones."""
    shown = ", ".join(sorted(known)[:20]) or "none"
    return QueryRefused("the database has no table of this name", help=f"Known: {shown}.")
