"""What is published of a group: the mean, the median or the most frequent value of its cells, or that they are missing.

A group publishes a value only where more than half of its rows have one, so no mean stands for a single person.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from wuming.anonymization.microaggregation.space import Codes, Values

_LARGE = 1e290  # sums of larger numbers may leave float64


def means(values: Values, groups: Codes) -> Values:
    """Return [groups] the mean of the values that are there; NaN where half of them or more are missing (NaN)."""
    present = ~np.isnan(values)
    scale = 2.0**-40 if present.any() and np.abs(values[present]).max() > _LARGE else 1.0
    sizes, counts = np.bincount(groups), np.bincount(groups, weights=present)
    sums = np.bincount(groups, weights=np.where(present, values * scale, 0.0))
    out = np.full(len(sizes), np.nan)
    there = 2 * counts > sizes
    out[there] = sums[there] / counts[there] / scale
    return out


def medians(codes: Codes, groups: Codes) -> Codes:
    """Return [groups] the lower median of the codes that are there; -1 where half or more are missing (-1)."""
    sizes = np.bincount(groups)
    order = np.lexsort((codes, groups))
    missing = np.bincount(groups, weights=codes < 0).astype(np.int64)  # they come first
    starts = np.cumsum(sizes) - sizes
    middle = np.where(2 * missing < sizes, starts + missing + (sizes - missing - 1) // 2, 0)
    out: Codes = np.where(2 * missing < sizes, codes[order][middle], -1)
    return out


def modes(codes: Codes, groups: Codes) -> Codes:
    """Return [groups] the most frequent code; of several, the smallest."""
    distinct = int(codes.max()) + 1
    pairs, counts = np.unique(groups * distinct + codes, return_counts=True)
    of_group, code = np.divmod(pairs, distinct)
    order = np.lexsort((code, -counts, of_group))
    first = np.flatnonzero(np.diff(of_group[order], prepend=-1))
    found: npt.NDArray[np.int64] = code[order][first]
    return found
