"""Two releases of the same people held against each other.

Who is in both stands in one class of each. His row is among those of the second class whose other cells occur in the
first: fewer than k may be left. Where two classes cover the same people, the rows that one has and the other lacks are
those of the few who came or went.

Sources: Ganta, Kasiviswanathan and Smith, "Composition Attacks and Auxiliary Information in Data Privacy", KDD 2008;
Xiao and Tao, "m-Invariance", SIGMOD 2007, section 2.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from wuming.anonymization.attacks.matching import Candidates, View
from wuming.anonymization.attacks.outcome import Outcome
from wuming.anonymization.findings.classes import Promise
from wuming.anonymization.models import factorize
from wuming.anonymization.release import Release
from wuming.core.tables import Table

Codes = npt.NDArray[np.int64]

_MOST_PAIRS = 20_000


def intersection(original: Table, release: Release, earlier: Release, promise: Promise) -> list[Outcome]:
    """Hold a release against an earlier one.

    Args:
        original: the people of the new release.
        release: what is to be published.
        earlier: what has been published of the same people or some of them.
        promise: k rows must be left, with l values of each sensitive column that both releases hold.
    """
    view, before = View(release, original), View(earlier, original)
    now_known, then_known = view.readable(release.quasi_identifiers), before.readable(earlier.quasi_identifiers)
    shared = _shared(release, earlier)
    here, there = view.covering(now_known, original), before.covering(then_known, original)
    row_of = _Cells(view, before, shared)
    now_classes, then_classes = view.classes(now_known), before.classes(then_known)
    pairs, _ = _pairs(here, there, then_classes.count)
    pairs = pairs[:: 1 + len(pairs) // _MOST_PAIRS]
    small, few, alone = 0, 0, promise.k
    for now, then in pairs.tolist():
        common = row_of.common(now_classes.rows(np.array([now])), then_classes.rows(np.array([then])))
        left = int(common.sum())
        if 0 < left < promise.k:
            small += 1
            alone = min(alone, left)
        elif left and shared and int((common > 0).sum()) < promise.l:
            few += 1
    refused = small > 0 or few > 0
    columns = tuple(dict.fromkeys((*now_known, *shared)))
    return [
        Outcome(
            "intersection",
            refused=refused,
            columns=columns if refused else (),
            advice=(
                "Publish at the levels of the earlier release or at coarser ones of the same hierarchies; "
                "or publish only people who were not in it."
                if refused
                else ""
            ),
            detail=(
                f"of {len(pairs):,} pairs of classes {small:,} have fewer than k = {promise.k} rows in common "
                f"(fewest {alone}), {few:,} fewer than l = {promise.l} values"
                if refused
                else f"{len(pairs):,} pairs of classes, each with {promise.k} rows in common or none"
            ),
        ),
        _difference(view, before, here, there, row_of, promise, now_known, then_known),
    ]


def _difference(
    view: View,
    before: View,
    here: Candidates,
    there: Candidates,
    row_of: _Cells,
    promise: Promise,
    now_known: tuple[str, ...],
    then_known: tuple[str, ...],
) -> Outcome:
    """Look for fewer than k rows that came or went in a class that covers the same people in both."""
    now_classes, then_classes = view.classes(now_known), before.classes(then_known)
    now_covers = np.bincount(here.classes, minlength=now_classes.count)
    then_covers = np.bincount(there.classes, minlength=then_classes.count)
    exposed, compared = 0, 0
    for (now, then), people in zip(*_pairs(here, there, then_classes.count), strict=True):
        if people != now_covers[now] or people != then_covers[then]:
            continue
        compared += 1
        mine, theirs = now_classes.rows(np.array([now])), then_classes.rows(np.array([then]))
        common = int(row_of.common(mine, theirs).sum())
        came, went = len(mine) - common, len(theirs) - common
        exposed += 0 < came < promise.k or 0 < went < promise.k
    refused = exposed > 0
    return Outcome(
        "difference",
        refused=refused,
        columns=now_known if refused else (),
        advice=(
            f"Publish again only when {promise.k} people have come to or gone from each class, or for new people alone."
            if refused
            else ""
        ),
        detail=(
            f"of {compared:,} classes of the same people {exposed:,} have fewer than {promise.k} rows that came or went"
        ),
    )


class _Cells:
    """The cells of the columns that both releases publish, as one number a row."""

    def __init__(self, view: View, before: View, shared: tuple[str, ...]) -> None:
        self._now = np.zeros(view.rows, dtype=np.int64)
        self._then = np.zeros(before.rows, dtype=np.int64)
        for name in shared:
            both = np.concatenate((view.release.table.columns[name], before.release.table.columns[name]))
            codes, distinct = factorize(both)
            together = np.concatenate((self._now, self._then)) * (distinct + 1) + codes + 1
            together = np.unique(together, return_inverse=True)[1].reshape(-1)
            self._now, self._then = together[: view.rows], together[view.rows :]

    def common(self, now: Codes, then: Codes) -> Codes:
        """Return how many rows of each content both sets hold."""
        values = np.concatenate((self._now[now], self._then[then]))
        _, places = np.unique(values, return_inverse=True)
        places = places.reshape(-1)
        size = int(places.max()) + 1
        least: Codes = np.minimum(
            np.bincount(places[: len(now)], minlength=size), np.bincount(places[len(now) :], minlength=size)
        )
        return least


def _shared(release: Release, earlier: Release) -> tuple[str, ...]:
    quasi = {*release.quasi_identifiers, *earlier.quasi_identifiers}
    return tuple(
        name
        for name in release.table.names
        if name in earlier.table.names
        and name not in quasi
        and earlier.table.columns[name].dtype == release.table.columns[name].dtype
    )


def _pairs(here: Candidates, there: Candidates, count: int) -> tuple[Codes, Codes]:
    """Return [pairs, 2] the classes that people stand in, of those who stand in one of each release, and how many."""
    once = (np.diff(here.starts) == 1) & (np.diff(there.starts) == 1)
    now, then = here.classes[here.starts[:-1][once]], there.classes[there.starts[:-1][once]]
    pairs, people = np.unique(now * count + then, return_counts=True)
    return np.stack(np.divmod(pairs, count), axis=1), people
