"""Overlapping candidates are resolved once, by rule; nothing is cut or spliced."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

Found = tuple[int, int, str, float, int, str]
"""A candidate (start, end, kind, score, priority), and the name of the recogniser that gave it."""
_START = itemgetter(0)


def resolve(found: Sequence[Found]) -> Sequence[Found]:
    """Choose among overlapping candidates: priority, then length, then score, then position; sorted by position."""
    if len(found) < 2:
        return found
    chosen: list[Found] = []
    together: list[Found] = []  # each overlaps one before it
    end = 0
    for one in sorted(found, key=_START):
        if one[0] >= end and together:
            chosen += _choose(together)
            together = []
        together.append(one)
        if one[1] > end:
            end = one[1]
    return chosen + _choose(together)


def _choose(found: list[Found]) -> list[Found]:
    if len(found) < 2:
        return found
    if len({one[:2] for one in found}) == 1:
        return [min(found, key=_rank)]
    first = found[0][0]
    taken = bytearray(max(one[1] for one in found) - first)
    chosen = []
    for one in sorted(found, key=_rank):
        start, end = one[0] - first, one[1] - first
        if taken.find(1, start, end) < 0:
            taken[start:end] = b"\x01" * (end - start)
            chosen.append(one)
    return sorted(chosen, key=_START)


def _rank(one: Found) -> tuple[int, int, float, int, str]:
    start, end, kind, score, priority, _ = one
    return -priority, start - end, -score, start, kind
