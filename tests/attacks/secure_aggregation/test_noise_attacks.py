"""Attacks on distributed noise: updates that break others, dropouts that take noise away, colluders who subtract.

What an attacker reaches is computed from the exact law of the noise as it is drawn: the largest δ(ε) of any test.
"""

from __future__ import annotations

import itertools
import math
from functools import cache

import numpy as np
import pytest

from wuming.accounting.accountant import delta_of
from wuming.core.errors import UpdateRefused
from wuming.crypto.random import SecureStream
from wuming.federated.encoding import design
from wuming.federated.encoding.rounding import squared_norm
from wuming.federated.secure_aggregation import run_round
from wuming.mechanisms import skellam as sampler
from wuming.mechanisms.skellam import skellam

from ...federated.secure_aggregation.federation import Federation

SEED = bytes(range(32))
MEMBERS, THRESHOLD, COLLUDERS = 5, 4, 2


@cache
def small(noise_multiplier=1.0, dimension=1):
    return design(
        dimension,
        unit="client",
        max_norm=1.0,
        noise_multiplier=noise_multiplier,
        members=MEMBERS,
        threshold=THRESHOLD,
        colluders=COLLUDERS,
        modulus_bits=14 if dimension == 1 else 20,
        rotation_seed=SEED,
    )


def reached(encoding, noisy_members, at):
    """The largest δ at ε = `at` of any test between a member's longest update and none, under so many noises."""
    table = [0, *sampler._table(encoding.member_variance, encoding.noise_bound), 1 << 128]
    one = np.array([(b - a) / 2**128 for a, b in itertools.pairwise(table)])
    law = one
    for _ in range(noisy_members - 1):
        law = np.convolve(law, one)
    shift = math.isqrt(encoding.squared_sensitivity)
    present, absent = np.pad(law, (shift, 0)), np.pad(law, (0, shift))
    return float(np.maximum(present - math.exp(at) * absent, 0).sum())


# ── updates that break the round for others ──


def careless_encoding(update, encoding):
    """A broken twin, as frameworks do it: clip by min(1, bound/norm), round, and let integers be what they become."""
    norm = float(np.linalg.norm(update))
    with np.errstate(invalid="ignore"):
        return (update * min(1.0, 1.0 / norm) * encoding.scale).astype(np.int32)


def summed(vectors, encoding):
    federation = Federation(
        MEMBERS, 0, encoding.padded_dimension, 32, ((1 << 31) - 1) // MEMBERS, settings=encoding.digest
    )
    server = federation.server()
    run_round(server, federation.clients(), vectors)
    assert np.array_equal(server.total, np.sum(list(vectors.values()), axis=0))
    return server.total


def updates_of_all_but_one(encoding):
    rng = np.random.default_rng(4)
    updates = {place: rng.normal(size=256) for place in range(1, MEMBERS)}
    return {place: update / np.linalg.norm(update) for place, update in updates.items()}


def test_an_update_of_nan():
    encoding = small(dimension=256)
    poison = np.append(np.zeros(255), np.nan)
    with np.errstate(invalid="ignore"):
        twin = careless_encoding(poison, encoding)
    assert np.abs(twin.astype(np.int64)).max() > 1000 * encoding.value_bound  # one member decides the sum
    with pytest.raises(UpdateRefused, match="not-finite"):
        encoding.encode(poison)


def test_an_update_of_zeros():
    encoding = small(dimension=256)
    with pytest.raises(ZeroDivisionError):
        careless_encoding(np.zeros(256), encoding)
    updates = updates_of_all_but_one(encoding) | {0: np.zeros(256)}
    vectors = {p: encoding.encode(u) for p, u in updates.items()}
    error = encoding.decode(summed(vectors, encoding)) - np.sum(list(updates.values()), axis=0)
    assert error.std() < 1.5 * math.sqrt(MEMBERS * float(encoding.member_variance)) / encoding.scale


# ── noise that is missing ──


@pytest.mark.parametrize("at", [0.5, 1.0])
def test_noise_short_by_dropout(at):
    """Calibrated to all members, the noise of the survivors is too little; calibrated to the fewest, it is not."""
    encoding = small()
    twin = delta_of(encoding.event(MEMBERS), at)  # a broken twin's claim: everybody survives
    ours = delta_of(encoding.event_against_public(), at)
    assert twin < reached(encoding, THRESHOLD, at) <= ours


@pytest.mark.parametrize("at", [0.5, 1.0])
def test_colluders_take_their_own_noise_away(at):
    encoding = small()
    twin = delta_of(encoding.event(THRESHOLD), at)  # a broken twin's claim: all survivors' noise protects
    ours = delta_of(encoding.event_against_server(), at)
    assert twin < reached(encoding, THRESHOLD - COLLUDERS, at) <= ours


def test_what_colluders_subtract_is_their_share():
    """In a round: the sum without the colluders' known vectors has the noise of the honest survivors alone."""
    encoding = small(3.0, 256)
    updates = {place: np.zeros(256) for place in range(MEMBERS)}
    keys = {place: bytes([place]) * 32 for place in range(MEMBERS)}
    vectors = {p: encoding.encode(u, key=keys[p]) for p, u in updates.items()}
    total = summed(vectors, encoding)
    noise = [SecureStream(keys[p], "wuming/encoding/noise/1") for p in (0, 1)]
    known = [skellam(stream, 256, encoding.member_variance, encoding.noise_bound) for stream in noise]
    left = total - np.sum(known, axis=0)
    honest = MEMBERS - 2
    assert left.std() == pytest.approx(math.sqrt(honest * float(encoding.member_variance)), rel=0.2)
    assert left.std() ** 2 < 0.8 * MEMBERS * float(encoding.member_variance)


def test_a_twin_without_the_inflation_of_rounding_claims_too_little():
    """On a coarse grid rounding lengthens a vector; a claim for the length before is below what is reached."""
    coarse = design(
        64,
        unit="client",
        max_norm=1.0,
        noise_multiplier=0.8,
        members=MEMBERS,
        threshold=THRESHOLD,
        colluders=COLLUDERS,
        modulus_bits=9,
        rotation_seed=SEED,
    )
    longest = math.sqrt(coarse.squared_sensitivity) / (coarse.scale * coarse.max_norm)
    assert longest > 1.2
    rounded = [coarse._rounded(one, SecureStream(SEED, f"i{k}")) for k, one in enumerate(np.eye(64))]
    found = max(math.sqrt(squared_norm(cells)) for cells in rounded)
    assert coarse.scale < found <= math.sqrt(coarse.squared_sensitivity)
