"""Which recognisers are worth asking, by what a quick look tells: so that few expressions are tried in vain."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuming.deidentification.outlines import DIGIT, EITHER, LETTER, MayMatch, known, may_match, tell
from wuming.deidentification.requirements import required
from wuming.deidentification.specification import Number, Pattern
from wuming.deidentification.stretches import AROUND, Stretches

_LETTERS = frozenset(string.ascii_letters)
_MOST_KNOWN = 1 << 14
_BITS = 62  # of one number that stands for a set
_TELLING = 2  # first digits of a number, which rule out most shapes
EVERYTHING = 0
"""The number of the set of all patterns."""


Fitting = Sequence[tuple[Number, int]]
"""The numbers whose shape a value has, with the bit of each in its surroundings; the highest priority first."""
Search = Callable[[str, int, int], re.Match[str] | None]
_Open = Sequence[tuple[Callable[[str], object] | None, tuple[Number, int]]]
"""Numbers whose shape a value may have, each with what says whether it has; None: it has."""


class OfLength:
    """The numbers of one length, as written in one piece or in one way of grouping.

    Args:
        numbers: with the bit of each in its surroundings.

    Attributes:
        numbers: the same; false without any.
    """

    def __init__(self, numbers: Sequence[tuple[Number, int]], length: int) -> None:
        self.numbers = numbers
        self._shapes = [(one.shape.fullmatch, (one, who)) for one, who in numbers]
        self._length = length
        self._known: dict[str, tuple[Fitting, _Open]] = {}

    def __bool__(self) -> bool:
        return bool(self.numbers)

    def fitting(self, compact: str) -> Fitting:
        """Return the numbers whose shape `compact` has; upper case."""
        if compact.isdigit():
            return self.of_digits(compact)
        return [one for matches, one in self._shapes if matches(compact)]

    def of_digits(self, compact: str) -> Fitting:
        """Return the numbers whose shape `compact` has; digits alone."""
        first = compact[:_TELLING]
        try:
            fitting, open_ = self._known[first]
        except KeyError:
            fitting, open_ = self._known[first] = self._told(first)
        return [one for matches, one in open_ if matches is None or matches(compact)] if open_ else fitting

    def _told(self, first: str) -> tuple[Fitting, _Open]:
        """Return the numbers whose shape each value has that begins with such digits, or those that some may have."""
        outline = known(first) + DIGIT * (self._length - len(first))
        said = [(tell(one.shape, outline), (one, who)) for one, who in self.numbers]
        fitting = [one for fits, one in said if fits]
        if all(fits is not None for fits, _ in said):
            return fitting, ()
        return (), [(None if fits else one[0].shape.fullmatch, one) for fits, one in said if fits is not False]


class BySizes:
    """The numbers by their length and by the sizes of the groups that they are written in; the highest priority first.

    Args:
        numbers: with the bit of each in its surroundings.

    Attributes:
        lengths: of any number.
    """

    def __init__(self, numbers: Iterable[tuple[Number, int]]) -> None:
        self._numbers: dict[int, list[tuple[Number, int]]] = {}
        for one in sorted(numbers, key=lambda one: -one[0].priority):
            for length in one[0].lengths:
                self._numbers.setdefault(length, []).append(one)
        self.lengths = frozenset(self._numbers)
        self._known: dict[tuple[int, ...], OfLength] = {}
        self._of_length: dict[tuple[int, tuple[int, ...]], OfLength] = {}

    def fitting(self, compact: str, sizes: tuple[int, ...]) -> Fitting:
        """Return the numbers whose shape `compact` has, and which may be written in groups of such sizes.

        Args:
            compact: upper case, without separators.
            sizes: of the groups; one: in one piece, perhaps a part of it.
        """
        return self.written(len(compact), sizes).fitting(compact)

    def written(self, length: int, sizes: tuple[int, ...]) -> OfLength:
        """Return the numbers of a length that may be written in groups of such sizes."""
        key = sizes if len(sizes) > 1 else (length,)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[key] = self._grouped(length, sizes)
        return known

    def outlined(self, outline: str, sizes: tuple[int, ...]) -> OfLength:
        """Return those of `written` whose shape a value of such an outline, without separators, may have."""
        grouped = self.written(len(outline), sizes).numbers
        return self._alike(len(outline), [one for one in grouped if tell(one[0].shape, outline) is not False])

    def _grouped(self, length: int, sizes: tuple[int, ...]) -> OfLength:
        written = " ".join(map(str, sizes)) if len(sizes) > 1 else ""
        grouped = [
            (one, who)
            for one, who in self._numbers[length]
            if not written or one.grouping is None or one.grouping.fullmatch(written)
        ]
        return self._alike(length, grouped)

    def _alike(self, length: int, numbers: Sequence[tuple[Number, int]]) -> OfLength:
        """Return what is made of the same numbers once for all: most ways of grouping are as good as others."""
        alike = length, tuple(who for _, who in numbers)
        found = self._of_length.get(alike)
        if found is None:
            found = self._of_length[alike] = OfLength(numbers, length)
        return found


class Tried(NamedTuple):
    """A pattern as it is tried on runs.

    Attributes:
        who: its bit in the surroundings.
        may_match: says of a run's outline whether it may match.
        search: of its expression.
        before, reach: of itself.
    """

    pattern: Pattern
    who: int
    may_match: MayMatch
    search: Search
    before: int
    reach: int

    @staticmethod
    def of(one: Pattern, who: int) -> Tried:
        """Return one with what its expression tells of outlines."""
        may = may_match(one.pattern, one.before, one.reach)
        return Tried(one, who, may, one.pattern.search, one.before, one.reach)

    def wants(self, outline: str) -> bool:
        """Say whether a run of such an outline holds what the pattern asks for."""
        one, unclear = self.pattern, outline.count(EITHER)
        lettered = unclear or LETTER in outline
        letters = lettered or not one.lettered or one.before or one.reach
        long = one.shortest - one.before - one.reach <= len(outline)
        needed = lettered if one.needs in _LETTERS else one.needs in outline
        return bool(letters and long and needed and outline.count(DIGIT) + unclear >= one.minimum_digits)


class ByRun:
    """Which patterns may match in a run: by what its stretch holds, then by its digits, its length and its letters.

    Args:
        patterns: those that are tried on runs.
        shortest: characters of the shortest number; runs that hold so many are looked at in any case.
    """

    def __init__(self, patterns: Sequence[Tried], shortest: int) -> None:
        self._patterns, self._shortest = patterns, shortest
        # Of patterns that take as many digits as the shortest number, the outline of a run tells enough.
        self._looked_for = [
            (place, one.pattern, {sign: n for sign, n in required(one.pattern.pattern).items() if sign != DIGIT})
            for place, one in enumerate(patterns, 1)
            if one.pattern.minimum_digits < shortest
        ]
        looked_for = {place for place, *_ in self._looked_for}
        self._chunks = len(patterns) // _BITS + 1
        self._told = np.zeros(self._chunks, dtype=np.int64)
        self._told[0] = 1  # that a number may be there
        for place in range(1, len(patterns) + 1):
            if place not in looked_for:
                self._told[place // _BITS] |= 1 << (place % _BITS)
        self._numbers: dict[tuple[int, ...], int] = {}
        self._sets: list[Sequence[Tried]] = [patterns]

    def select(self, stretches: Stretches) -> NDArray[np.intp]:
        """Return the number of a set of patterns for each stretch, for `wanted`; -1: nothing is there."""
        count = stretches.starts.size
        packed = np.zeros((count, self._chunks), dtype=np.int64)
        long = np.flatnonzero(stretches.characters >= self._shortest)
        packed[long] = self._told
        for place, one, signs in self._looked_for:
            shortest = one.shortest - one.before - one.reach - AROUND
            fits = stretches.digits >= one.minimum_digits
            if shortest > 1:
                fits &= stretches.ends - stretches.starts >= shortest
            some = np.flatnonzero(fits)
            if signs:
                some = some[stretches.holding(some, signs, one.before, one.reach)]
            if one.needs and some.size:
                some = some[stretches.holding(some, {one.needs: 1}, 0, 0)]
            if one.lettered and some.size:
                some = some[stretches.lettered(some, one.before, one.reach)]
            packed[some, place // _BITS] |= 1 << (place % _BITS)
        numbers = np.full(count, -1, dtype=np.intp)
        held = np.flatnonzero(packed.any(axis=1))
        if self._chunks > 1:
            numbers[held] = [self._number(*row) for row in packed[held].tolist()]
        else:
            different, where = np.unique(packed[held, 0], return_inverse=True)
            numbers[held] = np.array([self._number(one) for one in different.tolist()], dtype=np.intp)[where]
        return numbers

    def _number(self, *packed: int) -> int:
        found = self._numbers.get(packed)
        if found is None:
            found = self._numbers[packed] = len(self._sets)
            whole = sum(bits << _BITS * place for place, bits in enumerate(packed))
            self._sets.append([one for place, one in enumerate(self._patterns, 1) if whole >> place & 1])
        return found

    def wanted(self, number: int, outline: str) -> Sequence[Tried]:
        """Return the patterns of a set for which a run of such an outline holds what they ask for."""
        return [one for one in self._sets[number] if one.wants(outline)]
