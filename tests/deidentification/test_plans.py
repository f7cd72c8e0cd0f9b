"""What is told by the outline of a run is what its characters say."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wuming.deidentification import Detector, plans
from wuming.deidentification.kinds import STRUCTURED
from wuming.deidentification.outlines import known, outline_of
from wuming.deidentification.plans import Plans
from wuming.deidentification.runs import is_date, runs, values
from wuming.deidentification.selection import EVERYTHING, ByRun, BySizes, Tried
from wuming.deidentification.specification import REGISTRY, Number, Pattern
from wuming.deidentification.waiting import Block

NUMBERS = BySizes((one, 1 << place) for place, one in enumerate(REGISTRY.all) if isinstance(one, Number))
PATTERNS = {
    1 << place: Tried.of(one, 1 << place)
    for place, one in enumerate(REGISTRY.all)
    if isinstance(one, Pattern) and not one.anywhere
}
RUN_LIKE = st.text("0123456789" * 2 + " -._/·,、()+\nXxaOQ", max_size=50)
DATED, BRACKETED, LABELLED = "2024-10-20 3040", "1 (415) 555-2671)。", "qq13812345678"
TRAILED, READ, DAY = "110105194912310021Name", "1I010519491231002X", "2024-10-20，2024.10.20"
LETTERED, ALTERNATING = "+1 415 555 2671, I", "91350211MA1K2L3M4N，12AB34567，a1b2c3d4e5f6a7b8"
Sorted = list[tuple[object, ...]]


def runs_of(text: str) -> list[tuple[int, int, int]]:
    found = runs(text, [match.start() for match in re.finditer("[0-9]+", text)])
    return [(start, end, EVERYTHING) for start, end, _ in found]


def at_length(text: str) -> Sorted:
    """Return the values of all runs as their characters tell them."""
    found: Sorted = []
    for start, end, _ in runs_of(text):
        for value in values(text, start, end, NUMBERS.lengths):
            compact = value.compact.upper()
            fitting = NUMBERS.fitting(compact, value.sizes)
            dated = len(value.sizes) == 3 and is_date(text, value.start, value.end)
            if fitting:
                found.append((value.start, value.end, compact, value.loose, dated, fitting))
    return sorted(found, key=repr)


def matching(text: str) -> Sorted:
    """Return which patterns match in which runs."""
    return [
        (start, end, who)
        for start, end, _ in runs_of(text)
        for who, one in PATTERNS.items()
        if one.wants(outline_of(text[start:end])) and one.pattern.matches(text, start, end)
    ]


def planned_wrongly(text: str) -> bool:
    """Say whether plans, made for texts whose runs have the same outlines, tell anything else than the characters."""
    planned = Plans(ByRun([*PATTERNS.values()], 7), NUMBERS, 1)
    plain = re.sub("[A-Za-z]", "x", re.sub("[0-9]", "1", text))  # without dates, labels and letters read as digits
    for alike in (re.sub("[0-9]", "1", text), plain, plain, text, text):
        block = Block()
        planned.look([(Looked(alike, runs_of(alike)), [])], block)  # type: ignore[list-item]
        found = sorted((one[2:] for one in block.values.what), key=repr)
        tried = {(start, end, who) for who, some in block.tried.items() for _, _, start, end, _, _ in some}
        if found != at_length(alike) or not tried.issuperset(matching(alike)):
            return True
    return False


class Looked(NamedTuple):
    text: str
    runs: list[tuple[int, int, int]]
    start: int = 0


PIECES = st.lists(
    st.sampled_from((
        DATED, LABELLED, TRAILED, READ, LETTERED, "2024-10-20", "91350211MA1K2L3M4N", "12AB34567", "l38OO138OOO", "id",
        "4111 1111 1111 1111", "0571", *"()+-., ，、/\nXI1",
    )),
    max_size=7,
).map("".join)  # fmt: skip


@settings(max_examples=1000, deadline=None)
@given(st.one_of(RUN_LIKE, PIECES))
@example(DATED)
@example(BRACKETED)
@example(LABELLED)
@example(TRAILED)
@example(READ)
@example(DAY)
@example("2000/01/1/，2000/01/1")
@example(LETTERED)
@example(f"({LABELLED})，({TRAILED})，({READ})")
@example(ALTERNATING)
def test_plans_are_what_the_characters_say(text: str) -> None:
    assert not planned_wrongly(text)


@pytest.mark.parametrize(
    ("name", "blind", "text"),
    [
        ("_CENTURY", re.compile("(?!)"), DATED),
        ("CLOSING", re.compile("(?!)"), BRACKETED),
        *(("told_by_letters", lambda *_: None, text) for text in (LABELLED, TRAILED, READ, f"({READ})")),
        ("is_date", lambda *_: True, DATED),
        ("_GOING_ON", re.compile("(?!)"), "2000/01/1/，2000/01/1"),
        ("coarser", lambda outline: outline.replace("a", "0"), ALTERNATING),
        ("known", lambda begins: known("9" * len(begins)), "057186523391"),
    ],
)
def test_a_plan_that_minds_nothing_but_the_outline_is_noticed(
    monkeypatch: pytest.MonkeyPatch, name: str, blind: object, text: str
) -> None:
    monkeypatch.setattr(plans, name, blind)
    assert planned_wrongly(text)


def test_plans_hold_outlines_and_no_values() -> None:
    detector = Detector(kinds=STRUCTURED)
    for _ in range(3):
        assert detector.find("电话13812345678，card 4111 1111 1111 1111。护照E12345678")
    outlines = {outline for _, outline in detector._finder._plans._known}
    assert outlines == {b"0" * 11, b"0000 0000 0000 0000", b"a00000000"}


def test_what_letters_tell_holds_no_digits_and_no_names() -> None:
    detector = Detector(kinds=STRUCTURED)
    for _ in range(3):
        detector.find("tel 138 1234 5678, I called. wei.zhang 1988 12 30, 2024-05-06, IP10.20.30.41，Maria 7788 99")
    told = detector._finder._plans._told
    assert told
    for run, _ in told:
        assert set(filter(str.isdigit, run)) <= {"0"}
        assert sum(map(str.isalpha, run)) <= 4 or told[run, False] is None
