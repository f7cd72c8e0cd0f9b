"""What nodes that were looked at prove about the finer ones that were not.

Let v be coarser than u, under a promise for which a class that keeps it still does after rows are added. Every class of
v that holds a class released at u then keeps the promise too. By induction over the rounds of suppression, what is
suppressed at v is suppressed at u:

    suppressed(v) is a subset of suppressed(u),  so  loss(u) >= loss of u without suppression
                                                            + sum of (1 - loss at u) over the rows of suppressed(v),

and where v suppresses more than the limit, so does u. The sum splits into columns, and every column's part depends on
u's level there alone: it is kept as a table of columns and levels for each v.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wuming.anonymization.hierarchies.hierarchy import Codes
from wuming.anonymization.lattice import Lattice, Node


class Bounds:
    """The largest penalty for suppressed rows that is proved for a node, in units.

    Args:
        lattice: of the nodes.
        largest: the loss of a table that is suppressed; a penalty beyond it means that a node is not allowed.
    """

    def __init__(self, lattice: Lattice, *, largest: int) -> None:
        self._beyond = largest + 1
        self._levels = [len(column) for column in lattice.totals]
        self._offsets = np.cumsum([0, *self._levels[:-1]])
        self._table = np.empty((sum(self._levels), 64), dtype=np.int64)
        self._known = 0

    def learn(self, node: Node, penalties: Sequence[Codes] | None) -> None:
        """Note what a node proves.

        Args:
            node: it and all finer ones are meant.
            penalties: [columns][levels], of the rows that the node suppresses; None: it is not allowed.
        """
        if self._known == self._table.shape[1]:
            self._table = np.concatenate([self._table, np.empty_like(self._table)], axis=1)
        entry = self._table[:, self._known]
        for column, (offset, levels, level) in enumerate(zip(self._offsets, self._levels, node, strict=True)):
            part = entry[offset : offset + levels]
            if penalties is None:
                part[:] = self._beyond if column == 0 else 0
            else:
                part[:] = penalties[column]
            part[level + 1 :] = -self._beyond  # not finer in this column: nothing is proved, whatever the others add
        self._known += 1

    def penalty(self, node: Node) -> int:
        """Return the largest penalty proved for a node; 0 where nothing is."""
        if not self._known:
            return 0
        proved = self._table[self._offsets + np.array(node), : self._known].sum(axis=0)
        return max(0, int(proved.max()))
