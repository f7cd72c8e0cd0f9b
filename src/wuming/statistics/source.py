"""Where rows come from: Polars frames, Parquet and CSV files. Only the columns that a question needs are read.

The type of a column must not be read off private rows: one odd cell would change it for all. Parquet files and frames
carry types of their own; in CSV files a column is text, or real where the contract gives bounds, or of the type of its
public keys. A cell that is not of its column's type is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from wuming.core.errors import MalformedRecord, MissingExtra, MissingFile, QueryRefused
from wuming.statistics.contract import Contract

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
        rows: Polars frame, or path of a Parquet or CSV file.
        contract: of the table.

    Raises:
        MissingFile: no such file.
        MalformedRecord: a file that cannot be read.
        QueryRefused: a file of another kind, or a table without a column that the contract names.
        MissingExtra: without Polars.
    """
    pl = polars_library()
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


def _scan(pl: Any, path: Path, contract: Contract) -> Any:
    if not path.is_file():
        raise MissingFile(f"no such file: {path}", help="Give a Parquet or CSV file.")
    if path.suffix == ".parquet":
        return pl.scan_parquet(path)
    if path.suffix != ".csv":
        raise QueryRefused(f"files ending in {path.suffix!r} are not read here", help="Give a .parquet or .csv file.")
    frame = pl.scan_csv(path, infer_schema=False)
    types = dict.fromkeys(contract.bounds, pl.Float64)
    for name, keys in contract.keys.items():
        types.setdefault(name, {bool: pl.Boolean, int: pl.Int64, float: pl.Float64}.get(type(keys[0]), pl.String))
    present = set(frame.collect_schema())
    return frame.with_columns(pl.col(name).cast(kind, strict=False) for name, kind in types.items() if name in present)


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
