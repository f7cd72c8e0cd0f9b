"""Which recognisers are worth asking, by what a quick look tells: so that few expressions are tried in vain."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from wuming.deidentification.specification import Number, Pattern

_DIGIT, _LETTER = re.compile("[0-9]"), re.compile("[A-Za-z]")
_NOWHERE, _BESIDE, _IN_RUN = range(3)  # where letters are: not near a run, near it, in it


class OfLength:
    """The numbers of one length.

    Args:
        numbers: with the bit of each in its surroundings.
    """

    def __init__(self, numbers: Sequence[tuple[Number, int]]) -> None:
        self._numbers = numbers
        # One expression tells of all shapes at once: a group for each, taken where the shape fits.
        self._shapes = re.compile("".join(rf"(?=({one.shape.pattern})\Z|)" for one, _ in numbers)).match
        inner = [one.shape.groups for one, _ in numbers]
        self._groups = [number + sum(inner[:number]) for number in range(len(numbers))]

    def fitting(self, compact: str) -> Sequence[tuple[Number, int]]:
        """Return the numbers whose shape `compact` has; upper case."""
        match = self._shapes(compact)
        if match is None or not match.lastindex:
            return ()
        taken = match.groups()
        return [one for one, group in zip(self._numbers, self._groups, strict=True) if taken[group] is not None]


class Tried(NamedTuple):
    """A pattern as it is tried on a run.

    Attributes:
        who: its bit in the surroundings.
        search: looks for it.
        needs, before, reach: as in `Pattern`.
    """

    pattern: Pattern
    who: int
    search: Callable[[str, int, int], re.Match[str] | None]
    needs: str
    before: int
    reach: int

    @staticmethod
    def of(one: Pattern, who: int) -> Tried:
        """Return one with all that is looked up once."""
        return Tried(one, who, one.pattern.search, one.needs, one.before, one.reach)

    def may_match(self, digits: int, size: int, letters: int) -> bool:
        """Say whether it may match in a run of so many digits and characters; `letters`: where they are."""
        one = self.pattern
        least = (_BESIDE if one.before or one.reach else _IN_RUN) if one.lettered else _NOWHERE
        return one.minimum_digits <= digits and one.shortest - one.before - one.reach <= size and letters >= least


class ByRun:
    """Which patterns may match in a run, by its digits, its length and where letters are.

    Args:
        patterns: those that are tried on runs.
    """

    def __init__(self, patterns: Sequence[Tried]) -> None:
        lettered = [one for one in patterns if one.pattern.lettered]
        self._before = max((one.before for one in lettered), default=0)
        self._reach = max((one.reach for one in lettered), default=0)
        self._digits = max((one.pattern.minimum_digits for one in patterns), default=0)
        self._size = max((0, *(one.pattern.shortest - one.before - one.reach for one in patterns)))
        self._table = [
            [
                [
                    tuple(one for one in patterns if one.may_match(digits, size, letters))
                    for size in range(self._size + 1)
                ]
                for digits in range(self._digits + 1)
            ]
            for letters in range(_IN_RUN + 1)
        ]

    def tried(self, text: str, start: int, end: int) -> Sequence[Tried]:
        """Return the patterns that may match in a run; what they need more is for the caller to see."""
        letters = _IN_RUN
        if not _LETTER.search(text, start, end):
            letters = _BESIDE if _LETTER.search(text, max(0, start - self._before), end + self._reach) else _NOWHERE
        digits = len(_DIGIT.findall(text, start, end))
        return self._table[letters][min(digits, self._digits)][min(end - start, self._size)]
