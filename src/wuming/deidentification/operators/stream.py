"""The pseudo-random numbers of one value."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Stream:
    """Numbers that depend on key, subject, type, normalised value and attempt, and on nothing else.

    Args:
        key: 32 bytes, derived from the tenant's key for this purpose.
        subject: whose value it is.
        kind: entity type.
        value: normalised.
        attempt: 0; more only when two values of one subject met on one surrogate.

    Source: HMAC-SHA-256 in counter mode, NIST SP 800-108r1, section 4.1.
    """

    def __init__(self, key: bytes, subject: str, kind: str, value: str, attempt: int = 0) -> None:
        self._key, self._subject, self._attempt = key, subject, attempt
        parts = [part.encode("utf-8", "surrogatepass") for part in (subject, kind, value)]
        message = b"".join(len(part).to_bytes(8, "big") + part for part in parts) + attempt.to_bytes(4, "big")
        self._seed = hmac.digest(key, message, hashlib.sha256)
        self._number = int.from_bytes(self._seed, "big")
        self._counter = 0

    def part(self, kind: str, value: str) -> Stream:
        """Return the stream of a part of the value (a surname), equal wherever the subject's text has that part."""
        return Stream(self._key, self._subject, kind, value, self._attempt)

    def below(self, bound: int) -> int:
        """Return the next number in [0, `bound`); the bias is below 2^-64 for bounds up to 2^64."""
        if self._number < bound << 64:
            self._counter += 1
            block = hmac.digest(self._key, self._seed + self._counter.to_bytes(4, "big"), hashlib.sha256)
            self._number = (self._number << 256) | int.from_bytes(block, "big")
        self._number, remainder = divmod(self._number, bound)
        return remainder

    def choose(self, items: Sequence[Item]) -> Item:
        """Return one of `items`."""
        return items[self.below(len(items))]

    def digits(self, count: int) -> str:
        """Return `count` digits."""
        return str(self.below(10**count)).zfill(count) if count else ""

    @property
    def token(self) -> str:
        """Twelve hexadecimal digits that stand for the value."""
        return self._seed.hex()[:12]
