"""Consent that is taken back between two runs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from wuming.app.cli import entry
from wuming.governance.consent import ConsentRegistry
from wuming.governance.lineage import Lineage


def test_who_withdraws_is_left_out_from_then_on(place: Any, invented: Any, capsys: pytest.CaptureFixture[str]) -> None:
    by_call, by_command, stays = (invented(number).subject for number in (10, 11, 12))
    ConsentRegistry(lineage="tiny").withdraw(by_call)
    assert entry.invoke(["consent", "withdraw", by_command, "--lineage", "tiny"]) == 0
    weights = place.weights("run")
    again = place.run("later")
    claims = again.claims["collect"]
    assert claims["admitted"]["subjects"] == place.outcome.claims["collect"]["admitted"]["subjects"] - 2
    assert claims["dropped"]["withdrawn"] == {"records": 9, "subjects": 3}
    for path in (place.runs / "later").rglob("*.json*"):
        text = path.read_text(encoding="utf-8")
        assert not [who for who in (by_call, by_command) if who in text], path.name
    assert by_call in (place.runs / "run" / "data" / "admitted.jsonl").read_text(encoding="utf-8")
    assert place.weights("later") != weights
    assert place.charges() == 2
    first, second = (
        place.read(name, "run.json")["stages"]["train"]["evidence"]["subject"] for name in ("run", "later")
    )
    capsys.readouterr()
    for who, models in ((by_call, {first}), (by_command, {first}), (stays, {first, second})):
        assert entry.invoke(["lineage", who, "--lineage", "tiny", "--json"]) == 0
        runs = json.loads(capsys.readouterr().out.splitlines()[-1])["runs"]
        made = {item["digest"] for run in runs for item in run["artefacts"] if item["name"].endswith(".safetensors")}
        assert made == models
    assert Lineage().of(invented(39).subject, lineage="tiny") == []  # never admitted


def test_a_withdrawal_in_another_lineage_changes_nothing(place: Any, invented: Any) -> None:
    ConsentRegistry(lineage="another").withdraw(invented(10).subject)
    again = place.run("run")  # nothing to do: every stage is taken up
    assert again.claims["collect"] == place.outcome.claims["collect"]
    assert not [label for label in place.labels if ":" in label]
    assert place.charges() == 1
