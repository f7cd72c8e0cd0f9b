"""The tenant's key, and keys for single purposes drawn from it."""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from wuming.core.errors import KeyUnavailable
from wuming.crypto.keys import KeyStore
from wuming.crypto.signatures import read_secret_file

SHORTEST_KEY = 16
KEY_VARIABLE = "WUMING_TENANT_KEY"


def derive_key(key: bytes, purpose: str, *, length: int = 32) -> bytes:
    """Return the key of `length` bytes for one purpose (HKDF-SHA-256, RFC 5869).

    Raises:
        KeyUnavailable: for a key shorter than 16 bytes.
    """
    if not isinstance(key, bytes) or len(key) < SHORTEST_KEY:
        raise KeyUnavailable(
            f"the key has fewer than {SHORTEST_KEY} bytes",
            help="Give 32 random bytes, for example secrets.token_bytes(32).",
        )
    info = b"wuming/deidentification/1/" + purpose.encode()
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(key)


def tenant_key(file: Path | None = None) -> bytes:
    """Return the tenant's key: from `file`, else from WUMING_TENANT_KEY, else Wuming's own, made on first use.

    A file holds 32 bytes, or their 64 hexadecimal digits or base64 form, and is readable by its owner alone; the
    variable holds one of the two written forms.

    Raises:
        KeyUnavailable: missing, open to others, or of another length.
    """
    if file is not None:
        return _key(read_secret_file(file), str(file))
    if written := os.environ.get(KEY_VARIABLE):
        return _key(written.encode(), KEY_VARIABLE)
    return KeyStore().secret("tenant")


def _key(data: bytes, place: str) -> bytes:
    if len(data) == 32:
        return data
    written = data.strip()
    try:
        key = bytes.fromhex(written.decode()) if len(written) == 64 else base64.b64decode(written, validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != 32:
        raise KeyUnavailable(
            f"{place} holds no key of 32 bytes", help="Write 32 random bytes as 64 hexadecimal digits, or as base64."
        )
    return key
