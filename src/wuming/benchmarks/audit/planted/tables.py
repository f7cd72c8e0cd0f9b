"""Vectors, sums of rows, histograms and choices."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wuming.benchmarks.audit.planted.samplers import CELLS, chosen, discrete_laplace, stream
from wuming.benchmarks.audit.planted.sums import gaussian_deviation

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


def laplace_cells(scale: float, size: int) -> Whole:
    """Return `size` discrete Laplace samples."""
    uniform = np.log(stream().uniform(2 * size))
    first, second = np.floor(-scale * uniform).astype(np.int64).reshape(2, size)
    return first - second


def _in_cells(data: Floats) -> Whole:
    """Round towards zero, which makes no norm larger."""
    return np.trunc(np.asarray(data, dtype=np.float64) * CELLS).astype(np.int64)


def vector_right(data: Floats, epsilon: float, sensitivity: float) -> Floats:
    """Vector of answers whose L1 norm changes by at most `sensitivity`."""
    # Rounding two vectors towards zero may widen their distance by a cell in each coordinate.
    scale = (CELLS * sensitivity + len(data)) / epsilon
    return np.asarray((_in_cells(data) + laplace_cells(scale, len(data))) / CELLS)


def vector_right_in_l2(data: Floats, epsilon: float, sensitivity: float) -> Floats:
    """Vector of answers whose L2 norm changes by at most `sensitivity`: the L1 norm by √d as much."""
    return vector_right(data, epsilon, sensitivity * math.sqrt(len(data)))


def vector_of_l2_as_l1(data: Floats, epsilon: float, sensitivity: float) -> Floats:
    """Takes the L2 sensitivity where Laplace noise needs that in L1."""
    return vector_right(data, epsilon, sensitivity)


def vector_of_shared_noise(data: Floats, epsilon: float, sensitivity: float) -> Floats:
    """Adds one sample to all coordinates."""
    scale = (CELLS * sensitivity + len(data)) / epsilon
    return np.asarray((_in_cells(data) + discrete_laplace(scale)) / CELLS)


def sum_and_count_right(data: Sequence[float], epsilon: float) -> tuple[float, int]:
    """Sum and count, half of ε each."""
    total = sum(min(1, max(0, value)) * CELLS // 1 for value in data if value == value)
    noise = discrete_laplace(2 * CELLS / epsilon)
    return (total + noise) / CELLS, len(data) + discrete_laplace(2 / epsilon)


def sum_and_count_spent_twice(data: Sequence[float], epsilon: float) -> tuple[float, int]:
    """Sum and count, all of ε each."""
    return sum_and_count_right(data, 2 * epsilon)


def rows_right(data: Floats, epsilon: float, delta: float, bound: float) -> Floats:
    """Sum of rows, each clipped to L2 norm `bound`, with rounded Gaussian noise."""
    rows = np.where(np.isfinite(data).all(axis=1, keepdims=True), np.nan_to_num(data), 0.0)
    largest = np.maximum(1e-300, np.abs(rows).max(axis=1, keepdims=True, initial=0.0))
    norms = largest[:, 0] * np.linalg.norm(rows / largest, axis=1)
    clipped = rows * np.minimum(1.0, bound / np.maximum(norms, 1e-300))[:, None]
    return _with_noise(clipped, epsilon, delta, bound)


def rows_clipped_by_coordinate(data: Floats, epsilon: float, delta: float, bound: float) -> Floats:
    """Clips every coordinate to `bound`; the L2 norm may then be √d times as large."""
    return _with_noise(np.clip(np.nan_to_num(data), -bound, bound), epsilon, delta, bound)


def _with_noise(rows: Floats, epsilon: float, delta: float, bound: float) -> Floats:
    width = rows.shape[1]
    deviation = CELLS * bound * gaussian_deviation(epsilon, delta)
    first, second = stream().uniform(2 * width).reshape(2, width)
    noise = np.rint(deviation * np.sqrt(-2 * np.log(first)) * np.cos(2 * math.pi * second))
    return np.asarray((_in_cells(rows).sum(axis=0) + noise) / CELLS)


def histogram_right(data: Sequence[str], epsilon: float, categories: tuple[str, ...]) -> dict[str, int]:
    """Noisy counts of the public labels; other labels do not count."""
    counts = Counter(data)
    return {label: counts[label] + discrete_laplace(1 / epsilon) for label in categories}


def histogram_of_labels_seen(data: Sequence[str], epsilon: float) -> dict[str, int]:
    """Takes the labels from the data: a label that only one person has is there, or is not."""
    return {label: count + discrete_laplace(1 / epsilon) for label, count in Counter(data).items()}


def stable_histogram_right(data: Sequence[str], epsilon: float, delta: float) -> dict[str, int]:
    """Labels from the data, and only noisy counts above a threshold: a single one passes with probability below δ."""
    threshold = 2 + math.log(2 / delta) / epsilon
    noisy = {label: count + discrete_laplace(1 / epsilon) for label, count in Counter(data).items()}
    return {label: count for label, count in noisy.items() if count > threshold}


def stable_histogram_of_low_threshold(data: Sequence[str], epsilon: float, delta: float) -> dict[str, int]:
    """Forgets δ in the threshold."""
    del delta
    threshold = 2 + 2 / epsilon
    noisy = {label: count + discrete_laplace(1 / epsilon) for label, count in Counter(data).items()}
    return {label: count for label, count in noisy.items() if count > threshold}


def counts_right(data: Whole, epsilon: float) -> Whole:
    """Histogram of which one record changes one cell by one."""
    return np.asarray(data + laplace_cells(1 / epsilon, len(data)))


def counts_right_for_replacing(data: Whole, epsilon: float) -> Whole:
    """Histogram of which one record, replaced, changes two cells by one each."""
    return np.asarray(data + laplace_cells(2 / epsilon, len(data)))


def counts_for_the_wrong_relation(data: Whole, epsilon: float) -> Whole:
    """Noise for adding or removing a record, where one may be replaced."""
    return counts_right(data, epsilon)


def counts_with_bare_zeros(data: Whole, epsilon: float) -> Whole:
    """Adds no noise to empty cells, to keep the histogram sparse."""
    return np.asarray(np.where(data > 0, data + laplace_cells(1 / epsilon, len(data)), 0))


def favourite_right(data: Sequence[str], epsilon: float, categories: tuple[str, ...]) -> str:
    """The exponential mechanism with the number of votes as the score, where one vote may be changed."""
    counts = dict.fromkeys(categories, 0)  # a label without votes takes no other time than one with
    for label in data:
        counts[label] = counts.get(label, 0) + 1
    most = max(counts[label] for label in categories)
    return categories[chosen([math.exp(epsilon * (counts[label] - most) / 2) for label in categories])]


def favourite_without_the_two(data: Sequence[str], epsilon: float, categories: tuple[str, ...]) -> str:
    """Forgets to divide by twice the sensitivity."""
    return favourite_right(data, 2 * epsilon, categories)
