"""The first pass over a Parquet file: which values each column holds, and how often. Rows are read batch by batch.

What is kept grows with the number of distinct values of the columns, not with the rows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from wuming.core.errors import EmptyData, MalformedRecord, TableError, WrongEncoding
from wuming.core.reading import open_parquet

Codes = npt.NDArray[np.int64]
Column = npt.NDArray[Any]

BATCH = 131_072
"""Rows that are read at once."""

_EXACT_IN_FLOAT = 2**53


@dataclass(frozen=True, eq=False)
class Values:
    """What one column holds, over all rows.

    Attributes:
        name: of the column.
        distinct: its values in order, of the type that `read_table` gives the column: int64, float64 or object.
        counts: [distinct] rows of each.
        missing: rows without a value.
    """

    name: str
    distinct: Column = field(repr=False)
    counts: Codes = field(repr=False)
    missing: int

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.counts.sum()) + self.missing

    def codes(self, cells: Cells) -> Codes:
        """Return [rows] the place of each cell among the values; -1 missing."""
        if self.distinct.dtype == object:
            found = [self._places.get(value, -1) for value in cells.distinct.tolist()]
            places = np.array(found, dtype=np.int64)
        else:
            places = np.searchsorted(self.distinct, cells.distinct)
        return np.append(places, -1)[cells.places]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {value: code for code, value in enumerate(self.distinct.tolist())}

    def column(self, codes: Codes) -> Column:
        """Return the cells of these codes, as a column of a `Table`."""
        if self.distinct.dtype == np.int64:
            return self.distinct[codes]
        nothing = np.array([np.nan]) if self.distinct.dtype == np.float64 else np.array([""], dtype=object)
        return np.concatenate([self.distinct, nothing])[codes]


@dataclass(frozen=True, eq=False)
class Cells:
    """One column of one batch.

    Attributes:
        distinct: its values, numbers or text.
        places: [rows] of each cell among them; -1 missing.
    """

    distinct: Column
    places: Codes


class Source:
    """A Parquet file, read in batches of the columns that are asked for.

    Args:
        path: of the file.
        columns: names; each must be plain.

    Raises:
        MissingExtra: pyarrow is not installed.
        MissingFile, MalformedRecord: it is no readable Parquet file, or a column is nested or binary.
        EmptyData: no row.
        TableError: a column that is not there.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        self.columns = tuple(columns)
        self._file = open_parquet(path)
        self.names: tuple[str, ...] = tuple(self._file.schema_arrow.names)
        self.rows = int(self._file.metadata.num_rows)
        if len(set(self.names)) < len(self.names):
            raise MalformedRecord(f"{path}: two columns share a name", help="Give every column a name of its own.")
        for name in self.columns:
            if name not in self.names:
                raise TableError(f"no column '{name}' in the table", help="Check the spelling.")
        if not self.rows:
            raise EmptyData(f"no rows in {path}", help="Name a file that holds at least one row.")

    def batches(self) -> Iterator[dict[str, Cells]]:
        """Yield the columns of one batch after the other.

        Raises:
            MalformedRecord: a column is nested or binary.
            TableError: an infinite number.
            WrongEncoding: text that is not UTF-8.
        """
        for batch in self._file.iter_batches(batch_size=BATCH, columns=list(self.columns)):
            yield {name: self._cells(name, batch.column(name)) for name in self.columns}

    def _cells(self, name: str, array: Any) -> Cells:
        import pyarrow

        types = pyarrow.types
        kind = array.type.value_type if types.is_dictionary(array.type) else array.type
        if types.is_nested(kind) or types.is_binary(kind) or types.is_large_binary(kind):
            raise MalformedRecord(f"{self.path}: column '{name}' is nested or binary", help="Write plain columns.")
        if not types.is_dictionary(array.type):
            array = array.dictionary_encode()
        places = array.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        if types.is_integer(kind) or types.is_floating(kind):
            return _present(array.dictionary.to_numpy(zero_copy_only=False), places, np.isnan)
        if types.is_decimal(kind):
            # Arrow's own cast is off by a last digit.
            return _present(np.array([float(cell) for cell in array.dictionary.to_pylist()]), places, np.isnan)
        try:
            cells = array.dictionary.to_pylist()
        except UnicodeDecodeError:
            cells = None
        if cells is None:
            raise WrongEncoding(f"{self.path}: text that is not UTF-8", help="Write the file again as UTF-8.")
        distinct = np.empty(len(cells), dtype=object)
        distinct[:] = [_as_text(cell) for cell in cells]
        return _present(distinct, places, lambda column: column == "")


def survey(source: Source) -> dict[str, Values]:
    """Read the file once and return the values of every column that was asked for.

    Raises:
        As `Source.batches`.
        TableError: an infinite number, or whole numbers that a column with gaps cannot hold exactly.
    """
    tallies: dict[str, _Tally] = {}
    for batch in source.batches():
        for name, cells in batch.items():
            tally = tallies.setdefault(name, _Words() if cells.distinct.dtype == object else _Numbers())
            counts = np.bincount(cells.places + 1, minlength=len(cells.distinct) + 1)
            tally.add(cells.distinct, counts[1:])
            tally.missing += int(counts[0])
    return {name: _values(name, tallies[name]) for name in source.columns}


class _Tally(ABC):
    """Values and how often they occur, batch by batch."""

    missing = 0

    @abstractmethod
    def add(self, distinct: Column, counts: Codes) -> None:
        """Take a batch's values in; one may stand there twice."""

    @abstractmethod
    def sorted(self) -> tuple[Column, Codes]:
        """Return the values that occur, in order, and their counts."""


class _Words(_Tally):
    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, distinct: Column, counts: Codes) -> None:
        for value, count in zip(distinct.tolist(), counts.tolist(), strict=True):
            if count:
                self._counts[value] += count

    def sorted(self) -> tuple[Column, Codes]:
        values = sorted(self._counts)
        distinct = np.empty(len(values), dtype=object)
        distinct[:] = values
        return distinct, np.array([self._counts[value] for value in values], dtype=np.int64)


class _Numbers(_Tally):
    """Waits with joining until what waits is as much as what is joined: each value is then sorted a few times only."""

    def __init__(self) -> None:
        self._joined: tuple[Column, Codes] | None = None
        self._waiting: list[tuple[Column, Codes]] = []

    def add(self, distinct: Column, counts: Codes) -> None:
        self._waiting.append((distinct[counts > 0], counts[counts > 0]))
        joined = 0 if self._joined is None else len(self._joined[0])
        if sum(len(values) for values, _ in self._waiting) >= max(joined, BATCH):
            self._join()

    def sorted(self) -> tuple[Column, Codes]:
        self._join()
        assert self._joined is not None
        return self._joined

    def _join(self) -> None:
        parts = ([] if self._joined is None else [self._joined]) + self._waiting
        values, places = np.unique(np.concatenate([part for part, _ in parts]), return_inverse=True)
        counts = np.bincount(places, weights=np.concatenate([part for _, part in parts]), minlength=len(values))
        self._joined, self._waiting = (values, counts.astype(np.int64)), []


def _values(name: str, tally: _Tally) -> Values:
    """Type a column as `read_table` does; what would have to become text there is refused."""
    distinct, counts = tally.sorted()
    if distinct.dtype == object:
        return Values(name, distinct, counts, tally.missing)
    if np.issubdtype(distinct.dtype, np.integer):
        low, high = (-_EXACT_IN_FLOAT, _EXACT_IN_FLOAT) if tally.missing else (-(2**63), 2**63 - 1)
        if len(distinct) and not low <= int(distinct[0]) <= int(distinct[-1]) <= high:
            raise TableError(
                f"column '{name}' holds whole numbers beyond {high}",
                help="Write them as text: they are no quantities.",
            )
        return Values(name, distinct.astype(np.float64 if tally.missing else np.int64), counts, tally.missing)
    distinct = distinct.astype(np.float64)
    if np.isinf(distinct).any():
        raise TableError(f"column '{name}' holds an infinite number", help="Leave the cell empty instead.")
    return Values(name, distinct, counts, tally.missing)


def _present(distinct: Column, places: Codes, is_missing: Callable[[Column], Any]) -> Cells:
    """Make cells whose value means "missing" missing."""
    if np.issubdtype(distinct.dtype, np.integer):
        return Cells(distinct, places)
    nothing = np.append(np.asarray(is_missing(distinct), dtype=np.bool_), False)  # place -1 is the last
    return Cells(distinct, np.where(nothing[places], -1, places))


def _as_text(cell: Any) -> str:
    """Write a cell as `read_table` does."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat() if isinstance(cell, datetime | date | time) else str(cell)
