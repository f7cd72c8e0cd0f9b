"""Which recognisers are worth asking, by what a quick look tells: so that few expressions are tried in vain."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuming.deidentification.requirements import DIGIT, required
from wuming.deidentification.specification import Number, Pattern
from wuming.deidentification.stretches import AROUND, Stretches

_DIGIT, _LETTER = re.compile("[0-9]"), re.compile("[A-Za-z]")
_BITS = 62  # of one number that stands for a set
EVERYTHING = 0
"""The number of the set of all patterns."""
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
    """Which patterns may match in a run: by what its stretch holds, then by its digits, its length and its letters.

    Args:
        patterns: those that are tried on runs.
        shortest: characters of the shortest number; runs that hold so many are looked at in any case.
    """

    def __init__(self, patterns: Sequence[Tried], shortest: int) -> None:
        lettered = [one for one in patterns if one.pattern.lettered]
        self._before = max((one.before for one in lettered), default=0)
        self._reach = max((one.reach for one in lettered), default=0)
        self._patterns, self._shortest = patterns, shortest
        self._required = [
            {sign: least for sign, least in required(one.pattern.pattern).items() if sign != DIGIT} for one in patterns
        ]
        self._chunks = len(patterns) // _BITS + 1
        self._numbers: dict[tuple[int, ...], int] = {}
        self._sets: list[Sequence[Tried]] = [patterns]
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

    def select(self, stretches: Stretches) -> NDArray[np.intp]:
        """Return the number of a set of patterns for each stretch, for `search`; -1: nothing is there."""
        count = stretches.starts.size
        packed = np.zeros((count, self._chunks), dtype=np.int64)
        packed[:, 0] = stretches.characters >= self._shortest
        near = stretches.lettered(self._before, self._reach)
        for place, (one, signs) in enumerate(zip(self._patterns, self._required, strict=True), 1):
            shortest = one.pattern.shortest - one.before - one.reach - AROUND
            fits = stretches.digits >= one.pattern.minimum_digits
            if shortest > 1:
                fits &= stretches.ends - stretches.starts >= shortest
            if one.pattern.lettered:
                fits &= near if one.before or one.reach else stretches.characters > stretches.digits
            some = np.flatnonzero(fits)
            if one.needs:
                some = some[stretches.holding(some, {one.needs: 1}, 0, 0)]
            if signs:
                some = some[stretches.holding(some, signs, one.before, one.reach)]
            packed[some, place // _BITS] |= 1 << (place % _BITS)
        if self._chunks > 1:
            return np.fromiter((self._number(*map(int, row)) for row in packed), dtype=np.intp, count=count)
        different, where = np.unique(packed[:, 0], return_inverse=True)
        return np.array([self._number(one) for one in different.tolist()], dtype=np.intp)[where]

    def _number(self, *packed: int) -> int:
        if not any(packed):
            return -1
        found = self._numbers.get(packed)
        if found is None:
            found = self._numbers[packed] = len(self._sets)
            whole = sum(bits << _BITS * place for place, bits in enumerate(packed))
            self._sets.append([one for place, one in enumerate(self._patterns, 1) if whole >> place & 1])
        return found

    def search(self, number: int, text: str, start: int, end: int) -> Iterator[Tried]:
        """Yield the patterns of a set that match somewhere in a run, or beside it as far as they reach."""
        # Most patterns match nowhere in a run: only a match is worth a closer look.
        if number == EVERYTHING:
            run = text[start:end]
            for one in self._tried(text, start, end):
                if (not one.needs or one.needs in run) and one.search(
                    text, max(0, start - one.before), end + one.reach
                ):
                    yield one
            return
        for one in self._sets[number]:
            if one.search(text, max(0, start - one.before), end + one.reach) and self._may_match(one, text, start, end):
                yield one

    def _tried(self, text: str, start: int, end: int) -> Sequence[Tried]:
        """Return the patterns that may match in a run, by its digits, its length and its letters."""
        digits = len(_DIGIT.findall(text, start, end))
        letters = self._letters(text, start, end)
        return self._table[letters][min(digits, self._digits)][min(end - start, self._size)]

    def _letters(self, text: str, start: int, end: int) -> int:
        if _LETTER.search(text, start, end):
            return _IN_RUN
        return _BESIDE if _LETTER.search(text, max(0, start - self._before), end + self._reach) else _NOWHERE

    def _may_match(self, one: Tried, text: str, start: int, end: int) -> bool:
        if one.needs and text.find(one.needs, start, end) < 0:
            return False
        return one.may_match(len(_DIGIT.findall(text, start, end)), end - start, self._letters(text, start, end))
