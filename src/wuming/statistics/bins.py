"""Bins of a column of numbers as public keys: half-open intervals between public edges, the last one closed.

A query with bins is asked of a table that has a column more, the name of the row's bin, whose public keys are the names
of all bins. So everything that holds for public keys holds for bins: the limits on one subject's groups, the
sensitivity, groups that nobody is in. Cells are put into bins as they are, as a condition looks at them; bounds of the
contract move them for sums and means alone. A cell that is missing or outside the edges is in no bin. Cells and edges
are compared as 64-bit floating-point numbers.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from wuming.core.errors import QueryRefused
from wuming.statistics.contract import Contract
from wuming.statistics.query import Bins, Query
from wuming.statistics.source import ColumnKind, Source, polars_library

if TYPE_CHECKING:
    import polars

MOST_BINS: Final = 1 << 16
_LARGEST: Final = 1e100
_NUMBERS: Final = (int, float, np.integer, np.floating)


def even_edges(low: float, high: float, count: int) -> tuple[float, ...]:
    """Return the edges of so many bins of one width; edges of a range that is no range are left to `check_bins`.

    Raises:
        QueryRefused: a count that is not from 1 to 2¹⁶, or an end that is beyond 1e100.
    """
    if not max(abs(low), abs(high)) <= _LARGEST:
        raise QueryRefused("an edge of bins is no number up to 1e100", help="Give finite numbers in order.")
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MOST_BINS:
        raise QueryRefused(f"the number of bins is not from 1 to {MOST_BINS}", help="BIN(column, low, high, 10).")
    low, high = float(low), float(high)
    inside = (low * ((count - place) / count) + high * (place / count) for place in range(1, count))
    return (low, *inside, high)


def labels(bins: Bins) -> tuple[str, ...]:
    """Return the names of all bins in order, such as `[0, 500)`, and of the last one, `[4500, 5000]`."""
    words = [_words(edge) for edge in bins.edges]
    last = len(words) - 2
    return tuple(
        f"[{low}, {high}{']' if place == last else ')'}" for place, (low, high) in enumerate(itertools.pairwise(words))
    )


def check_bins(query: Query, contract: Contract, columns: Mapping[str, ColumnKind]) -> None:
    """Refuse bins that cannot be made, or that nothing is grouped by.

    Raises:
        QueryRefused: names what is wrong, and what to do instead.
    """
    names = [bins.name for bins in query.bins]
    if len(set(names)) != len(names) or set(names) & set(columns):
        raise QueryRefused("bins have the name of a column, or of other bins", help="Name them with AS.")
    if not set(names) <= set(query.keys):
        raise QueryRefused("bins are made, and nothing is grouped by them", help="Name them in GROUP BY.")
    for bins in query.bins:
        if bins.column not in columns:
            raise QueryRefused(
                f"bins of column {bins.column!r}, which is not there", help=f"Known: {', '.join(columns)}."
            )
        if columns[bins.column] not in ("integer", "real"):
            raise QueryRefused(
                f"bins of column {bins.column!r}, which is {columns[bins.column]}",
                help="Make bins of a column of numbers. Cells of CSV and JSON lines are text unless the column has "
                "--bounds.",
            )
        if bins.column == contract.subject:
            raise QueryRefused("bins of the subject's column show single persons", help="Take another column.")
        if not 2 <= len(bins.edges) <= MOST_BINS + 1:
            raise QueryRefused(f"bins need from 2 to {MOST_BINS + 1} edges", help="Such as [0, 100, 500].")
        for edge in bins.edges:
            if isinstance(edge, bool) or not isinstance(edge, _NUMBERS) or not abs(edge) <= _LARGEST:
                raise QueryRefused("an edge of bins is no number up to 1e100", help="Give finite numbers in order.")
        edges = [float(edge) for edge in bins.edges]
        if any(low >= high for low, high in itertools.pairwise(edges)):
            raise QueryRefused("the edges of bins do not grow", help="Give each edge once, the lowest first.")


def contract_with_bins(query: Query, contract: Contract) -> Contract:
    """Return the contract with the names of all bins as public keys."""
    if not query.bins:
        return contract
    return replace(contract, keys={**contract.keys, **{bins.name: labels(bins) for bins in query.bins}})


def source_with_bins(query: Query, source: Source) -> Source:
    """Return the table with one column more for all bins of a checked query."""
    if not query.bins:
        return source
    frame = source.frame.with_columns(_column(bins) for bins in query.bins)
    kinds: dict[str, ColumnKind] = {**source.columns, **dict.fromkeys((bins.name for bins in query.bins), "text")}
    return Source(frame, MappingProxyType(kinds))


def _column(bins: Bins) -> polars.Expr:
    pl: Any = polars_library()
    kind = pl.Enum(list(labels(bins)))
    edges = np.asarray(bins.edges, dtype=np.float64)

    def place(cells: polars.Series) -> polars.Series:
        values = cells.cast(pl.Float64).fill_null(math.nan).to_numpy()
        found = np.searchsorted(edges, values, side="right").astype(np.int64) - 1
        found[values == edges[-1]] = len(edges) - 2
        inside = (values >= edges[0]) & (values <= edges[-1])
        codes = pl.Series(cells.name, np.where(inside, found, 0), dtype=pl.UInt32)
        named: polars.Series = codes.zip_with(pl.Series(inside), pl.Series([None], dtype=pl.UInt32)).cast(kind)
        return named

    found: polars.Expr = pl.col(bins.column).map_batches(place, return_dtype=kind, is_elementwise=True).alias(bins.name)
    return found


def _words(edge: float) -> str:
    number = float(edge)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
