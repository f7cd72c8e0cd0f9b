"""anjana beside ours: the same table and hierarchies, and its loss by the definition that ours is measured by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from wuming.anonymization.hierarchies.cells import cells_of
from wuming.anonymization.hierarchies.hierarchy import Hierarchy
from wuming.benchmarks.house.bench import Figure
from wuming.benchmarks.house.protocol import Contestant
from wuming.benchmarks.house.running import Hall
from wuming.core.errors import SelfCheckFailed
from wuming.core.tables import Table

_PEER = "wuming.benchmarks.peers.anjana"


@contextmanager
def anjana(hall: Hall, table: Table, hierarchies: Mapping[str, Hierarchy]) -> Iterator[Contestant]:
    """Have anjana hold the columns that have a hierarchy, for as long as the block runs."""
    with hall.contestants([(_PEER, "anjana")], peers=[_PEER]) as (peer,):
        peer.do(
            "prepare",
            columns={name: cells_of(table.columns[name]) for name in hierarchies},
            quasi=list(hierarchies),
            hierarchies={name: hierarchy.labels for name, hierarchy in hierarchies.items()},
        )
        yield peer


def figures(
    answers: Sequence[Mapping[str, Any]], table: Table, hierarchies: Mapping[str, Hierarchy], what: str
) -> list[Figure]:
    """Return seconds, loss and suppressed rows of what anjana answered, one answer a repeat."""
    columns = answers[0]["columns"]
    kept = len(next(iter(columns.values()), ()))
    return [
        Figure(f"anjana, {what}: time", "s", tuple(float(answer["seconds"]) for answer in answers)),
        Figure(f"anjana, {what}: NCP", "", (loss_of_labels(columns, hierarchies, rows=table.rows),)),
        Figure(f"anjana, {what}: suppressed rows", "", (float(table.rows - kept),)),
    ]


def loss_of_labels(columns: Mapping[str, Sequence[str]], hierarchies: Mapping[str, Hierarchy], *, rows: int) -> float:
    """Return the normalised certainty penalty of published labels, a suppressed row counting 1.

    A column stands at the finest level that has all its labels.

    Raises:
        SelfCheckFailed: no level has them.
    """
    kept = len(next(iter(columns.values()), ()))
    lost = float((rows - kept) * len(hierarchies))
    for name, cells in columns.items():
        lost += float(_losses(cells, hierarchies[name]).sum())
    return lost / (rows * len(hierarchies))


def _losses(cells: Sequence[str], hierarchy: Hierarchy) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    for labels, losses in zip(hierarchy.labels, hierarchy.losses, strict=True):
        known = dict(zip(labels, losses.tolist(), strict=True))
        if known.keys() >= set(cells):
            return np.array([known[cell] for cell in cells])
    raise SelfCheckFailed(
        f"column '{hierarchy.column}' has labels of no one level",
        help="The peer recodes by other levels than it was given.",
    )
