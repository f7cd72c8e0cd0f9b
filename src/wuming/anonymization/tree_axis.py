"""A column with a hierarchy as a partition sees it: a box covers one node, and is cut into the node's children.

Strictly, all children with rows must have k of them; a child without rows is published nowhere. Overlapping, children
with fewer stay together under the node's own name and are not cut any further in this column.

Letters as in `axes`; v values of the hierarchy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np

from wuming.anonymization.axes import Codes, Flags, Floats, Tally
from wuming.anonymization.hierarchies.hierarchy import Hierarchy
from wuming.core.errors import TableError


@dataclass(frozen=True, eq=False)
class TreeAxis:
    """Values under a hierarchy that ends in one node.

    Attributes:
        codes: codes of the hierarchy.
        hierarchy: of the column.

    State: level and group of the node (the lowest level of those at which the node covers the same values), and whether
    it holds what was left when others were cut off (1).

    Raises:
        TableError: the last level has more than one group.
    """

    narrows: ClassVar[bool] = True

    codes: Codes = field(repr=False)
    hierarchy: Hierarchy

    def __post_init__(self) -> None:
        if self.hierarchy.groups[-1].any():
            raise TableError(
                f"the hierarchy of column '{self.hierarchy.column}' does not end in one group",
                help="Add a last level `*`.",
            )

    @cached_property
    def _level(self) -> Codes:
        """[levels, v]: the lowest level at which a value's group is the same as at this one."""
        lowest = np.zeros(self.hierarchy.groups.shape, dtype=np.int64)
        sizes = np.stack([np.bincount(groups)[groups] for groups in self.hierarchy.groups])
        for level in range(1, len(lowest)):
            lowest[level] = np.where(sizes[level] == sizes[level - 1], lowest[level - 1], level)
        return lowest

    @cached_property
    def _child(self) -> Codes:
        """[levels, v]: the first value of the child that holds a value, of its node at this level."""
        first = np.zeros(self.hierarchy.groups.shape, dtype=np.int64)
        for level, groups in enumerate(self.hierarchy.groups[:-1]):
            begin = np.full(groups.max() + 1, len(groups))
            np.minimum.at(begin, groups, np.arange(len(groups)))
            first[level + 1] = begin[groups]
        return first

    @cached_property
    def _loss(self) -> Floats:
        """[levels, groups]."""
        losses = np.zeros(self.hierarchy.groups.shape)
        for level, groups in enumerate(self.hierarchy.groups):
            losses[level, groups] = self.hierarchy.losses[level]
        return losses

    def _node(self, level: Codes, value: Codes) -> Codes:
        """Return [b, 2] the lowest node that covers what a value's group at a level does."""
        lowest = self._level[level, value]
        return np.stack((lowest, self.hierarchy.groups[lowest, value]), axis=1)

    def root(self) -> Codes:
        """See `Axis`."""
        top = self._node(np.array([self.hierarchy.levels - 1]), np.array([0]))
        return np.column_stack((top, [0]))

    def losses(self, states: Codes) -> Floats:
        """See `Axis`."""
        return self._loss[states[:, 0], states[:, 1]]

    def labels(self, states: Codes) -> list[str]:
        """Return [b] the names of the nodes, as the hierarchy writes them."""
        names = [
            dict(zip(g.tolist(), n, strict=True))
            for g, n in zip(self.hierarchy.groups, self.hierarchy.labels, strict=True)
        ]
        return [names[level][group] for level, group in states[:, :2].tolist()]

    def tally(self, states: Codes, box: Codes, codes: Codes) -> tuple[Tally, Codes]:
        """See `Axis`; a key is the first value of a child."""
        level = np.where(states[:, 2] > 0, 0, states[:, 0])
        keys = self._child[level[box], codes]
        return Tally.of(box, keys, boxes=len(states), keys=len(self.hierarchy.values)), keys

    def options(self, tally: Tally, states: Codes, *, k: int, overlapping: bool) -> Children:
        """See `Axis`; at most one a box."""
        alone = tally.count >= k
        if overlapping:
            alone = _left_together(tally, alone, k)
        open_box = (states[:, 0] > 0) & (states[:, 2] == 0)
        some, every = np.logical_or.reduceat(alone, tally.starts), np.logical_and.reduceat(alone, tally.starts)
        return Children(self, tally, np.flatnonzero(open_box & (some if overlapping else every)), alone, states)

    def children(self, tally: Tally, pairs: Codes, states: Codes) -> Codes:
        """Return the states of the children that pairs stand for."""
        return np.column_stack((self._node(states[tally.box[pairs], 0] - 1, tally.key[pairs]), np.zeros_like(pairs)))


def _left_together(tally: Tally, alone: Flags, k: int) -> Flags:
    """Tell which children stand alone where those with fewer than k rows stay together; all of these have k, or join
    the smallest that has."""
    small = np.add.reduceat(np.where(alone, 0, tally.count), tally.starts)
    needy = (small > 0) & (small < k)
    order = np.lexsort((tally.count, ~alone, tally.box))  # those that could stand alone first, the smallest ahead
    smallest = order[tally.starts[needy]]
    alone = alone.copy()
    alone[smallest] = False
    return alone


@dataclass(frozen=True)
class Children:
    """One cut a box, into children that stand alone and, last, those that do not; see `Options`.

    Attributes:
        alone: [p] whether the child stands alone.
    """

    axis: TreeAxis
    tally: Tally
    box: Codes
    alone: Flags
    states: Codes

    @cached_property
    def _single(self) -> Codes:
        """[b] children that stand alone."""
        return np.add.reduceat(self.alone.astype(np.int64), self.tally.starts)

    @cached_property
    def _together(self) -> Codes:
        """[b] rows of children that stay together."""
        return np.add.reduceat(np.where(self.alone, 0, self.tally.count), self.tally.starts)

    @property
    def parts(self) -> Codes:
        """See `Options`."""
        return (self._single + (self._together > 0))[self.box]

    @cached_property
    def gain(self) -> Floats:
        """See `Options`."""
        loss = self.axis.losses(self.states)
        below = np.zeros(len(self.tally.count))
        pairs = np.flatnonzero(self.alone & np.isin(self.tally.box, self.box))
        below[pairs] = self.axis.losses(self.axis.children(self.tally, pairs, self.states))
        saved = np.where(self.alone, self.tally.count * (loss[self.tally.box] - below), 0.0)
        return np.add.reduceat(saved, self.tally.starts)[self.box]

    @cached_property
    def mix(self) -> Floats:
        """See `Options`."""
        rows = np.add.reduceat(self.tally.count, self.tally.starts)
        share = self.tally.count / rows[self.tally.box]
        terms = np.where(self.alone, -share * np.log(share), 0.0)
        rest = self._together / rows
        terms_of_rest = -rest * np.log(np.where(rest > 0, rest, 1.0))
        return (np.add.reduceat(terms, self.tally.starts) + terms_of_rest)[self.box]

    def part_of(self, chosen: Codes, box: Codes, key: Codes, rank: Codes) -> Codes:  # noqa: ARG002
        """See `Options`; a box has one option."""
        alone = self.alone.astype(np.int64)
        before: Codes = np.cumsum(alone) - alone
        number = before - before[self.tally.starts][self.tally.box]
        number = np.where(self.alone, number, self._single[self.tally.box])
        part: Codes = number[self.tally.pair_of(box, key)]
        return part

    def split(self, chosen: Codes) -> Codes:
        """See `Options`."""
        box = self.box[chosen]
        parts = self.parts[chosen]
        first = np.cumsum(parts) - parts
        states = np.repeat(self.states[box], parts, axis=0)
        states[:, 2] = 1
        of_box = np.full(len(self.tally.starts), -1)
        of_box[box] = np.arange(len(box))
        pairs = np.flatnonzero(self.alone & (of_box[self.tally.box] >= 0))
        of = of_box[self.tally.box[pairs]]
        turn = np.arange(len(pairs)) - np.searchsorted(of, of)
        states[first[of] + turn] = self.axis.children(self.tally, pairs, self.states)
        return states
