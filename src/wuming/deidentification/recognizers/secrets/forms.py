"""What a credential looks like, and what only stands for one."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from math import log2

LEAST_ENTROPY = 3.5
"""Bits a character that random tokens of twenty characters and more exceed, and words do not."""

_STANDS_FOR = re.compile(
    r"x{4,}|X{4,}|\*{3,}|\.{3,}|…|•{2,}|\$\{|\$\(|\{\{|^\{.*\}$|<[A-Za-z_\- ]{2,}>|^%[A-Za-z_]*%?$|%\([A-Za-z_]+\)|#\{"
    r"|(?:^|[:/@])%[sdr](?=$|[:/@])|your|YOUR|Your[_\- ]|example|EXAMPLE|placeholder|changeme|change_me|redacted"
    r"|REDACTED|dummy|sample|insert|replace|1234567890123456|0{12,}|test_?key|test_?token|fake_?(?:key|token)|ENV\["
    r"|getenv|process\.env|os\.environ|secrets\.",
)
_SAME, _SHORTEST, _SHORTEST_OF_LETTERS = 0.7, 16, 24
_HEXADECIMAL = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


def stands_for_one(value: str) -> bool:
    """Say whether a value is a placeholder: your_api_key, ****, ${TOKEN}, <token>, xxxx."""
    return bool(_STANDS_FOR.search(value)) or same_all_over(value)


def same_all_over(value: str) -> bool:
    """Say whether one character makes up most of a value."""
    return len(value) > 3 and Counter(value).most_common(1)[0][1] >= _SAME * len(value)


def crossed_out(value: str) -> bool:
    """Say whether marks of omission make up most of a value: xxxx, ----."""
    return sum(character in "xX*.-_" for character in value) >= _SAME * len(value)


def entropy(value: str) -> float:
    """Return the bits a character of a value by its own frequencies; at most the logarithm of its length."""
    return -sum(count / len(value) * log2(count / len(value)) for count in Counter(value).values()) if value else 0.0


def drawn_at_random(value: str) -> bool:
    """Say whether a value of sixteen characters and more looks drawn: letters and digits, entropy above the least.

    Hexadecimal digits hold four bits at most, so there 3 bits suffice. Letters alone must change their case more often
    than words joined by capitals do.
    """
    if len(value) < _SHORTEST or not any(character.isalpha() for character in value):
        return False
    if not any("0" <= character <= "9" for character in value):
        changes = sum(before.islower() and after.isupper() for before, after in pairwise(value))
        return len(value) >= _SHORTEST_OF_LETTERS and changes * 6 >= len(value) and entropy(value) >= LEAST_ENTROPY
    return entropy(value) >= (3.0 if _HEXADECIMAL.fullmatch(value.replace("-", "")) else LEAST_ENTROPY)


def is_uuid(value: str) -> bool:
    """Say whether a value is an identifier as RFC 9562 writes it."""
    return _UUID.fullmatch(value) is not None
