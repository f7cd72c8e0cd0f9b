"""mask: the shape stays, the characters go; what stays visible must not identify.

Four digits of twelve or more stay of card and account numbers, as receipts show them. Of a telephone number nothing
stays: seven of its eleven digits, as often shown, leave 10,000 numbers, and a list of customers has one of them.
"""

from __future__ import annotations

from wuming.deidentification.kinds import NAMED
from wuming.deidentification.operators.setting import Setting, Value
from wuming.deidentification.operators.stream import Stream

KEPT = 4
# Four of fewer than twelve characters would be too much of a value.
_SHORTEST = 12
_KEEP = frozenset({"BANK_CARD", "CREDIT_CARD", "IBAN"})
# Length and punctuation of these tell who or what it is.
_SHAPELESS = frozenset({*NAMED, "URL", "SECRET", "CRYPTO_ADDRESS", "USERNAME", "WECHAT", "WEIBO", "MEDICAL", "EMAIL"})
_SIZED = frozenset({"AGE", "GENDER", "NATIONALITY", "ETHNICITY", "RELIGION"})


def mask(value: Value, stream: Stream, setting: Setting) -> str:
    """Return `*` for letters and digits; `***` for names, addresses, secrets and words; 4 last digits of long cards."""
    del stream, setting
    if value.kind in _SHAPELESS or value.kind in _SIZED:
        return "***"
    places = [place for place, character in enumerate(value.text) if character.isalnum()]
    kept = set(places[-KEPT:]) if value.kind in _KEEP and len(places) >= _SHORTEST else set()
    return "".join(
        "*" if character.isalnum() and place not in kept else character for place, character in enumerate(value.text)
    )
