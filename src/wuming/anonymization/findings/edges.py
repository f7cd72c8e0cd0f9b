"""Bounds of published intervals that are single people's values: tight boxes and cuts at the data's own quantiles.

A bound that everybody knows beforehand is somebody's value no more often than other numbers as round as it. A bound
that was read off the data always is. (Downcoding: Cohen, "Attacks on Deidentification's Defenses", USENIX Security
2022.)
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import numpy.typing as npt

from wuming.anonymization.attacks.matching import View
from wuming.anonymization.attacks.outcome import Outcome
from wuming.anonymization.cells import Intervals
from wuming.core.tables import Table

_NEIGHBOURS = 20
_EXCESS = 0.25
_MOST_BOUNDS = 2000


def interval_bounds(view: View, original: Table, *, k: int, level: float) -> Outcome:
    """Bounds must not be values of fewer than k people more often than numbers of the same roundness nearby.

    Args:
        view: the release.
        original: the table.
        k: a value of k people or more is nobody's.
        level: probability of refusing although bounds are like other numbers.
    """
    found, details = [], []
    for name in view.release.quasi_identifiers:
        reading = view.readings.get(name)
        if not isinstance(reading, Intervals):
            continue
        wide = reading.low < reading.high
        bounds = np.unique(np.concatenate((reading.low[wide], reading.high[wide])))
        bounds = bounds[np.isfinite(bounds)]
        bounds = bounds[:: max(1, len(bounds) // _MOST_BOUNDS)]
        column = original.columns[name].astype(np.float64)
        numbers, sizes = np.unique(column[~np.isnan(column)], return_counts=True)
        if len(bounds) and len(numbers):
            rare = numbers[sizes < k]
            hits = np.isin(bounds, rare)
            expected = np.array([_share_of_neighbours(bound, rare) for bound in bounds.tolist()])
            chance = _tail(expected, int(hits.sum()))
            if chance < level and hits.mean() - expected.mean() > _EXCESS:
                found.append(name)
                details.append(f"{int(hits.sum()):,} of {len(bounds):,} bounds of {name}")
    return Outcome(
        "interval bounds",
        refused=bool(found),
        columns=tuple(found),
        advice="Publish bounds that do not depend on the data: round cut points, open outer sides." if found else "",
        detail=f"{', '.join(details)} are the value of fewer than {k} people"
        if found
        else "bounds are like other numbers",
    )


def _share_of_neighbours(bound: float, rare: npt.NDArray[np.float64]) -> float:
    """Return how often numbers near a bound and as round as it are rare values; one more is added to each count."""
    digits = Decimal(repr(bound)).normalize()
    unit = Decimal(1).scaleb(int(digits.as_tuple().exponent)) if bound else Decimal(1)
    steps = [step for step in range(-_NEIGHBOURS, _NEIGHBOURS + 1) if step]
    around = np.array([float(digits + step * unit) for step in steps])
    inside = around[(around >= rare[0]) & (around <= rare[-1])] if len(rare) else around[:0]
    return float((np.isin(inside, rare).sum() + 1) / (len(inside) + 2))


def _tail(probabilities: npt.NDArray[np.float64], hits: int) -> float:
    """Return the probability of so many hits or more in independent trials (Poisson-binomial, exact)."""
    exactly = np.zeros(len(probabilities) + 1)
    exactly[0] = 1.0
    for p in probabilities.tolist():
        exactly[1:] = exactly[1:] * (1 - p) + exactly[:-1] * p
        exactly[0] *= 1 - p
    return float(exactly[hits:].sum())
