"""The lifecycle attacks its table: one that tells too much stops the run, and nothing of it is written."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from wuming.core.errors import ReleaseRefused


def test_a_table_that_does_not_withstand_the_attacks_stops_the_run(place: Any) -> None:
    path = place.data / "table.csv"
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    lines = [f"{r['subject']},{r['age']},{r['city']},{('basic', 'plus')[int(r['age']) // 2 % 2]}" for r in rows]
    path.write_text("subject,age,city,plan\n" + "\n".join(lines) + "\n", encoding="utf-8")
    asked = {"quasi_identifiers": ["city"], "sensitive": ["plan", "age"], "k": 10, "l": 2}
    before, charges = _made(place), place.charges()
    with pytest.raises(ReleaseRefused) as refusal:
        place.run("refused", anonymise=asked)
    assert "age" in str(refusal.value)  # who knows the age finds the row
    assert not (place.runs / "refused" / "data" / "table.csv").exists()
    assert (_made(place), place.charges()) == (before, charges)


def test_a_sound_table_says_what_it_withstood(finished: Any) -> None:
    (found,) = _made(finished)
    gate = found["claims"]["gate"]
    assert gate["refused"] is False
    assert {"singling out", "inference of plan", "prosecutor"} <= set(gate["attacks"])


def _made(place: Any) -> list[Any]:
    """Return what the ledger says of tables that were made."""
    return [entry.body for entry in place.entries("evidence") if entry.body["kind"] == "anonymise"]
