"""Names in odd capitals (KaTRina maRTin), as they are usually written."""

from __future__ import annotations

import re

from wuming.deidentification.english.groups import MIXED
from wuming.deidentification.english.lexicon import BIT, words

_NAMED = BIT["F1"] | BIT["F2"] | BIT["S1"] | BIT["S2"]
_ORDINARY = BIT["W1"] | BIT["W2"]
# A capital within a word that also has a small letter; what looks like code is none.
_ODD = re.compile(r"(?<![A-Za-z0-9_.])(?=[A-Za-z]{0,40}[a-z])[A-Za-z]{1,40}[A-Z][A-Za-z]{0,40}(?![A-Za-z0-9_(=:])")


def plainly_written(text: str) -> str:
    """Return a text of the same length, in which known names have a capital at their beginning alone."""
    return _ODD.sub(_plainly, text)


def _plainly(odd: re.Match[str]) -> str:
    word = odd.group()
    classes = words().get(word.lower(), 0)
    return word.capitalize() if classes & _NAMED and not classes & _ORDINARY and not MIXED.match(word) else word
