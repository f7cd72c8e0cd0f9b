"""An exact test of P[S] ≤ e^ε · Q[S] + δ from how often S happened in independent runs on either data set.

Both counts are binomial. For every pair (p, q) that the claim allows, P_p[X ≥ x] and P_q[Y ≤ y] are independent
p-values, so their product w is as small as it is with probability at most w(1 - ln w) (Fisher). The p-value is the
largest of these over the pairs allowed. These are the tails of Clopper and Pearson's limits;
joined this way, they need about half as many runs as two separate limits at α/2 each. Nothing leans on a limit theorem.

Source: R. A. Fisher, "Statistical Methods for Research Workers" (1932), section 21.1; Clopper and Pearson (1934).
"""

from __future__ import annotations

import math

from wuming.core.errors import PrivacyParameterError
from wuming.core.intervals import binomial_lower_tail, binomial_upper_tail

_FLOOR = -690.0  # logarithm of the least tail that is told apart from 0
_STEPS = 80
_PRECISION = 1e-7  # of the place of the largest product, near which it is flat
_GOLDEN = (math.sqrt(5) - 1) / 2
LARGEST_EPSILON = 50.0


def p_value(x: int, n: int, y: int, m: int, *, epsilon: float, delta: float) -> float:
    """Return the p-value of the null hypothesis P[S] ≤ e^ε · Q[S] + δ.

    Args:
        x: how often S happened in runs on the one data set, in [0, n].
        n: number of those runs, ≥ 1, independent.
        y: how often it happened on the neighbouring data set, in [0, m].
        m: number of runs on that one, ≥ 1.
        epsilon: ≥ 0.
        delta: in [0, 1].

    Raises:
        PrivacyParameterError: for counts or parameters out of range.

    Guarantee: if the claim holds, the p-value is at most α with probability at most α, for every α and all n and m.
    """
    _check(x, n, y, m, epsilon, delta)
    factor = math.exp(min(epsilon, 700.0))
    if x / n <= min(1.0, factor * y / m + delta):
        return 1.0
    log_product = _largest_product(x, n, y, m, factor, delta)
    return min(1.0, math.exp(log_product) * (1.0 - log_product) * (1 + 1e-6))


def lower_bound(x: int, n: int, y: int, m: int, *, delta: float, level: float) -> float:
    """Return the largest ε that the counts refute at `level`, given δ; 0 where they refute none.

    Args: see `p_value`.
        level: in (0, 1).
    """
    if p_value(x, n, y, m, epsilon=0.0, delta=delta) > level:
        return 0.0
    # Above the ratio of the shares nothing is refuted.
    excess = x / n - delta
    low, high = 0.0, min(LARGEST_EPSILON, math.log(excess * m / y)) if y and excess > 0 else LARGEST_EPSILON
    while high - low > 1e-3:
        middle = (low + high) / 2
        if p_value(x, n, y, m, epsilon=middle, delta=delta) <= level:
            low = middle
        else:
            high = middle
    return low


def coin_p_value(successes: int, trials: int, *, at_most: float = 0.5) -> float:
    """Return the exact p-value of "successes have probability at most `at_most`", one-sided."""
    return 1.0 if trials == 0 else min(1.0, binomial_upper_tail(successes, trials, at_most))


def _largest_product(x: int, n: int, y: int, m: int, factor: float, delta: float) -> float:
    """Return the largest log of the two tails' product over q; it is concave in q, as both tails are log-concave."""

    def rising(q: float) -> float:
        return _log(binomial_upper_tail(x, n, min(1.0, factor * q + delta)))

    def falling(q: float) -> float:
        return _log(binomial_lower_tail(y, m, q))

    low, high = 0.0, min(1.0, (1.0 - delta) / factor)  # beyond, p is 1 and only the falling tail changes
    best = max(rising(low) + falling(low), rising(high) + falling(high))
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = (rising(left), falling(left)), (rising(right), falling(right))
    for _ in range(_STEPS):
        best = max(best, sum(at_left), sum(at_right))
        # Where both tails are too small to be told apart, the sums say nothing of the side on which the top lies.
        go_left = at_left[1] <= _FLOOR or (at_right[0] > _FLOOR and sum(at_left) >= sum(at_right))
        if go_left:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = (rising(left), falling(left))
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = (rising(right), falling(right))
        if high - low < _PRECISION * high:
            break
    return best


def _log(tail: float) -> float:
    return max(_FLOOR, math.log(tail)) if tail > 0 else _FLOOR


def _check(x: int, n: int, y: int, m: int, epsilon: float, delta: float) -> None:
    for name, count, runs in (("x", x, n), ("y", y, m)):
        if runs < 1 or not 0 <= count <= runs:
            raise PrivacyParameterError(f"{name}={count} is not within [0, {runs}]", help="Give counts of runs.")
    if not (math.isfinite(epsilon) and epsilon >= 0 and 0 <= delta <= 1):
        raise PrivacyParameterError(
            f"epsilon={epsilon}, delta={delta} are no privacy parameters", help="Give epsilon ≥ 0 and 0 ≤ delta ≤ 1."
        )
