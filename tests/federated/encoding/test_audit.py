"""The sum as it is released, audited: thousands of sums with and without one member's update, by an attacker."""

from __future__ import annotations

import hashlib
import math

import numpy as np
import pytest
from scipy import stats

from wuming.accounting.accountant import delta_of
from wuming.federated.encoding import design

SUMS, CONFIDENCE = 2000, 1 - 1e-5
DIRECTION = np.ones(48) / math.sqrt(48)


@pytest.fixture(scope="module")
def encoding():
    return design(
        48,
        unit="client",
        max_norm=1.0,
        noise_multiplier=1.0,
        members=4,
        threshold=3,
        colluders=1,
        modulus_bits=16,
        rotation_seed=bytes(32),
    )


def seen(encoding, present, noisy_members):
    """The attacker's best figure of each sum: how far it points along the update that it looks for."""
    zeros, sums = np.zeros(48), []
    for number in range(SUMS):
        total = np.zeros(encoding.padded_dimension, dtype=np.int64)
        for member in range(noisy_members):
            # Keys of their own, and the same ones whenever this test runs.
            key = hashlib.sha256(f"{present} {noisy_members} {number} {member}".encode()).digest()
            total += encoding.encode(DIRECTION if present and member == 0 else zeros, key=key)
        sums.append(total)
    return np.array([encoding.decode(total) @ DIRECTION for total in sums])


def shown_delta(encoding, noisy_members, epsilon):
    """A lower bound, at 1 − 10⁻⁵, of the δ at this ε: the best of three thresholds."""
    present, absent = seen(encoding, True, noisy_members), seen(encoding, False, noisy_members)
    tail = 1 - CONFIDENCE
    largest = 0.0
    for threshold in (1.0, 1.5, 2.0):
        hits, alarms = int((present > threshold).sum()), int((absent > threshold).sum())
        low = stats.beta.ppf(tail / 6, hits, SUMS - hits + 1) if hits else 0.0
        high = stats.beta.ppf(1 - tail / 6, alarms + 1, SUMS - alarms)
        largest = max(largest, low - math.exp(epsilon) * high)
    return largest


def test_the_sum_shows_no_more_than_is_claimed_and_a_twin_with_less_noise_does(encoding):
    claimed = delta_of(encoding.event_against_server(), 0.5)
    assert encoding.threshold - encoding.colluders == 2
    ours, twin = shown_delta(encoding, 2, 0.5), shown_delta(encoding, 1, 0.5)
    assert 0.4 * claimed < ours <= claimed < twin, (ours, claimed, twin)
