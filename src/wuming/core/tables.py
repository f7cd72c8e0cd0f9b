"""Tables in and out: one value for each column and row, in two number types and one text type.

Missing cells are NaN in a numeric column and "" in a text column. A column of a CSV file is numeric only when every
cell that is there is written as a plain number: `007`, `+86`, `1e5`, `NaN` and `１２` stay text, because codes,
telephone numbers and order numbers are no quantities and must not lose a digit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from wuming.core.errors import EmptyData, MalformedRecord, MissingExtra, TableError, WrongEncoding
from wuming.core.reading import MAX_LINE_BYTES, decode, file_kind, open_file, read_lines, read_parquet, read_rows
from wuming.core.storage import write_atomically

Column = npt.NDArray[Any]

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-][0-9]+)?\Z")
# A spreadsheet runs a cell that begins so as a formula (OWASP, CSV injection); the full-width signs count as well.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_EXACT_IN_FLOAT = 2**53
_LONGEST_NUMBER = 30
_EMPTY_ROW = '""'
_NEEDS_QUOTES = re.compile(r"""[",;\t|\r\n]|^\s|\s\Z""")


@dataclass(frozen=True, eq=False)
class Coded:
    """A column as whole numbers.

    Attributes:
        codes: [rows] place of each cell's value in `values`; -1: missing.
        values: [distinct] what occurs, in order, missing left out.
    """

    codes: npt.NDArray[np.int64]
    values: Column

    @classmethod
    def of(cls, column: Column) -> Coded:
        """Code a column of a table."""
        if column.dtype == object:
            cells = column.tolist()
            known = sorted(set(cells) - {""})
            places = {value: code for code, value in enumerate(known)} | {"": -1}
            values = np.empty(len(known), dtype=object)
            values[:] = known
            return cls(np.fromiter(map(places.__getitem__, cells), dtype=np.int64, count=len(cells)), values)
        if column.dtype == np.float64 and (missing := np.isnan(column)).any():
            values, codes = np.unique(column[~missing], return_inverse=True)
            all_codes = np.full(len(column), -1, dtype=np.int64)
            all_codes[~missing] = codes
            return cls(all_codes, values)
        values, codes = np.unique(column, return_inverse=True)
        return cls(codes.astype(np.int64, copy=False), values)


@dataclass(frozen=True)
class Table:
    """Columns of equal length, by name, in order.

    Attributes:
        columns: name → one-dimensional array of int64, float64 (NaN: missing) or object holding str ("": missing). The
            arrays are taken as read-only views; what an array's owner later writes to it shows here.

    Raises:
        TableError: columns of different lengths, another type, an infinite number, or no column at all.
    """

    columns: Mapping[str, Column]
    _coded: dict[str, Coded] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check every column and make it read-only."""
        if not self.columns:
            raise TableError("a table needs at least one column", help="Give at least one column.")
        checked = {}
        rows = len(next(iter(self.columns.values())))
        for name, column in self.columns.items():
            if column.ndim != 1 or len(column) != rows:
                raise TableError(f"column '{name}' does not have {rows} rows", help="Give columns of one length.")
            if column.dtype not in (np.dtype(np.int64), np.dtype(np.float64), np.dtype(object)):
                raise TableError(f"column '{name}' has type {column.dtype}", help="Use int64, float64 or object.")
            if column.dtype == np.float64 and np.isinf(column).any():
                raise TableError(f"column '{name}' holds an infinite number", help="Leave the cell empty instead.")
            if column.dtype == object and set(map(type, column.tolist())) - {str}:
                raise TableError(f"column '{name}' holds cells that are no text", help='Use "" for a missing cell.')
            view = column.view()
            view.setflags(write=False)
            checked[name] = view
        object.__setattr__(self, "columns", MappingProxyType(checked))

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(next(iter(self.columns.values())))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(self.columns)

    def coded(self, name: str) -> Coded:
        """Return a column as whole numbers; they are found once.

        Raises:
            TableError: a column that is not there.
        """
        self.require([name])
        if name not in self._coded:
            self._coded[name] = Coded.of(self.columns[name])
        return self._coded[name]

    def select(self, names: Sequence[str]) -> Table:
        """Return a table of the named columns, in the order given.

        Raises:
            TableError: a column that is not there. What *is* there is not listed: without a header line, the first row
                of people would be.
        """
        self.require(names)
        chosen = Table({name: self.columns[name] for name in names})
        chosen._coded.update((name, self._coded[name]) for name in names if name in self._coded)
        return chosen

    def drop(self, names: Sequence[str]) -> Table:
        """Return a table without the named columns.

        Raises:
            TableError: a column that is not there, or none would be left.
        """
        self.require(names)
        return Table({name: column for name, column in self.columns.items() if name not in names})

    def take(self, rows: npt.NDArray[np.intp]) -> Table:
        """Return a table of the rows at these positions, in that order."""
        return Table({name: column[rows] for name, column in self.columns.items()})

    def require(self, names: Sequence[str]) -> None:
        """Check that columns of these names exist.

        Raises:
            TableError: names the first one that does not.
        """
        for name in names:
            if name not in self.columns:
                raise TableError(f"no column '{name}' in the table", help="Check the spelling, and the header line.")


def read_table(path: Path) -> Table:
    """Read `.csv` (`.tsv`; separator found by itself), `.jsonl` or `.parquet`; the format gives the column types.

    Text in JSONL and Parquet stays text even where it looks like a number; only CSV, which has no types, is guessed.
    A key that a JSONL line leaves out, and null, are missing cells.

    Raises:
        MissingFile, WrongEncoding, InputTooLarge, MissingExtra: as for `read_records`.
        MalformedRecord: a row that does not fit (line and column are named), or a nested value.
        EmptyData: no row.
    """
    match file_kind(path):
        case "csv":
            columns = _from_csv(path)
        case "jsonl":
            columns = _from_jsonl(path)
        case "parquet":
            columns = _from_parquet(path)
    if not columns or not len(next(iter(columns.values()))):
        raise EmptyData(f"no rows in {path}", help="Name a file that holds at least one row.")
    return Table(columns)


def write_table(path: Path, table: Table) -> None:
    """Write a table as `.csv` or `.parquet`, columns in order, whole or not at all.

    CSV: text that a spreadsheet would run as a formula (first character = + - @, their full-width forms, tab or line
    break) gets a leading apostrophe, unless it is a plain number. So numbers, missing cells and ordinary text come back
    as they were; such text comes back with the apostrophe. Parquet keeps every cell as it is.

    Raises:
        MalformedRecord: the name ends in neither.
        StorageError: the disk is full or the folder cannot be written; an old file is untouched.
        WrongEncoding: a lone surrogate in a cell.
    """
    kind = file_kind(path)
    if kind == "jsonl":
        raise MalformedRecord(f"{path}: tables are written as CSV or Parquet", help="Use .csv or .parquet.")
    data = _as_csv(table) if kind == "csv" else _as_parquet(table)
    write_atomically(path, data)


def _from_csv(path: Path) -> dict[str, Column]:
    with open_file(path) as file:
        text = decode(file.read(), path)
    header, rows = read_rows(text, path, max_cell=MAX_LINE_BYTES)
    cells = zip(*(row for _, row in rows), strict=True)
    return {name: _guess(column) for name, column in zip(header, cells, strict=False)}


def _guess(cells: Sequence[str]) -> Column:
    """Type a column of CSV cells."""
    present = [cell for cell in cells if cell]
    if not present or not all(_NUMBER.match(cell) and len(cell) <= _LONGEST_NUMBER for cell in present):
        return _text(cells)
    integers = [int(cell) for cell in present if _INTEGER.match(cell)]
    largest = max(map(abs, integers), default=0)
    if len(integers) == len(cells) and all(-(2**63) <= integer < 2**63 for integer in integers):
        return np.array(integers, dtype=np.int64)
    # As float64, which a gap or a fraction makes necessary, a long number would lose its last digits.
    if largest > _EXACT_IN_FLOAT:
        return _text(cells)
    numbers = np.array([float(cell) if cell else math.nan for cell in cells])
    return _text(cells) if np.isinf(numbers).any() else numbers


def _from_jsonl(path: Path) -> dict[str, Column]:
    cells: dict[str, list[Any]] = {}
    count = 0
    for number, fields in read_lines(path):
        for name, value in fields.items():
            if isinstance(value, dict | list):
                raise MalformedRecord(f"{path}, line {number}: a cell is nested", help="Write one plain value a cell.")
            column = cells.setdefault(name, [])
            column.extend([None] * (count - len(column)))
            column.append(value)
        count += 1
    return {name: typed_column(column + [None] * (count - len(column))) for name, column in cells.items()}


def _from_parquet(path: Path) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    try:
        cells = read_parquet(path).to_pydict()
    except UnicodeDecodeError:
        cells = None
    if cells is None:
        raise WrongEncoding(f"{path}: text that is not UTF-8", help="Write the file again as UTF-8.")
    for position, (name, chunks) in enumerate(cells.items(), start=1):
        if any(isinstance(value, dict | list | bytes) for value in chunks):
            raise MalformedRecord(f"{path}: column {position} is nested or binary", help="Write plain columns.")
        columns[name] = typed_column(chunks)
    return columns


def typed_column(cells: Sequence[Any]) -> Column:
    """Make a column of values that have types of their own; None is missing, what fits no number is text."""
    present = [cell for cell in cells if cell is not None]
    complete = len(present) == len(cells)
    kinds = {type(cell) for cell in present}
    if present and kinds == {int}:
        if complete and all(-(2**63) <= cell < 2**63 for cell in present):
            return np.array(present, dtype=np.int64)
        if all(abs(cell) <= _EXACT_IN_FLOAT for cell in present):
            return np.array([math.nan if cell is None else float(cell) for cell in cells])
    elif (
        present
        and kinds <= {int, float, Decimal}
        and all(abs(cell) <= _EXACT_IN_FLOAT for cell in present if type(cell) is int)
    ):
        return np.array([math.nan if cell is None else float(cell) for cell in cells])
    return _text([_as_text(cell) for cell in cells])


def _as_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell)


def _text(cells: Sequence[str]) -> Column:
    column = np.empty(len(cells), dtype=object)
    column[:] = cells
    return column


def _as_csv(table: Table) -> bytes:
    columns = []
    for column in table.columns.values():
        if column.dtype == np.int64:
            columns.append([str(cell) for cell in column.tolist()])
        elif column.dtype == np.float64:
            columns.append(["" if math.isnan(cell) else repr(cell) for cell in column.tolist()])
        else:
            columns.append([_without_formula(cell) for cell in column])
    header = [_without_formula(name) for name in table.names]
    lines = [",".join(_quoted(cell) for cell in cells) for cells in (header, *zip(*columns, strict=True))]
    # A lone empty cell would be an empty line, which readers pass over.
    text = "".join(f"{line or _EMPTY_ROW}\n" for line in lines)
    try:
        return text.encode()
    except UnicodeEncodeError:
        pass
    raise WrongEncoding("the table holds a lone surrogate", help="Repair the text before writing it.")


def _quoted(cell: str) -> str:
    """Quote a cell as RFC 4180 says; a lone carriage return too, which the csv module leaves bare."""
    return '"' + cell.replace('"', '""') + '"' if _NEEDS_QUOTES.search(cell) else cell


def _without_formula(cell: str) -> str:
    return "'" + cell if cell.startswith(_FORMULA) and not _NUMBER.match(cell) else cell


def _as_parquet(table: Table) -> bytes:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingExtra("writing Parquet needs pyarrow", help="pip install 'wuming[parquet]'") from None
    arrays = {}
    for name, column in table.columns.items():
        if column.dtype == object:
            arrays[name] = pyarrow.array(column.tolist(), type=pyarrow.string())
        else:
            missing = np.isnan(column) if column.dtype == np.float64 else None
            arrays[name] = pyarrow.array(column, mask=missing)
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(pyarrow.table(arrays), sink)
    return bytes(sink.getvalue().to_pybytes())
