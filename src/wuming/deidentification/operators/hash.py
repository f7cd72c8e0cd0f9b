"""hash: a typed token that only the holder of the key can compute."""

from __future__ import annotations

from wuming.deidentification.operators.setting import Setting, Value
from wuming.deidentification.operators.stream import Stream


def keyed_hash(value: Value, stream: Stream, setting: Setting) -> str:
    """Return `⟦PHONE:12 hexadecimal digits⟧`: 48 bits of an HMAC, equal for equal values of one subject.

    Among n values of one subject two meet with probability below n² / 2^49.
    """
    del setting
    return f"⟦{value.kind}:{stream.token}⟧"
