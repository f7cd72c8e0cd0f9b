"""Fair coins that decide which canaries are in, and the seal that fixes them before training.

Adversary of the coins: whoever trains. The coins are drawn before training and sealed, so that they cannot be fitted to
the scores afterwards; the seal is opened with the result. Randomness is from a CSPRNG: a coin that could be predicted
is no coin.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wuming.core.canonical import canonical_json, digest
from wuming.core.errors import PrivacyParameterError


class Stream(Protocol):
    """A cryptographically secure stream, such as `wuming.crypto.random.SecureStream`."""

    def uint64(self, n: int) -> NDArray[np.uint64]:
        """Return the next `n` integers, uniform on [0, 2⁶⁴)."""
        ...


@dataclass(frozen=True, slots=True)
class SealedCoins:
    """Coins, with the commitment that is published before training.

    Attributes:
        coins: one a canary: is it in?
        commitment: digest, to be published before training.
        opening: what opens the seal; secret until the result is out.
        payload: the bytes that were sealed: coins and digest of the canaries, canonical JSON; secret like the opening.
    """

    coins: tuple[bool, ...]
    commitment: str
    opening: bytes = field(repr=False)
    payload: bytes = field(repr=False)


def fair_coins(count: int, stream: Stream | None = None) -> list[bool]:
    """Return independent fair coins.

    Args:
        count: ≥ 0.
        stream: CSPRNG for a replayable run, used for nothing else; by default the operating system's generator.

    Raises:
        PrivacyParameterError: for a negative count.
    """
    if count < 0:
        raise PrivacyParameterError(f"count={count} is negative", help="Give the number of canaries.")
    if stream is None:
        bits = secrets.randbits(count) if count else 0
        return [bool(bits >> position & 1) for position in range(count)]
    return [bool(word >> 63) for word in stream.uint64(count).tolist()]


def coins_payload(coins: Sequence[bool], texts: Sequence[str]) -> bytes:
    """Return what is sealed: the coins, in order, and the digest of the canaries' texts, as canonical JSON."""
    return canonical_json({"canaries": digest(list(texts)), "coins": "".join("1" if coin else "0" for coin in coins)})


def seal_coins(
    coins: Sequence[bool], texts: Sequence[str], *, seal: Callable[[bytes], tuple[str, bytes]]
) -> SealedCoins:
    """Seal coins before training.

    Args:
        coins: one a canary.
        texts: the canaries' texts in the same order.
        seal: makes (commitment, opening) of a payload: `wuming.crypto.sealing.seal`.

    Raises:
        PrivacyParameterError: when the numbers of coins and texts differ.
    """
    if len(coins) != len(texts):
        raise PrivacyParameterError(
            f"there are {len(coins)} coins and {len(texts)} canary texts", help="Draw one coin for each canary."
        )
    payload = coins_payload(coins, texts)
    commitment, opening = seal(payload)
    return SealedCoins(tuple(map(bool, coins)), commitment, opening, payload)


def uniform_below(limit: int, count: int, stream: Stream) -> list[int]:
    """Return integers uniform on [0, limit), without the bias of a plain remainder (rejection sampling).

    Raises:
        PrivacyParameterError: for a limit outside [1, 2⁶⁴].
    """
    if not 1 <= limit <= 2**64:
        raise PrivacyParameterError(f"limit={limit} is not within [1, 2^64]", help="Draw among fewer values.")
    accepted = 2**64 - 2**64 % limit
    out: list[int] = []
    while len(out) < count:
        out += [word % limit for word in stream.uint64(count - len(out)).tolist() if word < accepted]
    return out
