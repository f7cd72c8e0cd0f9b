"""Mondrian: cut the table into boxes, again and again, as long as every part keeps the promises.

Which column is cut, and where, is decided by what the cut saves: the loss of the box less that of its parts, over all
their rows, divided by a power of the entropy of their shares, so that cuts near the middle, which leave more to be cut
afterwards, are preferred to those that save as much on one side only. Large boxes are cut looking one cut ahead: what
the best next cuts of the parts would save counts, too.

All boxes of one depth are cut together with array operations. The result depends on the *set* of rows alone: the order
of rows changes nothing, and nothing is drawn at random.

Strict: boxes do not overlap, so which box a person is in follows from the quasi-identifiers. Overlapping (LeFevre's
relaxed partitioning): rows that share the median value of a box may go to either side, so boxes overlap, classes are
nearer to k rows, and a reader who knows a person's quasi-identifiers cannot always tell which class is the person's.
Columns with a hierarchy are cut into the children of a node. Strictly, each child with rows must keep the promises.
Overlapping, the children that are too small stay together under the node's own name.

Sources: LeFevre, DeWitt and Ramakrishnan, "Mondrian Multidimensional k-Anonymity", ICDE 2006 (sections 2 and 3: strict
and relaxed partitioning, greedy cuts); the choice of cuts by loss follows the greedy top-down algorithm of Xu et al.,
"Utility-Based Anonymization Using Local Recoding", KDD 2006, section 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Final

import numpy as np

from wuming.anonymization.axes import Axis, Codes, Flags, Floats, Options, starts_of
from wuming.anonymization.promises import Promises

BALANCE: Final = 0.5
"""Power of the entropy that a cut's saving is divided by."""
BALANCES: Final = (BALANCE, 0.8)
LAST_ROWS: Final = 8  # x k: in boxes of fewer rows, which are cut few times more, the power is 1
TWICE_ROWS: Final = 30  # x k: boxes of fewer rows are cut with each of the powers, and the better result is taken
TWICE_MOST: Final = 100_000  # rows; in larger tables, where it would take long, it is not done
AHEAD_ROWS: Final = 100  # x k: boxes of at least so many rows are cut looking ahead …
AHEAD_SHARE: Final = 32  # … if they also hold at least one in so many of all rows
AHEAD_SAMPLE: Final = 1 << 12  # rows of the table that cuts after a cut are judged by
_MIXER: Final = np.uint64(0x9E3779B97F4A7C15)  # of Fibonacci hashing: 2^64 over the golden ratio
_LARGEST: Final = float(2**64 - 2048)  # the largest float below 2^64
_TRIED_AT_ONCE: Final = 1 << 20  # rows


@dataclass(frozen=True)
class Boxes:
    """The leaves of the cuts.

    Attributes:
        of_row: [rows] box number of each row.
        states: for each axis [boxes, w], the state of each box; see `axes`.
    """

    of_row: Codes
    states: tuple[Codes, ...]

    @property
    def count(self) -> int:
        """Number of boxes."""
        return len(self.states[0])


def mondrian(
    axes: Sequence[Axis],
    promises: Promises,
    *,
    weights: Sequence[float] | None = None,
    overlapping: bool = False,
    rank: Codes | None = None,
    roots: Sequence[Codes] | None = None,
) -> Boxes:
    """Cut rows into boxes that keep the promises.

    Args:
        axes: one a quasi-identifier, 1 or more, of 1 row or more.
        promises: what every box must keep; the whole table must.
        weights: how much the loss in each column counts, above 0; all alike by default.
        overlapping: relaxed partitioning; see above.
        rank: [rows] place of each row in an order that does not depend on that of the rows; needed where overlapping.
        roots: for each axis [1, w] the state of the box that holds all rows; by default the whole domain.

    Guarantee:
        every box keeps the promises, if the table does; strictly, none of the cuts that `axes` knows is possible in any
        box.
    """
    rows = len(axes[0].codes)
    search = _Search(
        tuple(axes),
        promises,
        tuple(weights or [1.0] * len(axes)),
        overlapping,
        np.zeros(rows, dtype=np.int64) if rank is None else rank,
    )
    whole = _Frontier(np.arange(rows), np.zeros(rows, dtype=np.int64), tuple(roots or [axis.root() for axis in axes]))
    few = TWICE_ROWS * promises.k
    stumps = search.grow(whole, BALANCES[0], down_to=few)
    balances = BALANCES if rows <= TWICE_MOST else BALANCES[:1]
    return search.best([search.grow(stumps, balance) for balance in balances], stumps)


def _rounded(scores: Floats) -> Floats:
    """Round to 40 binary digits, so that cuts that save the same are equal by whatever sums it was found, on any
    machine; of equal ones the first is taken."""
    digits, power = np.frexp(scores)
    rounded: Floats = np.ldexp(np.rint(digits * 2.0**40), power - 40)
    return rounded


@dataclass(frozen=True)
class _Frontier:
    """The boxes of one depth.

    Attributes:
        rows: [n] rows of the table that are in them; box: [n] the box of each, 0 …, none empty.
        states: for each axis [b, w].
    """

    rows: Codes
    box: Codes
    states: tuple[Codes, ...]

    @property
    def boxes(self) -> int:
        """Number of boxes."""
        return len(self.states[0])

    @cached_property
    def sizes(self) -> Codes:
        """[b] rows of each box."""
        return np.bincount(self.box, minlength=self.boxes)

    def only(self, some: Flags) -> _Frontier:
        """Return some boxes, numbered anew, with their rows."""
        if some.all():
            return self
        number = np.cumsum(some) - 1
        kept = some[self.box]
        return _Frontier(self.rows[kept], number[self.box[kept]], tuple(states[some] for states in self.states))


def _together(frontiers: Sequence[_Frontier]) -> _Frontier:
    """Return the boxes of all frontiers, those of the first first."""
    begin = np.cumsum([0, *(frontier.boxes for frontier in frontiers)])
    return _Frontier(
        np.concatenate([frontier.rows for frontier in frontiers]),
        np.concatenate([frontier.box + first for frontier, first in zip(frontiers, begin.tolist(), strict=False)]),
        tuple(np.concatenate(states) for states in zip(*(frontier.states for frontier in frontiers), strict=True)),
    )


@dataclass(frozen=True)
class _Ways:
    """All options of a frontier.

    Attributes:
        sizes: [b] rows of each box; keys: for each axis [n]; options: for each axis.
    """

    sizes: Codes
    keys: tuple[Codes, ...]
    options: tuple[Options, ...]


@dataclass(frozen=True)
class _Picked:
    """One option for each of some boxes; letters as in `axes`, c options picked.

    Attributes:
        box, axis, option: [c].
    """

    box: Codes
    axis: Codes
    option: Codes

    def __getitem__(self, some: Codes | Flags) -> _Picked:
        return _Picked(self.box[some], self.axis[some], self.option[some])

    def and_then(self, other: _Picked) -> _Picked:
        """Return both."""
        return _Picked(
            np.append(self.box, other.box), np.append(self.axis, other.axis), np.append(self.option, other.option)
        )


@dataclass(frozen=True)
class _Search:
    """What stays the same at all depths; see `mondrian`."""

    axes: tuple[Axis, ...]
    promises: Promises
    weights: tuple[float, ...]
    overlapping: bool
    rank: Codes

    @cached_property
    def sampled(self) -> Flags:
        """[rows] which rows are looked at ahead of a cut: about AHEAD_SAMPLE, those that rank low in a mixture of their
        codes, so that the choice depends on what a row holds, not on where it stands."""
        mixed = np.zeros(len(self.rank), dtype=np.uint64)
        for axis in self.axes:
            mixed = (mixed ^ axis.codes.astype(np.uint64)) * _MIXER
            mixed ^= mixed >> np.uint64(29)
        low: Flags = mixed <= np.uint64(min(AHEAD_SAMPLE / len(self.rank), 1.0) * _LARGEST)
        return low

    def grow(self, frontier: _Frontier, balance: float, *, down_to: int = 0) -> _Frontier:
        """Cut boxes until none can be cut, or all have fewer rows than `down_to`; return the leaves."""
        leaves = []
        while frontier.boxes:
            leaf, following = self.cut(frontier, balance, down_to)
            leaves.append(frontier.only(leaf))
            frontier = following
        return _together(leaves)

    def best(self, grown: Sequence[_Frontier], stumps: _Frontier) -> Boxes:
        """Of several ways in which the same boxes were cut, return for each box the one that loses least."""
        stump_of_row = np.empty(len(self.rank), dtype=np.int64)
        stump_of_row[stumps.rows] = stumps.box
        losses, of_leaf = [], []
        for leaves in grown:
            stump = np.empty(leaves.boxes, dtype=np.int64)
            stump[leaves.box] = stump_of_row[leaves.rows]
            columns = zip(self.weights, self.axes, leaves.states, strict=True)
            loss = leaves.sizes * np.sum([weight * axis.losses(states) for weight, axis, states in columns], axis=0)
            losses.append(np.bincount(stump, weights=loss, minlength=stumps.boxes))
            of_leaf.append(stump)
        winner = np.argmin(losses, axis=0)
        chosen = [leaves.only(winner[stump] == n) for n, (leaves, stump) in enumerate(zip(grown, of_leaf, strict=True))]
        together = _together(chosen)
        of_row = np.empty(len(self.rank), dtype=np.int64)
        of_row[together.rows] = together.box
        return Boxes(of_row, together.states)

    def cut(self, frontier: _Frontier, balance: float, down_to: int) -> tuple[Flags, _Frontier]:
        """Return which boxes are not cut, and the frontier of the parts of the others."""
        leaf = np.ones(frontier.boxes, dtype=bool)
        least = 1 if any(axis.narrows for axis in self.axes) else 2 * self.promises.k
        large = frontier.sizes >= max(least, down_to)
        inner = frontier.only(large)
        if not inner.boxes:
            return leaf, inner
        ways = self._ways(inner)
        picked = self._pick(inner, ways, balance)
        parts = self._parts(inner, ways, picked)
        if len(picked.box) and not self.promises.only_k:
            fine = self.promises.kept(parts.rows, parts.box, parts.boxes)
            many = self._number_of_parts(ways, picked)
            kept = np.logical_and.reduceat(fine, np.cumsum(many) - many)
            others = self._pick_others(inner, ways, picked[~kept], balance)
            parts = _together((parts.only(np.repeat(kept, many)), self._parts(inner, ways, others)))
            picked = picked[kept].and_then(others)
        leaf[np.flatnonzero(large)[picked.box]] = False
        return leaf, parts

    def _ways(self, frontier: _Frontier, share: float = 1.0) -> _Ways:
        """Find all options, of a frontier that holds a share of its boxes' rows."""
        k = max(round(share * self.promises.k), 1)
        keys, options = [], []
        for axis, states in zip(self.axes, frontier.states, strict=True):
            tally, key = axis.tally(states, frontier.box, axis.codes[frontier.rows])
            keys.append(key)
            options.append(axis.options(tally, states, k=k, overlapping=self.overlapping))
        return _Ways(frontier.sizes, tuple(keys), tuple(options))

    def _scores(self, ways: _Ways, axis: int, balance: float | None) -> Floats:
        """Return [o] what the options of an axis save, as it is where there is no balance; narrowing a box without
        parting rows comes before all else."""
        options = ways.options[axis]
        saved = self.weights[axis] * options.gain
        if balance is not None:
            power = np.where(ways.sizes[options.box] < LAST_ROWS * self.promises.k, 1.0, balance)
            saved = saved / np.where(options.mix > 0, options.mix, 1.0) ** power
        return _rounded(np.where(options.mix > 0, saved, np.inf))

    def _best(self, ways: _Ways, boxes: int, balance: float | None) -> tuple[Floats, Codes]:
        """Return [b, axes] the highest score of each axis, -inf where there is no option, and its option."""
        best = np.full((boxes, len(self.axes)), -np.inf)
        option = np.full((boxes, len(self.axes)), -1, dtype=np.int64)
        for axis, options in enumerate(ways.options):
            if not len(options.box):
                continue
            scores = self._scores(ways, axis, balance)
            starts = starts_of(options.box)
            best[options.box[starts], axis] = np.maximum.reduceat(scores, starts)
            highest = np.flatnonzero(scores == best[options.box, axis])[::-1]
            option[options.box[highest], axis] = highest  # of equal ones the first, which is written last
        return best, option

    def _pick(self, frontier: _Frontier, ways: _Ways, balance: float) -> _Picked:
        """Pick the best option of every box that has any, whether or not it keeps more than k."""
        best, option = self._best(ways, frontier.boxes, balance)
        self._look_ahead(frontier, ways, best, option)
        axis = best.argmax(axis=1)
        every = np.arange(frontier.boxes)
        return _Picked(every, axis, option[every, axis])[best[every, axis] > -np.inf]

    def _look_ahead(self, frontier: _Frontier, ways: _Ways, best: Floats, option: Codes) -> None:
        """Where boxes are large, replace scores by what a cut and the best cuts after it save together.

        The cut is judged by all rows, those after it by the rows of the sample alone.
        """
        large = frontier.sizes >= max(AHEAD_ROWS * self.promises.k, len(self.sampled) / AHEAD_SHARE)
        if not large.any():
            return
        gains, greediest = self._best(ways, frontier.boxes, None)
        at = np.flatnonzero(self.sampled[frontier.rows])
        share = len(at) / len(frontier.rows)
        tried, grown = [], []
        for axis in range(len(self.axes)):
            boxes = np.flatnonzero(large & np.isfinite(gains[:, axis]))
            tried.append(_Picked(boxes, np.full(len(boxes), axis), greediest[boxes, axis]))
            grown.append(self._parts(frontier, ways, tried[-1], at))
        picked, parts = reduce(_Picked.and_then, tried), _together(grown)
        if not len(picked.box):
            return
        seen = parts.sizes > 0
        after = self._best(self._ways(parts.only(seen), share), int(seen.sum()), None)[0].max(axis=1)
        saved = np.zeros(parts.boxes)
        saved[seen] = np.where(np.isfinite(after), after / share, 0.0)
        many = self._number_of_parts(ways, picked)
        box, axis_of = picked.box, picked.axis
        best[box, axis_of] = _rounded(gains[box, axis_of] + np.add.reduceat(saved, np.cumsum(many) - many))
        option[box, axis_of] = picked.option

    def _parts(self, frontier: _Frontier, ways: _Ways, picked: _Picked, at: Codes | None = None) -> _Frontier:
        """Apply options to boxes, all rows or those at `at`; the other boxes are left out."""
        of_box = np.full(frontier.boxes, -1, dtype=np.int64)
        of_box[picked.box] = np.arange(len(picked.box))
        of_row = of_box[frontier.box if at is None else frontier.box[at]]
        picked_rows = np.flatnonzero(of_row >= 0)
        of_row = of_row[picked_rows]
        at = picked_rows if at is None else at[picked_rows]
        parts = self._number_of_parts(ways, picked)
        first = np.cumsum(parts) - parts
        part = self._part_of(frontier, ways, picked, at, of_row)
        states = [np.repeat(states[picked.box], parts, axis=0) for states in frontier.states]
        for axis, options in enumerate(ways.options):
            mine = np.flatnonzero(picked.axis == axis)
            if len(mine):
                slots = _ranges(first[mine], parts[mine])
                states[axis][slots] = options.split(picked.option[mine])
        return _Frontier(frontier.rows[at], first[of_row] + part, tuple(states))

    def _number_of_parts(self, ways: _Ways, picked: _Picked) -> Codes:
        parts = np.zeros(len(picked.box), dtype=np.int64)
        for axis, options in enumerate(ways.options):
            mine = picked.axis == axis
            parts[mine] = options.parts[picked.option[mine]]
        return parts

    def _part_of(self, frontier: _Frontier, ways: _Ways, picked: _Picked, at: Codes, of_row: Codes) -> Codes:
        """Return [len(at)] the part that each row of the frontier at `at` comes to under option of_row of `picked`."""
        part = np.zeros(len(at), dtype=np.int64)
        axis_of_row = picked.axis[of_row]
        for axis, options in enumerate(ways.options):
            mine = np.flatnonzero(axis_of_row == axis)
            if len(mine):
                rows = at[mine]
                option = picked.option[of_row[mine]]
                rank = self.rank[frontier.rows[rows]] if self.overlapping else rows
                part[mine] = options.part_of(option, frontier.box[rows], ways.keys[axis][rows], rank)
        return part

    def _kept(self, frontier: _Frontier, ways: _Ways, picked: _Picked, at: Codes, starts: Codes) -> Flags:
        """Tell which options keep the promises in all their parts; a box may have several.

        Args:
            at: rows of the frontier, box by box; starts: [b + 1] where the rows of each box begin there.
        """
        sizes = np.diff(starts)[picked.box]
        kept = np.zeros(len(sizes), dtype=bool)
        running = np.cumsum(sizes)
        begin = 0
        while begin < len(kept):
            end = max(begin + 1, int(np.searchsorted(running, running[begin] - sizes[begin] + _TRIED_AT_ONCE, "right")))
            some = picked[np.arange(begin, end)]
            of_row = np.repeat(np.arange(end - begin), sizes[begin:end])
            rows = at[_ranges(starts[some.box], sizes[begin:end])]
            parts = self._number_of_parts(ways, some)
            first = np.cumsum(parts) - parts
            part = first[of_row] + self._part_of(frontier, ways, some, rows, of_row)
            fine = self.promises.kept(frontier.rows[rows], part, int(parts.sum()))
            kept[begin:end] = np.logical_and.reduceat(fine, first)
            begin = end
        return kept

    def _pick_others(self, frontier: _Frontier, ways: _Ways, failed: _Picked, balance: float) -> _Picked:
        """Try the other options of boxes whose first choice broke a promise, best first, twice as many at each turn."""
        waiting = np.zeros(frontier.boxes, dtype=bool)
        waiting[failed.box] = True
        at = np.flatnonzero(waiting[frontier.box])
        at = at[np.argsort(frontier.box[at], kind="stable")]
        starts = np.searchsorted(frontier.box[at], np.arange(frontier.boxes + 1))
        todo = self._listed(ways, waiting, balance)
        begin = starts_of(todo.box)
        turn = np.arange(len(todo.box)) - np.repeat(begin, np.diff(begin, append=len(todo.box)))
        chosen, at_once, tried = failed[np.zeros(0, dtype=np.int64)], 1, 0
        while len(todo.box):
            some = todo[turn < tried + at_once]
            kept = np.flatnonzero(self._kept(frontier, ways, some, at, starts))
            first = np.unique(some.box[kept], return_index=True)[1]
            chosen = chosen.and_then(some[kept[first]])
            waiting[some.box[kept]] = False
            left = (turn >= tried + at_once) & waiting[todo.box]
            todo, turn = todo[left], turn[left]
            tried, at_once = tried + at_once, 2 * at_once
        return chosen[np.argsort(chosen.box)]

    def _listed(self, ways: _Ways, boxes: Flags, balance: float) -> _Picked:
        """Return all options of some boxes, box by box, best first."""
        found = []
        for axis, options in enumerate(ways.options):
            mine = np.flatnonzero(boxes[options.box])
            found.append((options.box[mine], np.full(len(mine), axis), mine, -self._scores(ways, axis, balance)[mine]))
        box, axis_of, option, score = (np.concatenate(columns) for columns in zip(*found, strict=True))
        order = np.lexsort((option, axis_of, score, box))
        return _Picked(box[order], axis_of[order], option[order])


def _ranges(begin: Codes, many: Codes) -> Codes:
    """Return begin[0], begin[0] + 1, … many[0] numbers, then those from begin[1], and so on."""
    numbers: Codes = np.arange(int(many.sum())) + np.repeat(begin - (np.cumsum(many) - many), many)
    return numbers
