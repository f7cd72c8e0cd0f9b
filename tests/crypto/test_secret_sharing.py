"""Secret sharing: against Lagrange in plain Python, below the threshold, and a twin that hides nothing."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.crypto import secret_sharing
from wuming.crypto.random import SecureStream
from wuming.crypto.secret_sharing import PRIME, SHARE_BYTES, combine, combine_all, is_share, split

KEY = bytes(range(32))


def lagrange_at_zero(points: dict[int, int]) -> int:
    """Slow and plain: Σ y Π x'/(x' − x) mod p."""
    total = 0
    for x, y in points.items():
        term = y
        for other in points:
            if other != x:
                term = term * other * pow(other - x, PRIME - 2, PRIME) % PRIME
        total += term
    return total % PRIME


def limbs(share: bytes) -> list[int]:
    return [int.from_bytes(share[i : i + 4], "little") for i in range(0, len(share), 4)]


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.integers(1, 20), st.integers(0, 12), st.randoms())
def test_any_threshold_shares_give_the_secret_as_lagrange_does(secret, threshold, more, rng):
    places = rng.sample(range(1, 129), threshold + more)
    shares = dict(zip(places, split(secret, threshold, places), strict=True))
    chosen = {place: shares[place] for place in rng.sample(places, threshold)}
    assert combine(chosen) == secret
    plain = [lagrange_at_zero({x: limbs(share)[limb] for x, share in chosen.items()}) for limb in range(16)]
    assert b"".join(value.to_bytes(2, "little") for value in plain) == secret


def test_many_secrets_at_once_and_a_full_cohort():
    rng = random.Random(3)
    places, threshold = tuple(range(1, 129)), 86
    secrets = [rng.randbytes(32) for _ in range(5)]
    parts = [split(secret, threshold, places) for secret in secrets]
    kept = places[-threshold:]
    assert combine_all(kept, [[row[place - 1] for place in kept] for row in parts]) == secrets


def test_shares_are_the_polynomials_of_the_stream():
    """Known answer: the same stream read by plain integers."""
    secret, places = bytes(range(100, 132)), [1, 5, 9]
    words = [int(w) >> 33 for w in SecureStream(KEY, "t").uint64(32)]
    found = split(secret, 3, places, stream=SecureStream(KEY, "t"))
    for place, share in zip(places, found, strict=True):
        for limb, value in enumerate(limbs(share)):
            quadratic, linear = words[limb], words[16 + limb]
            start = int.from_bytes(secret[2 * limb : 2 * limb + 2], "little")
            assert value == (quadratic * place**2 + linear * place + start) % PRIME


def uniform_below_threshold(splitter) -> bool:
    """Whether the first limb of one share (threshold 2) looks uniform whatever the secret: χ² over 16 cells."""
    for secret in (bytes(32), b"\xff" * 32):
        counts = Counter(limbs(splitter(secret, 2, [1, 2])[0])[0] >> 27 for _ in range(2000))
        if sum((counts[cell] - 125) ** 2 / 125 for cell in range(16)) > 60:
            return False
    return True


def test_fewer_shares_say_nothing_and_a_twin_with_small_coefficients_is_found():
    assert uniform_below_threshold(split)

    def twin(secret, threshold, places):
        return [
            b"".join(((int.from_bytes(secret[i : i + 2], "little") + 7 * x) % PRIME).to_bytes(4, "little")
                     for i in range(0, 32, 2))
            for x in places
        ]  # fmt: skip

    assert not uniform_below_threshold(twin)


def test_a_wrong_share_gives_another_secret_or_none():
    shares = dict(enumerate(split(KEY, 3, [1, 2, 3]), start=1))
    shares[2] = bytes([shares[2][0] ^ 1]) + shares[2][1:]
    assert combine(shares) != KEY


@settings(max_examples=50)
@given(st.lists(st.integers(0, 2**62 - 1), min_size=1, max_size=8))
def test_reduction_is_modulo_the_prime(values):
    found = secret_sharing._reduce(np.array([*values, PRIME, 2 * PRIME, 0], dtype=np.uint64))
    assert found.tolist() == [value % PRIME for value in [*values, PRIME, 2 * PRIME, 0]]


@pytest.mark.parametrize(
    "call",
    [
        lambda: split(b"short", 1, [1]),
        lambda: split(KEY, 3, [1, 2]),
        lambda: split(KEY, 0, [1, 2]),
        lambda: split(KEY, 1, [0]),
        lambda: split(KEY, 1, [1, 1]),
        lambda: combine({}),
        lambda: combine({1: b"x"}),
        lambda: combine_all([1, 2], [[bytes(64)]]),
    ],
)
def test_what_is_out_of_range_is_refused(call):
    with pytest.raises(ValueError):
        call()


def test_a_share_has_one_form():
    assert is_share(bytes(SHARE_BYTES))
    assert not is_share(bytes(63))
    assert not is_share(PRIME.to_bytes(4, "little") + bytes(60))
    assert combine_all([1], []) == []
