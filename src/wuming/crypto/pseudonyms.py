"""Keyed pseudonyms: the same value always has the same name, and only the key leads back.

Adversary: sees pseudonyms and can guess values, but has no key. With the key, low-entropy values (a telephone number)
are found by trying all of them; so the key is kept apart from what it protects, and pseudonyms remain personal data.
"""

from __future__ import annotations

import hashlib
import hmac

from wuming.crypto.random import encode_context, require_key


def pseudonym(key: bytes, *parts: str) -> bytes:
    """Return the 32-byte HMAC-SHA-256 of the parts, each length-prefixed so that their borders count.

    Args:
        key: secret, at least 16 bytes.
        parts: e.g. tenant, subject, entity type, value.

    Raises:
        KeyUnavailable: `key` is too short.
    """
    return hmac.new(require_key(key), b"wuming/pseudonym/1" + encode_context(*parts), hashlib.sha256).digest()


def pseudonym_hex(key: bytes, *parts: str, length: int = 16) -> str:
    """Return the first `length` (8 to 64) hexadecimal digits of `pseudonym`.

    16 digits (64 bits) collide among a million values with probability below 3·10⁻⁸.

    Raises:
        ValueError: `length` out of range.
    """
    if not 8 <= length <= 64:
        raise ValueError(f"length must be 8 to 64, length={length}")
    return pseudonym(key, *parts).hex()[:length]
