"""The whole numbers that noise is added to, computed exactly and in parts. Nothing here may be shown.

Rows are read in as many passes as it takes to hold some million rows at once; each pass has all rows of its subjects,
chosen by a hash. Rows that name no subject, and rows without a key, count for nothing.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import QueryRefused
from wuming.crypto.random import SecureStream, new_key
from wuming.statistics.bounding import Codes, within_groups, within_random_groups, within_rows
from wuming.statistics.contract import Contract
from wuming.statistics.noise_plan import CELLS, NoisePlan, Pick, Tally, candidates
from wuming.statistics.query import Query, Scalar, columns_of
from wuming.statistics.source import Source, collected, polars_library

Whole = NDArray[np.int64]
Keys = tuple[Scalar, ...]
_ROWS_OF_A_PASS: Final = 1 << 23
_LARGEST_GROUPS: Final = 1 << 20
_HASH = "wuming hash"


@dataclass(frozen=True)
class Share:
    """One part of a table that was divided by a column: each subject is in at most so many parts, always the same.

    Attributes:
        column: that divides, with public keys.
        key: of this part.
        seed: of the choice of parts; one for all parts.
    """

    column: str
    key: Scalar
    seed: int


@dataclass
class Exact:
    """Whole numbers of every group, in the order of `groups`."""

    groups: list[Keys]
    tallies: dict[Tally, Whole] = field(repr=False)
    scores: dict[Pick, Whole] = field(repr=False)
    subjects: Whole = field(repr=False)


def public_groups(query: Query, contract: Contract) -> list[Keys] | None:
    """Return all groups where every key is public, in order; None where one is private.

    Raises:
        QueryRefused: more than 2²⁰ groups.
    """
    if any(key not in contract.keys for key in query.keys):
        return None
    if math.prod(len(contract.keys[key]) for key in query.keys) > _LARGEST_GROUPS:
        raise QueryRefused(f"there are more than {_LARGEST_GROUPS} groups", help="Group by fewer columns.")
    return list(itertools.product(*(contract.keys[key] for key in query.keys)))


def compute(source: Source, contract: Contract, query: Query, plan: NoisePlan, share: Share | None = None) -> Exact:
    """Return the exact numbers of all groups.

    Args:
        source: the rows.
        contract: of the table.
        query: checked.
        plan: says which numbers are needed.
        share: the part of the table that is asked about; None for all of it.

    Raises:
        QueryRefused: more public groups than 2²⁰.
        MalformedRecord: the rows cannot be read.
    """
    groups = public_groups(query, contract)
    known: dict[Keys, int] = {} if groups is None else {keys: place for place, keys in enumerate(groups)}
    total = _Sums(plan, contract, groups is None)
    _all_passes(source, contract, query, share, known, total)
    groups = list(known) if groups is None else groups
    return Exact(groups, *total.results(len(groups)))


def cells_of(source: Source, contract: Contract, column: str, share: Share | None = None) -> Whole:
    """Return the values of a column that count, as whole cells: 0 for the lower bound, `CELLS` for the upper.

    Args:
        source: the rows.
        contract: of the table; at most `max_rows` values of one subject are among them.
        column: with bounds; missing cells are left out.
        share: the part of the table that is asked about; None for all of it.

    Raises:
        MalformedRecord: the rows cannot be read.
    """
    total = _Cells(column, *contract.bounds[column])
    _all_passes(source, contract, Query(()), share, {(): 0}, total)
    return np.concatenate(total.parts) if total.parts else np.zeros(0, dtype=np.int64)


def _all_passes(
    source: Source, contract: Contract, query: Query, share: Share | None, known: dict[Keys, int], total: _Collector
) -> None:
    pl = polars_library()
    rows = int(collected(source.frame.select(pl.len())).item())
    passes = max(1, -(-rows // _ROWS_OF_A_PASS))
    stream = SecureStream(new_key(), "rows and groups that count")
    seed = int(stream.uint64(1)[0])
    for number in range(passes):
        _pass(_Pass(source, contract, query, share, stream, seed, number, passes), known, total)


class _Collector(Protocol):
    """Takes the rows that count."""

    columns: list[str]

    def add(self, frame: Any, subjects: Codes, groups: Codes, count: int) -> None: ...


@dataclass(frozen=True)
class _Pass:
    source: Source
    contract: Contract
    query: Query
    share: Share | None
    stream: SecureStream
    seed: int
    number: int
    passes: int


def _pass(one: _Pass, known: dict[Keys, int], total: _Collector) -> None:
    """Read one part of the subjects, and add what counts of them."""
    frame = _read(one, total.columns)
    if not frame.height:
        return
    subjects, hashes = _dense(frame[one.contract.subject]), frame[_HASH].to_numpy()
    if one.share is not None:
        keys = one.contract.keys[one.share.column]
        parts = _public_codes(frame[one.share.column], keys)
        kept = parts >= 0
        kept[kept] = within_groups(
            subjects[kept], hashes[kept], parts[kept], count=len(keys), most=one.contract.max_groups
        )
        kept &= parts == keys.index(one.share.key)
        kept = _where(one, frame, kept)
    else:
        kept = _where(one, frame, np.ones(frame.height, dtype=bool))
    frame, subjects, hashes = _only(frame, subjects, hashes, kept)
    groups, places = _groups(one, frame, known)
    inside = groups >= 0
    if not inside.all():
        frame, subjects, hashes, groups = _only(frame, subjects, hashes, inside, groups)
    most = one.contract.max_groups
    if all(key in one.contract.keys for key in one.query.keys):
        kept = within_groups(subjects, hashes, groups, count=len(places), most=most)
    else:  # numbers of private groups depend on everybody's rows, so no order may be made from them
        kept = within_random_groups(subjects, groups, one.stream, most=most)
    kept[kept] = within_rows(subjects[kept], one.stream, most=one.contract.max_rows)
    if not kept.all():
        frame, subjects, _, groups = _only(frame, subjects, hashes, kept, groups)
    total.add(frame, subjects, places[groups] if len(places) else groups, len(known))


def _read(one: _Pass, columns: Sequence[str]) -> Any:
    pl = polars_library()
    subject = pl.col(one.contract.subject)
    needed = {*columns, *one.query.keys, *(columns_of(one.query.where) if one.query.where else ())}
    needed |= {one.share.column} if one.share else set()
    needed.discard(one.contract.subject)
    seed = one.share.seed if one.share else one.seed
    frame = one.source.frame.filter(subject.is_not_null()).select(
        subject, subject.hash(seed).alias(_HASH), *map(pl.col, sorted(needed))
    )
    if one.passes > 1:
        frame = frame.filter((pl.col(_HASH) // (1 << 32)) % one.passes == one.number)
    return collected(frame)


def _where(one: _Pass, frame: Any, kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    if one.query.where is None:
        return kept
    from wuming.statistics.conditions import as_polars

    holds = frame.select(as_polars(one.query.where, frame.schema).fill_null(False).alias("holds"))["holds"].to_numpy()
    return np.asarray(kept & holds)


def _only(
    frame: Any, subjects: Codes, hashes: NDArray[np.uint64], kept: NDArray[np.bool_], groups: Codes | None = None
) -> Any:
    pl = polars_library()
    chosen = frame.filter(pl.Series(kept)) if not kept.all() else frame
    parts = (chosen, subjects[kept], hashes[kept])
    return parts if groups is None else (*parts, groups[kept])


def _dense(series: Any) -> Codes:
    """Number the subjects from 0, with few gaps."""
    pl = polars_library()
    if series.dtype.is_integer():
        values = series.to_numpy()
        low, high = int(values.min()), int(values.max())
        if high - low <= 4 * len(values) + 1024:
            return np.asarray(values - low, dtype=np.int64)
        return np.asarray(np.unique(values, return_inverse=True)[1], dtype=np.int64)
    text = series.cast(pl.String)
    return np.asarray(text.cast(pl.Enum(text.unique())).to_physical().to_numpy(), dtype=np.int64)


def _public_codes(series: Any, keys: Sequence[Scalar]) -> Codes:
    """Number the rows by a public list; -1 for what is not on it."""
    pl = polars_library()
    if isinstance(keys[0], str):
        if series.dtype == pl.Datetime:  # the day that the clock showed there
            series = series.dt.replace_time_zone(None).cast(pl.Date)
        codes = series.cast(pl.String).cast(pl.Enum(list(keys)), strict=False).to_physical().cast(pl.Int64)
    else:
        # One type for column and list, as no narrower one need hold every key.
        kind = {bool: pl.Boolean, int: pl.Int64}.get(type(keys[0]), pl.Float64)
        if kind == pl.Int64 and not series.dtype.is_integer():
            kind = pl.Float64
        old = pl.Series(list(keys)).cast(kind)
        new = pl.Series(range(len(keys)), dtype=pl.Int64)
        codes = series.cast(kind, strict=False).replace_strict(old, new, default=None, return_dtype=pl.Int64)
    return np.asarray(codes.fill_null(-1).to_numpy(), dtype=np.int64)


def _private_codes(series: Any) -> tuple[Codes, list[Scalar]]:
    """Number the rows by the values that occur, sorted: any two stand in the same order whoever else is there."""
    pl = polars_library()
    if series.dtype in (pl.Categorical, pl.Enum):
        series = series.cast(pl.String)
    values = series.drop_nulls().unique().sort().to_list()
    return (_public_codes(series, values), values) if values else (np.full(len(series), -1, dtype=np.int64), [])


def _groups(one: _Pass, frame: Any, known: dict[Keys, int]) -> tuple[Codes, Codes]:
    """Number each row's group within the pass, -1 for none; and say which place of the answer each number is."""
    codes = np.zeros(frame.height, dtype=np.int64)
    lists: list[Keys] = [()]
    for key in one.query.keys:
        public = one.contract.keys.get(key)
        found, values = (_public_codes(frame[key], public), public) if public else _private_codes(frame[key])
        if not public:  # numbered anew, so that products of many lists stay small
            lists, codes = _held(lists, codes)
        codes = np.where((codes < 0) | (found < 0), -1, codes * max(1, len(values)) + found)
        lists = [(*keys, value) for keys in lists for value in values]
    if all(key in one.contract.keys for key in one.query.keys):
        return codes, np.arange(max(1, len(known)))
    lists, codes = _held(lists, codes)
    return codes, np.asarray([known.setdefault(keys, len(known)) for keys in lists], dtype=np.int64)


def _held(lists: list[Keys], codes: Codes) -> tuple[list[Keys], Codes]:
    """Leave out the groups that no row is in."""
    held, inverse = np.unique(codes, return_inverse=True)
    outside = int(held.size > 0 and held[0] < 0)
    return [lists[code] for code in held[outside:].tolist()], np.asarray(inverse - outside, dtype=np.int64)


class _Cells:
    """Keeps the values of one column, as whole cells between its bounds."""

    def __init__(self, column: str, low: float, high: float) -> None:
        self.columns = [column]
        self.parts: list[Whole] = []
        self._bounds = low, high

    def add(self, frame: Any, subjects: Codes, groups: Codes, count: int) -> None:  # noqa: ARG002 - one group
        """Keep the cells that are not missing."""
        low, high = self._bounds
        values = _between(frame, self.columns[0], low, high)
        cells = np.rint((values[~np.isnan(values)] - low) / (high - low) * CELLS)
        self.parts.append(cells.astype(np.int64))


class _Sums:
    """Adds up the numbers of all passes."""

    def __init__(self, plan: NoisePlan, contract: Contract, private: bool) -> None:
        self._plan, self._contract, self._private = plan, contract, private
        self._tallies = {tally: np.zeros((0, tally.coordinates), dtype=np.int64) for tally, *_ in plan.tallies}
        self._scores = {pick: np.zeros((0, 0), dtype=np.int64) for pick in plan.picks}
        self._subjects = np.zeros((0, 1), dtype=np.int64)
        self._values: dict[Tally, list[Any]] = {}
        columns = [t.column for t, *_ in plan.tallies] + [p.column for p in plan.picks]
        self.columns = [column for column in dict.fromkeys(columns) if column is not None]

    def add(self, frame: Any, subjects: Codes, groups: Codes, count: int) -> None:
        """Add the rows that count; `groups` are places of the answer, of which there are `count` so far."""
        for tally in self._tallies:
            if tally.kind == "values":
                self._note_values(tally, frame, groups)
                continue
            weights = self._weights(tally, frame, subjects, groups)
            sums = [_sum(groups, weight, count) for weight in weights]
            self._tallies[tally] = _plus(self._tallies[tally], np.stack(sums, axis=1))
        for pick in self._scores:
            self._scores[pick] = _plus(self._scores[pick], self._ranks(pick, frame, groups, count))
        if self._private:
            once = _once(subjects, groups)
            self._subjects = _plus(self._subjects, np.bincount(groups[once], minlength=count)[:, None])

    def results(self, count: int) -> tuple[dict[Tally, Whole], dict[Pick, Whole], Whole]:
        """Return tallies and scores of `count` groups in their order, and the subjects of private groups."""
        for tally, parts in self._values.items():
            distinct = polars_library().concat(parts).unique()["group"].to_numpy() if parts else np.zeros(0, np.int64)
            cells = tally.cells(self._plan.noise)
            self._tallies[tally] = np.bincount(distinct, minlength=count)[:, None] * cells
        empty = {pick: np.zeros((count, 1025), dtype=np.int64) for pick in self._scores}
        tallies = {t: _plus(v, np.zeros((count, t.coordinates), dtype=np.int64)) for t, v in self._tallies.items()}
        scores = {pick: _plus(value, empty[pick]) for pick, value in self._scores.items()}
        return tallies, scores, _plus(self._subjects, np.zeros((count, 1), dtype=np.int64))[:, 0]

    def _weights(
        self, tally: Tally, frame: Any, subjects: Codes, groups: Codes
    ) -> Sequence[NDArray[np.float64] | None]:
        cells = tally.cells(self._plan.noise)
        if tally.kind == "subjects":
            return [_once(subjects, groups).astype(np.float64) * cells]
        if tally.kind == "rows":
            if tally.column is None:
                return [None] if cells == 1 else [np.full(len(groups), float(cells))]
            missing = frame[tally.column].is_null().to_numpy()
            if frame[tally.column].dtype.is_float():
                missing = missing | np.isnan(frame[tally.column].fill_null(0).to_numpy())
            return [np.where(missing, 0.0, float(cells))]
        assert tally.column is not None
        values, low, high = self._clipped(tally.column, frame)
        if tally.kind == "total":
            return [np.nan_to_num(np.rint(values / max(abs(low), abs(high)) * cells), nan=0.0)]
        v = (values - low) / (high - low)
        missing = np.isnan(v)
        top = np.rint(v**tally.degree * cells)
        bottom = np.minimum(np.rint((1 - v) ** tally.degree * cells), cells - top)
        parts = [cells - top, top] if tally.degree == 1 else [bottom, cells - top - bottom, top]
        return [np.where(missing, 0.0, part) for part in parts] + [missing * float(cells)]

    def _clipped(self, column: str, frame: Any) -> tuple[NDArray[np.float64], float, float]:
        low, high = self._contract.bounds[column]
        return _between(frame, column, low, high), low, high

    def _ranks(self, pick: Pick, frame: Any, groups: Codes, count: int) -> Whole:
        """Return, for each candidate, rows below it times (den - num) less rows above it times num."""
        values, low, high = self._clipped(pick.column, frame)
        there = ~np.isnan(values)
        values, groups = values[there], groups[there]
        points = np.asarray(candidates(low, high))
        width = points.size + 1
        below = np.searchsorted(points, values, "right")  # first candidate above the value
        above = np.searchsorted(points, values, "left")  # number of candidates below the value
        under = np.bincount(groups * width + below, minlength=count * width).reshape(count, width)
        over = np.bincount(groups * width + above, minlength=count * width).reshape(count, width)
        fewer = np.cumsum(under, axis=1)[:, :-1]
        more = over.sum(axis=1, keepdims=True) - np.cumsum(over, axis=1)[:, :-1]
        num, den = pick.level.numerator, pick.level.denominator
        return np.asarray(fewer * (den - num) - more * num, dtype=np.int64)

    def _note_values(self, tally: Tally, frame: Any, groups: Codes) -> None:
        pl = polars_library()
        values = pl.DataFrame({"group": groups, "value": frame[tally.column]}).drop_nulls().unique()
        if values["value"].dtype.is_float():
            values = values.filter(pl.col("value").is_not_nan())
        self._values.setdefault(tally, []).append(values)


def _between(frame: Any, column: str, low: float, high: float) -> NDArray[np.float64]:
    """Return the cells of a column, moved to its bounds; NaN where one is missing."""
    values = frame[column].cast(polars_library().Float64).fill_null(math.nan).to_numpy()
    return np.asarray(np.clip(values, low, high), dtype=np.float64)


def _sum(groups: Codes, weights: NDArray[np.float64] | None, count: int) -> Whole:
    """Sums of whole numbers below 2⁵³, which floating point adds exactly."""
    return np.asarray(np.bincount(groups, weights=weights, minlength=count), dtype=np.int64)


def _plus(first: Whole, second: Whole) -> Whole:
    """Add arrays of which the first may lack groups, or the second."""
    rows = max(len(first), len(second))
    total = np.zeros((rows, max(first.shape[1], second.shape[1])), dtype=np.int64)
    total[: len(first), : first.shape[1]] += first
    total[: len(second), : second.shape[1]] += second
    return total


def _once(subjects: Codes, groups: Codes) -> NDArray[np.bool_]:
    """Say of each row whether it is the first of its subject in its group."""
    first = np.zeros(len(subjects), dtype=bool)
    if len(subjects):
        pairs = subjects * (int(groups.max()) + 1) + groups
        first[np.unique(pairs, return_index=True)[1]] = True
    return first
