"""Canaries: invented users whose membership is decided by fair coins, so that an audit knows the truth.

Adversary of the coins: whoever trains. The coins are drawn before training and sealed, so that they cannot be fitted to
the scores afterwards; the seal is opened with the result. Randomness is from a CSPRNG: a coin that could be predicted
is no coin.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wuming.core.canonical import canonical_json, digest
from wuming.core.errors import PrivacyParameterError

_LEAST_BITS = 32.0


class Stream(Protocol):
    """A cryptographically secure stream, such as `wuming.crypto.random.SecureStream`."""

    def uint64(self, n: int) -> NDArray[np.uint64]:
        """Return the next `n` integers, uniform on [0, 2⁶⁴)."""
        ...


@dataclass(frozen=True, slots=True)
class CanaryUser:
    """One invented unit of privacy.

    Attributes:
        subject: ` canary-0000001`, …; no real subject begins with a blank, since readers strip ids.
        texts: its records.
    """

    subject: str
    texts: tuple[str, ...]


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


def canary_texts(count: int, vocabulary: Sequence[str], length: int, stream: Stream) -> list[str]:
    """Return canaries of independent random words, which nothing but training can have taught a model.

    Args:
        count: ≥ 0.
        vocabulary: public words, distinct; the words are joined by blanks.
        length: words a canary; ≥ 1. All together must carry at least 32 bits, so that no two canaries are likely alike.
        stream: CSPRNG, used for nothing else.

    Raises:
        PrivacyParameterError: for an argument out of range.
    """
    words = list(vocabulary)
    if count < 0 or length < 1:
        raise PrivacyParameterError(
            f"count={count}, length={length} is out of range", help="Use length=12, for example."
        )
    if len(set(words)) != len(words) or length * math.log2(max(1, len(words))) < _LEAST_BITS:
        raise PrivacyParameterError(
            f"{length} words out of {len(words)} ({len(set(words))} distinct) carry less than {_LEAST_BITS:.0f} bits",
            help="Use more words a canary, or a larger vocabulary without repetitions.",
        )
    choices = uniform_below(len(words), count * length, stream)
    return [" ".join(words[index] for index in choices[at : at + length]) for at in range(0, count * length, length)]


def canary_users(count: int, records: int, vocabulary: Sequence[str], length: int, stream: Stream) -> list[CanaryUser]:
    """Return invented users, each of whom repeats one canary of its own in all of its records.

    Repetition gives the strongest signal that a unit bounded by one clipping can give.

    Args:
        count: ≥ 0.
        records: records a user, ≥ 1: as many as training takes of one unit.
        vocabulary: see `canary_texts`.
        length: words a record; see `canary_texts`.
        stream: CSPRNG, used for nothing else.

    Raises:
        PrivacyParameterError: for an argument out of range.
    """
    if records < 1:
        raise PrivacyParameterError(f"records={records} is below 1", help="Give each canary at least one record.")
    texts = canary_texts(count, vocabulary, length, stream)
    return [CanaryUser(f" canary-{number:07d}", (text,) * records) for number, text in enumerate(texts, start=1)]


def uniform_below(limit: int, count: int, stream: Stream) -> list[int]:
    """Return integers uniform on [0, limit), without the bias of a plain remainder (rejection sampling)."""
    accepted = 2**64 - 2**64 % limit
    out: list[int] = []
    while len(out) < count:
        out += [word % limit for word in stream.uint64(count - len(out)).tolist() if word < accepted]
    return out
