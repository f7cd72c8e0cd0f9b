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
    if len(found) < 2:
        return list(found)
    ranked = sorted(found, key=_rank)
    taken = bytearray(max(one.candidate.end for one in found))
    chosen = []
    for one in ranked:
        start, end = one.candidate.start, one.candidate.end
        if taken.find(1, start, end) < 0:
            taken[start:end] = b"\x01" * (end - start)
            chosen.append(one)
    return sorted(chosen, key=lambda one: one.candidate.start)


def _rank(one: Found) -> tuple[int, int, float, int, str]:
    candidate = one.candidate
    return (-candidate.priority, candidate.start - candidate.end, -candidate.score, candidate.start, candidate.kind)
