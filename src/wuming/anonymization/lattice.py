"""The lattice of a global recoding: one level for each column, and what every node loses at least.

A node is a tuple of levels, one a column. A node is coarser than another if no level of it is lower. What a node loses
before any row is suppressed is a sum over columns, known without forming a class; it never falls on the way to a
coarser node, so all nodes can be visited in its order without listing them first.

Whole numbers: losses are counted in units, `unit` of them for a cell that says nothing. Sums are therefore exact,
independent of their order, and two nodes that cost the same tie.

Source: the lattice, Samarati, IEEE TKDE 2001, section 4; the loss, Xu et al., "Utility-Based Anonymization Using Local
Recoding", KDD 2006, section 3.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from wuming.anonymization.hierarchies.hierarchy import Codes, Hierarchy

Node = tuple[int, ...]
Key = tuple[int, int, Node]


@dataclass(frozen=True, eq=False)
class Lattice:
    """All nodes of a table's hierarchies.

    Attributes:
        losses: for each column [levels, values], the loss of one cell, in units; never falls from level to level.
        totals: for each column and level the loss of all rows.
        unit: loss of a cell that is suppressed; the largest.
    """

    losses: tuple[Codes, ...]
    totals: tuple[tuple[int, ...], ...]
    unit: int

    @property
    def columns(self) -> int:
        """Number of columns."""
        return len(self.totals)

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return math.prod(len(column) for column in self.totals)

    def loss(self, node: Node) -> int:
        """Return the loss of all rows at a node where no row is suppressed: no release of the node loses less."""
        return sum(column[level] for column, level in zip(self.totals, node, strict=True))

    def key(self, node: Node) -> Key:
        """Return the order of the search: loss, then sum of levels, then levels."""
        return self.loss(node), sum(node), node

    def ascending(self) -> Iterator[Key]:
        """Yield every node once, in the order of its key; memory grows with what was taken, not with the lattice.

        Proof: a node's parent is the node with its last level above 0 lowered by one. Each node but the bottom has one
        parent, so it enters the heap once; and the parent's key is smaller, so no node enters too late.
        """
        bottom = (0,) * self.columns
        waiting = [self.key(bottom)]
        while waiting:
            loss, height, node = heapq.heappop(waiting)
            yield loss, height, node
            last = max((column for column, level in enumerate(node) if level), default=0)
            for column in range(last, self.columns):
                totals, level = self.totals[column], node[column]
                if level + 1 < len(totals):
                    child = (*node[:column], level + 1, *node[column + 1 :])
                    heapq.heappush(waiting, (loss + totals[level + 1] - totals[level], height + 1, child))

    def climb(self, node: Node, *, below: Key | None) -> list[Node]:
        """Return a path from a node up, one level at a time, the cheapest step first.

        Args:
            node: where it begins.
            below: no node of the path but the first has a key that reaches this; None: the path ends at the top.
        """
        path = [node]
        while steps := list(self._steps(path[-1])):
            key = min(steps)
            if below is not None and key >= below:
                break
            path.append(key[2])
        return path

    def _steps(self, node: Node) -> Iterator[Key]:
        for column, level in enumerate(node):
            if level + 1 < len(self.totals[column]):
                yield self.key((*node[:column], level + 1, *node[column + 1 :]))


def lattice_of(codes: Sequence[Codes], hierarchies: Sequence[Hierarchy]) -> Lattice:
    """Count the losses of a table.

    Args:
        codes: [columns][rows], each of its hierarchy's values; at least one row and one column.
        hierarchies: one a column.

    Returns:
        The lattice. A cell's loss is rounded to a unit that is as fine as 64 bits allow the sums of the search: about
        2^-40 for 30,000 rows of 8 columns. Shares of the hierarchies' numbers of values are whole numbers of units, if
        their least common multiple leaves 16 bits to spare, so that nodes that lose the same tie.
    """
    columns, rows = len(codes), len(codes[0])
    bits = max(0, min(50, 61 - (columns * columns * rows).bit_length()))
    shares = math.lcm(*(len(hierarchy.values) for hierarchy in hierarchies))
    spare = bits - shares.bit_length()
    unit = shares << spare if spare >= 16 else 1 << bits
    losses = tuple(np.rint(hierarchy.losses * unit).astype(np.int64) for hierarchy in hierarchies)
    totals = []
    for column, of_value in zip(codes, losses, strict=True):
        occurrences = np.bincount(column, minlength=of_value.shape[1])
        totals.append(tuple(int(total) for total in of_value @ occurrences))
    return Lattice(losses, tuple(totals), unit)
