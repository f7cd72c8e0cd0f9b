"""Trade-off curves as null hypotheses: how often "in" may be right at most, where it is wrong at a given rate.

A curve is symmetric: it bounds both "in" and "out" as the claim to be proven. It comes from μ (a Gaussian mechanism),
from one pair (ε, δ), or from all pairs of a claimed event, by its privacy loss distribution.

Sources: Dong, Roth and Su, "Gaussian differential privacy" (JRSS B 2022), Propositions 3 and 6, Corollary 1; Kairouz,
Oh and Viswanath, "The composition theorem for differential privacy" (ICML 2015), Theorem 2.1.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from statistics import NormalDist
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wuming.accounting.accountant import RELATION, deltas_of
from wuming.accounting.events import Event
from wuming.accounting.gaussian import gaussian_delta
from wuming.auditing.bounds.bound import LARGEST_EPSILON

_NORMAL = NormalDist()
_SQRT2 = math.sqrt(2.0)

# Any set of ε gives a valid curve; this one is dense enough to lose less than one percent of the rate.
EPSILONS: tuple[float, ...] = (
    *(k * 0.01 for k in range(200)),
    *(2.0 + k * 0.05 for k in range(161)),
    *(10.5 + k * 0.5 for k in range(40)),
)


class Curve(Protocol):
    """A symmetric trade-off curve."""

    def highest_tprs(self, fprs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the largest true positive rate for each false positive rate in [0, 1]."""

    def lowest_fpr(self, tpr: float) -> float:
        """Return the smallest false positive rate that goes with a true positive rate in [0, 1]."""


class GaussianCurve:
    """The curve of one Gaussian mechanism: N(0, 1) against N(μ, 1).

    Args:
        mean: μ ≥ 0.
    """

    def __init__(self, mean: float) -> None:
        self.mean = mean

    def highest_tprs(self, fprs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return Φ(Φ⁻¹(f) + μ) for each rate f."""
        return np.asarray([self._moved(rate, self.mean) for rate in fprs.tolist()])

    def lowest_fpr(self, tpr: float) -> float:
        """Return Φ(Φ⁻¹(t) − μ)."""
        return self._moved(tpr, -self.mean)

    @staticmethod
    def _moved(rate: float, by: float) -> float:
        if rate <= 0.0:
            return 0.0
        if rate >= 1.0:
            return 1.0
        return 0.5 * math.erfc(-(_NORMAL.inv_cdf(rate) + by) / _SQRT2)


class PairsCurve:
    """The curve that pairs (ε, δ) give together: piecewise linear.

    Args:
        epsilons: each ≥ 0.
        deltas: one for each; in [0, 1].
    """

    def __init__(self, epsilons: Sequence[float], deltas: Sequence[float]) -> None:
        lines: list[tuple[float, float]] = [(1.0, 0.0)]  # intercept and slope of T as a function of f
        for epsilon, delta in zip(epsilons, deltas, strict=True):
            lines.append((delta, math.exp(epsilon)))
            lines.append((1 - math.exp(-epsilon) * (1 - delta), math.exp(-epsilon)))
        self._fprs, self._tprs = _lower_envelope(lines)

    def highest_tprs(self, fprs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the least of all lines at each rate."""
        return np.maximum(fprs, np.interp(fprs, self._fprs, self._tprs))

    def lowest_fpr(self, tpr: float) -> float:
        """Return the inverse, 0 up to the curve's value at 0."""
        if tpr <= self._tprs[0]:
            return 0.0
        if tpr >= self._tprs[-1]:
            return self._fprs[-1] if tpr <= 1.0 else 1.0
        right = bisect_right(self._tprs, tpr)
        x0, x1, y0, y1 = self._fprs[right - 1], self._fprs[right], self._tprs[right - 1], self._tprs[right]
        return x0 + (x1 - x0) * (tpr - y0) / (y1 - y0)


def curve_of_event(event: Event, *, relation: str = RELATION) -> PairsCurve:
    """Return the curve of a claimed event, from its privacy loss distribution; never below the true curve.

    Args:
        event: what is claimed to have been run.
        relation: neighbouring relation of the claim.

    Raises:
        UnsupportedEvent: for an event or relation that no accountant supports.
        MissingExtra: without dp-accounting.
    """
    return _curve_of_event(event, relation)


@lru_cache(maxsize=16)
def _curve_of_event(event: Event, relation: str) -> PairsCurve:
    return PairsCurve(EPSILONS, deltas_of(event, EPSILONS, relation=relation, value_discretization_interval=1e-3))


@lru_cache(maxsize=4096)
def gaussian_epsilon(mean: float, delta: float) -> float:
    """Return the smallest ε for which telling N(0, 1) from N(μ, 1) is (ε, δ)-hard; rounded down.

    Args:
        mean: μ ≥ 0.
        delta: in (0, 1).

    Returns:
        ε in [0, 700].
    """
    if mean <= 0 or gaussian_delta(0.0, 1 / mean) <= delta:
        return 0.0
    return largest_rejected(lambda epsilon: gaussian_delta(epsilon, 1 / mean) > delta)


def largest_rejected(rejects: Callable[[float], bool], limit: float = LARGEST_EPSILON) -> float:
    """Return the largest parameter up to which `rejects` holds, from below; 0 where it holds nowhere.

    Args:
        rejects: True below some number, False above.
        limit: the search ends here.
    """
    if not rejects(0.0):
        return 0.0
    low, high = 0.0, min(1.0, limit)
    while rejects(high):
        if high >= limit:
            return limit
        low, high = high, min(limit, high * 2)
    for _ in range(50):
        middle = (low + high) / 2
        if high - low < 1e-9:
            break
        if rejects(middle):
            low = middle
        else:
            high = middle
    return low


def _lower_envelope(lines: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """Return the corners on [0, 1] of the least of lines `intercept + slope·f`; concave and rising."""
    hull: list[tuple[float, float]] = []
    for line in sorted(lines, key=lambda one: (-one[1], one[0])):
        if hull and line[1] == hull[-1][1]:
            continue  # same slope, larger intercept
        while hull and line[0] <= hull[-1][0]:
            hull.pop()  # less steep and not higher at 0: below everywhere on f ≥ 0
        while len(hull) >= 2 and _crossing(hull[-2], line) <= _crossing(hull[-2], hull[-1]):
            hull.pop()
        hull.append(line)
    fprs, tprs = [0.0], [max(0.0, hull[0][0])]
    for before, after in pairwise(hull):
        fpr = _crossing(before, after)
        if fpr >= 1.0:
            break
        tpr = min(before[0] + before[1] * fpr, after[0] + after[1] * fpr)
        if fpr > fprs[-1] and tpr > tprs[-1]:
            fprs.append(fpr)
            tprs.append(min(1.0, tpr))
    if fprs[-1] < 1.0 and tprs[-1] < 1.0:
        fprs.append(1.0)
        tprs.append(1.0)
    return fprs, tprs


def _crossing(steep: tuple[float, float], flat: tuple[float, float]) -> float:
    return (flat[0] - steep[0]) / (steep[1] - flat[1])
