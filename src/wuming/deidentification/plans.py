"""What the outline of a run tells, found once for all runs that share it: its values, and which patterns may match."""

from __future__ import annotations

import re
import string
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from wuming.deidentification.outlines import DIGIT, EITHER, LETTER, coarser, known, outline_of
from wuming.deidentification.reading import Reading
from wuming.deidentification.resolution import Found
from wuming.deidentification.runs import CLOSING, JOINING, is_date, told_by_letters, values
from wuming.deidentification.selection import ByRun, BySizes, OfLength, Tried
from wuming.deidentification.waiting import Block, Run, Value, Waiting

_Key = tuple[int, bytes]  # number of a set of patterns, and what tells apart the outlines of runs

_MOST_KNOWN = 1 << 14
_WITHOUT_DIGITS = str.maketrans(dict.fromkeys(string.digits, DIGIT))
_GOING_ON = re.compile(rf"{CLOSING.pattern}|[\-/.]")  # what stands behind makes more, or less, of the run's values
_MANY_LETTERS = re.compile("(?:[^A-Za-z]*[A-Za-z]){5}")  # so many are a name, or too seldom the same
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
        by_head: by how the run begins: the bits of those that may; filled as such runs are seen. None: there are none.
        head: characters that make a beginning.
        outline: of all of them.
        values: None: the characters themselves tell them.
        unless: says which runs may hold a date, a label, or letters that are read as digits; None: none. Their
            characters tell the values too.
        bracketed: whether the bracket that closes a value may stand behind the run; then they do as well.
    """

    patterns: Sequence[Tried]
    by_head: dict[str, Sequence[int]] | None
    head: int
    outline: str
    values: Sequence[_Planned] | None
    unless: Callable[[str], object] | None
    bracketed: bool


_NOTHING = _Plan((), None, 1, "", (), None, False)


class Plans:
    """What is tried on runs.

    Args:
        patterns, numbers: those that are tried.
        shortest: characters of the shortest run that any of them takes.
    """

    def __init__(self, patterns: ByRun, numbers: BySizes, shortest: int) -> None:
        self._patterns, self._numbers, self._shortest = patterns, numbers, shortest
        self._known: dict[_Key, _Plan | None] = {}  # None: seen once
        self._told: dict[tuple[str, bool], Sequence[_Planned] | None] = {}

    def look(self, readings: Iterable[tuple[Reading, list[Found]]], block: Block) -> None:
        """Look at the runs of texts: which values they have, and which patterns are to be tried there.

        Args:
            readings: of a block, each with where to put what is found.
            block: where the values go, and where each pattern is to be tried.
        """
        alike: defaultdict[_Key, list[Run]] = defaultdict(list)
        for reading, found in readings:
            text, offset = reading.text, reading.start
            for start, end, number in reading.runs:
                run = text[start:end]
                alike[number, run.encode().translate(_ALIKE)].append((text, run, start, end, offset, found))
        for key, runs in alike.items():
            plan = self._known.get(key) or self._made(key[0], runs)
            if plan is not None:
                self._follow(plan, runs, block)
                continue
            for one in self._patterns.wanted(key[0], outline_of(runs[0][1])):
                block.tried[one.who] += runs
            self._read(runs, block.values)

    def _follow(self, plan: _Plan, runs: Sequence[Run], block: Block) -> None:
        """Look at runs of one outline."""
        patterns, by_head, size, outline, planned, unless, bracketed = plan
        if by_head is not None:
            tried = block.tried
            for place in runs:
                head = place[1][:size]
                try:
                    begun = by_head[head]
                except KeyError:
                    begins = known(head) + outline[size:]
                    begun = by_head[head] = [one.who for one in patterns if one.may_match(begins)]
                for who in begun:
                    tried[who].append(place)
        value, begin, end_of = block.values.what.append, block.values.starts.append, block.values.ends.append
        for place in runs:
            text, run, start, end, offset, found = place
            told = planned
            if planned is None or (unless and unless(run)) or (bracketed and CLOSING.match(text, end)):
                told = None if _GOING_ON.match(text, end) else self._told_by(run)
                if told is None:
                    self._read((place,), block.values)
                    continue
            for first, last, loose, lettered, separators, numbers in told or ():
                compact = run[first:last]
                for separator in separators:
                    compact = compact.replace(separator, "")
                if lettered:
                    compact = compact.upper()
                    fitting = numbers.fitting(compact)
                else:
                    fitting = numbers.of_digits(compact)
                if fitting:
                    value((text, found, start + first, start + last, compact, loose, False, fitting))
                    begin(offset + start + first)
                    end_of(offset + start + last)

    def _made(self, number: int, runs: Sequence[Run]) -> _Plan | None:
        """Return the plan for all runs of an outline that is not known itself; None: one is seen for the first time.

        A plan is dearer than a look at one run, and made for the second of them.
        """
        outline = outline_of(runs[0][1])
        if len(outline) < self._shortest:
            return _NOTHING
        coarse = coarser(outline)
        key = number, coarse.encode()
        plan = self._known.get(key)
        if plan is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            if len(runs) > 1 or key in self._known:
                patterns = [one for one in self._patterns.wanted(number, coarse) if one.may_match(coarse)]
                plan = self._planned(patterns, coarse)
            self._known[key] = plan
        return plan

    def _planned(self, patterns: Sequence[Tried], outline: str) -> _Plan:
        """Return the plan for all runs of an outline."""
        by_head: dict[str, Sequence[int]] | None = {} if patterns else None
        head = 1 if outline[0].isalnum() else 2
        if LETTER not in outline and EITHER not in outline:
            planned = self._values(outline) or ()
            dated = _CENTURY.search if _MAY_BE_DATED.search(outline) else None
            bracketed = any("(" in outline[one.start : one.end] for one in planned)
            return _Plan(patterns, by_head, head, outline, planned, dated, bracketed)
        lengths, group = self._numbers.lengths, outline.lstrip("(")
        first, size = len(outline) - len(group), len(group)
        if group.isalnum():
            fitting = self._numbers.outlined(group, (size,)) if size in lengths else None
            planned = [_Planned(first, first + size, False, True, (), fitting)] if fitting else []
            more = told_by_letters(group, lengths)
            unless = more if more is None or not first else lambda run: more(run[first:])
            return _Plan(patterns, by_head, head, outline, planned, unless, False)
        told = any(length <= size for length in lengths)
        return _Plan(patterns, by_head, head, outline, None if told else (), None, False)

    def _told_by(self, run: str) -> Sequence[_Planned] | None:
        """Return the values of a run as its few letters tell, or that it is one date; None: its characters do."""
        dated = _CENTURY.search(run) is not None
        if dated and not is_date(run, 0, len(run)):
            return None
        key = run.translate(_WITHOUT_DIGITS), dated
        if key not in self._told:
            if len(self._told) >= _MOST_KNOWN:
                self._told.clear()
            self._told[key] = None if _MANY_LETTERS.match(run) else self._values(run)
        return self._told[key]

    def _values(self, run: str) -> Sequence[_Planned] | None:
        """Return the values of all runs that differ from one, or from an outline, in digits alone.

        None: letters are read as digits there, or one is a date.
        """
        found: list[_Planned] = []
        for one in values(run, 0, len(run), self._numbers.lengths):
            written = run[one.start : one.end]
            if "".join(filter(str.isalnum, written)) != one.compact or is_date(run, one.start, one.end):
                return None
            if numbers := self._numbers.outlined(outline_of(one.compact), one.sizes):
                lettered, separators = not one.compact.isdigit(), tuple(sorted({*JOINING}.intersection(written)))
                found.append(_Planned(one.start, one.end, one.loose, lettered, separators, numbers))
        return found

    def _read(self, runs: Iterable[Run], waiting: Waiting[Value]) -> None:
        """Find the values as the characters themselves tell them."""
        for text, _, start, end, offset, found in runs:
            for first, last, compact, sizes, loose in values(text, start, end, self._numbers.lengths):
                fitting = self._numbers.fitting(compact.upper(), sizes)
                if fitting:
                    dated = len(sizes) == 3 and is_date(text, first, last)
                    waiting.what.append((text, found, first, last, compact.upper(), loose, dated, fitting))
                    waiting.starts.append(offset + first)
                    waiting.ends.append(offset + last)
