"""The released sum, audited: thousands of sums with and without one member's update, seen by an attacker."""

from __future__ import annotations

import hashlib
import math

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from wuming.federated.encoding import Encoding, design

CONFIDENCE = 1 - 1e-5
_DIMENSION = 48
DIRECTION: NDArray[np.float64] = np.ones(_DIMENSION) / math.sqrt(_DIMENSION)
_THRESHOLDS = (1.0, 1.5, 2.0)


def small_encoding() -> Encoding:
    """Return an encoding for four members: three must stay, of whom one may collude."""
    return design(
        _DIMENSION,
        unit="client",
        max_norm=1.0,
        noise_multiplier=1.0,
        members=4,
        threshold=3,
        colluders=1,
        modulus_bits=16,
        rotation_seed=bytes(32),
    )


def seen(encoding: Encoding, *, present: bool, noisy_members: int, sums: int) -> NDArray[np.float64]:
    """Return the attacker's best figure of each sum: how far it points along the update that it looks for."""
    zeros = np.zeros(_DIMENSION)
    found: list[NDArray[np.int64]] = []
    for number in range(sums):
        total = np.zeros(encoding.padded_dimension, dtype=np.int64)
        for member in range(noisy_members):
            # Keys of their own, and the same ones whenever this runs.
            key = hashlib.sha256(f"{present} {noisy_members} {number} {member}".encode()).digest()
            total += encoding.encode(DIRECTION if present and member == 0 else zeros, key=key)
        found.append(total)
    return np.array([encoding.decode(total) @ DIRECTION for total in found])


def shown_delta(encoding: Encoding, noisy_members: int, epsilon: float, sums: int) -> float:
    """Return a lower bound, at `CONFIDENCE`, of the δ at this ε: the best of three thresholds."""
    present = seen(encoding, present=True, noisy_members=noisy_members, sums=sums)
    absent = seen(encoding, present=False, noisy_members=noisy_members, sums=sums)
    tail = (1 - CONFIDENCE) / (2 * len(_THRESHOLDS))
    largest = 0.0
    for threshold in _THRESHOLDS:
        hits, alarms = int((present > threshold).sum()), int((absent > threshold).sum())
        low = stats.beta.ppf(tail, hits, sums - hits + 1) if hits else 0.0
        high = stats.beta.ppf(1 - tail, alarms + 1, sums - alarms)
        largest = max(largest, float(low - math.exp(epsilon) * high))
    return largest
