"""One byte string for one value: canonical JSON, and digests over it."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical_json(value: Any) -> bytes:
    """Encode a JSON value so that equal values give equal bytes (sorted keys, no spaces, UTF-8, no NaN).

    Floats are written with `repr`, which round-trips; this is not RFC 8785, whose number format differs.

    Raises:
        ValueError: for NaN and infinities, which are no JSON.
        TypeError: for what JSON cannot hold.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(value: Any) -> str:
    """Return the SHA-256 of `value` in canonical JSON, as `sha256:<hex>`."""
    return digest_bytes(canonical_json(value))


def digest_bytes(data: bytes) -> str:
    """Return the SHA-256 of `data`, as `sha256:<hex>`."""
    return "sha256:" + hashlib.sha256(data).hexdigest()
