"""Shamir's secret sharing of 32-byte secrets: any `threshold` shares give the secret, fewer give nothing.

The secret is 16 limbs of 16 bits; each limb is the value at 0 of its own random polynomial over the prime field of
2³¹ − 1 elements, and the share of place x ≥ 1 is the 16 values at x. Shares have one size. All arithmetic on secrets is
done by NumPy on whole arrays, with shifts, sums and products alone: no branch and no division depends on a secret.

Source: Shamir, "How to share a secret" (1979). Adversary: has up to threshold − 1 shares and unlimited computing power;
who gives a wrong share makes a wrong secret, so whoever rebuilds compares with a commitment or a public key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wuming.crypto.random import SecureStream, new_key

SECRET_BYTES: Final = 32
SHARE_BYTES: Final = 64
LARGEST_PLACE: Final = 1 << 10
PRIME: Final = (1 << 31) - 1

_LIMBS = SECRET_BYTES // 2
_P = np.uint64(PRIME)
_BITS = np.uint64(31)

Field = NDArray[np.uint64]


def split(secret: bytes, threshold: int, places: Sequence[int], *, stream: SecureStream | None = None) -> list[bytes]:
    """Return one share of 64 bytes for each place.

    Args:
        secret: 32 bytes.
        threshold: number of shares that give the secret, ≥ 1 and at most the number of places.
        places: distinct, from 1 to 1024; public.
        stream: where coefficients come from; by default fresh from the operating system's CSPRNG.

    Raises:
        ValueError: for an argument out of range.
    """
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a secret must be {SECRET_BYTES} bytes, length={len(secret)}")
    _check_places(places)
    if not 1 <= threshold <= len(places):
        raise ValueError(f"threshold={threshold} is not from 1 to the number of places, {len(places)}")
    coefficients = _random_elements(stream or SecureStream(new_key(), "secret-sharing"), (threshold - 1, _LIMBS))
    x = np.array(places, dtype=np.uint64)[:, None]
    values = np.zeros((len(places), _LIMBS), dtype=np.uint64)
    for coefficient in coefficients:  # Horner, from the highest power down
        values = _reduce(_reduce(values * x) + coefficient)
    limbs = np.frombuffer(secret, dtype="<u2").astype(np.uint64)
    values = _reduce(_reduce(values * x) + limbs)
    return [row.tobytes() for row in values.astype("<u4")]


def combine(shares: Mapping[int, bytes]) -> bytes | None:
    """Return the secret that the shares, by place, give; None where they do not lie on one that was shared.

    Give exactly as many as the threshold: more do not check each other, and fewer give a random value or None.

    Raises:
        ValueError: no share, or a place or length out of range.
    """
    [secret] = combine_all(tuple(shares), [list(shares.values())])
    return secret


def combine_all(places: Sequence[int], secrets: Sequence[Sequence[bytes]]) -> list[bytes | None]:
    """Return many secrets of which the same places hold the shares; see `combine`.

    Args:
        places: [t], distinct.
        secrets: for each secret its t shares, in the order of `places`.

    Raises:
        ValueError: no place, or a place, number of shares or length out of range.
    """
    if not places:
        raise ValueError("no shares were given")
    _check_places(places)
    for shares in secrets:
        if len(shares) != len(places) or any(not is_share(share) for share in shares):
            raise ValueError("each secret needs one well-formed share for each place")
    if not secrets:
        return []
    raw = b"".join(share for shares in secrets for share in shares)
    values = np.frombuffer(raw, dtype="<u4").astype(np.uint64).reshape(len(secrets), len(places), _LIMBS)
    total = np.zeros((len(secrets), _LIMBS), dtype=np.uint64)
    for position, weight in enumerate(_weights_at_zero(places)):
        total = _reduce(total + _reduce(values[:, position] * np.uint64(weight)))
    return [row.astype("<u2").tobytes() if (row < 1 << 16).all() else None for row in total]


def is_share(data: bytes) -> bool:
    """Say whether the bytes are a share's form: 16 elements of the field, written in one way only."""
    return len(data) == SHARE_BYTES and bool((np.frombuffer(data, dtype="<u4") < PRIME).all())


def _reduce(values: Field) -> Field:
    """Return values modulo 2³¹ − 1, each in [0, p), for values below 2⁶²."""
    values = (values & _P) + (values >> _BITS)
    values = (values & _P) + (values >> _BITS)
    # Now at most p; p itself stands for 0. Both ways cost the same.
    reduced: Field = values * (values != _P)
    return reduced


def _random_elements(stream: SecureStream, shape: tuple[int, int]) -> Field:
    """Return independent uniform elements of the field: 31 bits of a word; the one value above is drawn again."""
    words = stream.uint64(shape[0] * shape[1]) >> np.uint64(33)
    refused = np.flatnonzero(words == _P)
    while refused.size:
        words[refused] = stream.uint64(refused.size) >> np.uint64(33)
        refused = refused[words[refused] == _P]
    return words.reshape(shape)


def _weights_at_zero(places: Sequence[int]) -> list[int]:
    """Return Lagrange's weights at 0; places are public, so plain integers serve."""
    weights = []
    for own in places:
        above = below = 1
        for other in places:
            if other != own:
                above = above * other % PRIME
                below = below * (other - own) % PRIME
        weights.append(above * pow(below, -1, PRIME) % PRIME)
    return weights


def _check_places(places: Sequence[int]) -> None:
    if len(set(places)) != len(places) or any(not 1 <= place <= LARGEST_PLACE for place in places):
        raise ValueError(f"places must be distinct and from 1 to {LARGEST_PLACE}")
