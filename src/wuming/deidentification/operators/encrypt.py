"""encrypt: the value itself, sealed under the tenant's key; restored with the key alone, without a vault.

Adversary: sees any number of sealed values, and may change or move them, but has no key. They learn which values of one
subject and type are equal, and lengths; a changed value, or one given to another subject, does not open. Nothing that
is sealed here can be erased for one subject: the key opens all. Where that is asked for, use a vault.

Source: AES-SIV, RFC 5297, with 512-bit keys and two strings of associated data (type, subject).
"""

from __future__ import annotations

import base64
import binascii
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from wuming.deidentification.operators.setting import Setting, Value
from wuming.deidentification.operators.stream import Stream

SEALED = re.compile(r"⟦([A-Z][A-Z0-9_]{1,40})=([A-Za-z0-9_-]{22,65536})⟧")


class Sealer:
    """Seals and opens values.

    Args:
        key: 64 bytes, derived from the tenant's key for this purpose.
    """

    def __init__(self, key: bytes) -> None:
        self._cipher = AESSIV(key)

    def __call__(self, value: Value, stream: Stream, setting: Setting) -> str:
        """Return `⟦PHONE=…⟧`; equal for equal text of one subject and kind."""
        del setting
        sealed = self._cipher.encrypt(_bytes(value.text), [value.kind.encode(), _bytes(stream.subject)])
        return f"⟦{value.kind}={base64.urlsafe_b64encode(sealed).decode().rstrip('=')}⟧"

    def open(self, kind: str, body: str, subject: str) -> str | None:
        """Return what was sealed; None where it was changed, or sealed under another key or for another subject."""
        try:
            sealed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
            opened = self._cipher.decrypt(sealed, [kind.encode(), _bytes(subject)])
        except (InvalidTag, binascii.Error, ValueError):
            return None
        return opened.decode("utf-8", "surrogatepass")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
