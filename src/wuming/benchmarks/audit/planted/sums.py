"""Sums, means and counts of numbers: faults in scale, sensitivity, clipping, rounding and odd records."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from wuming.benchmarks.audit.planted.samplers import (
    CELLS,
    cells,
    discrete_laplace,
    float_laplace,
    rounded_gaussian,
    uniforms,
)

Numbers = Sequence[float]


def sum_right(data: Numbers, epsilon: float, lower: float, upper: float) -> float:
    """Sum: each record clipped and rounded to the grid, discrete Laplace noise for the largest magnitude."""
    largest = CELLS * max(abs(lower), abs(upper))
    total = sum(cells(value, lower, upper) for value in data)
    return (total + discrete_laplace(largest / epsilon)) / CELLS


def sum_half_scale(data: Numbers, epsilon: float) -> float:
    """Scale Δ/(2ε) in place of Δ/ε."""
    return (sum(cells(value) for value in data) + discrete_laplace(CELLS / (2 * epsilon))) / CELLS


def sum_without_sensitivity(data: Numbers, epsilon: float, lower: float, upper: float) -> float:
    """Scale 1/ε, whatever the records' range is."""
    return (sum(cells(value, lower, upper) for value in data) + discrete_laplace(CELLS / epsilon)) / CELLS


def sum_clipped_after(data: Numbers, epsilon: float) -> float:
    """Clips the noisy sum, and no record."""
    total = sum(value for value in data if math.isfinite(value))
    noisy = round(CELLS * max(-1e9, min(1e9, total))) + discrete_laplace(CELLS / epsilon)
    return max(0, min(100 * CELLS, noisy)) / CELLS


def sum_clipped_after_right(data: Numbers, epsilon: float) -> float:
    """Clips records, and the noisy sum as well."""
    return max(0.0, min(100.0, sum_right(data, epsilon, 0.0, 1.0)))


def sum_clipped_one_off(data: Numbers, epsilon: float, upper: float) -> float:
    """Clips records to upper + 1."""
    return (sum(cells(value, 0.0, upper + 1) for value in data) + discrete_laplace(CELLS * upper / epsilon)) / CELLS


def sum_rounded_before(data: Numbers, epsilon: float, upper: float) -> float:
    """Rounds the sum to a whole number before noise: one record of at most 0.4 may move it by 1."""
    total = round(sum(cells(value, 0.0, upper) for value in data) / CELLS)
    return (CELLS * total + discrete_laplace(CELLS * upper / epsilon)) / CELLS


def sum_with_nan(data: Numbers, epsilon: float) -> float:
    """Clips with a function that lets NaN through."""
    total = float(np.clip(np.asarray(data, dtype=np.float64), 0.0, 1.0).sum()) if len(data) else 0.0
    return (math.floor(CELLS * total) + discrete_laplace(CELLS / epsilon)) / CELLS if total == total else math.nan


def sum_that_overflows(data: Numbers, epsilon: float, upper: float) -> float:
    """Adds up in 8 bits, which wrap round."""
    whole = np.array([cells(value, 0.0, upper) // CELLS for value in data], dtype=np.int64).astype(np.int8)
    return float(int(whole.sum(dtype=np.int8)) + discrete_laplace(upper / epsilon))


def sum_of_whole_right(data: Numbers, epsilon: float, upper: float) -> float:
    """Adds up whole numbers in Python's, which do not wrap round."""
    return float(sum(cells(value, 0.0, upper) // CELLS for value in data) + discrete_laplace(upper / epsilon))


def sum_in_floats(data: Numbers, epsilon: float) -> float:
    """Adds textbook Laplace noise in floating point: low-order bits tell (Mironov 2012)."""
    return sum(cells(value) for value in data) / CELLS + float_laplace(1 / epsilon)


def sum_with_whole_noise(data: Numbers, epsilon: float) -> float:
    """Adds whole noise to a sum that is not whole: the fraction is the sum's own."""
    return sum(cells(value) for value in data) / CELLS + discrete_laplace(1 / epsilon)


def sum_with_local_scale(data: Numbers, epsilon: float) -> float:
    """Takes the greatest record that is there as the sensitivity."""
    whole = [cells(value) for value in data]
    return (sum(whole) + discrete_laplace(max([1, *whole]) / epsilon)) / CELLS


def sum_that_reveals(data: Numbers, epsilon: float) -> float:
    """Forgets the noise once in 200 calls."""
    if uniforms(1)[0] < 1 / 200:
        return sum(cells(value) for value in data) / CELLS
    return sum_right(data, epsilon, 0.0, 1.0)


def gaussian_deviation(epsilon: float, delta: float) -> float:
    """Return a sufficient deviation for sensitivity 1 and ε ≤ 1.

    Source: Dwork and Roth, "The algorithmic foundations of differential privacy" (2014), theorem A.1.
    """
    return math.sqrt(2 * math.log(1.25 / delta)) / epsilon


def gaussian_right(data: Numbers, epsilon: float, delta: float) -> float:
    """Sum with rounded Gaussian noise."""
    noise = rounded_gaussian(CELLS * gaussian_deviation(epsilon, delta))
    return (sum(cells(value) for value in data) + noise) / CELLS


def gaussian_of_variance(data: Numbers, epsilon: float, delta: float) -> float:
    """Takes the deviation for a variance, and so its root for the deviation."""
    noise = rounded_gaussian(CELLS * math.sqrt(gaussian_deviation(epsilon, delta)))
    return (sum(cells(value) for value in data) + noise) / CELLS


def mean_right(data: Numbers, epsilon: float) -> float:
    """Noisy sum by noisy count, half of ε each, rounded to the grid."""
    total = sum(cells(value) for value in data) + discrete_laplace(2 * CELLS / epsilon)
    count = max(1, len(data) + discrete_laplace(2 / epsilon))
    return max(0, min(CELLS, round(total / count))) / CELLS


def mean_by_true_count(data: Numbers, epsilon: float) -> float:
    """Adds noise of scale 1/(nε) to the mean, with the true n; removing one record changes n."""
    count = max(1, len(data))
    total = sum(cells(value) for value in data) + discrete_laplace(CELLS / epsilon)
    return round(total / count) / CELLS


def mean_that_fails(data: Numbers, epsilon: float) -> float:
    """Divides by zero where there are no records."""
    return round(sum(cells(value) for value in data) / len(data) + discrete_laplace(CELLS / epsilon)) / CELLS


def count_right(data: Sequence[object], epsilon: float) -> int:
    """Count with discrete Laplace noise."""
    return len(data) + discrete_laplace(1 / epsilon)


def count_of_wrong_alpha(data: Sequence[object], epsilon: float) -> int:
    """Takes 1 - α = 1 - e^(-2ε) as the geometric distribution's probability of stopping."""
    first, second = uniforms(2)
    stop = 1 - math.exp(-2 * epsilon)
    drawn = [math.floor(math.log(u) / math.log1p(-stop)) for u in (first, second)]
    return len(data) + drawn[0] - drawn[1]
