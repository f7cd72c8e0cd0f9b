"""Updates that contestants sum up. Needs numpy alone: peers import it, too."""

from __future__ import annotations

from typing import Any

import numpy as np

CLIPPING_RANGE = 8.0  # magnitude that values are cut at
LEVELS = 1 << 22  # of a value between the two ends
BITS = 32  # of a value under masks


def update(place: int, dimension: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return a member's update, [dimension]; all values are within the range."""
    return np.random.default_rng(place).normal(0, 0.5, dimension).clip(-4, 4).astype(np.float32)


def mean_error(found: np.ndarray[Any, Any], members: list[int], dimension: int) -> float:
    """Return the largest difference between a mean and the true one."""
    true = np.zeros(dimension)
    for place in members:
        true += update(place, dimension)
    return float(np.abs(np.asarray(found) - true / len(members)).max())
