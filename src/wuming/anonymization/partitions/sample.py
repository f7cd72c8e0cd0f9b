"""Some rows of a file that does not fit into memory, drawn at random; and the values that its columns hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from wuming.anonymization.models.measures import Codes
from wuming.anonymization.partitions.survey import Cells, Source, survey
from wuming.core.tables import Column, Table


def rows_of(path: Path) -> int:
    """Return how many rows a Parquet file has. Raises as `Source`."""
    return Source(path, ()).rows


def sample_rows(path: Path, rows: int, *, seed: int = 0) -> Table:
    """Return `rows` rows of a Parquet file, all columns, in the file's order; all of them where it has no more.

    Raises:
        As `Source`, and as its `batches`.
    """
    source = Source(path, Source(path, ()).names)
    drawn = np.sort(np.random.default_rng(seed).permutation(source.rows)[:rows])
    parts: dict[str, list[Column]] = {name: [] for name in source.names}
    begin = 0
    for batch in source.batches():
        end = begin + len(next(iter(batch.values())).places)
        here = drawn[np.searchsorted(drawn, begin) : np.searchsorted(drawn, end)] - begin
        for name, cells in batch.items():
            parts[name].append(_column(cells, here))
        begin = end
    return Table({name: np.concatenate(columns) for name, columns in parts.items()})


def values_of(path: Path, columns: tuple[str, ...]) -> Table:
    """Return a table in which each column holds all its values in the file, again and again until they are as many.

    Raises:
        As `survey`.
    """
    found = {name: values.distinct for name, values in survey(Source(path, columns)).items()}
    longest = max(map(len, found.values()))
    return Table({name: np.resize(distinct, longest) for name, distinct in found.items()})


def _column(cells: Cells, at: Codes) -> Column:
    places = cells.places[at]
    if cells.distinct.dtype == object:
        return np.append(cells.distinct, np.array([""], dtype=object))[places]
    if (cells.places >= 0).all() and cells.distinct.dtype == np.int64:
        return cells.distinct[places]
    return np.append(cells.distinct.astype(np.float64), np.nan)[places]
