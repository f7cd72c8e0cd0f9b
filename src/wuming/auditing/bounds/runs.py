"""Independent runs, some with the canary and some without: exact tests at thresholds that the scores of one side set.

The threshold is the k-th highest score of the runs without the canary (or the k-th lowest of those with it), k fixed by
the number of runs. Its true rate of false alarms then follows Beta(k, n − k + 1) whatever the scores' distribution is,
or is smaller where scores tie; nothing was picked by looking at the other side. Several k share the error (Bonferroni).

- `rejected`: under a curve T the true rate of right alarms is at most T(A), A ~ Beta(k, n₀ − k + 1). So many alarms or
  more, t of n₁, have probability at most P[B ≤ T(A)], B ~ Beta(t, n₁ − t + 1) independent of A. It is exact for a
  mechanism that lies on the curve; no rate has to be bounded by itself.
- `clopper_pearson_epsilon`: the classical bound, one limit for each of the two rates.

Sources: Clopper and Pearson (Biometrika 26, 1934); Jagielski, Ullman and Oprea, "Auditing differentially private
machine learning" (NeurIPS 2020); Nasr et al., "Tight auditing of differentially private machine learning" (USENIX
Security 2023) for the Gaussian curve; David and Nagaraja, "Order statistics" (2003) for the law of a rate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from wuming.auditing.bounds.curves import Curve, GaussianCurve, PairsCurve, largest_rejected
from wuming.core.errors import PrivacyParameterError
from wuming.core.intervals import clopper_pearson_lower, clopper_pearson_upper

_NORMAL = NormalDist()
_NODES = 1201
_REACH = 11.0  # standard deviations of a rate, beyond which there is no mass that matters
_LARGEST_MEAN = 100.0
_SHARES = (0.5, 0.16, 0.05, 0.015, 0.004)  # of the runs of one side, where a threshold is set


@dataclass(frozen=True, slots=True)
class Alarm:
    """One threshold and what it gave.

    Attributes:
        side: "in": alarms on high scores, false ones are runs without the canary; "out": the other way round.
        false: k: the threshold is the k-th score of the runs that should give no alarm; 1 ≤ k ≤ `negatives`.
        negatives: number of runs that should give no alarm.
        right: runs that should give an alarm and did.
        positives: number of runs that should give an alarm.
    """

    side: str
    false: int
    negatives: int
    right: int
    positives: int


def alarms(labels: NDArray[np.bool_], rank: int | None = None) -> list[Alarm]:
    """Return the thresholds that are tried: some ranks of either side, fixed by the numbers of runs alone.

    Args:
        labels: by falling score, whether the run had the canary; from `guessing.ranked`.
        rank: the one rank among the runs without the canary that was fixed beforehand, or None.

    Raises:
        PrivacyParameterError: for a rank that is not there.
    """
    found = []
    for side, positive in (("in", labels), ("out", ~labels[::-1])):
        places = np.flatnonzero(~positive)
        if rank is not None and (side == "out" or isinstance(rank, bool) or not 1 <= rank <= places.size):
            if side == "out":
                break
            raise PrivacyParameterError(
                f"false_alarms={rank} is not within [1, {places.size}]", help="Fix it before the scores are seen."
            )
        for number in ranks(places.size) if rank is None else (rank,):
            place = int(places[number - 1])
            found.append(Alarm(side, number, places.size, place - (number - 1), positive.size - places.size))
    return found


def perfect_alarms(included: int, excluded: int, rank: int | None = None) -> list[Alarm]:
    """Return what perfectly separated scores would give."""
    return alarms(np.arange(included + excluded) < included, None if rank is None else min(rank, excluded))


def ranks(runs: int) -> tuple[int, ...]:
    """Return the ranks that are tried among so many runs; falling, each once, at least 1."""
    return tuple(sorted({1, *(math.ceil(share * runs) for share in _SHARES)}, reverse=True))


@lru_cache(maxsize=65536)
def clopper_pearson_epsilon(alarm: Alarm, delta: float, level: float) -> float:
    """Return the bound ln((TPR − δ)/FPR) with both rates at their limits, half of `level` for each; at least 0.

    The threshold counts as one false alarm fewer than its rank: it lies on that score.
    """
    highest_fpr = clopper_pearson_upper(alarm.false - 1, alarm.negatives, 1 - level / 2)
    lowest_tpr = clopper_pearson_lower(alarm.right, alarm.positives, 1 - level / 2)
    return max(0.0, math.log((lowest_tpr - delta) / highest_fpr)) if lowest_tpr > delta else 0.0


def p_value(curve: Curve, alarm: Alarm) -> float:
    """Return the largest probability, under a curve, of so many right alarms or more at this threshold."""
    if alarm.right == 0:
        return 1.0
    rates, masses = _law(alarm.false, alarm.negatives - alarm.false + 1)
    points, chances = _distribution(alarm.right, alarm.positives - alarm.right + 1)
    chance = np.interp(curve.highest_tprs(rates), points, chances, left=0.0, right=1.0)
    return min(1.0, float(masses @ chance))


@lru_cache(maxsize=65536)
def largest_mean(alarm: Alarm, level: float) -> float:
    """Return the μ below which every Gaussian curve is rejected at `level`; 0 when none is."""
    return largest_rejected(lambda mean: p_value(GaussianCurve(mean), alarm) <= level, _LARGEST_MEAN)


@lru_cache(maxsize=65536)
def pair_epsilon(alarm: Alarm, delta: float, level: float) -> float:
    """Return the ε below which the curve of every (ε, δ) is rejected at `level`; 0 when none is."""
    return largest_rejected(lambda epsilon: p_value(PairsCurve((epsilon,), (delta,)), alarm) <= level)


@lru_cache(maxsize=4096)
def _law(a: int, b: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return rates and the mass of Beta(a, b) at each, on a grid of normal quantiles; the masses add up to 1."""
    mean = a / (a + b)
    centre = _NORMAL.inv_cdf(mean)
    density = math.exp(-centre * centre / 2) / math.sqrt(2 * math.pi)
    spread = min(1.0, math.sqrt(mean * (1 - mean) / (a + b + 1)) / density)
    quantiles = np.linspace(centre - _REACH * spread, centre + _REACH * spread, _NODES)
    rates = np.asarray([0.5 * math.erfc(-x / math.sqrt(2)) for x in quantiles.tolist()])
    others = np.asarray([0.5 * math.erfc(x / math.sqrt(2)) for x in quantiles.tolist()])
    with np.errstate(divide="ignore"):
        logarithm = (a - 1) * np.log(rates) + (b - 1) * np.log(others) - quantiles**2 / 2
    masses = np.exp(logarithm - logarithm.max())
    return rates, masses / masses.sum()


@lru_cache(maxsize=4096)
def _distribution(a: int, b: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return rates and the chance of Beta(a, b) to lie below each."""
    rates, masses = _law(a, b)
    return rates, np.cumsum(masses) - masses / 2
