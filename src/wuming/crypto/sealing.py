"""Seals: say now that a value is fixed, show it later.

Adversary: the receiver, who must not learn the payload before it is opened (hiding: a 32-byte random nonce, SHA-256 as
a random oracle), and the sender, who must not open the seal to another payload (binding: collision resistance).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from wuming.core.errors import VerificationFailed

NONCE_BYTES = 32
_LABEL = b"wuming/seal/1"


def _commitment(nonce: bytes, payload: bytes) -> str:
    # Label and nonce have fixed lengths, so the concatenation has one reading only.
    return "sha256:" + hashlib.sha256(_LABEL + nonce + payload).hexdigest()


def seal(payload: bytes) -> tuple[str, bytes]:
    """Commit to `payload`: return `(commitment, opening)`.

    The commitment (`sha256:<hex>`) may be published; the opening (32 bytes) is kept secret, with the payload, until the
    seal is opened.
    """
    opening = secrets.token_bytes(NONCE_BYTES)
    return _commitment(opening, payload), opening


def open_seal(commitment: str, opening: bytes, payload: bytes) -> bytes:
    """Return `payload` when it is what was sealed.

    Raises:
        VerificationFailed: another payload, another opening, or another commitment.
    """
    expected = _commitment(opening, payload)
    if len(opening) != NONCE_BYTES or not hmac.compare_digest(expected.encode(), commitment.encode()):
        raise VerificationFailed(
            "the payload is not the one that was sealed", help="Do not trust it: it was changed after it was sealed."
        )
    return payload
