"""The Gaussian mechanism without sampling, in closed form: δ of ε, and the noise that a guarantee allows at least."""

from __future__ import annotations

import math

from wuming.core.errors import PrivacyParameterError


def gaussian_delta(epsilon: float, noise_multiplier: float) -> float:
    """Return the smallest δ for which one Gaussian sum is (ε, δ)-DP under add-or-remove-one.

    Args:
        epsilon: ≥ 0.
        noise_multiplier: standard deviation of the noise divided by the L2 sensitivity; > 0.

    Raises:
        PrivacyParameterError: for an argument out of range.

    Source: Balle and Wang, "Improving the Gaussian mechanism for differential privacy" (ICML 2018), Theorem 8.
    """
    if not epsilon >= 0 or not math.isfinite(epsilon):
        raise PrivacyParameterError(f"epsilon={epsilon} is no finite number ≥ 0", help="Give an epsilon of at least 0.")
    if not noise_multiplier > 0 or not math.isfinite(noise_multiplier):
        raise PrivacyParameterError(
            f"noise_multiplier={noise_multiplier} is no finite number above 0", help="Give a positive noise_multiplier."
        )
    mean = 1.0 / noise_multiplier
    first = log_normal_tail(epsilon / mean - mean / 2)
    # The second term is smaller than the first; the difference is taken in logarithms, so that it keeps its precision.
    second = epsilon + log_normal_tail(epsilon / mean + mean / 2)
    return math.exp(first) * max(0.0, -math.expm1(min(0.0, second - first)))


def gaussian_mean(epsilon: float, delta: float) -> float:
    """Return the largest μ such that telling N(0, 1) from N(μ, 1) is (ε, δ)-hard: 1/μ is the noise multiplier.

    Args:
        epsilon: ≥ 0.
        delta: in (0, 1).

    Raises:
        PrivacyParameterError: for an argument out of range.
    """
    if not 0 < delta < 1:
        raise PrivacyParameterError(f"delta={delta} is not within (0, 1)", help="Use 1e-5, for example.")
    low, high = 1e-9, 1.0
    while gaussian_delta(epsilon, 1.0 / high) < delta and high < 1e6:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if gaussian_delta(epsilon, 1.0 / middle) <= delta:
            low = middle
        else:
            high = middle
    return low


def log_normal_tail(x: float) -> float:
    """Return ln P[N(0, 1) > x], also where the probability itself would underflow.

    Source: Abramowitz and Stegun 26.2.14 (continued fraction of the upper tail) for x > 10.
    """
    if x <= 10:
        return math.log(0.5 * math.erfc(x / math.sqrt(2)))
    fraction = x
    for term in range(60, 0, -1):
        fraction = x + term / fraction
    return -x * x / 2 - math.log(fraction) - 0.5 * math.log(2 * math.pi)
