"""Before training, everything acts on one subject at a time: without one of them every other byte is the same."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from wuming.core.errors import BudgetExceeded
from wuming.deidentification.operators import OPERATORS
from wuming.lifecycle.stages import train

UNITS = ("raw", "deidentified", "protected", "held-out", "members")
# The run ends when it asks for the budget: all units are written by then.
STOP_BEFORE_TRAINING = {"source__lineage": "poor", "train__epsilon": 2.0, "budget__epsilon": 2.0}


def traces(place: Any, name: str, subject: str) -> dict[str, Any]:
    """Return what the stages before training made of everybody but `subject`."""
    found: dict[str, Any] = {}
    for file in ("admitted", "deidentified"):
        lines = place.runs.joinpath(name, "data", f"{file}.jsonl").read_bytes().splitlines()
        found[f"data/{file}"] = [line for line in lines if json.loads(line)["subject"] != subject]
    for file in UNITS:
        units = place.read(name, "units", f"{file}.json")
        found[f"units/{file}"] = {
            unit: json.dumps(texts) for unit, texts in units.items() if unit != subject and "canary" not in unit
        }
    return found


def influence(place: Any, numbers: list[int], gone: int, write: Callable[..., Any], subject: str) -> list[str]:
    """Return in which traces of the others one sees whether a subject was there."""
    for name, people in (("with", numbers), ("without", [number for number in numbers if number != gone])):
        if (place.runs / name).exists() and name == "with":
            continue
        shutil.rmtree(place.data)
        shutil.rmtree(place.runs / name, ignore_errors=True)
        place.data = write(place.home.parent / f"{name}-{gone}", people=people).data
        with pytest.raises(BudgetExceeded):
            place.run(name, **STOP_BEFORE_TRAINING)
    before, after = traces(place, "with", subject), traces(place, "without", subject)
    return [trace for trace in before if before[trace] != after[trace]]


def test_without_one_subject_all_else_is_the_same(place: Any, invented: Any, own_data: Any) -> None:
    numbers = list(range(36))
    for gone in (0, 7, 18, 35):  # the first, who owns a secret; two in the middle; the last
        who = invented(gone).subject
        assert influence(place, numbers, gone, own_data, who) == []
    texts = traces(place, "with", "")
    assert len(texts["data/deidentified"]) == 107
    assert texts["units/held-out"]
    assert texts["units/members"]
    assert len(texts["units/raw"]) + len(texts["units/held-out"]) == 36


def split_by_rank(context: Any, records: list[Any]) -> Any:
    """The broken twin: every third subject is held out, so whoever goes shifts all that come after."""
    ranked = sorted({record.subject for record in records})
    held_out = frozenset(ranked[::3])
    return train._Split(frozenset(ranked) - held_out, held_out, frozenset(ranked[1::3]))


def test_a_split_by_rank_is_found(place: Any, invented: Any, own_data: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train._Split, "of", split_by_rank)
    found = influence(place, list(range(36)), 7, own_data, invented(7).subject)
    assert {"units/held-out", "units/protected"} <= set(found)


def test_surrogates_by_a_counter_are_found(
    place: Any, invented: Any, own_data: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = iter(range(10**6))
    monkeypatch.setitem(OPERATORS, "surrogate", lambda value, _stream, _setting: f"<{value.kind} {next(counter)}>")  # type: ignore[index]
    found = influence(place, list(range(36)), 7, own_data, invented(7).subject)
    assert "data/deidentified" in found
    assert "data/admitted" not in found
