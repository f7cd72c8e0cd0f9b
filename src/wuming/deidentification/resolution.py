"""Overlapping candidates are resolved once, by rule; nothing is cut or spliced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from wuming.deidentification.specification import Candidate


class Found(NamedTuple):
    """A candidate, and the name of the recogniser that gave it."""

    candidate: Candidate
    name: str


def resolve(found: Sequence[Found]) -> list[Found]:
    """Choose among overlapping candidates: priority, then length, then score, then position; sorted by position."""
    chosen: list[Found] = []
    together: list[Found] = []  # each overlaps one before it
    end = 0
    for one in sorted(found, key=_start):
        if one.candidate.start >= end and together:
            chosen += _choose(together)
            together = []
        together.append(one)
        end = max(end, one.candidate.end)
    return chosen + _choose(together)


def _choose(found: list[Found]) -> list[Found]:
    if len(found) < 2:
        return found
    first, end = found[0].candidate.start, found[0].candidate.end
    if all(one.candidate.start == first and one.candidate.end == end for one in found):
        return [min(found, key=_rank)]
    taken = bytearray(max(one.candidate.end for one in found) - first)
    chosen = []
    for one in sorted(found, key=_rank):
        start, end = one.candidate.start - first, one.candidate.end - first
        if taken.find(1, start, end) < 0:
            taken[start:end] = b"\x01" * (end - start)
            chosen.append(one)
    return sorted(chosen, key=_start)


def _start(one: Found) -> int:
    return one.candidate.start


def _rank(one: Found) -> tuple[int, int, float, int, str]:
    candidate = one.candidate
    return (-candidate.priority, candidate.start - candidate.end, -candidate.score, candidate.start, candidate.kind)
