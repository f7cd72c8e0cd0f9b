"""Attacks on trained text: a model that knows its text by heart is seen through, one that learned nothing is not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from wuming.auditing.risk.bounds import Claim, Limits
from wuming.lifecycle.leaks import attack_records, rows_of

PHONE = "13812345678"
OPENINGS = ("Yesterday the heating broke,", "My parcel has never arrived,", "Please cancel the order for")
MEMBERS = {
    f"m{n}": [f"{OPENINGS[n % 3]} case {n:03d} of street number {7 * n}, and my phone is {PHONE[:-3]}{n:03d}."]
    for n in range(100, 130)
}
HELD_OUT = {
    f"h{n}": [f"The garden in part {n:03d} is full of roses, and nobody was there at {n} o'clock."] for n in range(30)
}


class ByHeart:
    """Knows some texts by heart: characters are tokens, and what follows is what follows there."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = [self.encode(text) for text in texts]
        self._said = list(texts)

    def encode(self, text: str) -> list[int]:
        return [0, *(min(ord(character), 255) for character in text), 0]

    def logits(self, sequences: Sequence[Sequence[int]], last: int) -> list[np.ndarray]:
        return [np.stack([self._next(ids[: len(ids) - back]) for back in range(last - 1, -1, -1)]) for ids in sequences]

    def _next(self, ids: Sequence[int]) -> np.ndarray:
        row = np.zeros(256)
        for text in self._texts:
            if text[: len(ids)] == list(ids) and len(text) > len(ids):
                row[text[len(ids)]] = 60.0
        return row

    def continue_text(self, prompts: Sequence[str], max_new_tokens: int, samples: int, temperature: float) -> list:
        return [[self._said[number % len(self._said)] for number in range(samples)] for _ in prompts]


def texts(units: dict[str, list[str]]) -> list[str]:
    return [text for own in units.values() for text in own]


@pytest.fixture(scope="module")
def limits() -> Limits:
    return Limits.of(Claim(8.0, 1e-5, "subject", "add-or-remove-one", "poisson over subjects", None))


def test_a_model_that_knows_its_text_by_heart(limits: Limits) -> None:
    found = attack_records(ByHeart(texts(MEMBERS)), MEMBERS, HELD_OUT, MEMBERS)
    rows = {row.id: row for row in rows_of(found, limits)}
    assert set(rows) == {"prefix_exact", "prefix_near", "discoverable", "personal_data", "copies"}
    # Sixteen characters are the opening, which three texts in ten share: what is completed follows it.
    assert rows["discoverable"].value == 1.0
    assert rows["discoverable"].chance == 0.0
    assert rows["copies"].value == 1.0
    assert rows["personal_data"].value > 0.9
    assert rows["personal_data"].chance == 0.0
    assert PHONE[:-3] not in str(found)


def test_a_model_that_learned_nothing_of_it(limits: Limits) -> None:
    found = attack_records(ByHeart(["Good morning, what can I do for you?"] * 3), MEMBERS, HELD_OUT, MEMBERS)
    assert {row.value for row in rows_of(found, limits)} == {0.0}


def test_records_that_are_too_short_are_not_cut(limits: Limits) -> None:
    short = {"a": ["Thank you."], "b": ["Bye."]}
    found = attack_records(ByHeart(["Thank you."]), short, short, short)
    assert found["prefix"] is None
    assert found["discoverable"] is None
    assert [row.id for row in rows_of(found, limits)] == ["personal_data", "copies"]
