"""Exact confidence limits for a share: Clopper-Pearson, in pure Python.

The limits are found by bisection on the binomial tail, which is a regularised incomplete beta function and is computed
with the continued fraction of Lentz, in logarithms where it could underflow.

Source: C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the
binomial", Biometrika 26 (1934) 404-413. Continued fraction: DLMF 8.17.22.
"""

from __future__ import annotations

import math

from wuming.core.errors import PrivacyParameterError

_STEPS = 200
_TINY = 1e-300


def regularised_incomplete_beta(x: float, a: float, b: float) -> float:
    """Return I_x(a, b), the distribution function of Beta(a, b) at `x`.

    Args:
        x: in [0, 1].
        a: shape, > 0.
        b: shape, > 0.

    Source: DLMF 8.17.22; relative error about 1e-13 for shapes up to 1e7.
    """
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    if x <= (a + 1.0) / (a + b + 2.0):
        return min(1.0, math.exp(log_front - math.log(a)) * _continued_fraction(x, a, b))
    return max(0.0, 1.0 - math.exp(log_front - math.log(b)) * _continued_fraction(1.0 - x, b, a))


def binomial_upper_tail(successes: int, trials: int, probability: float) -> float:
    """Return P[X ≥ successes] for X ~ Binomial(trials, probability)."""
    if successes <= 0:
        return 1.0
    if successes > trials:
        return 0.0
    return regularised_incomplete_beta(probability, successes, trials - successes + 1)


def binomial_lower_tail(successes: int, trials: int, probability: float) -> float:
    """Return P[X ≤ successes] for X ~ Binomial(trials, probability)."""
    if successes >= trials:
        return 1.0
    if successes < 0:
        return 0.0
    return regularised_incomplete_beta(1.0 - probability, trials - successes, successes + 1)


def clopper_pearson_upper(successes: int, trials: int, confidence: float = 0.95) -> float:
    """Return the one-sided upper limit of a share.

    Args:
        successes: how often it happened, in [0, trials].
        trials: how often it could have happened; with 0 nothing is known and the limit is 1.
        confidence: probability, at least, that the limit is not below the true share; in (0, 1).

    Returns:
        The largest share p with P[X ≤ successes | p] ≥ 1 - confidence, rounded up by one part in 10^12.

    Raises:
        PrivacyParameterError: for counts or a confidence out of range.
    """
    _check(successes, trials, confidence)
    if successes == trials:
        return 1.0
    level = 1.0 - confidence
    low, high = successes / trials, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if binomial_lower_tail(successes, trials, middle) >= level:
            low = middle
        else:
            high = middle
    return min(1.0, high * (1 + 1e-12))


def clopper_pearson_lower(successes: int, trials: int, confidence: float = 0.95) -> float:
    """Return the one-sided lower limit of a share: `1 - clopper_pearson_upper(trials - successes, trials, confidence)`.

    It is computed on its own tail, so that small limits keep their relative precision.

    Args:
        successes: how often it happened, in [0, trials].
        trials: how often it could have happened; with 0 the limit is 0.
        confidence: probability, at least, that the limit is not above the true share; in (0, 1).

    Raises:
        PrivacyParameterError: for counts or a confidence out of range.
    """
    _check(successes, trials, confidence)
    if successes == 0:
        return 0.0
    level = 1.0 - confidence
    low, high = 0.0, successes / trials
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if binomial_upper_tail(successes, trials, middle) >= level:
            high = middle
        else:
            low = middle
    return max(0.0, low * (1 - 1e-12))


def clopper_pearson_interval(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the two-sided interval of a share, each side with half of the error.

    Args:
        successes: how often it happened, in [0, trials].
        trials: how often it could have happened.
        confidence: probability, at least, that the interval holds the true share; in (0, 1).

    Raises:
        PrivacyParameterError: for counts or a confidence out of range.
    """
    _check(successes, trials, confidence)
    one_sided = 1.0 - (1.0 - confidence) / 2
    return clopper_pearson_lower(successes, trials, one_sided), clopper_pearson_upper(successes, trials, one_sided)


def _continued_fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, _safe(1.0 - (a + b) * x / (a + 1.0))
    d = 1.0 / d
    value = d
    # The number of terms grows with sqrt(max(a, b)); 20,000 is enough for trials up to about 10^8.
    for m in range(1, 20_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for numerator in (even, odd):
            d = 1.0 / _safe(1.0 + numerator * d)
            c = _safe(1.0 + numerator / c)
            value *= c * d
        if abs(c * d - 1.0) < 1e-15:
            break
    return value


def _safe(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def _check(successes: int, trials: int, confidence: float) -> None:
    if trials < 0 or not 0 <= successes <= trials:
        raise PrivacyParameterError(
            f"successes={successes} is not within [0, trials={trials}]", help="Give counts of one experiment."
        )
    if not 0.0 < confidence < 1.0:
        raise PrivacyParameterError(f"confidence={confidence} is not within (0, 1)", help="Use 0.95, for example.")
