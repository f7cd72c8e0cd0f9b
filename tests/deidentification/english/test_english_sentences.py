"""Sentences written by hand, none of them a carrier of the training text: what the recognisers make of them."""

from __future__ import annotations

import re
from pathlib import Path

from wuming.deidentification import Detector

SENTENCES = Path(__file__).parent / "sentences.txt"
KINDS = {"P": "PERSON", "O": "ORGANIZATION", "L": "LOCATION"}
MARKED = re.compile(r"\[([POL]):([^\]]*)\]")


def parsed(line: str) -> tuple[str, set[tuple[int, int, str]]]:
    """The text of a marked line, and its spans."""
    text, spans, place = "", set(), 0
    for mark in MARKED.finditer(line):
        text += line[place : mark.start()]
        spans.add((len(text), len(text) + len(mark.group(2)), KINDS[mark.group(1)]))
        text += mark.group(2)
        place = mark.end()
    return text + line[place:], spans


def test_most_names_are_found_with_both_ends_and_their_kind() -> None:
    detector = Detector()
    true = found = right = 0
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        text, spans = parsed(line)
        taken = {(one.start, one.end, one.kind) for one in detector.find(text) if one.kind in KINDS.values()}
        true, found, right = true + len(spans), found + len(taken), right + len(spans & taken)
    assert true > 190
    assert 2 * right / (true + found) >= 0.92
