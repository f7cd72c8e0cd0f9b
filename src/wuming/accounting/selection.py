"""Choosing the best of many runs: how often to run, and what the choice costs.

The number of runs K is drawn in secret from a truncated negative binomial law (or Poisson's), all K runs are made, and
only the best result, by a rule that looks at the results alone, is shown. K and the results that were not chosen
are never shown: the bound rests on that. The cost hardly grows with E[K].

Source: Papernot and Steinke, "Hyperparameter tuning with Rényi differential privacy" (ICLR 2022), Definitions 1 and 15,
Theorems 2 and 6; Liu and Talwar, "Private selection from private candidates" (STOC 2019) for the geometric law.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from wuming.accounting.filter import convert_to_delta
from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import SecureStream

_MOST_RUNS = 10**7
_LARGEST_MEAN = 700  # more candidates are not trained; and e^-700 is still a number


def repeated_curve(orders: Sequence[float], curve: Sequence[float], mean: float, shape: float) -> list[float]:
    """Return the Rényi curve of the best of K runs.

    Args:
        orders: each > 1, rising.
        curve: Rényi divergence of one run at each order.
        mean: E[K]; > 1.
        shape: 0 logarithmic, 1 geometric, other finite numbers > 0 truncated negative binomial, ∞ Poisson.

    Guarantee: upper bounds when each is one; ∞ where there is none.
    """
    if math.isinf(shape):
        return [
            value + mean * _delta(orders, curve, math.log1p(1 / (order - 1))) + math.log(mean) / (order - 1)
            for order, value in zip(orders, curve, strict=True)
        ]
    gamma = success_probability(mean, shape)
    constant = (1 + shape) * min(
        (1 - 1 / order) * value - math.log(gamma) / order for order, value in zip(orders, curve, strict=True)
    )
    slack = 1e-12 * (1 + abs(constant))
    result = [
        value + math.log(mean) / (order - 1) + constant + slack for order, value in zip(orders, curve, strict=True)
    ]
    for index in range(len(result) - 2, -1, -1):  # a divergence never falls with its order
        result[index] = min(result[index], result[index + 1])
    return result


def _delta(orders: Sequence[float], curve: Sequence[float], epsilon: float) -> float:
    return min(1.0, *(convert_to_delta(value, order, epsilon) for order, value in zip(orders, curve, strict=True)))


def success_probability(mean: float, shape: float) -> float:
    """Return γ in (0, 1) for which the truncated negative binomial law of this shape has the mean.

    Args:
        mean: E[K]; > 1.
        shape: η ≥ 0, finite.

    Raises:
        PrivacyParameterError: for an argument out of range.
    """
    if not (math.isfinite(mean) and mean > 1 and math.isfinite(shape) and shape >= 0):
        raise PrivacyParameterError(
            f"mean={mean}, shape={shape}: no truncated negative binomial law", help="Use a mean above 1, shape ≥ 0."
        )
    low, high = -745.0, 0.0  # of ln γ; the mean falls as γ grows
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if _mean(middle, shape) > mean else (low, middle)
    return math.exp(low)


def _mean(log_gamma: float, shape: float) -> float:
    odds = math.expm1(-log_gamma)  # (1 − γ)/γ
    if shape == 0:
        return odds / -log_gamma
    return shape * odds / -math.expm1(shape * log_gamma)


def draw_number_of_runs(mean: float, shape: float, stream: SecureStream) -> int:
    """Draw K, the secret number of runs, by inversion of its distribution function.

    Args:
        mean: E[K]; > 1.
        shape: as in `RepeatAndSelect`.
        stream: used for this one draw.

    Returns:
        A number ≥ 1 (≥ 0 for Poisson). Never show, log or store it, nor anything that tells it, such as a duration.

    Raises:
        PrivacyParameterError: for an argument out of range.

    Guarantee: exact up to 1e-12 in total variation: 64 random bits, and sums of probabilities in float64.
    """
    if not (1 < mean <= _LARGEST_MEAN and shape >= 0):
        raise PrivacyParameterError(
            f"mean={mean}, shape={shape}: no such law",
            help=f"Use a mean above 1 and at most {_LARGEST_MEAN}, shape ≥ 0.",
        )
    # Small values of u, which have full precision, are the upper end: the tail is subtracted from the top.
    rest = 1.0 - float(stream.uniform(1)[0])
    number, probability = _first(mean, shape)
    gamma = math.nan if math.isinf(shape) else success_probability(mean, shape)
    while rest >= probability and number < _MOST_RUNS:
        rest -= probability
        number += 1
        if math.isinf(shape):
            probability *= mean / number
        else:
            probability *= (1 - gamma) * (number - 1 + shape) / number
        if probability == 0:
            break
    return number


def _first(mean: float, shape: float) -> tuple[int, float]:
    """Return the least value of K and its probability."""
    if math.isinf(shape):
        return 0, math.exp(-mean)
    log_gamma = math.log(success_probability(mean, shape))
    if shape == 0:
        return 1, -math.expm1(log_gamma) / -log_gamma
    return 1, shape * -math.expm1(log_gamma) / math.expm1(-shape * log_gamma)
