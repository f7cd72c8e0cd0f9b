"""What every match of a regular expression holds, read from the expression itself.

Only a lower bound: look-arounds, references and whatever else is not understood count as nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from wuming.deidentification.outlines import DIGIT, REPEATS

_DIGITS = range(ord("0"), ord("9") + 1)
_LAST_LATIN = "\u2fff"  # whose case may be ignored; beyond lie signs and characters of Chinese
_MOST = 3  # digits behind a sign


def required(pattern: re.Pattern[str]) -> dict[str, int]:
    """Return how many digits and other signs a match holds at least.

    Returns:
        `DIGIT`, a sign that is no letter or digit, the same with digits behind, or several Chinese characters of which
        any counts → least number.
    """
    return {sign: least for sign, least in _sequence(_parser.parse(pattern.pattern, pattern.flags)).items() if least}


def _sequence(items: Iterable[tuple[Any, Any]]) -> Counter[str]:
    found: Counter[str] = Counter()
    before = ""
    for operation, argument in items:
        here = _one(operation, argument)
        if before and here.keys() == {DIGIT}:
            found[before + DIGIT * min(here[DIGIT], _MOST)] += 1
        found += here
        before = next(iter(here)) if operation is codes.LITERAL and here and DIGIT not in here else ""
    return found


def _one(operation: Any, argument: Any) -> Counter[str]:
    if operation is codes.LITERAL:
        return _character([argument])
    if operation is codes.IN:
        return _character(_members(argument))
    if operation in REPEATS:
        least, _, items = argument
        return Counter({sign: least * count for sign, count in _sequence(items).items()})
    if operation is codes.SUBPATTERN:
        return _sequence(argument[-1])
    if operation is codes.ATOMIC_GROUP:
        return _sequence(argument)
    if operation is codes.BRANCH:
        first, *others = map(_sequence, argument[1])
        for other in others:
            first &= other
        return first
    return Counter()


def _members(items: Iterable[tuple[Any, Any]]) -> list[int]:
    """Return the code points of a set; none where it is not a plain one."""
    members: list[int] = []
    for operation, argument in items:
        if operation is codes.LITERAL:
            members.append(argument)
        elif operation is codes.RANGE and argument[1] - argument[0] < len(_DIGITS):
            members += range(argument[0], argument[1] + 1)
        else:
            return []
    return members


def _character(members: list[int]) -> Counter[str]:
    """Return what one character out of `members` is for certain."""
    if members and all(code in _DIGITS for code in members):
        return Counter({DIGIT: 1})
    signs = sorted({*map(chr, members)})
    told = signs and (not signs[0].isalnum() if len(signs) == 1 else all(sign > _LAST_LATIN for sign in signs))
    return Counter({"".join(signs): 1}) if told else Counter()
