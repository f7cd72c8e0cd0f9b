"""What was promised of every class of rows that look alike, checked on the table as it is handed out.

Sources: El Emam and Dankar, "Protecting Privacy Using k-Anonymity", JAMIA 2008, for the three attackers; Sweeney,
IJUFKS 2002; Machanavajjhala et al., TKDD 2007; Li, Li and Venkatasubramanian, ICDE 2007.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wuming.anonymization.attacks.matching import View
from wuming.anonymization.attacks.outcome import Outcome
from wuming.anonymization.models import (
    EqualDistance,
    OrderedDistance,
    Sensitive,
    TCloseness,
    classes_of,
    factorize,
    l_diversity,
)
from wuming.anonymization.release import Release
from wuming.core.tables import Column, Table


@dataclass(frozen=True)
class Promise:
    """What a plan promises of every class.

    Attributes:
        k: rows, at least 1.
        l: distinct values of each sensitive column, at least 1.
        t: largest distance of a class's sensitive values from the original table's; None: no promise.
    """

    k: int
    l: int = 1  # noqa: E741  (the literature's name)
    t: float | None = None


def prosecutor(release: Release, promise: Promise) -> Outcome:
    """He knows that the target is in the table, and his quasi-identifiers: at best he is right one time in k."""
    sizes = np.bincount(classes_of(release.table, release.quasi_identifiers))
    small = int((sizes < promise.k).sum())
    blamed = _columns_that_split(release, promise.k) if small else ()
    return Outcome(
        "prosecutor",
        refused=small > 0,
        columns=blamed,
        advice=f"Make these columns coarser, or leave the rows of small classes out. k = {promise.k}." if small else "",
        detail=f"smallest class {int(sizes.min())} rows, {small:,} of {len(sizes):,} classes below k = {promise.k}",
    )


def journalist(view: View, population: Table, promise: Promise) -> Outcome:
    """He has the population's register, and looks for a published row that few people of it can be.

    Args:
        view: the release.
        population: people with the original's quasi-identifiers, not generalised; those of the table among them.
        promise: k people of the population must fit each published row.
    """
    known = view.readable(view.release.quasi_identifiers)
    classes = view.classes(known)
    fitting = np.bincount(view.covering(known, population).classes, minlength=classes.count)
    small = int((fitting < promise.k).sum())
    return Outcome(
        "journalist",
        refused=small > 0,
        columns=known if small else (),
        advice="Make these columns coarser, or leave the rows of these classes out." if small else "",
        detail=f"{small:,} of {classes.count:,} classes fit fewer than {promise.k} people of the population",
    )


def diversity(release: Release, promise: Promise) -> list[Outcome]:
    """Each class has l distinct values of each sensitive column, and is within t."""
    out = []
    for column in release.sensitive if promise.l > 1 else ():
        smallest = l_diversity(release.table, release.quasi_identifiers, column)
        out.append(
            Outcome(
                f"diversity of {column}",
                refused=smallest < promise.l,
                columns=(column,) if smallest < promise.l else (),
                advice=f"Make classes larger until each has {promise.l} values." if smallest < promise.l else "",
                detail=f"fewest distinct values in a class {smallest}, promised {promise.l}",
            )
        )
    return out


def closeness(original: Table, release: Release, promise: Promise) -> list[Outcome]:
    """Each class's sensitive values are within t of the original table's."""
    out = []
    for column in release.sensitive if promise.t is not None else ():
        assert promise.t is not None
        largest = _distance(original.columns[column], release, column)
        refused = largest > promise.t + 1e-9
        out.append(
            Outcome(
                f"closeness of {column}",
                refused=refused,
                columns=(column,) if refused else (),
                advice=f"Make classes larger until each is within t = {promise.t:g}." if refused else "",
                detail=f"largest distance of a class {largest:.4f}, promised {promise.t:g}",
            )
        )
    return out


def _distance(original: Column, release: Release, column: str) -> float:
    """Return the largest distance; rows that were suppressed count for the table, but are in no class."""
    published = release.table.columns[column]
    classes = classes_of(release.table, release.quasi_identifiers)
    if original.dtype != published.dtype:
        original = published
    codes, _ = factorize(np.concatenate((published, original)))
    shown, all_codes = codes[: len(published)], codes[len(published) :]
    size = int(codes.max(initial=-1)) + 2
    left = np.bincount(all_codes + 1, minlength=size) - np.bincount(shown + 1, minlength=size)
    suppressed = np.repeat(np.arange(size) - 1, np.maximum(left, 0))
    together = np.concatenate((shown, suppressed))
    numbers = np.unique(together[together >= 0])
    together = np.where(together >= 0, np.searchsorted(numbers, together), -1)
    distance = EqualDistance() if published.dtype == object else OrderedDistance()
    model = TCloseness(1.0, Sensitive(column, together, len(numbers)), distance)
    of_row = np.concatenate((classes, np.full(len(suppressed), -1)))
    return model.figure(of_row, int(classes.max()) + 1)


def _columns_that_split(release: Release, k: int) -> tuple[str, ...]:
    """Return the columns without which fewest rows are in small classes."""

    def rows_in_small(names: tuple[str, ...]) -> int:
        if not names:
            return 0
        sizes = np.bincount(classes_of(release.table, names))
        return int(sizes[sizes < k].sum())

    names = release.quasi_identifiers
    left = {column: rows_in_small(tuple(c for c in names if c != column)) for column in names}
    best = min(left.values())
    return tuple(column for column in names if left[column] == best)
