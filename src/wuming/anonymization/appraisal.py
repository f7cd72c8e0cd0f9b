"""What a node costs: its classes are formed, those that break the promise are suppressed, and the loss is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wuming.anonymization.grouping import Grouping
from wuming.anonymization.hierarchies.hierarchy import Codes
from wuming.anonymization.lattice import Lattice, Node
from wuming.anonymization.models.model import Model


@dataclass(frozen=True, eq=False)
class Appraisal:
    """A node, looked at in full.

    Attributes:
        node: its levels.
        suppressed: [ordered] positions of the rows that are suppressed; None: more than the limit, the node is not
            allowed.
        rows: how many break the promise, at least; exact where the node is allowed.
    """

    node: Node
    suppressed: Codes | None
    rows: int


class Appraiser:
    """Looks at nodes of one table under one promise.

    Args:
        grouping: puts rows into classes.
        model: the promise.
        limit: how many rows may be suppressed.
    """

    def __init__(self, grouping: Grouping, model: Model, *, limit: int) -> None:
        self._grouping = grouping
        self._model = model
        self._limit = limit

    def __call__(self, node: Node) -> Appraisal:
        """Suppress the classes that break the promise, and ask again, until all that are left keep it.

        Which rows go is thereby settled: all classes that break it, round by round. Of a promise that a suppression can
        break elsewhere, a cleverer choice may exist; it is not looked for. The rounds end, as each suppresses a class.
        """
        classes, count = self._grouping.classes(node)
        sizes = np.bincount(classes, minlength=count)
        kept = np.ones(count, dtype=np.bool_)
        released, lost = classes, 0
        while (broken := kept & ~self._model.satisfied(released, count)).any():
            kept &= ~broken
            lost += int(sizes[broken].sum())
            if lost > self._limit:
                return Appraisal(node, None, lost)
            released = np.where(kept[classes], classes, -1)
        return Appraisal(node, np.flatnonzero(released < 0), lost)


def penalties(lattice: Lattice, codes: Sequence[Codes], suppressed: Codes) -> list[Codes]:
    """Return for each column [levels] what the rows lose by being suppressed rather than published at a level."""
    out = []
    for column, losses in zip(codes, lattice.losses, strict=True):
        occurrences = np.bincount(column[suppressed], minlength=losses.shape[1])
        out.append((lattice.unit - losses) @ occurrences)
    return out
