"""Where rows come from: Polars frames, Parquet, CSV and JSON lines files, tables of databases.

Only the columns that a question needs are read, part by part. The type of a column must not be read off private rows:
one odd cell would change it for all. Parquet files and frames carry types of their own, and a database declares them;
in CSV and JSON lines a column is text, or real where the contract gives bounds, or of the type of its public keys. A
cell that is not of its column's type is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from wuming.core.databases import is_url
from wuming.core.errors import MalformedRecord, MissingExtra, MissingFile, QueryRefused
from wuming.statistics.contract import Contract
from wuming.statistics.databases import table_address
from wuming.statistics.json_lines import scan_json_lines

if TYPE_CHECKING:
    import polars

ColumnKind = Literal["text", "integer", "real", "boolean", "date"]


@dataclass(frozen=True)
class Source:
    """Rows that can be read again and again.

    Attributes:
        frame: lazy; read column by column and part by part.
        columns: name → kind, in order.
    """

    frame: polars.LazyFrame
    columns: Mapping[str, ColumnKind]


def open_source(rows: polars.DataFrame | polars.LazyFrame | Path | str, contract: Contract) -> Source:
    """Return rows as a question reads them.

    Args:
        rows: Polars frame, path of a Parquet, CSV or JSON lines file, or URL of a table, `sqlite:///FILE?table=NAME`.
        contract: of the table.

    Raises:
        MissingFile: no such file.
        MalformedRecord: a file that cannot be read, or the URL of another kind of database.
        QueryRefused: a file of another kind, no such table, or one without a column that the contract names.
        MissingExtra: without Polars.
    """
    pl = polars_library()
    if isinstance(rows, str) and is_url(rows):
        frame = _scan_database(pl, rows)
    else:
        frame = _scan(pl, Path(rows), contract) if isinstance(rows, str | Path) else rows.lazy()
    with _named_errors():
        schema = frame.collect_schema()
    columns = {name: _kind(pl, kind) for name, kind in schema.items()}
    for name in (contract.subject, *contract.bounds, *contract.keys):
        if name not in columns:
            raise QueryRefused(f"the table has no column {name!r}", help="The contract names columns of the table.")
    if columns[contract.subject] not in ("text", "integer"):
        raise QueryRefused(
            f"the subject's column {contract.subject!r} holds neither text nor whole numbers",
            help="Name the column that says whose row it is.",
        )
    known = {name: kind for name, kind in columns.items() if kind is not None}
    return Source(frame.select(list(known)), MappingProxyType(known))


def collected(frame: polars.LazyFrame) -> polars.DataFrame:
    """Read a lazy frame.

    Raises:
        MalformedRecord: it cannot be read. What stood in it is not repeated.
    """
    with _named_errors():
        return frame.collect(engine="streaming")


@contextmanager
def _named_errors() -> Iterator[None]:
    """Turn what Polars raises, which may repeat cells, into an error that does not."""
    errors = polars_library().exceptions
    try:
        yield
    except (errors.PolarsError, errors.PanicException, OSError) as error:
        raise MalformedRecord(
            f"the table cannot be read ({type(error).__name__})", help="Check that the file is whole and of one kind."
        ) from None


def polars_library() -> Any:
    """Return Polars.

    Raises:
        MissingExtra: without it.
    """
    try:
        import polars
    except ImportError as error:
        raise MissingExtra(
            "statistics need the package polars", help="Install it with: pip install 'wuming[statistics]'"
        ) from error
    return polars


def _scan_database(pl: Any, url: str) -> Any:
    address = table_address(url)
    if address.kind == "sqlite":
        from wuming.statistics.sqlite_tables import scan_sqlite

        return scan_sqlite(pl, address.path, address.table)
    from wuming.statistics.postgresql_tables import scan_postgresql

    return scan_postgresql(pl, address.server, address.table)


def _scan(pl: Any, path: Path, contract: Contract) -> Any:
    if not path.is_file():
        raise MissingFile(f"no such file: {path}", help="Give a Parquet, CSV or JSON lines file.")
    kind = path.suffix.lower()
    if kind == ".parquet":
        return pl.scan_parquet(path)
    if kind in (".jsonl", ".ndjson"):
        return scan_json_lines(pl, path, _types(contract))
    if kind != ".csv":
        raise QueryRefused(
            f"files ending in {path.suffix!r} are not read here",
            help="Give a .parquet, .csv or .jsonl file, or a table, sqlite:///FILE?table=NAME.",
        )
    frame = pl.scan_csv(path, infer_schema=False)
    present = set(frame.collect_schema())
    types = {int: pl.Int64, float: pl.Float64, bool: pl.Boolean, str: pl.String}
    return frame.with_columns(
        pl.col(name).cast(types[kind], strict=False) for name, kind in _types(contract).items() if name in present
    )


def _types(contract: Contract) -> dict[str, type]:
    """Return what the contract says of its columns' types; the subject is text."""
    found: dict[str, type] = {name: type(keys[0]) for name, keys in contract.keys.items()}
    return {contract.subject: str} | found | dict.fromkeys(contract.bounds, float)


def _kind(pl: Any, kind: Any) -> ColumnKind | None:
    if kind in (pl.String, pl.Categorical, pl.Enum):
        return "text"
    if kind.is_integer():
        return "integer"
    if kind.is_float() or kind.is_decimal():
        return "real"
    if kind == pl.Boolean:
        return "boolean"
    return "date" if kind in (pl.Date, pl.Datetime) else None
