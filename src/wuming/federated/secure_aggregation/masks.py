"""Masks: AES-256-CTR key streams, read straight as words and added to a vector in place.

Every mask has a 32-byte key that is used for nothing else, so the counter may start at zero: `wuming.crypto.random`.
Adversary: knows everything but the key; tells the mask from uniform words no better than it breaks AES-256.
"""

from __future__ import annotations

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from wuming.federated.secure_aggregation.words import Words

_CHUNK = 1 << 17  # bytes; keystream and target stay in the second-level cache
_ZEROS = bytes(_CHUNK)


def add_mask(words: Words, key: bytes, *, negative: bool = False) -> None:
    """Add the mask of `key` to the words in place, or take it away: modulo the word.

    Args:
        words: [d], unsigned, contiguous.
        key: 32 bytes.
        negative: take it away.
    """
    encryptor = Cipher(algorithms.AES256(key), modes.CTR(bytes(16))).encryptor()
    step = min(words.size, _CHUNK // words.itemsize)
    # The library asks for room for one block more than it writes.
    room = bytearray(step * words.itemsize + 16)
    stream = np.frombuffer(room, dtype=words.dtype, count=step)
    zeros = memoryview(_ZEROS)
    combine = np.subtract if negative else np.add
    for start in range(0, words.size, max(1, step)):
        target = words[start : start + step]
        encryptor.update_into(zeros[: target.nbytes], room)
        combine(target, stream[: target.size], out=target)
