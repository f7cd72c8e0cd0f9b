"""Randomness that protects people: AES-256-CTR key streams, derived from one secret key by HKDF.

Adversary: sees any amount of output of some contexts, and knows every context; without the key it can tell no other
output from uniform noise (AES-256 as a pseudo-random permutation, HKDF-SHA256 as a pseudo-random function). Whoever has
the key can replay everything: keep it as secret as the data.
"""

from __future__ import annotations

import secrets

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

from wuming.core.errors import KeyUnavailable

KEY_BYTES = 32
_CHUNK = 1 << 20  # bytes encrypted in one call
_ZEROS = memoryview(bytes(_CHUNK))


def new_key() -> bytes:
    """Return 32 fresh bytes from the operating system's CSPRNG."""
    return secrets.token_bytes(KEY_BYTES)


def require_key(key: bytes) -> bytes:
    """Return `key` when it is long enough to be one.

    Raises:
        KeyUnavailable: fewer than 16 bytes.
    """
    if len(key) < 16:
        raise KeyUnavailable(f"a secret key must hold at least 16 bytes, length={len(key)}", help="Use new_key().")
    return bytes(key)


def encode_context(*context: str | int | bytes) -> bytes:
    """Encode a list of parts so that two different lists never give the same bytes.

    Each part is written as one type letter, its length in eight bytes, and its content; so `("ab", "c")`,
    `("a", "bc")`, `("1",)` and `(1,)` all differ.

    Raises:
        TypeError: for a part that is neither str, int nor bytes (bool is none of them here).
    """
    out = bytearray()
    for part in context:
        if isinstance(part, str):
            tag, content = b"s", part.encode()
        elif isinstance(part, bytes):
            tag, content = b"b", part
        elif isinstance(part, int) and not isinstance(part, bool):
            tag, content = b"i", str(part).encode()
        else:
            raise TypeError(f"a context part must be str, int or bytes, type={type(part).__name__}")
        out += tag + len(content).to_bytes(8, "big") + content
    return bytes(out)


def hkdf(key: bytes, *, info: bytes, length: int = KEY_BYTES, salt: bytes | None = None) -> bytes:
    """Return `length` (1 to 8,160) bytes derived from `key` by HKDF-SHA256.

    Source: RFC 5869.
    """
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(key)


def derive_key(key: bytes, *context: str | int | bytes) -> bytes:
    """Return a 32-byte key for one use, independent of the keys of all other contexts.

    Args:
        key: secret, at least 16 bytes.
        context: what the new key is for, e.g. `("noise", run, step)`; order, type and borders of the parts count.

    Raises:
        KeyUnavailable: `key` is too short.
    """
    return hkdf(require_key(key), info=b"wuming/derive/1" + encode_context(*context))


class SecureStream:
    """An endless, replayable stream of pseudo-random bytes for one key and one context.

    Args:
        key: secret, at least 16 bytes.
        context: what the stream is for; two contexts give independent streams.

    Guarantee: the same key and context give the same stream on every machine. So a context must name *one* use: noise
    drawn twice from one stream for two different values would cancel out.
    """

    def __init__(self, key: bytes, context: str) -> None:
        stream_key = derive_key(key, "stream", context)
        # The key is fresh for this stream alone, so the counter may start at zero.
        self._encryptor = Cipher(algorithms.AES(stream_key), modes.CTR(bytes(16))).encryptor()

    def bytes(self, n: int) -> bytes:
        """Return the next `n` ≥ 0 bytes."""
        if n <= _CHUNK:
            return self._encryptor.update(_ZEROS[:n])
        whole, rest = divmod(n, _CHUNK)
        zeros = _ZEROS[:_CHUNK]
        return b"".join([*(self._encryptor.update(zeros) for _ in range(whole)), self._encryptor.update(zeros[:rest])])

    def uint64(self, n: int) -> NDArray[np.uint64]:
        """Return the next `n` integers, uniform on [0, 2⁶⁴)."""
        return np.frombuffer(self.bytes(8 * n), dtype="<u8").astype(np.uint64)

    def uniform(self, n: int) -> NDArray[np.float64]:
        """Return the next `n` numbers, uniform on (0, 1], float64.

        Each comes from 64 bits as (u + ½)/2⁶⁴, rounded to nearest: never 0 (so a logarithm exists), as small as 2⁻⁶⁵,
        and with full relative precision near 0, where the tails of a noise distribution are made.
        """
        values = self.uint64(n).astype(np.float64)
        values += 0.5
        values *= 2.0**-64
        return values
