"""k, l and t of a published table, counted plainly: dictionaries and fractions, nothing of the room that made it.

Missing (None, NaN, "") is no value to l, and to t one value of its own, before all others. t: ordered distance for
numbers, equal distance for text, from the original column (Li, Li and Venkatasubramanian, ICDE 2007, section 4).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Columns = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Counted:
    """What was counted.

    Attributes:
        k: rows of the smallest class.
        l: fewest distinct values of a sensitive column in a class.
        t: largest distance of a class, exact.
    """

    k: int
    l: int  # noqa: E741  (the literature's name)
    t: Fraction


def count(published: Columns, original: Columns, *, quasi: Sequence[str], sensitive: Sequence[str]) -> Counted:
    """Group the published rows by their quasi-identifiers and count.

    Args:
        published: name → cells, at least one row.
        original: holds the sensitive columns of all rows; t is the distance from these.
        quasi, sensitive: names, at least one of each.
    """
    classes: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row, key in enumerate(zip(*(published[name] for name in quasi), strict=True)):
        classes[key].append(row)
    diversity, closeness = [], [Fraction(0)]
    for name in sensitive:
        whole = Counter(map(_present, original[name]))
        order = sorted(value for value in whole if value is not None)
        values = [None, *order] if None in whole else order
        distance = _equal if all(isinstance(value, str) for value in order) else _ordered
        for rows in classes.values():
            held = Counter(_present(published[name][row]) for row in rows)
            diversity.append(len(held.keys() - {None}))
            shares = [Fraction(held[v], len(rows)) - Fraction(whole[v], whole.total()) for v in values]
            closeness.append(distance(shares))
    return Counted(min(map(len, classes.values())), min(diversity), max(closeness))


def _present(cell: Any) -> Any:
    """Return None for a missing cell (NaN alone differs from itself)."""
    return None if cell is None or cell == "" or cell != cell else cell


def _equal(differences: Sequence[Fraction]) -> Fraction:
    return sum(map(abs, differences), Fraction(0)) / 2


def _ordered(differences: Sequence[Fraction]) -> Fraction:
    moved, total = Fraction(0), Fraction(0)
    for difference in differences:
        moved += difference
        total += abs(moved)
    return total / max(len(differences) - 1, 1)
