"""A run's folder is not believed: what was changed in it is neither signed, nor audited with, nor released."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wuming.core.errors import RunConflict, SelfCheckFailed, VerificationFailed
from wuming.core.evidence import Evidence
from wuming.lifecycle.stages import train as train_stage
from wuming.lifecycle.stages.release import release


def edit(path: Path, change: Any) -> None:
    value = json.loads(path.read_text(encoding="utf-8"))
    change(value)
    path.write_text(json.dumps(value), encoding="utf-8")


def test_claims_that_the_ledger_does_not_hold_are_not_taken_up(place: Any) -> None:
    true = place.read("run", "run.json")["stages"]["train"]["evidence"]["claims"]["epsilon"]

    def lie(state: Any) -> None:
        state["stages"]["train"]["evidence"]["claims"]["epsilon"] = 0.1

    edit(place.runs / "run" / "run.json", lie)
    again = place.run()
    assert again.summary["epsilon"] == true
    assert place.charges() == 1


def test_a_damaged_state_is_named_and_nothing_is_overwritten(place: Any) -> None:
    path = place.runs / "run" / "run.json"
    for text in ("{", "[]", "{}"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(RunConflict, match=r"run\.json is damaged"):
            place.run()
        assert path.read_text(encoding="utf-8") == text


def test_coins_that_were_not_sealed_are_not_audited_with(place: Any) -> None:
    folder = place.runs / "run"
    edit(folder / "run.json", lambda state: state["stages"].pop("audit"))
    edit(folder / "audit" / "seal.json", lambda sealed: sealed["coins"].reverse())
    with pytest.raises(VerificationFailed, match="sealed"):
        place.run()


@pytest.mark.parametrize("what", ["model", "table"])
def test_what_the_evidence_is_not_about_is_not_released(place: Any, what: str) -> None:
    path = "models/protected/model.safetensors" if what == "model" else "data/table.csv"
    before = {p: p.read_bytes() for p in (place.runs / "run" / "release").rglob("*") if p.is_file()}
    (place.runs / "run" / path).write_bytes(b"the unprotected one")
    stages = place.read("run", "run.json")["stages"]
    evidence = {
        kind: Evidence(body["kind"], body["subject"], body["claims"], tuple(body["inputs"]), body["produced_by"])
        for kind, body in ((kind, stage["evidence"]) for kind, stage in stages.items())
    }

    class Stub:
        folder = place.runs / "run"

        def path(self, *parts: str) -> Path:
            return self.folder.joinpath(*parts)

        def claims(self, kind: str) -> Any:
            return self.evidence[kind].claims

    stub: Any = Stub()
    stub.evidence = evidence
    with pytest.raises(SelfCheckFailed, match=f"the {what} in the run's folder"):
        release(stub, public=False)
    assert {p: p.read_bytes() for p in before} == before


def test_a_repeated_schedule_that_ends_elsewhere_is_refused(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One noise over two different sums would give their difference away: as another kind of processor might."""
    real = train_stage._train_arms

    def elsewhere(*arguments: Any) -> Any:
        results = real(*arguments)
        results["protected"]["weights"] = "sha256:" + "0" * 64
        return results

    monkeypatch.setattr(train_stage, "_train_arms", elsewhere)
    with pytest.raises(SelfCheckFailed, match="other weights than the first time"):
        place.run("again")
    assert not (place.runs / "again" / "models" / "protected").exists()
    assert not (place.runs / "again" / "release").exists()
