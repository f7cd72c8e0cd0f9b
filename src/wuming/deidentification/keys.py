"""Keys for single purposes, drawn from the tenant's key."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from wuming.core.errors import KeyUnavailable

SHORTEST_KEY = 16


def derive_key(key: bytes, purpose: str) -> bytes:
    """Return the 32-byte key for one purpose (HKDF-SHA-256, RFC 5869).

    Raises:
        KeyUnavailable: for a key shorter than 16 bytes.
    """
    if not isinstance(key, bytes) or len(key) < SHORTEST_KEY:
        raise KeyUnavailable(
            f"the key has fewer than {SHORTEST_KEY} bytes",
            help="Give 32 random bytes, for example secrets.token_bytes(32).",
        )
    info = b"wuming/deidentification/1/" + purpose.encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(key)
