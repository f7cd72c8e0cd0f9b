"""The thresholds at the corners of the ROC curve's hull: for comparison with published figures, never for a verdict.

Every corner is tried at its share of the error. How many corners there are, and where, depends on the scores, so the
shares are not fixed beforehand, and no guarantee is claimed here. The bounds that carry a verdict fix theirs.

Source: the audit of scores in Google's jax_privacy, whose tests publish bounds for normal scores.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wuming.auditing.bounds import fdp, steinke
from wuming.auditing.bounds.curves import GaussianCurve, gaussian_epsilon


def corners(included: NDArray[np.float64], excluded: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the counts at or above each corner's threshold.

    Args:
        included: scores, shape (n₁,).
        excluded: scores, shape (n₀,).

    Returns:
        Shape (corners, 2): included and excluded ones, by rising threshold.
    """
    thresholds = np.concatenate((np.union1d(included, excluded), [np.inf]))
    points = np.stack(
        [np.searchsorted(np.sort(scores), thresholds, side="left") for scores in (included, excluded)], axis=1
    )
    while len(points) > 2:
        steps = np.diff(points, axis=0)
        turns = steps[:-1, 1] * steps[1:, 0] - steps[1:, 1] * steps[:-1, 0]
        if (turns > 0).all():
            break
        points = points[np.concatenate(([True], turns > 0, [True]))]
    return np.asarray([included.size, excluded.size] - points)


def hull_bounds(
    included: NDArray[np.float64], excluded: NDArray[np.float64], delta: float, confidence: float
) -> tuple[float, float]:
    """Return the bounds of ε by the (ε, δ) test and by the Gaussian f-DP test, over all corners.

    Args:
        included: scores, shape (n₁,).
        excluded: scores, shape (n₀,).
        delta: in (0, 1).
        confidence: in (0, 1).
    """
    found = corners(included, excluded)
    level = (1.0 - confidence) / len(found)
    canaries = included.size + excluded.size
    exact = _best(
        found,
        lambda r, v, epsilon: steinke.rejected(canaries, r, v, epsilon, delta, level),
        lambda r, v: steinke.bound_at_level(canaries, r, v, delta, level),
    )
    mean = _best(
        found,
        lambda r, v, mean: fdp.rejected(GaussianCurve(mean), canaries, r, v, level),
        lambda r, v: fdp.largest_mean(canaries, r, v, level),
    )
    return exact, gaussian_epsilon(mean, delta)


def _best(
    found: NDArray[np.int64],
    rejects: Callable[[int, int, float], bool],
    bound: Callable[[int, int], float],
) -> float:
    best = 0.0
    promising = sorted(found.tolist(), key=_precision_limit, reverse=True)
    for right, wrong in promising:
        if 2 * right > right + wrong and rejects(right + wrong, right, best):
            best = max(best, bound(right + wrong, right))
    return best


def _precision_limit(counts: list[int]) -> float:
    """Return Wilson's lower limit of the share of right guesses, so that the best corners come first."""
    right, total = counts[0], counts[0] + counts[1]
    if total == 0:
        return 0.0
    share, z = right / total, 3.5
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return (share + z * z / (2 * total) - spread) / (1 + z * z / total)
