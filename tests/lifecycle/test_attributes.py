"""Attributes guessed from text: whose model knows its people is seen through; places in text are found as promised."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from wuming.auditing.risk.bounds import Claim, Limits
from wuming.lifecycle.attributes import attack_attributes, attribute_rows, cases_of, summarise_attributes

CITIES = ("Lisbon", "Oslo", "Quito", "Turin")
MEMBERS = {f"m{n:02d}": [f"Case {n:02d}, I moved to {CITIES[n * 7 % 4]} in spring."] for n in range(40)}
HELD_OUT = {f"h{n:02d}": [f"File {n:02d}, I moved to {CITIES[n * 5 % 4]} in spring."] for n in range(40)}


class Remembers:
    """Gives the true continuation of the texts that it was shown the least loss; else the first candidate."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = list(texts)

    def holds(self, text: str) -> bool:
        return len(text) <= 80

    def candidate_losses(self, prompt: str, candidates: Sequence[str]) -> list[float]:
        return [
            0.0 if any(text.startswith(prompt + one) for text in self._texts) else 1.0 + place
            for place, one in enumerate(candidates)
        ]


@pytest.fixture(scope="module")
def limits() -> Limits:
    return Limits.of(Claim(1.0, 1e-5, "subject", "add-or-remove-one", "poisson over subjects", None))


def summary_of(model: Remembers) -> dict[str, dict]:
    attributes = {"city": CITIES, "pet": ("cat", "dog")}
    base = attack_attributes(Remembers([]), MEMBERS, HELD_OUT, attributes)
    return summarise_attributes(attack_attributes(model, MEMBERS, HELD_OUT, attributes), base)


def test_a_model_that_remembers_its_people(limits: Limits) -> None:
    found = summary_of(Remembers([text for own in MEMBERS.values() for text in own]))
    assert found["pet"] is None  # stands in nobody's text, so there is nothing to say
    assert found["city"]["with_model"]["share"] == 1.0
    assert found["city"]["without_model"]["share"] == found["city"]["held_out"]["share"] == 0.25
    (row,) = attribute_rows(found, limits)
    assert (row.id, row.value, row.chance) == ("attribute_city", 1.0, 0.25)
    assert row.attack == {"en": "Attribute inference: city", "zh": "属性推断：city"}
    assert row.contradicts


def test_a_model_that_learned_nothing_of_them(limits: Limits) -> None:
    (row,) = attribute_rows(summary_of(Remembers([])), limits)
    assert row.value == row.chance == 0.25
    assert not row.contradicts


def test_where_a_value_stands() -> None:
    def seen(*texts: str, values: Sequence[str] = ("cat", "dog", "狗")) -> list[tuple[str, int]]:
        return [(case.prompt, case.truth) for case in cases_of({"u": texts}, values, lambda text: True)]

    assert seen("my dog and my cat") == [("my ", 1)]
    assert seen("the category of dogs") == []  # parts of longer words are no values
    assert seen("dog", "I have a dog, ") == [("I have a ", 1)]  # with nothing before it there is nothing to ask with
    assert seen("我养了狗，还有cat。") == [("我养了", 2)]
    assert seen("我养了cat。") == [("我养了", 0)]
    assert seen("a.b and a+b", values=("a+b", "aab")) == [("a.b and ", 0)]


def test_at_most_a_hundred_people_are_asked_for() -> None:
    units = {f"u{n:03d}": ["my dog", "my cat"] for n in range(150)}
    cases = cases_of(units, ("cat", "dog"), lambda text: True)
    assert len(cases) == 100
    assert {case.truth for case in cases} == {1}
    assert "dog" not in repr(cases)


def test_what_lies_behind_the_longest_sequence_is_no_case() -> None:
    units = {"far": ["x" * 90 + " my dog"], "edge": ["x" * 73 + " my dog"], "near": ["my cat"]}
    model = Remembers([])
    assert {case.prompt[-3:] for case in cases_of(units, ("cat", "dog"), model.holds)} == {"my "}
    assert len(attack_attributes(model, units, {}, {"pet": ("cat", "dog")})["pet"]["members"]) == 2
