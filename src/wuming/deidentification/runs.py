"""Runs of digits in a text, and the values that their groups make.

A run is a row of words that hold a digit, joined by what people put between groups of digits. It is found once; every
`number` recogniser then sees only values of its own length, without separators.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

# Possessive: nothing is tried twice.
_RUN = re.compile(r"[0-9A-Za-z]*+(?:[ \-._/·,、()\n+]{1,3}[A-Za-z]{0,40}+[0-9][0-9A-Za-z]*+)*+")
_LONGEST_LABEL = 40
_GROUP = re.compile("[0-9A-Za-z]+")
_LABELLED = re.compile("([A-Za-z]{2,})[0-9]")
_TRAILED = re.compile("[0-9]{14,}[0-9Xx](?=[A-Wa-wYyZz][A-Za-z])")  # a word glued behind a long number
_TIGHT = frozenset("-_.")
_LOOSE = frozenset("\n,、/+")
_MOST_GROUPS = 24
_ROW = 200  # groups of a run that is a row of numbers in a table, and holds no identifier


class Value(NamedTuple):
    """Some neighbouring groups of a run.

    Attributes:
        start, end: in the text.
        compact: the groups joined, as written.
        sizes: characters of each group.
        loose: a line break, comma or slash lies between groups; such a value is taken on strong evidence only.
    """

    start: int
    end: int
    compact: str
    sizes: tuple[int, ...]
    loose: bool


def runs(text: str, firsts: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the bounds of each run, with the letters, `+` or bracket before its first digit.

    Args:
        text: normalised.
        firsts: where each row of digits begins, ascending.
    """
    position = 0
    for first in firsts:
        if first < position:
            continue
        start = first
        while start > position and first - start < _LONGEST_LABEL and _letter(text[start - 1]):
            start -= 1
        if start > position and text[start - 1] in "+(":
            start -= 1
        match = _RUN.match(text, first)
        position = match.end() if match else first + 1
        yield start, position


def _letter(character: str) -> bool:
    return "a" <= character <= "z" or "A" <= character <= "Z"


def values(text: str, start: int, end: int, lengths: Mapping[int, object]) -> Iterator[Value]:
    """Yield the values of a run whose length is among `lengths`.

    Args:
        text: normalised.
        start, end: of the run.
        lengths: those that any recogniser knows.

    A value never begins or ends inside a word, nor where `-`, `_` or `.` ties it to a further word of the run
    (a part of a UUID, the decimals of a number); letters before the first digit may be a label (`tel138…`). A run of
    more than 200 groups is a row of numbers.
    """
    groups = [match.span() for match in _GROUP.finditer(text, start, end)]
    if len(groups) > _ROW:
        return
    longest = max(lengths, default=0)
    for first, (begin, stop) in enumerate(groups):
        if not first or text[begin - 1] not in _TIGHT:
            yield from _from(text, groups, first, begin, lengths, longest)
        if label := _LABELLED.match(text, begin, stop):
            yield from _from(text, groups, first, label.end(1), lengths, longest)
        if (long := _TRAILED.match(text, begin, stop)) and long.end() - begin in lengths:
            yield Value(begin, long.end(), long.group(), (long.end() - begin,), False)


def _from(
    text: str, groups: list[tuple[int, int]], first: int, begin: int, lengths: Mapping[int, object], longest: int
) -> Iterator[Value]:
    """Yield the values that begin at `begin`, within the group `first`."""
    compact = ""
    sizes: list[int] = []
    for place in range(first, min(len(groups), first + _MOST_GROUPS)):
        group_start, group_end = groups[place] if sizes else (begin, groups[first][1])
        compact += text[group_start:group_end]
        if len(compact) > longest:
            return
        sizes.append(group_end - group_start)
        if len(compact) not in lengths or (place + 1 < len(groups) and text[group_end] in _TIGHT):
            continue
        loose = _between(text, groups, first, place)
        if loose is not None:
            yield Value(begin, group_end, compact, tuple(sizes), loose)


def _between(text: str, groups: list[tuple[int, int]], first: int, last: int) -> bool | None:
    """Say whether what separates the groups is loose; None where it cannot separate groups of one value."""
    loose, dots = False, 0
    for place in range(first, last):
        separator = text[groups[place][1] : groups[place + 1][0]]
        if len(separator) > 2 or (len(separator) == 2 and "." in separator):  # a full stop ends a sentence
            return None
        dots += separator == "."
        loose = loose or not _LOOSE.isdisjoint(separator)
    # One dot is a decimal point.
    return None if dots == 1 else loose
