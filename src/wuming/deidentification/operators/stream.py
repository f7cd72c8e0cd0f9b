"""The pseudo-random numbers of one value, and the keyed permutations of one subject.

Numbers drawn by `below`, `choose` and `digits` may meet for two values; what `permute` and `successor` give never does.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeVar

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

Item = TypeVar("Item")
_ROUNDS = 10
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U


class Stream:
    """Numbers that depend on key, subject, type, normalised value and attempt, and on nothing else.

    Args:
        key: 32 bytes, derived from the tenant's key for this purpose.
        subject: whose value it is.
        kind: entity type.
        value: normalised.
        attempt: 0; more only where, in one text, the first choice cannot be told from something else.

    Source: HMAC-SHA-256 in counter mode, NIST SP 800-108r1, section 4.1.
    """

    def __init__(self, key: bytes, subject: str, kind: str, value: str, attempt: int = 0) -> None:
        self.subject = subject
        self._key, self._kind, self._attempt = key, kind, attempt
        self._seed = _hash(key, (subject, kind, value), attempt)
        self._number = int.from_bytes(self._seed, "big")
        self._counter = 0

    def part(self, kind: str, value: str) -> Stream:
        """Return the stream of a part of the value (a surname), equal wherever the subject's text has that part."""
        return Stream(self._key, self.subject, kind, value, self._attempt)

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

    def permute(self, number: int, size: int, domain: str) -> int:
        """Return the place of `number` under the subject's permutation of [0, `size`) for this domain.

        Args:
            number: in [0, `size`).
            size: at least 1,000,000: on smaller domains a few known pairs tell too much of a Feistel network.
            domain: two domains have independent permutations.

        Source: alternating Feistel network over Z_a x Z_b in ten rounds of HMAC-SHA-256, with cycle walking; the
        structure of FF1 (NIST SP 800-38G r1 2pd, algorithm 7, and its domain requirement), not its encoding.
        """
        if size < 1_000_000 or not 0 <= number < size:
            raise ValueError(f"no permutation for number={number >= 0} within size={size}")
        key = self._domain_key(domain)
        left_size = math.isqrt(size - 1) + 1
        right_size = -(-size // left_size)
        while True:
            left, right = divmod(number, right_size)
            for turn in range(0, _ROUNDS, 2):
                left = (left + _round(key, turn, right)) % left_size
                right = (right + _round(key, turn + 1, left)) % right_size
            number = left * right_size + right
            if number < size:
                return number

    def permute_digits(self, digits: str, domain: str) -> str:
        """Return as many digits: by a permutation of all strings of that length from 6 digits to 36, else drawn."""
        if not 6 <= len(digits) <= 36:
            return self.digits(len(digits))
        return str(self.permute(int(digits), 10 ** len(digits), f"{domain}/{len(digits)}")).zfill(len(digits))

    def successor(self, items: Sequence[str], item: str, domain: str) -> str:
        """Return what follows `item` when the subject's key has laid `items` in a ring: never itself, never shared.

        Any size is safe: the order is a whole keyed shuffle. Where `item` is none of `items`, one is chosen; then it is
        shared with a given other value with probability 1 / len(items).
        """
        if len(items) < 2:
            raise ValueError("a ring needs two items")
        try:
            place = items.index(item)
        except ValueError:
            return self.part(domain, item).choose(items)
        return items[int(_ring(self._domain_key(domain), len(items))[place])]

    @property
    def token(self) -> str:
        """Twelve hexadecimal digits that stand for the value."""
        return self._seed.hex()[:12]

    @property
    def code(self) -> str:
        """Eight letters and digits that stand for the value: 40 bits, no letter that is read as another."""
        number = int.from_bytes(self._seed[-5:], "big")
        return "".join(_ALPHABET[number >> shift & 31] for shift in range(35, -1, -5))

    def _domain_key(self, domain: str) -> bytes:
        return _domain_key(self._key, self.subject, self._kind, domain, self._attempt)


def _hash(key: bytes, parts: tuple[str, ...], attempt: int) -> bytes:
    data = [part.encode("utf-8", "surrogatepass") for part in parts]
    message = b"".join([len(part).to_bytes(8, "big") + part for part in data]) + attempt.to_bytes(4, "big")
    return hmac.digest(key, message, hashlib.sha256)


@lru_cache(maxsize=1024)
def _domain_key(key: bytes, subject: str, kind: str, domain: str, attempt: int) -> bytes:
    return _hash(key, (subject, kind, domain, "permutation"), attempt)


def _round(key: bytes, turn: int, half: int) -> int:
    message = turn.to_bytes(1, "big") + half.to_bytes(16, "big")
    return int.from_bytes(hmac.digest(key, message, hashlib.sha256)[:24], "big")


@lru_cache(maxsize=256)
def _ring(key: bytes, size: int) -> NDArray[np.intp]:
    """Return the successor of each place in a keyed ring of `size` places."""
    # The key is of this ring alone, so the counter may begin at zero; two equal 64-bit draws are as good as absent.
    drawn = Cipher(algorithms.AES(key), modes.CTR(bytes(16))).encryptor().update(bytes(8 * size))
    order = np.argsort(np.frombuffer(drawn, dtype="<u8"), kind="stable")
    successors = np.empty(size, dtype=np.intp)
    successors[order[:-1]] = order[1:]
    successors[order[-1]] = order[0]
    return successors
