"""The first cuts of a table that does not fit into memory, made from counts alone, row files split in passes.

They are cuts as Mondrian makes them: of each column the one that saves most, of these the best whose parts all keep
the promises, counted over all rows of the part. So every part could be published as it is, and what is made of it
afterwards lies within the box of the part: the boxes of all parts tile the domain.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from wuming.anonymization.axes import Axis, Codes, Flags
from wuming.anonymization.models.counting import Pairs
from wuming.anonymization.models.parameters import at_most
from wuming.anonymization.partitions.spool import Spool
from wuming.anonymization.promises import Promises

_BALANCE: Final = 0.5
"""The power of the entropy of the parts' shares by which what a cut saves is divided; see `mondrian`."""

_SHARE: Final = 8
"""Where it can be had, the smaller part of a first cut holds one row in so many."""


@dataclass(frozen=True)
class Column:
    """A quasi-identifier.

    Attributes:
        axis: how it is cut; its own codes are not looked at.
        size: number of codes.
        weight: how much its loss counts.
    """

    axis: Axis
    size: int
    weight: float = 1.0


@dataclass(frozen=True)
class Part:
    """A box of the first cuts and the rows in it.

    Attributes:
        states: for each axis [1, w] its side of the box.
        rows: their codes: one column an axis, then one a sensitive column (-1: missing), then whatever else there is.
    """

    states: tuple[Codes, ...]
    rows: Spool


@dataclass(frozen=True, eq=False)
class _Cut:
    """A way to cut a part: `part` [codes] says where each code of column `place` goes, -1 where it does not occur."""

    place: int
    score: float
    part: Codes
    sizes: Codes
    states: Codes


def first_cuts(whole: Spool, columns: Sequence[Column], promises: Promises, *, most: int) -> list[Part]:
    """Cut until no part has more than `most` rows, or no cut of it keeps the promises.

    Args:
        whole: the rows of the table; the file is used up.
        columns: the quasi-identifiers.
        promises: what every part must keep, as the whole table does. Its columns' codes may be in any order.
        most: rows of a part, at most, wherever that can be had.

    Returns:
        The parts in the order of the cuts; none is empty.
    """
    numbers = itertools.count(1)

    def divided(part: Part) -> Iterator[Part]:
        cut = _best_cut(part, columns, promises) if part.rows.rows > most else None
        if cut is None:
            yield part
        else:
            files = [replace(part.rows, path=whole.path.with_name(f"part-{next(numbers)}"), rows=0) for _ in cut.sizes]
            for smaller in _split(part, cut, files):
                yield from divided(smaller)

    return list(divided(Part(tuple(column.axis.root() for column in columns), whole)))


def _best_cut(part: Part, columns: Sequence[Column], promises: Promises) -> _Cut | None:
    """Return the best cut whose parts keep the promises; two passes over the rows."""
    counts = [np.zeros(column.size, dtype=np.int64) for column in columns]
    for rows in part.rows.chunks():
        for place, held in enumerate(counts):
            held += np.bincount(rows[:, place], minlength=len(held))
    # A cut that only takes a few outliers off would cost as many passes as one in the middle: these come later.
    for least in dict.fromkeys((max(promises.k, part.rows.rows // _SHARE), promises.k)):
        found = (
            _cut(place, column, state, held, k=least)
            for place, (column, state, held) in enumerate(zip(columns, part.states, counts, strict=True))
        )
        cuts = sorted((cut for cut in found if cut is not None), key=lambda cut: (-cut.score, cut.place))
        if (best := _first_kept(part, cuts, promises, start=len(columns))) is not None:
            return best
    return None


def _first_kept(part: Part, cuts: Sequence[_Cut], promises: Promises, *, start: int) -> _Cut | None:
    """Return the first cut whose parts keep the promises; sensitive columns begin at `start`."""
    if promises.only_k or not cuts:
        return cuts[0] if cuts else None
    widths = [column.size + 1 for column, _ in promises.sensitive]
    tables = [[np.zeros((len(cut.sizes), width), dtype=np.int64) for width in widths] for cut in cuts]
    for rows in part.rows.chunks():
        for cut, table in zip(cuts, tables, strict=True):
            to = cut.part[rows[:, cut.place]]
            for place, cells in enumerate(table, start=start):
                of_cell = to * cells.shape[1] + rows[:, place] + 1
                cells += np.bincount(of_cell, minlength=cells.size).reshape(cells.shape)
    return next((cut for cut, table in zip(cuts, tables, strict=True) if kept(table, cut.sizes, promises).all()), None)


def _cut(place: int, column: Column, state: Codes, counts: Codes, *, k: int) -> _Cut | None:
    """Return the cut of one column that saves most, whether or not it keeps more than k; None where there is none."""
    there = np.flatnonzero(counts)
    nobody = np.zeros(len(there), dtype=np.int64)
    while True:
        tally, key = column.axis.tally(state, nobody, there)
        of_key = tally.pair_of(nobody, key)
        rows = np.bincount(of_key, weights=counts[there], minlength=len(tally.count)).astype(np.int64)
        options = column.axis.options(replace(tally, count=rows), state, k=k, overlapping=False)
        parting = np.flatnonzero(options.mix > 0)
        if len(parting):
            break
        if not len(options.box):
            return None
        state = options.split(np.array([0]))  # a node with one child that has rows
    scores = column.weight * options.gain[parting] / options.mix[parting] ** _BALANCE
    best = parting[[int(scores.argmax())]]
    part = np.full(column.size, -1, dtype=np.int64)
    part[there] = options.part_of(np.repeat(best, len(there)), nobody, key, nobody)
    states = options.split(best)
    sizes = np.bincount(part[there], weights=counts[there], minlength=len(states)).astype(np.int64)
    return _Cut(place, float(scores.max()), part, sizes, states)


def kept(counts: Sequence[Codes], sizes: Codes, promises: Promises) -> Flags:
    """Tell which parts keep the promises, from counts.

    Args:
        counts: for each sensitive column [parts, values + 1] rows of each value, missing first.
        sizes: [parts] rows.
    """
    fine: Flags = sizes >= promises.k
    for (column, distance), held in zip(promises.sensitive, counts, strict=True):
        fine &= (held[:, 1:] > 0).sum(axis=1) >= promises.l
        if promises.t is not None:
            table = held if column.has_missing else held[:, 1:]
            of_part, value = np.argwhere(table).T
            pairs = Pairs(of_part, value, table[of_part, value])
            fine &= at_most(distance.from_table(pairs, sizes, column), promises.t)
    return fine


def _split(part: Part, cut: _Cut, files: Sequence[Spool]) -> list[Part]:
    """Write the rows of a part into a file for each of its parts, and delete its own."""
    for rows in part.rows.chunks():
        to = cut.part[rows[:, cut.place]]
        for number, file in enumerate(files):
            file.add(rows[to == number])
    part.rows.remove()
    return [
        Part((*part.states[: cut.place], cut.states[[number]], *part.states[cut.place + 1 :]), file)
        for number, file in enumerate(files)
    ]
