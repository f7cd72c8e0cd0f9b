"""What is told by the outline of a run is what its characters say."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wuming.deidentification import Detector, plans
from wuming.deidentification.kinds import STRUCTURED
from wuming.deidentification.plans import Asked, Plans
from wuming.deidentification.runs import is_date, runs, values
from wuming.deidentification.selection import EVERYTHING, ByRun, BySizes
from wuming.deidentification.specification import REGISTRY, Number

NUMBERS = BySizes((one, 1 << place) for place, one in enumerate(REGISTRY.all) if isinstance(one, Number))
RUN_LIKE = st.text("0123456789" * 2 + " -._/·,、()+\nXxaOQ", max_size=50)
DATED, BRACKETED, LABELLED = "2024-10-20 3040", "1 (415) 555-2671)。", "qq13812345678"
TRAILED, READ = "110105194912310021Name", "1I010519491231002X"


def at_length(text: str, start: int, end: int) -> list[Asked]:
    found: list[Asked] = []
    for value in values(text, start, end, NUMBERS.lengths):
        compact = value.compact.upper()
        fitting = NUMBERS.fitting(compact, value.sizes)
        dated = len(value.sizes) == 3 and is_date(text, value.start, value.end)
        if fitting:
            found.append((value.start, value.end, compact, value.loose, dated, fitting))
    return found


def planned_wrongly(text: str) -> list[str]:
    """Return the runs of which a plan tells other values than their characters."""
    planned = Plans(ByRun([], 7), NUMBERS, 1)
    found = list(runs(text, [match.start() for match in re.finditer("[0-9]+", text)]))
    alike = re.sub("[0-9]", "1", text)  # of the same outlines, without a date
    for start, end, _ in [*found, *found]:  # a plan is made for the second run
        planned.of(EVERYTHING, alike, start, end)
    return [
        text[start:end]
        for start, end, _ in found
        if list(planned.of(EVERYTHING, text, start, end)[1]) != at_length(text, start, end)
    ]


@settings(max_examples=500, deadline=None)
@given(RUN_LIKE)
@example(DATED)
@example(BRACKETED)
@example(LABELLED)
@example(TRAILED)
@example(READ)
def test_plans_are_what_the_characters_say(text: str) -> None:
    assert not planned_wrongly(text)


@pytest.mark.parametrize(
    ("name", "blind", "text"),
    [
        ("_CENTURY", re.compile("(?!)"), DATED),
        ("CLOSING", re.compile("(?!)"), BRACKETED),
        *(("told_by_letters", lambda *_: None, text) for text in (LABELLED, TRAILED, READ)),
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
