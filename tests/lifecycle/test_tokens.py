"""Membership by tokens: statistics are those of the logits, one score a unit, whatever the lengths of its records."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from wuming.auditing.risk.bounds import Claim, Limits
from wuming.lifecycle.tokens import attack_tokens, rows_of_tokens

SIZE = 32
GENERATOR = np.random.default_rng(0)


def units_of(name: str, count: int) -> dict[str, list[str]]:
    lengths = GENERATOR.integers(3, 12, size=(count, 2))
    return {
        f"{name}{n:03d}": ["".join(chr(c) for c in GENERATOR.integers(1, SIZE, size=length)) for length in own]
        for n, own in enumerate(lengths)
    }


MEMBERS, HELD_OUT = units_of("m", 120), units_of("h", 500)


class Letters:
    """Letters are tokens. All are alike to it, but for those of a text that it knows."""

    def __init__(self, known: Sequence[str], gain: float = 4.0) -> None:
        self._known, self._gain = {tuple(self.encode(text)) for text in known}, gain
        self.asked: list[int] = []

    def encode(self, text: str) -> list[int]:
        return [0, *map(ord, text), 0]

    def logits(self, sequences: Sequence[Sequence[int]], last: int) -> list[np.ndarray]:
        self.asked.append(len(sequences))
        out = []
        for ids in sequences:
            assert len(ids) == last
            rows = np.zeros((last, SIZE))
            if tuple(ids) in self._known:
                rows[np.arange(last - 1), ids[1:]] = self._gain
            out.append(rows)
        return out


@pytest.fixture(scope="module")
def limits() -> Limits:
    return Limits.of(Claim(1.0, 1e-5, "subject", "add-or-remove-one", "poisson over subjects", None))


def test_whoever_is_known_is_recognised(limits: Limits) -> None:
    model = Letters([text for own in MEMBERS.values() for text in own])
    found = attack_tokens(model, MEMBERS, HELD_OUT)
    assert {name: one["tpr_at_1_percent_fpr"] for name, one in found.items()} == {"min_k": 1.0, "min_k_plus_plus": 1.0}
    assert max(model.asked) <= 32
    rows = rows_of_tokens(found, limits)
    assert [row.id for row in rows] == ["membership_min_k", "membership_min_k_plus_plus"]
    assert all(row.contradicts and row.bound == pytest.approx(limits.highest(0.01)) for row in rows)
    assert rows[0].attack != rows[1].attack


def test_whoever_is_unknown_is_not(limits: Limits) -> None:
    found = attack_tokens(Letters([]), MEMBERS, HELD_OUT)
    assert all(one["tpr_at_1_percent_fpr"] < 0.05 for one in found.values())
    assert not any(row.contradicts for row in rows_of_tokens(found, limits))


def test_too_few_held_out_units_resolve_nothing(limits: Limits) -> None:
    few = dict(list(HELD_OUT.items())[:50])
    found = attack_tokens(Letters([]), MEMBERS, few)
    for row in rows_of_tokens(found, limits):
        assert row.value is None
        assert "50" in row.meaning["en"]
