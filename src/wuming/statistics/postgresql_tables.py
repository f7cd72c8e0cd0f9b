"""Tables of PostgreSQL databases, read part by part in a transaction that can write nothing.

Types are those of the schema. Numbers of any length become 64-bit floating-point numbers, and those beyond 1e300 are
missing; so are days and moments outside the years 1 to 9999. Moments with a time zone are read as UTC. A column of
another type (arrays, JSON, bytes, …) cannot be asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from wuming.core.errors import MalformedRecord, MissingExtra
from wuming.statistics.databases import no_such_table

_ROWS: Final = 1 << 16
_TABLES: Final = (
    "SELECT table_schema, table_name, table_schema = ANY (current_schemas(false)) FROM information_schema.tables "
    "WHERE table_schema NOT IN ('information_schema', 'pg_catalog')"
)
_COLUMNS: Final = (
    "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = %s AND table_name = %s "
    "ORDER BY ordinal_position"
)
_KINDS: Final[Mapping[str, str]] = {
    "smallint": "integer",
    "integer": "integer",
    "bigint": "integer",
    "real": "real",
    "double precision": "real",
    "numeric": "number",
    "text": "text",
    "character varying": "text",
    "character": "text",
    "uuid": "text",
    "boolean": "boolean",
    "date": "day",
    "timestamp without time zone": "moment",
    "timestamp with time zone": "zoned",
}
_YEARS: Final = "{0} BETWEEN '0001-01-01' AND '9999-12-31'"
_MOMENT: Final = "YYYY-MM-DD HH24:MI:SS.US"
_CELLS: Final[Mapping[str, str]] = {
    "integer": "{0}::bigint",
    "real": "{0}::double precision",
    "number": "CASE WHEN abs({0}) < 1e300 THEN {0}::double precision END",
    "text": "{0}::text",
    "boolean": "{0}",
    "day": f"CASE WHEN {_YEARS} THEN to_char({{0}}, 'YYYY-MM-DD') END",
    "moment": f"CASE WHEN {_YEARS} THEN to_char({{0}}, '{_MOMENT}') END",
    "zoned": f"CASE WHEN {_YEARS} THEN to_char({{0}} AT TIME ZONE 'UTC', '{_MOMENT}') END",
}


def scan_postgresql(pl: Any, server: str, table: str) -> Any:
    """Return a table as a lazy frame; only columns that are asked for are read.

    Args:
        pl: Polars.
        server: URL of the database.
        table: a name that the search path finds, or SCHEMA.NAME.

    Raises:
        MissingExtra: without psycopg.
        MalformedRecord: the database cannot be reached. What it says is not repeated.
        QueryRefused: no such table.
    """
    psycopg = _library()
    with _transaction(server) as connection:
        known = connection.execute(_TABLES).fetchall()
        named = [
            (schema, name) for schema, name, near in known if (near and name == table) or f"{schema}.{name}" == table
        ]
        if not named:
            raise no_such_table([name if near else f"{schema}.{name}" for schema, name, near in known])
        declared = connection.execute(_COLUMNS, named[0]).fetchall()
    kinds = {name: _KINDS[words] for name, words in declared if words in _KINDS}
    types = {
        "integer": pl.Int64,
        "real": pl.Float64,
        "number": pl.Float64,
        "boolean": pl.Boolean,
        "text": pl.String,
        "day": pl.Date,
        "moment": pl.Datetime("us"),
        "zoned": pl.Datetime("us"),
    }
    schema = {name: types[kind] for name, kind in kinds.items()}

    def read(columns: list[str] | None, predicate: Any, count: int | None, size: int | None) -> Iterator[Any]:
        wanted = list(schema) if columns is None else columns
        cells = [psycopg.sql.SQL(_CELLS[kinds[name]]).format(psycopg.sql.Identifier(name)) for name in wanted]
        query = psycopg.sql.SQL("SELECT {} FROM {}").format(
            psycopg.sql.SQL(", ").join(cells), psycopg.sql.Identifier(*named[0])
        )
        left = count
        with _transaction(server) as connection, connection.cursor(name="wuming") as cursor:
            cursor.execute(query)
            while rows := cursor.fetchmany(size or _ROWS):
                frame = _frame(pl, rows, {name: kinds[name] for name in wanted}, schema)
                if left is not None:
                    frame, left = frame.head(left), left - min(left, frame.height)
                yield frame if predicate is None else frame.filter(predicate)
                if left == 0:
                    return

    return pl.io.plugins.register_io_source(read, schema=schema)


@contextmanager
def _transaction(server: str) -> Iterator[Any]:
    """Open a transaction that reads alone, and that sees one state of the table from beginning to end."""
    psycopg = _library()
    failed = ""
    try:
        with psycopg.connect(server, client_encoding="UTF8") as connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield connection
    except psycopg.Error as error:
        failed = type(error).__name__
    if failed:
        raise MalformedRecord(
            f"the database cannot be read ({failed})", help="Check with psql that host, name and password are right."
        )


def _frame(pl: Any, rows: list[tuple[Any, ...]], kinds: Mapping[str, str], schema: Mapping[str, Any]) -> Any:
    series = []
    for (name, kind), found in zip(kinds.items(), zip(*rows, strict=True), strict=True):
        if kind not in ("day", "moment", "zoned"):
            series.append(pl.Series(name, list(found), dtype=schema[name]))
            continue
        text = pl.Series(name, list(found), dtype=pl.String).str
        if kind == "day":
            series.append(text.to_date("%Y-%m-%d", strict=False))
        else:
            series.append(text.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False))
    return pl.DataFrame(series)


def _library() -> Any:
    try:
        import psycopg
        import psycopg.sql
    except ImportError as error:
        raise MissingExtra(
            "reading PostgreSQL needs the package psycopg", help="Install it with: pip install 'wuming[postgresql]'"
        ) from error
    return psycopg
