"""token: a short typed name for whom or what is meant, which a language model carries through its answer."""

from __future__ import annotations

from wuming.deidentification.operators.setting import Setting, Value
from wuming.deidentification.operators.stream import Stream


def token(value: Value, stream: Stream, setting: Setting) -> str:
    """Return `<PERSON_7K2Q9MXD>`: the type, and 40 bits of an HMAC in place of a number.

    张伟, 张先生 and 小张 of one text have one token where only one Zhang is there. Among n things of one subject two
    meet with probability below n² / 2^41.
    """
    del setting
    return f"<{value.kind}_{stream.code}>"
