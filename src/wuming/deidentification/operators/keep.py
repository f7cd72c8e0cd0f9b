"""keep: the value stays, and is counted as found."""

from __future__ import annotations

from wuming.deidentification.operators.setting import Setting, Value
from wuming.deidentification.operators.stream import Stream


def keep(value: Value, stream: Stream, setting: Setting) -> str:
    """Return the value as written."""
    del stream, setting
    return value.text
