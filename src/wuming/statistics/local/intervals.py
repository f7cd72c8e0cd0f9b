"""How many devices had a value: limits that hold for any number of reports, also for few.

Statement. Let t of n devices have a value. Its support is S = Binomial(t, p) + Binomial(n - t, q), p > q. The limits
enclose all t for which S as low, and S as high, as what was seen has probability above 2.5%. They hold t with
probability ≥ 95%, over the devices' coins alone, whatever t is: t is left out only if S fell into one of two ends of at
most 2.5% each.

Exactness. S grows with t, so the limits are found by bisection. Its distribution is summed over the middle of both
binomials, outside of which Bernstein's inequality leaves less than 10⁻¹³; the level is lowered by 10⁻⁹ for all
rounding.

Source: Clopper and Pearson (1934), for two binomials with known probabilities.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wuming.statistics.answer import CONFIDENCE

_LEVEL: Final = (1 - CONFIDENCE) / 2 - 1e-9


def count_limits(seen: int, reports: int, p: float, q: float) -> tuple[int, int]:
    """Return the 95% limits of the number of devices that have a value.

    Args:
        seen: reports that support the value, from 0 to `reports`.
        reports: n.
        p: probability that a report supports the device's own value.
        q: probability that it supports a given other one, below p.

    Returns:
        Least and greatest number, whole numbers within [0, n].
    """
    rough = (seen - reports * q) / (p - q)
    reach = 2 * math.sqrt(reports) / (2 * (p - q))

    def too_low(t: int) -> bool:
        return 1 - _at_most(seen - 1, t, reports, p, q) <= _LEVEL

    def not_too_high(t: int) -> bool:
        return _at_most(seen, t, reports, p, q) > _LEVEL

    low = _first_failure(too_low, reports, rough - reach)
    high = _first_failure(not_too_high, reports, rough + reach) - 1
    return min(low, reports), max(high, 0)


def _first_failure(holds: Callable[[int], bool], last: int, guess: float) -> int:
    """Return the least t in [0, last] at which what holds from 0 on holds no more; last + 1 where it always does."""
    low, high = -1, last + 1  # holds below, fails from there on
    middle, step = int(min(max(guess, 0), last)), max(1, math.isqrt(last) // 4)
    while high - low > 1:
        if holds(middle):
            low, middle = middle, middle + step
        else:
            high, middle = middle, middle - step
        step *= 2  # until the place is passed; from then on the distance is halved
        if not low < middle < high:
            middle = (low + high) // 2
    return high


def _at_most(seen: int, t: int, reports: int, p: float, q: float) -> float:
    """Return P(Binomial(t, p) + Binomial(reports - t, q) ≤ seen)."""
    first, own = _binomial(t, p)
    second, others = _binomial(reports - t, q)
    rest = seen - first - np.arange(own.size) - second  # how far the second may go, counted from its first place
    below = np.concatenate([[0.0], others.cumsum()])
    return float(own @ below[np.clip(rest + 1, 0, others.size)])


def _binomial(trials: int, probability: float) -> tuple[int, NDArray[np.float64]]:
    """Return the first place of the middle of a binomial distribution, and its probabilities from there on."""
    if trials == 0 or probability <= 0:
        return 0, np.ones(1)
    if probability >= 1:
        return trials, np.ones(1)
    mean = trials * probability
    reach = 8 * math.sqrt(mean * (1 - probability)) + 22
    first, last = max(0, math.floor(mean - reach)), min(trials, math.ceil(mean + reach))
    places = np.arange(first, last, dtype=np.float64)
    steps = np.log((trials - places) / (places + 1) * (probability / (1 - probability)))
    logarithms = np.concatenate([[0.0], steps.cumsum()])
    weights = np.exp(logarithms - logarithms.max())
    return first, weights / weights.sum()
