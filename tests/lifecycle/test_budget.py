"""The account's cap, seen from whole runs."""

from __future__ import annotations

from typing import Any

import pytest

from wuming.core.errors import BudgetExceeded, EmptyData
from wuming.governance.ledger import Ledger

CHEAP: dict[str, Any] = {"assess__arms": []}


def test_a_cap_that_is_too_small_refuses_before_anything_is_trained(place: Any) -> None:
    with pytest.raises(BudgetExceeded) as refusal:
        place.run("poor", source__lineage="poor", budget__epsilon=2.0, **CHEAP)
    assert refusal.value.exit_code == 40
    assert "2" in refusal.value.message
    assert refusal.value.help
    assert not (place.runs / "poor" / "models").exists()
    assert not (place.runs / "poor" / "release").exists()
    assert "train" not in place.read("poor", "run.json")["stages"]
    assert place.charges() == 1
    assert len(place.entries("account.refuse")) == 1


def test_when_the_cap_is_used_a_third_run_is_refused_and_the_books_are_in_order(place: Any) -> None:
    capped: dict[str, Any] = {"source__lineage": "capped", "budget__epsilon": 4.0, **CHEAP}
    for number in range(2):
        place.run(f"run-{number}", train__learning_rate=0.008 + number / 1000, **capped)
    with pytest.raises(BudgetExceeded):
        place.run("run-2", train__learning_rate=0.01, **capped)
    account = place.status("capped")
    assert account.committed == 2
    assert 2 < account.spent_epsilon <= account.cap_epsilon == 4.0
    assert account.pending == ()
    assert account.refusals == 1
    assert Ledger(place.home / "ledger.sqlite").verify().entries == len(place.entries())
    place.run("again", train__learning_rate=0.008, **capped)  # what was spent may be used again
    assert place.weights("again") == place.weights("run-0")
    assert place.status("capped").spent_epsilon == account.spent_epsilon


def test_too_few_people_to_measure_anything_cost_nothing(place: Any) -> None:
    path = place.data / "records.jsonl"
    held_out = set(place.read("run", "units", "held-out.json"))
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not any(who in line for who in held_out)), encoding="utf-8")
    with pytest.raises(EmptyData, match="0 held out"):
        place.run("few", **CHEAP)
    assert place.charges() == 1
