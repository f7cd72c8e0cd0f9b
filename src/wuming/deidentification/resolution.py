"""Overlapping candidates are resolved once, by rule; nothing is cut or spliced."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

Found = tuple[int, int, str, float, int, str]
"""A candidate (start, end, kind, score, priority), and the name of the recogniser that gave it."""
_START, _TWO = itemgetter(0), 2


def resolve(found: Sequence[Found]) -> Sequence[Found]:
    """Choose among overlapping candidates: priority, then length, then score, then position; sorted by position."""
    if len(found) < 2:
        return found
    chosen: list[Found] = []
    together: list[Found] = []  # each overlaps one before it
    end = 0
    for one in sorted(found, key=_START):
        if one[0] >= end:
            chosen += _choose(together, end) if len(together) > 1 else together
            together, end = [one], one[1]
        else:
            together.append(one)
            if one[1] > end:
                end = one[1]
    return chosen + (_choose(together, end) if len(together) > 1 else together)


def _choose(found: list[Found], end: int) -> list[Found]:
    """Choose among two or more that begin at `found[0]` and end at `end`."""
    first, best = found[0][0], min(found, key=_rank)
    if len(found) == _TWO or (best[0] == first and best[1] == end):  # it overlaps all others
        return [best]
    taken = bytearray(end - first)
    chosen = []
    for one in sorted(found, key=_rank):
        low, high = one[0] - first, one[1] - first
        if taken.find(1, low, high) < 0:
            taken[low:high] = b"\x01" * (high - low)
            chosen.append(one)
    return sorted(chosen, key=_START)


def _rank(one: Found) -> tuple[int, int, float, int, str]:
    start, end, kind, score, priority, _ = one
    return -priority, start - end, -score, start, kind
