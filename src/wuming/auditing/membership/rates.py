"""How good an attack is: the share of members that it recognises while it accuses few non-members.

The rate that is estimated is that of a population: at the threshold above which a share `fpr` of *all* non-members lie,
how many of all members lie above? The threshold is known only from the non-members at hand, and its error is part of
the interval: with probability at least 1 - α/2 the true threshold lies between two of their scores, which the binomial
distribution gives (the usual limits of a quantile); at both of these Clopper-Pearson limits of the members' share are
taken, with α/4 each. No distribution is assumed, only that units are drawn independently.

Source: Carlini et al., "Membership inference attacks from first principles" (S&P 2022), section III, for the rate at
few false positives; David and Nagaraja, "Order statistics" (2003), section 7.1, for the limits of a quantile.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import EmptyData, PrivacyParameterError
from wuming.core.intervals import (
    binomial_lower_tail,
    binomial_upper_tail,
    clopper_pearson_interval,
    clopper_pearson_lower,
    clopper_pearson_upper,
)

Scores = Sequence[float] | NDArray[Any]


@dataclass(frozen=True)
class Rate:
    """True positive rate at one false positive rate.

    Attributes:
        fpr: the false positive rate.
        tpr: share of the members at hand above the threshold that the non-members at hand give; None where `reason`
            says why there is no figure.
        interval: of the population's rate, error of the threshold included.
        interval_at_threshold: of the rate at the very threshold that was found: about the members only.
        confidence: of both intervals.
        reason: empty where there is a figure.
    """

    fpr: float
    tpr: float | None
    interval: tuple[float, float] | None
    interval_at_threshold: tuple[float, float] | None
    confidence: float
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the fields as a JSON object."""
        return asdict(self) | {
            name: None if pair is None else list(pair)
            for name, pair in (("interval", self.interval), ("interval_at_threshold", self.interval_at_threshold))
        }


def fewest_non_members(fpr: float) -> int:
    """Return how many non-members a figure needs: 1/fpr from 1% on, below that 10/fpr (10,000 for 0.1%)."""
    return math.ceil((1 if fpr >= 0.01 else 10) / fpr - 1e-9)


def rate_at(member_scores: Scores, non_member_scores: Scores, fpr: float = 0.01, confidence: float = 0.95) -> Rate:
    """Return the rate at one false positive rate.

    The threshold is the lowest for which at most `fpr` of the non-members at hand lie above it.

    Args:
        member_scores: one a trained unit, higher when it looks more like a member; finite.
        non_member_scores: the same for units that were not trained on.
        fpr: accepted false positive rate, in (0, 1).
        confidence: of the intervals, in (0, 1).

    Raises:
        EmptyData: without members or non-members.
        PrivacyParameterError: for an argument out of range.

    Formal guarantee: over independent draws of members and non-members, `interval` misses the population's rate with
    probability at most 1 - confidence, for every distribution of scores, ties included.
    """
    if not 0 < fpr < 1 or not 0 < confidence < 1:
        raise PrivacyParameterError(
            f"fpr={fpr}, confidence={confidence}: both must be within (0, 1)", help="Use fpr=0.01 and confidence=0.95."
        )
    members, others = _finite("member", member_scores), np.sort(_finite("non-member", non_member_scores))
    needed = fewest_non_members(fpr)
    if len(others) < needed:
        reason = f"not resolvable: {len(others)} non-members, {needed} are needed"
        return Rate(fpr, None, None, None, confidence, reason)
    allowed = math.floor(fpr * len(others) + 1e-9)
    caught = int((members > others[len(others) - allowed - 1]).sum())
    return Rate(
        fpr,
        caught / len(members),
        _interval(members, others, fpr, confidence),
        clopper_pearson_interval(caught, len(members), confidence),
        confidence,
    )


def tpr_at_fpr(
    member_scores: Scores, non_member_scores: Scores, fpr: float = 0.01, confidence: float = 0.95
) -> dict[str, Any]:
    """Return the rate at one false positive rate, and the area under the curve, as a JSON object.

    Args:
        member_scores, non_member_scores, fpr, confidence: as in `rate_at`.

    Returns:
        `{"tpr_at_1_percent_fpr", "interval", "population_interval", "auc", "members", "non_members"}`. `interval` is
        about the members at the threshold that was found: the narrower one, so that a check that it reaches down to
        chance is the stricter. `population_interval` holds the threshold's error. Rate and intervals are None ("not
        resolvable") when there are too few non-members.

    Raises:
        EmptyData: without members or non-members.
        PrivacyParameterError: for an argument out of range.
    """
    rate = rate_at(member_scores, non_member_scores, fpr, confidence)
    return {
        f"tpr_at_{fpr * 100:g}_percent_fpr": rate.tpr,
        "interval": None if rate.interval_at_threshold is None else list(rate.interval_at_threshold),
        "population_interval": None if rate.interval is None else list(rate.interval),
        "auc": area_under_curve(member_scores, non_member_scores),
        "members": len(member_scores),
        "non_members": len(non_member_scores),
    }


def area_under_curve(member_scores: Scores, non_member_scores: Scores) -> float:
    """Return the chance that a random member scores above a random non-member, ties counted half (Mann-Whitney).

    Raises:
        EmptyData: without members or non-members.
        PrivacyParameterError: for a score that is not finite.
    """
    members, others = _finite("member", member_scores), np.sort(_finite("non-member", non_member_scores))
    below = np.searchsorted(others, members, side="left")
    not_above = np.searchsorted(others, members, side="right")
    return float((below + not_above).sum()) / (2 * len(members) * len(others))


def curve(member_scores: Scores, non_member_scores: Scores) -> list[tuple[float, float]]:
    """Return the points (fpr, tpr) of the ROC, from (0, …) to (1, 1): at each fpr that occurs, the highest tpr.

    Raises:
        EmptyData: without members or non-members.
        PrivacyParameterError: for a score that is not finite.
    """
    members = np.sort(_finite("member", member_scores))
    others = np.sort(_finite("non-member", non_member_scores))
    thresholds = np.unique(others)[::-1]
    # Just above the highest non-member, then just above each next: a threshold accuses what lies strictly above it.
    fpr = 1 - np.searchsorted(others, thresholds, side="right") / len(others)
    tpr = 1 - np.searchsorted(members, thresholds, side="right") / len(members)
    return [*zip(fpr.tolist(), tpr.tolist(), strict=True), (1.0, 1.0)]


def _interval(
    members: NDArray[np.float64], others: NDArray[np.float64], fpr: float, confidence: float
) -> tuple[float, float]:
    """Return limits of the population's rate; `others` in ascending order."""
    part = (1 - confidence) / 4
    lower, upper = _positions(len(others), fpr, part)
    low, high = 0.0, 1.0
    if upper <= len(others):
        low = clopper_pearson_lower(int((members > others[upper - 1]).sum()), len(members), 1 - part)
    if lower >= 1:
        high = clopper_pearson_upper(int((members > others[lower - 1]).sum()), len(members), 1 - part)
    return low, high


@functools.lru_cache(maxsize=256)
def _positions(count: int, fpr: float, part: float) -> tuple[int, int]:
    """Return the positions, from 1, of the scores that enclose the true threshold; 0 and count + 1 if there is none.

    The score at `upper` is below the true threshold only if `upper` or more scores are, which has at most the chance
    P[Bin(count, 1 - fpr) ≥ upper]; that at `lower` is above it only if `lower` - 1 or fewer are not:
    P[Bin(count, 1 - fpr) ≤ lower - 1].
    """
    upper = _first(lambda k: binomial_upper_tail(k, count, 1 - fpr) <= part, count + 1)
    lower = _first(lambda k: binomial_lower_tail(k - 1, count, 1 - fpr) > part, count + 1) - 1
    return lower, upper


def _first(holds: Callable[[int], bool], end: int) -> int:
    """Return the first of 1…end for which a condition holds that never ceases once it does; `end` if none."""
    low, high = 1, end
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _finite(name: str, scores: Scores) -> NDArray[np.float64]:
    values = np.asarray(scores, dtype=np.float64)
    if values.size == 0:
        raise EmptyData(f"there are no {name} scores", help="Membership inference needs trained and held-out units.")
    if not np.isfinite(values).all():
        raise PrivacyParameterError(
            f"{int((~np.isfinite(values)).sum())} of {values.size} {name} scores are not finite",
            help="Check that the model gives a loss for each unit.",
        )
    return values
