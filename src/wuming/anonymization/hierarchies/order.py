"""Ordered categories as runs of neighbours: school grades, income brackets, answers from `never` to `always`.

The order is public: the user states all categories, whether they occur or not, and each counts the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from wuming.anonymization.domains import ANY, MISSING, OTHER
from wuming.anonymization.hierarchies.assembly import assemble, refuse
from wuming.anonymization.hierarchies.hierarchy import Hierarchy

_RESERVED = frozenset({ANY, MISSING, OTHER})


def runs_from_starts(
    column: str, order: Sequence[str], *, starts: Sequence[Sequence[str]], missing: bool = False
) -> Hierarchy:
    """Group ordered categories where the user says that a run begins.

    Args:
        column: name of the column.
        order: all categories, distinct, none of them empty, from first to last.
        starts: for each level from fine to coarse, the category with which each run after the first begins, in order.
            A coarser level only leaves some out.
        missing: the column has missing cells.

    Returns:
        Levels: the categories, one for each list of starts (`a | b`; a bar inside a name gets a backslash), then `*`.
        A run covers its number of categories over the number of all, one alone covers 0.

    Raises:
        TableError: a category that is empty or stands twice, or starts that do not fit as said above.
    """
    places = _places(column, order)
    positions = []
    for number, level in enumerate(starts, start=1):
        if unknown := sum(start not in places for start in level):
            raise refuse(column, f"level {number} begins {unknown} runs at no category", help="Name categories.")
        at = [places[start] for start in level]
        if not at or at[0] == 0 or any(a >= b for a, b in pairwise(at)):
            raise refuse(
                column,
                f"level {number} has no start, the first category as one, or starts out of order",
                help="Name where the second and every later run begins.",
            )
        positions.append(at)
    for number, (finer, coarser) in enumerate(pairwise(positions), start=2):
        if not set(coarser) <= set(finer):
            raise refuse(
                column,
                f"level {number} begins a run inside one of level {number - 1}",
                help="A coarser level only leaves some starts out.",
            )
    return _build(column, order, positions, missing=missing)


def runs_from_sizes(column: str, order: Sequence[str], *, sizes: Sequence[int], missing: bool = False) -> Hierarchy:
    """Group ordered categories by so many neighbours a run; the last run of a level may be shorter.

    Args:
        column, order, missing: as for `runs_from_starts`.
        sizes: for each level from fine to coarse; at least 2, below the number of categories, each a multiple of the
            one before.

    Raises:
        TableError: a category that is empty or stands twice, or sizes that do not fit as said above.
    """
    _places(column, order)
    if not all(2 <= size < len(order) for size in sizes) or any(b % a or a == b for a, b in pairwise(sizes)):
        raise refuse(
            column,
            f"sizes {', '.join(map(str, sizes))} do not fit {len(order)} categories",
            help="Use sizes of 2 or more, below the number of categories, each a multiple of the one before.",
        )
    return _build(column, order, [list(range(size, len(order), size)) for size in sizes], missing=missing)


def _places(column: str, order: Sequence[str]) -> dict[str, int]:
    places = {category: place for place, category in enumerate(order)}
    if not order or "" in places or len(places) < len(order):
        raise refuse(column, "no category, an empty one, or one twice", help="Name every category once.")
    return places


def _build(column: str, order: Sequence[str], starts: Sequence[Sequence[int]], *, missing: bool) -> Hierarchy:
    labels, widths = [], []
    for level in starts:
        runs = [order[begin:end] for begin, end in pairwise([0, *level, len(order)])]
        labels.append([label for run in runs for label in [" | ".join(map(_name, run))] * len(run)])
        widths.append([0.0 if len(run) == 1 else len(run) / len(order) for run in runs for _ in run])
    return assemble(column, order, labels, widths=widths, missing=missing)


def _name(category: str) -> str:
    """Write a category so that no name can be taken for a list of several, or for a word with a meaning."""
    escaped = category.replace("\\", "\\\\").replace("|", "\\|")
    return "\\" + escaped if escaped in _RESERVED else escaped
