"""The last look at a file before it is handed out: grouped again from what it says, batch by batch.

The rows of a class must stand together, so a class that comes again later is a defect; what is kept is one key for each
class and the rows of one batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from wuming.anonymization.models.counting import Pairs
from wuming.anonymization.models.measures import Codes
from wuming.anonymization.models.parameters import ROUNDING
from wuming.anonymization.partitions.survey import Source, Values
from wuming.anonymization.promises import Promises
from wuming.core.errors import SelfCheckFailed

_HELP = "Nothing was written. Please report this: it is a defect of the program, not of the data."
_Rows = npt.NDArray[np.int64]


@dataclass
class Found:
    """What the whole file keeps.

    Attributes:
        k: rows of the smallest class.
        l: fewest distinct values of a sensitive column in a class.
        t: by sensitive column, the largest distance of a class from the whole table.
        classes: number of classes.
        squares: sum over classes of the square of their rows.
    """

    k: int
    l: int  # noqa: E741  (the literature's name)
    t: dict[str, float] = field(default_factory=dict)
    classes: int = 0
    squares: int = 0


def check_whole(
    path: Path, *, quasi_identifiers: Sequence[str], values: Mapping[str, Values], promises: Promises
) -> Found:
    """Read a published file and check columns, number of rows, sensitive values, k, l and t.

    Args:
        path: Parquet; the rows of a class stand together.
        quasi_identifiers: published as text.
        values: of the sensitive columns, as they were before.
        promises: with the sensitive columns in the order of `values`.

    Raises:
        SelfCheckFailed: one of them does not hold; nothing may be released.
    """
    names = [*quasi_identifiers, *values]
    source = Source(path, names)
    rows = next(iter(values.values())).rows
    if not set(names) <= set(source.names) or source.rows != rows:
        raise SelfCheckFailed("the published file has other columns or rows than it should", help=_HELP)
    found = Found(rows, rows, dict.fromkeys(values, 0.0))
    seen: set[bytes] = set()
    counts = {name: np.zeros(len(column.distinct) + 1, dtype=np.int64) for name, column in values.items()}
    for block in _closed(_coded(source, quasi_identifiers, values), len(quasi_identifiers)):
        _add(block, len(quasi_identifiers), seen, found, promises)
        for place, name in enumerate(values, start=len(quasi_identifiers)):
            counts[name] += np.bincount(block[:, place] + 1, minlength=len(counts[name]))
    for name, column in values.items():
        if counts[name].tolist() != [column.missing, *column.counts.tolist()]:
            raise SelfCheckFailed(f"column '{name}' has other values than before", help=_HELP)
    if found.k < promises.k:
        raise SelfCheckFailed(f"a class has {found.k} rows where k={promises.k}", help=_HELP)
    if found.l < promises.l and promises.l > 1:
        raise SelfCheckFailed(f"a class has {found.l} distinct sensitive values where l={promises.l}", help=_HELP)
    if promises.t is not None and max(found.t.values()) > promises.t + ROUNDING:
        raise SelfCheckFailed(f"a class is {max(found.t.values()):.6f} away where t={promises.t}", help=_HELP)
    return found


def _coded(source: Source, quasi_identifiers: Sequence[str], values: Mapping[str, Values]) -> Iterator[_Rows]:
    """Yield the rows of each batch: a number for each label, by first occurrence, and the codes of sensitive values."""
    labels: dict[str, dict[str, int]] = {name: {} for name in quasi_identifiers}
    for batch in source.batches():
        columns = []
        for name, known in labels.items():
            cells = batch[name]
            if (cells.places < 0).any():
                raise SelfCheckFailed(f"column '{name}' has cells without a label", help=_HELP)
            numbers = [known.setdefault(label, len(known)) for label in cells.distinct.tolist()]
            columns.append(np.array(numbers, dtype=np.int64)[cells.places])
        columns += [column.codes(batch[name]) for name, column in values.items()]
        yield np.stack(columns, axis=1)


def _closed(batches: Iterator[_Rows], keys: int) -> Iterator[_Rows]:
    """Yield the rows again, cut only between classes: the last class of a batch waits for the next one."""
    waiting: list[_Rows] = []
    for rows in batches:
        if waiting and (rows[0, :keys] != waiting[-1][-1, :keys]).any():
            yield np.concatenate(waiting)
            waiting = []
        changes = np.flatnonzero((rows[1:, :keys] != rows[:-1, :keys]).any(axis=1))
        if len(changes):
            last = int(changes[-1]) + 1
            yield np.concatenate([*waiting, rows[:last]])
            waiting = [rows[last:]]
        else:
            waiting.append(rows)
    if waiting:
        yield np.concatenate(waiting)


def _add(rows: _Rows, keys: int, seen: set[bytes], found: Found, promises: Promises) -> None:
    """Take whole classes into account."""
    new = np.append(True, (rows[1:, :keys] != rows[:-1, :keys]).any(axis=1))
    starts = np.flatnonzero(new)
    of_row = np.cumsum(new) - 1
    sizes = np.diff(starts, append=len(rows))
    for key in rows[starts, :keys]:
        if (name := key.tobytes()) in seen:
            raise SelfCheckFailed("a class stands in two places of the published file", help=_HELP)
        seen.add(name)
    found.k = min(found.k, int(sizes.min()))
    found.classes += len(sizes)
    found.squares += int((sizes**2).sum())
    for place, (column, distance) in enumerate(promises.sensitive, start=keys):
        pairs = _pairs(of_row, rows[:, place], column.size)
        distinct = np.bincount(pairs.of_class, weights=pairs.value > 0, minlength=len(sizes))
        found.l = min(found.l, int(distinct.min()))
        moved = pairs if column.has_missing else Pairs(pairs.of_class, pairs.value - 1, pairs.rows)
        away = float(distance.from_table(moved, sizes, column).max())
        found.t[column.name] = max(found.t[column.name], away)


def _pairs(of_row: Codes, codes: Codes, size: int) -> Pairs:
    """Count values in classes, missing as 0 and the others from 1."""
    cells, rows = np.unique(of_row * (size + 1) + codes + 1, return_counts=True)
    return Pairs(cells // (size + 1), cells % (size + 1), rows)
