"""hash: a typed token that only the holder of the key can compute."""

from __future__ import annotations

from wuming.deidentification.operators.stream import Stream


def keyed_hash(value: str, kind: str, language: str, stream: Stream) -> str:
    """Return `⟦kind:12 hexadecimal digits⟧`: 48 bits of an HMAC, equal for equal values of one subject."""
    del value, language
    return f"⟦{kind}:{stream.token}⟧"
