"""Which published rows fit a target, as somebody sees it who knows some of the target's values exactly.

Published rows that look alike in the known columns are one class. A target's candidates are the classes nearest to his
values: those that cover all of them where there are any, else those that miss by least, so that a release whose values
were perturbed rather than made coarser is attacked alike (distance-based record linkage: Domingo-Ferrer and Torra,
"Disclosure risk assessment in statistical data protection", 2003; Pagliuca and Seri 1999).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from wuming.anonymization.cells import Column, Reading, read_column
from wuming.anonymization.models import factorize
from wuming.anonymization.release import Release
from wuming.core.tables import Table

Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_CELLS_AT_ONCE = 8_000_000  # 32 MB of distances
_MOST_NEAREST = 32
_NEAR = 1e-9


@dataclass(frozen=True, eq=False)
class Classes:
    """Published rows that look alike in some columns.

    Attributes:
        of_row: [rows] class of each published row, 0 … without gaps.
        sizes: [classes].
        order, starts: the rows of class c are order[starts[c] : starts[c + 1]].
    """

    of_row: Codes
    sizes: Codes
    order: Codes
    starts: Codes

    @classmethod
    def of(cls, codes: Sequence[Codes], rows: int) -> Classes:
        """Put rows into classes by columns of codes; without any column all rows are one class."""
        of_row = np.zeros(rows, dtype=np.int64)
        for column in codes:
            of_row = np.unique(of_row * (int(column.max(initial=0)) + 1) + column, return_inverse=True)[1].reshape(-1)
        sizes = np.bincount(of_row)
        return cls(of_row, sizes, np.argsort(of_row, kind="stable"), np.concatenate(([0], np.cumsum(sizes))))

    @property
    def count(self) -> int:
        """Number of classes."""
        return len(self.sizes)

    @property
    def first_rows(self) -> Codes:
        """[classes]: one row of each."""
        return self.order[self.starts[:-1]]

    def rows(self, classes: Codes) -> Codes:
        """Return the rows of some classes."""
        return np.concatenate([self.order[self.starts[c] : self.starts[c + 1]] for c in classes.tolist()])


@dataclass(frozen=True, eq=False)
class Candidates:
    """The classes that each of some targets may be in.

    Attributes:
        classes: of all targets one after another; target i's are classes[starts[i] : starts[i + 1]].
        starts: [targets + 1].
        covered: [targets], whether they cover all that is known of him.
    """

    classes: Codes
    starts: Codes
    covered: Flags

    def of(self, target: int) -> Codes:
        """Return the classes of one target."""
        return self.classes[self.starts[target] : self.starts[target + 1]]

    @property
    def targets(self) -> Codes:
        """For each entry of `classes`, whose it is."""
        return np.repeat(np.arange(len(self.covered)), np.diff(self.starts))


@dataclass(frozen=True, eq=False)
class View:
    """A release whose columns are read.

    Attributes:
        release: what was published.
        original: the table it was made from, or one that holds it: gives the types of the columns.
        readings: of each published column that the original has.
    """

    release: Release
    original: Table
    readings: dict[str, Reading] = field(init=False)
    _classes: dict[tuple[str, ...], Classes] = field(init=False, default_factory=dict)
    _candidates: dict[tuple[tuple[str, ...], int], tuple[Table, Candidates]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Read the columns."""
        columns = self.release.table.columns
        readings = {
            name: read_column(columns[name], self.original.columns[name], self.release.hierarchies.get(name))
            for name in columns
            if name in self.original.names
        }
        object.__setattr__(self, "readings", readings)

    @property
    def rows(self) -> int:
        """Number of published rows."""
        return self.release.table.rows

    def readable(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return those columns that can be held against a target's values."""
        return tuple(name for name in names if name in self.readings)

    def classes(self, known: Sequence[str]) -> Classes:
        """Put the published rows into classes by the known columns."""
        key = tuple(known)
        if key not in self._classes:
            self._classes[key] = Classes.of([self.readings[name].codes for name in key], self.rows)
        return self._classes[key]

    def candidates(self, known: Sequence[str], targets: Table) -> Candidates:
        """Find for each target the nearest classes.

        Args:
            known: published columns whose values the attacker knows of his targets.
            targets: their original values.

        Returns:
            All classes that cover the target; where none does, at most 32 of those at the least distance.
        """
        key = tuple(known), id(targets)
        if key not in self._candidates:
            # The targets are kept beside what was found, so that no other table can get their number.
            self._candidates[key] = targets, self._nearest(known, targets, self.covering(known, targets))
        return self._candidates[key][1]

    def covering(self, known: Sequence[str], targets: Table) -> Candidates:
        """Find for each target the classes that cover all that is known of him; perhaps none.

        The columns are looked at one after another, those with the fewest labels first, and only beginnings of classes
        that cover the target so far are followed.
        """
        order = sorted(known, key=lambda name: self.readings[name].size)
        depths = self._beginnings(order)
        most = max((self.readings[name].size for name in order), default=1)
        batch = max(1, min(_CELLS_AT_ONCE // most, 4096))
        found, counts = [], []
        for start in range(0, targets.rows, batch):
            part = targets.take(np.arange(start, min(start + batch, targets.rows)))
            who, node = np.arange(part.rows), np.zeros(part.rows, dtype=np.int64)
            for name, (begin, label) in zip(order, depths, strict=True):
                values, places = _distinct(part.columns[name])
                fits = self.readings[name].distance(values) <= _NEAR
                who, node = _follow(who, node, begin, label, fits, places)
            by_target = np.argsort(who, kind="stable")
            found.append(node[by_target])
            counts.append(np.bincount(who, minlength=part.rows))
        sizes = np.concatenate(counts)
        # The classes in the order of the tree are numbered as `classes` numbers them for the same order of columns.
        number = self._renumbered(order, tuple(known))[np.concatenate(found)]
        return Candidates(number, np.concatenate(([0], np.cumsum(sizes))), sizes > 0)

    def _beginnings(self, order: Sequence[str]) -> list[tuple[Codes, Codes]]:
        """Return for each depth where the children of each beginning start, and each child's label in the column."""
        depths = []
        before = np.zeros(self.rows, dtype=np.int64)
        for depth, name in enumerate(order):
            after = self.classes(order[: depth + 1])
            parent = before[after.first_rows]  # rises, because classes are numbered in the order of their columns
            starts = np.searchsorted(parent, np.arange(int(before.max(initial=0)) + 2))
            depths.append((starts, self.readings[name].codes[after.first_rows]))
            before = after.of_row
        return depths

    def _renumbered(self, order: Sequence[str], known: tuple[str, ...]) -> Codes:
        """Return for each class of the columns in one order its number in another."""
        return self.classes(known).of_row[self.classes(order).first_rows]

    def _nearest(self, known: Sequence[str], targets: Table, covering: Candidates) -> Candidates:
        """Add the nearest classes of the targets that no class covers."""
        classes = self.classes(known)
        first = classes.first_rows
        lost = np.flatnonzero(~covering.covered)
        if not len(lost):
            return covering
        batch = max(1, _CELLS_AT_ONCE // classes.count)
        found = [covering.classes]
        counts = np.diff(covering.starts)
        for start in range(0, len(lost), batch):
            some = lost[start : start + batch]
            distance = np.zeros((classes.count, len(some)), dtype=np.float32)
            for name in known:
                values, places = _distinct(targets.columns[name][some])
                reading = self.readings[name]
                distance += reading.distance(values)[reading.codes[first]][:, places]
            nearest = (distance <= distance.min(axis=0) + _NEAR).T
            sizes = nearest.sum(axis=1)
            for place in np.flatnonzero(sizes > _MOST_NEAREST).tolist():
                kept = np.flatnonzero(nearest[place])
                nearest[place] = False
                nearest[place, kept[np.linspace(0, len(kept) - 1, _MOST_NEAREST).astype(np.int64)]] = True
            found.append(np.nonzero(nearest)[1])
            counts[some] = nearest.sum(axis=1)
        owner = np.concatenate((covering.targets, np.repeat(lost, counts[lost])))
        ordered = np.concatenate(found)[np.argsort(owner, kind="stable")]
        return Candidates(ordered, np.concatenate(([0], np.cumsum(counts))), covering.covered)


def _follow(who: Codes, node: Codes, begin: Codes, label: Codes, fits: Flags, places: Codes) -> tuple[Codes, Codes]:
    """Go one column further: from pairs of target and beginning to those of its children that fit the target.

    Args:
        who, node: the pairs.
        begin: where the children of each beginning start.
        label: of each child.
        fits: [labels, values].
        places: [targets] value of each target.
    """
    out_who, out_node = [], []
    children = np.diff(begin)[node]
    ends = np.cumsum(children)
    start = 0
    while start < len(who):
        stop = max(start + 1, int(np.searchsorted(ends, (ends[start - 1] if start else 0) + _CELLS_AT_ONCE)))
        part, many = slice(start, stop), children[start:stop]
        pair = np.repeat(np.arange(start, min(stop, len(who))), many)
        before = np.repeat(np.cumsum(many) - many, many)
        child = begin[node[pair]] + np.arange(len(pair)) - before
        kept = fits[label[child], places[who[pair]]]
        out_who.append(who[pair[kept]])
        out_node.append(child[kept])
        start = part.stop
    if not out_who:
        return who, node
    return np.concatenate(out_who), np.concatenate(out_node)


def _distinct(column: Column) -> tuple[Column, Codes]:
    """Return the distinct values and where each row's stands among them."""
    codes, _ = factorize(column)
    _, first, places = np.unique(codes, return_index=True, return_inverse=True)
    return column[first], places.reshape(-1)
