"""Coins of many labelled things at once: a pseudo-random function of (key, occasion, label), 16 bytes each.

A thing's coins depend on its own label alone, so adding or removing another thing changes none of them, and order does
not matter. Adversary: as for `wuming.crypto.random`; knows all labels' texts, not the key. Assumption: HMAC-SHA-256 and
AES-256 are pseudo-random; n labels collide, or a permutation is told from a function, with probability ≤ n²·2⁻¹²⁸.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

from wuming.crypto.random import derive_key


class Coins:
    """Independent 2×64 bits for each label on each occasion.

    Args:
        key: secret, at least 16 bytes.
        labels: distinct names; two occasions with the same key and label give independent bits.

    A million labels take about 10 ms an occasion: the label is hashed once, and then enciphered under a key of the
    occasion (one block each: no chaining is wanted, as no two blocks are the same and none is ever deciphered).
    """

    def __init__(self, key: bytes, labels: Iterable[str]) -> None:
        self._key = derive_key(key, "coins")
        label_key = derive_key(key, "coin-labels")
        self._labels = b"".join(hmac.digest(label_key, label.encode(), "sha256")[:16] for label in labels)

    def __len__(self) -> int:
        return len(self._labels) // 16

    def draw(self, *occasion: str | int) -> NDArray[np.uint64]:
        """Return [n, 2] integers, uniform on [0, 2⁶⁴), for one occasion such as `("step", 7)`."""
        cipher = Cipher(algorithms.AES(derive_key(self._key, *occasion)), modes.ECB()).encryptor()  # noqa: S305
        return np.frombuffer(cipher.update(self._labels), dtype="<u8").reshape(-1, 2)


def below(coins: NDArray[np.uint64], n: int | NDArray[np.int64]) -> NDArray[np.int64]:
    """Map 64-bit coins to whole numbers in [0, n), each value with probability within 2⁻⁶⁴ of 1/n; n < 2³²."""
    wide = np.asarray(n, dtype=np.uint64)
    high, low = coins >> np.uint64(32), coins & np.uint64(0xFFFFFFFF)
    return np.asarray((high * wide + ((low * wide) >> np.uint64(32))) >> np.uint64(32), dtype=np.int64)
