"""The columns of a table as a partition sees them: what part of its domain a box covers, and where it may be cut.

Three kinds: ordered (numbers, dates: a box covers a stretch), sets (categories: a box covers any set) and trees (see
`tree_axis`: a box covers one node of a hierarchy). Everything is done for all boxes at once.

Letters: b boxes, n rows, p pairs (a box and a key that occurs in it), o options (ways to cut one), w width of a state.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Protocol

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_BITS = 32  # of a set in one word of a state; sums of such words are exact in float64


def starts_of(numbers: Codes) -> Codes:
    """Return where each run of equal numbers begins."""
    begins = np.ones(len(numbers), dtype=bool)
    np.not_equal(numbers[1:], numbers[:-1], out=begins[1:])
    return np.flatnonzero(begins)


def numbered_rows(states: Codes) -> tuple[Codes, Codes]:
    """Return the distinct rows of [b, w] numbers in order, and [b] the place of each row among them."""
    order = np.lexsort(states.T[::-1])
    ordered = states[order]
    begins = np.ones(len(order), dtype=bool)
    np.any(ordered[1:] != ordered[:-1], axis=1, out=begins[1:])
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.cumsum(begins) - 1
    return ordered[begins], place


@dataclass(frozen=True)
class Tally:
    """How many rows of each box have each key.

    Attributes:
        box, key, count: [p], ordered by box, then key; only what occurs.
        starts: [b] first pair of each box; every box has rows.
        keys: number of keys there can be.
    """

    box: Codes
    key: Codes
    count: Codes
    starts: Codes
    keys: int

    @classmethod
    def of(cls, box: Codes, key: Codes, *, boxes: int, keys: int) -> Tally:
        """Count [n] keys 0 … keys - 1 in boxes 0 … boxes - 1: by a table of all pairs where small, else by sorting."""
        pairs = box * keys + key
        if boxes * keys <= 4 * len(box) + 1024:
            counts = np.bincount(pairs, minlength=boxes * keys)
            found = np.flatnonzero(counts)
            count = counts[found]
        else:
            found, count = np.unique(pairs, return_counts=True)
        of_box = found // keys
        return cls(of_box, found - of_box * keys, count, np.searchsorted(of_box, np.arange(boxes)), keys)

    def pair_of(self, box: Codes, key: Codes) -> Codes:
        """Return [n] the pair of each row."""
        pairs = self.box * self.keys + self.key
        if len(self.starts) * self.keys > 4 * len(box) + 1024:
            return np.searchsorted(pairs, box * self.keys + key)
        number = np.empty(len(self.starts) * self.keys, dtype=np.int64)
        number[pairs] = np.arange(len(pairs))
        found: Codes = number[box * self.keys + key]
        return found


class Options(Protocol):
    """The ways to cut each box along one axis in which every part has k rows.

    Attributes:
        box: [o] in rising order; gain: [o] loss of the box less that of its parts, summed over rows;
        mix: [o] entropy of the parts' shares of the rows, 0 for one part;
        parts: [o] number of parts.
    """

    @property
    def box(self) -> Codes:
        """[o] see above."""
        ...

    @property
    def gain(self) -> Floats:
        """[o] see above."""
        ...

    @property
    def mix(self) -> Floats:
        """[o] see above."""
        ...

    @property
    def parts(self) -> Codes:
        """[o] see above."""
        ...

    def part_of(self, chosen: Codes, box: Codes, key: Codes, rank: Codes) -> Codes:
        """Return [n] the part, 0 …, that each row comes to.

        Args:
            chosen: [n] the option that is applied to the row.
            box, key: [n] the row's; rank: [n] place of the row in an order that does not depend on that of the rows.
        """
        ...

    def split(self, chosen: Codes) -> Codes:
        """Return [parts of all the chosen, w] their states."""
        ...


class Axis(Protocol):
    """One column.

    Attributes:
        narrows: whether a box may be cut so that all its rows come to one part.
    """

    narrows: ClassVar[bool]

    @property
    def codes(self) -> Codes:
        """[rows] code of each row's value."""
        ...

    def root(self) -> Codes:
        """Return [1, w] the state of the box that covers the whole domain."""
        ...

    def losses(self, states: Codes) -> Floats:
        """Return [b] the share of the domain that a box covers, 0 for one value; what a cut is judged by."""
        ...

    def tally(self, states: Codes, box: Codes, codes: Codes) -> tuple[Tally, Codes]:
        """Count the keys of boxes; return the [n] keys of the rows, too."""
        ...

    def options(self, tally: Tally, states: Codes, *, k: int, overlapping: bool) -> Options:
        """Return the ways to cut; `overlapping` ones, too, where that is asked for."""
        ...


@dataclass(frozen=True)
class Halves:
    """Cuts into two: left are the pairs of a box up to one, in the axis' order; where halves overlap, both hold it.

    Attributes:
        key: [p] keys in the axis' order, box by box; place: [p] where in that order each pair of the tally stands.
        before: [p] rows of the box's earlier pairs, in the axis' order.
        box: [o]; pair: [o] the last pair on the left, in the axis' order; left, right: [o] rows of the halves;
        overlap: [o] whether rows of that pair go to both sides.
    """

    axis: OrderedAxis | SetAxis
    tally: Tally
    key: Codes
    place: Codes
    before: Codes
    box: Codes
    pair: Codes
    left: Codes
    right: Codes
    overlap: Flags
    states: Codes

    @classmethod
    def of(
        cls, axis: OrderedAxis | SetAxis, tally: Tally, order: Codes, states: Codes, *, k: int, overlapping: bool
    ) -> Halves:
        """Find the allowed cuts: between two pairs of a box and, where asked, one through the pair at the median."""
        count, box = tally.count[order], tally.box
        running = np.cumsum(count)
        ends = np.append(tally.starts[1:], len(box)) - 1
        sizes = running[ends]
        sizes[1:] -= running[ends[:-1]]
        before = running - count - (running[ends] - sizes)[box]
        left = before + count
        pair = np.flatnonzero((left >= k) & (sizes[box] - left >= k))
        left, overlap = left[pair], np.zeros(len(pair), dtype=bool)
        if overlapping:
            half = (sizes // 2)[box]
            shared = np.flatnonzero((before < half) & (half < before + count) & (half >= k))
            shared = shared[(tally.starts != ends)[box[shared]]]
            merged = np.argsort(np.concatenate((2 * pair, 2 * shared - 1)), kind="stable")
            overlap = np.concatenate((overlap, np.ones(len(shared), dtype=bool)))[merged]
            left = np.concatenate((left, half[shared]))[merged]
            pair = np.concatenate((pair, shared))[merged]
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        of = box[pair]
        return cls(axis, tally, tally.key[order], place, before, of, pair, left, sizes[of] - left, overlap, states)

    @cached_property
    def gain(self) -> Floats:
        """See `Options`."""
        first, second = self.axis.losses_of_halves(self)
        rows = self.left + self.right
        saved: Floats = rows * self.axis.losses(self.states)[self.box] - self.left * first - self.right * second
        return saved

    @property
    def parts(self) -> Codes:
        """See `Options`."""
        return np.full(len(self.pair), 2)

    @cached_property
    def mix(self) -> Floats:
        """See `Options`."""
        share = self.left / (self.left + self.right)
        mix: Floats = -(share * np.log(share) + (1 - share) * np.log1p(-share))
        return mix

    def part_of(self, chosen: Codes, box: Codes, key: Codes, rank: Codes) -> Codes:
        """See `Options`; rows of a shared pair are dealt in turn, as many to each side as its share asks for."""
        place = self.place[self.tally.pair_of(box, key)]
        last = self.pair[chosen]
        part = (place > last).astype(np.int64)
        shared = np.flatnonzero(self.overlap[chosen] & (place == last))
        if len(shared):
            shared = shared[np.lexsort((rank[shared], chosen[shared]))]
            option = chosen[shared]
            starts = starts_of(option)
            many = np.diff(starts, append=len(shared))
            turn, many = np.arange(len(shared)) - np.repeat(starts, many), np.repeat(many, many)
            wanted = self.left[option] - self.before[self.pair[option]]
            part[shared] = (turn + 1) * wanted // many == turn * wanted // many
        return part

    def split(self, chosen: Codes) -> Codes:
        """See `Options`."""
        first, second = self.axis.halves(self, chosen)
        return np.stack((first, second), axis=1).reshape(-1, first.shape[1])


@dataclass(frozen=True, eq=False)
class OrderedAxis:
    """Codes in the order of what they stand for; a box covers the stretch from its first to its last code.

    Attributes:
        begin, end: [codes] where each code's share of the domain begins and ends, on a line of length 1.

    State: first and last code.
    """

    narrows: ClassVar[bool] = False

    codes: Codes = field(repr=False)
    begin: Floats = field(repr=False)
    end: Floats = field(repr=False)

    def root(self) -> Codes:
        """See `Axis`."""
        return np.array([[0, len(self.begin) - 1]])

    def losses(self, states: Codes) -> Floats:
        """See `Axis`."""
        return np.maximum(self.end[states[:, 1]] - self.begin[states[:, 0]], 0.0)

    def tally(self, states: Codes, box: Codes, codes: Codes) -> tuple[Tally, Codes]:
        """See `Axis`."""
        return Tally.of(box, codes, boxes=len(states), keys=len(self.begin)), codes

    def options(self, tally: Tally, states: Codes, *, k: int, overlapping: bool) -> Halves:
        """See `Axis`."""
        return Halves.of(self, tally, np.arange(len(tally.box)), states, k=k, overlapping=overlapping)

    def losses_of_halves(self, halves: Halves) -> tuple[Floats, Floats]:
        """Return the losses of left and right halves."""
        first, second = self.halves(halves, np.arange(len(halves.pair)))
        return self.losses(first), self.losses(second)

    def halves(self, halves: Halves, chosen: Codes) -> tuple[Codes, Codes]:
        """Return the states of left and right halves; the larger half gets none of the gap between two values."""
        pair, box, overlap = halves.pair[chosen], halves.box[chosen], halves.overlap[chosen]
        last = halves.key[pair]
        following = halves.key[np.minimum(pair + 1, len(halves.key) - 1)]
        last = np.where(overlap | (halves.left[chosen] >= halves.right[chosen]), last, following - 1)
        low, high = halves.states[box].T
        return np.stack((low, last), axis=1), np.stack((np.where(overlap, last, last + 1), high), axis=1)


@dataclass(frozen=True, eq=False)
class SetAxis:
    """Categories; a box covers any set of them. The most frequent of a box are cut off first.

    Attributes:
        weights: [codes] how many categories a code stands for; all count alike in the loss.

    State: how many categories the set has, then its codes as bits.
    """

    narrows: ClassVar[bool] = False

    codes: Codes = field(repr=False)
    weights: Codes = field(repr=False)

    def root(self) -> Codes:
        """See `Axis`."""
        size = len(self.weights)
        return np.array([[self.weights.sum(), *_bits(np.zeros(size, dtype=np.int64), np.arange(size), 1, size)[0]]])

    def losses(self, states: Codes) -> Floats:
        """See `Axis`."""
        return np.where(states[:, 0] > 1, states[:, 0] / self.weights.sum(), 0.0)

    def tally(self, states: Codes, box: Codes, codes: Codes) -> tuple[Tally, Codes]:
        """See `Axis`."""
        return Tally.of(box, codes, boxes=len(states), keys=len(self.weights)), codes

    def options(self, tally: Tally, states: Codes, *, k: int, overlapping: bool) -> Halves:
        """See `Axis`; categories without rows stay on the right, with the rarest."""
        order = np.lexsort((-tally.count, tally.box))  # stable: equal counts stay in the order of codes
        return Halves.of(self, tally, order, states, k=k, overlapping=overlapping)

    def losses_of_halves(self, halves: Halves) -> tuple[Floats, Floats]:
        """Return the losses of left and right halves."""
        weight = self.weights[halves.key]
        running = np.cumsum(weight) - weight
        before = running - running[halves.tally.starts][halves.tally.box]
        first = (before + weight)[halves.pair]
        second = halves.states[halves.box, 0] - np.where(halves.overlap, before[halves.pair], first)
        total = self.weights.sum()
        return np.where(first > 1, first / total, 0.0), np.where(second > 1, second / total, 0.0)

    def halves(self, halves: Halves, chosen: Codes) -> tuple[Codes, Codes]:
        """Return the states of left and right halves."""
        size = len(self.weights)
        pair, parents = halves.pair[chosen], halves.states[halves.box[chosen]]
        begin = halves.tally.starts[halves.box[chosen]]
        many = pair + 1 - begin
        of = np.repeat(np.arange(len(chosen)), many)
        at = np.arange(len(of)) + np.repeat(begin - (np.cumsum(many) - many), many)
        keys = halves.key[at]
        bits = _bits(of, keys, len(chosen), size)
        weight = np.bincount(of, weights=self.weights[keys], minlength=len(chosen)).astype(np.int64)
        first = np.column_stack((weight, bits))
        shared = halves.overlap[chosen]
        last = halves.key[pair]
        both = _bits(np.arange(len(chosen)), last, len(chosen), size) * shared[:, None]
        rest = (parents[:, 1:] & ~bits) | both
        second = np.column_stack((parents[:, 0] - weight + shared * self.weights[last], rest))
        return first, second

    def members(self, states: Codes) -> Flags:
        """Return [b, codes] which codes each set holds."""
        codes = np.arange(len(self.weights))
        held: Flags = (states[:, 1 + codes // _BITS] >> (codes % _BITS) & 1).astype(bool)
        return held


def _bits(of: Codes, codes: Codes, count: int, size: int) -> Codes:
    """Return [count, words] sets as bits: set of[i] holds codes[i], each once."""
    words = -(-size // _BITS)
    sums = np.bincount(of * words + codes // _BITS, weights=(1 << codes % _BITS), minlength=count * words)
    return sums.astype(np.int64).reshape(count, words)
