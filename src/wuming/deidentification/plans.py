"""What the outline of a run tells, found once for all runs that share it: its values, and which patterns may match."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Sequence
from typing import NamedTuple

from wuming.deidentification.outlines import DIGIT, LETTER, outline_of
from wuming.deidentification.runs import CLOSING, JOINING, is_date, told_by_letters, values
from wuming.deidentification.selection import ByRun, BySizes, Fitting, OfLength, Tried

Asked = tuple[int, int, str, bool, bool, Fitting]
"""A value of a run: start, end, its characters without separators in upper case, whether it hangs together loosely,
whether it is a date, and the numbers, at least one, whose shape it has."""
_MOST_KNOWN = 1 << 14
# What makes more of a run than its outline, beside letters: a date, and what closes a bracket behind it.
_MAY_BE_DATED, _CENTURY = re.compile(r"0{4}[\-/.]"), re.compile(r"(?:19|20)[0-9]{2}[\-/.]")
# What tells apart the outlines of runs, as bytes: quicker made than the outlines.
_ALIKE = bytes.maketrans(
    (string.digits + string.ascii_letters).encode(), (DIGIT * 10 + LETTER * len(string.ascii_letters)).encode()
)


class _Planned(NamedTuple):
    """A value of all runs of one outline; its bounds lie within the run.

    Attributes:
        lettered: whether letters stand in it.
        separators: those that stand in it.
        numbers: of its length and grouping, whose shape it may have.
    """

    start: int
    end: int
    loose: bool
    lettered: bool
    separators: Sequence[str]
    numbers: OfLength


class _Plan(NamedTuple):
    """What is tried on all runs of one outline.

    Attributes:
        patterns: those that may match.
        by_first: of a run of one group: by its first character; filled as such runs are seen.
        values: None: the characters themselves tell them.
        unless: says which runs may hold a date, a label, or letters that are read as digits; None: none. Their
            characters tell the values too.
        bracketed: whether the bracket that closes a value may stand behind the run; then they do as well.
    """

    patterns: Sequence[Tried]
    by_first: dict[str, Sequence[Tried]] | None
    values: Sequence[_Planned] | None
    unless: Callable[[str], object] | None
    bracketed: bool


class Plans:
    """What is tried on runs.

    Args:
        patterns, numbers: those that are tried.
        shortest: characters of the shortest run that any of them takes.
    """

    def __init__(self, patterns: ByRun, numbers: BySizes, shortest: int) -> None:
        self._patterns, self._numbers, self._shortest = patterns, numbers, shortest
        self._known: dict[tuple[int, bytes], _Plan | None] = {}  # None: seen once

    def of(self, number: int, text: str, start: int, end: int) -> tuple[Sequence[Tried], Sequence[Asked]]:
        """Return the patterns that may match in a run, and its values that have the shape of some number.

        Args:
            number: of the set of patterns that its stretch was given.
            text: normalised.
            start, end: of the run.
        """
        run = text[start:end]
        key = number, run.encode().translate(_ALIKE)
        plan = self._known.get(key)
        if plan is None:
            return self._without(key, outline_of(run), text, start, end)
        patterns, by_first, planned, unless, bracketed = plan
        if by_first is not None:
            head = run[0]
            if head not in by_first:
                by_first[head] = [one for one in patterns if one.beginnings is None or head in one.beginnings]
            patterns = by_first[head]
        if planned is None or (unless and unless(run)) or (bracketed and CLOSING.match(text, end)):
            return patterns, self._at_length(text, start, end)
        asked: list[Asked] = []
        for first, last, loose, lettered, separators, numbers in planned:
            compact = run[first:last]
            for separator in separators:
                compact = compact.replace(separator, "")
            if lettered:
                compact = compact.upper()
                fitting = numbers.fitting(compact)
            else:
                fitting = numbers.of_digits(compact)
            if fitting:
                asked.append((start + first, start + last, compact, loose, False, fitting))
        return patterns, asked

    def _without(
        self, key: tuple[int, bytes], outline: str, text: str, start: int, end: int
    ) -> tuple[Sequence[Tried], Sequence[Asked]]:
        """Do what `of` does without a plan; one is dearer than a look at one run, and made for the second of them."""
        if len(outline) < self._shortest:
            return (), ()
        wanted = self._patterns.wanted(key[0], outline)
        if key in self._known:
            patterns = [one for one in wanted if one.may_match(outline)]
            self._known[key] = self._planned(patterns, outline)
        else:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = None
            patterns = [one for one in wanted if one.is_in(text, start, end)]
        return patterns, self._at_length(text, start, end)

    def _planned(self, patterns: Sequence[Tried], outline: str) -> _Plan:
        """Return the plan for all runs of an outline."""
        size, of, lengths = len(outline), self._numbers, self._numbers.lengths
        by_first: dict[str, Sequence[Tried]] | None = {} if patterns and outline.isalnum() else None
        if LETTER not in outline:
            planned = [
                _Planned(one.start, one.end, one.loose, False, _separators(outline[one.start : one.end]), numbers)
                for one in values(outline, 0, size, lengths)
                if (numbers := of.outlined(one.compact, one.sizes))
            ]
            dated = _CENTURY.search if _MAY_BE_DATED.search(outline) else None
            return _Plan(
                patterns, by_first, planned, dated, any("(" in outline[one.start : one.end] for one in planned)
            )
        if outline.isalnum():
            fitting = of.outlined(outline, (size,)) if size in lengths else None
            planned = [_Planned(0, size, False, True, (), fitting)] if fitting else []
            return _Plan(patterns, by_first, planned, told_by_letters(outline, lengths), False)
        return _Plan(patterns, None, None if any(length <= size for length in lengths) else (), None, False)

    def _at_length(self, text: str, start: int, end: int) -> Sequence[Asked]:
        """Return the values as the characters themselves tell them."""
        asked: list[Asked] = []
        for first, last, compact, sizes, loose in values(text, start, end, self._numbers.lengths):
            compact = compact.upper()
            fitting = self._numbers.fitting(compact, sizes)
            if fitting:
                dated = len(sizes) == 3 and is_date(text, first, last)
                asked.append((first, last, compact, loose, dated, fitting))
        return asked


def _separators(written: str) -> Sequence[str]:
    return tuple(sorted({*JOINING}.intersection(written)))
