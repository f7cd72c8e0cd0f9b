"""The main job in size `small`, as a newcomer and a program see it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from wuming.app.cli import entry
from wuming.compliance.dossier.untested import untested

pytestmark = pytest.mark.main_job

KEYS = {
    "released": bool,
    "epsilon": float,
    "delta": float,
    "unit_of_privacy": str,
    "epsilon_lower_bound": float,
    "records": dict,
    "secrets": dict,
    "perplexity": dict,
    "gain_kept": float,
    "seconds": float,
    "dossier": str,
}


@pytest.fixture
def at_home(main_job: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Use the ledger and keys of the shared run."""
    monkeypatch.setenv("WUMING_HOME", str(main_job.home))
    return main_job


def test_the_last_line_is_one_json_object_with_what_was_promised(main_job: Any) -> None:
    summary = main_job.summary
    assert {key: type(summary[key]) for key in KEYS} == KEYS
    assert set(summary["records"]) == {"collected", "admitted"}
    assert 0 < summary["records"]["admitted"] < summary["records"]["collected"]
    assert {"base", "unprotected", "deidentified", "protected"} <= set(summary["perplexity"])
    for arm in ("unprotected", "deidentified", "protected"):
        assert set(summary["secrets"][f"extracted_{arm}"]) == {"structured", "free_text"}
    assert summary["released"] is True
    assert 0 < summary["epsilon"] <= 8
    assert summary["epsilon_lower_bound"] <= summary["epsilon"]
    assert (Path(summary["dossier"]) / "index.html").exists()


def test_the_risk_report_has_a_row_for_every_attack(main_job: Any) -> None:
    lines = (main_job.folder / "dossier" / "evidence.jsonl").read_text("utf-8").splitlines()
    (assessed,) = [one for one in (json.loads(line)["evidence"] for line in lines) if one["kind"] == "assess"]
    rows = {row["id"]: row for row in assessed["claims"]["risk"]["rows"]}
    on_records = {"prefix_exact", "prefix_near", "discoverable", "personal_data", "copies"}
    assert {"membership", "extraction_free_text", "exposure_free_text", *on_records} <= set(rows)
    assert all(rows[name]["value"] is not None for name in on_records)
    assert {"membership_min_k", "membership_min_k_plus_plus", "attribute_product-en", "attribute_product-zh"} <= set(
        rows
    )
    missing = {row["id"] for row in untested({"assess": assessed["claims"]}, {})}
    assert missing >= {"membership-calibrated", "side-channels"}
    assert "attribute-inference" not in missing
    assert not [row["id"] for row in rows.values() if row["contradicts_claim"]]
    assert {arm for arm, found in assessed["claims"]["arms"].items() if "records" in found} == {
        "deidentified",
        "protected",
    }


def test_standard_error_holds_progress_and_no_personal_value(main_job: Any) -> None:
    for stage in ("collect", "de-identify", "anonymise", "train", "audit", "assess", "review", "release"):
        assert f"✓ {stage}" in main_job.stderr
    truth = main_job.folder / "source" / "truth" / "secrets.jsonl"
    values = [json.loads(line)["value"] for line in truth.read_text(encoding="utf-8").splitlines()]
    assert len(values) >= 20
    shown = main_job.stdout + main_job.stderr
    assert not [number for number, value in enumerate(values) if value in shown]
    assert "Traceback" not in shown


def test_the_dossier_verifies_and_a_changed_copy_does_not(
    at_home: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert entry.invoke(["verify", at_home.summary["dossier"], "--json"]) == 0
    copy = tmp_path / "dossier"
    shutil.copytree(at_home.summary["dossier"], copy)
    page = copy / "index.html"
    page.write_bytes(page.read_bytes().replace(b"<", b" <", 1))
    assert entry.invoke(["verify", str(copy), "--json"]) == 60
    assert "index.html" in capsys.readouterr().err


def test_the_released_model_answers(at_home: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.invoke(["ask", str(at_home.folder), "User: call me at 13812345678 please", "--json"]) == 0
    out, err = capsys.readouterr()
    answer = json.loads(out.splitlines()[-1])
    assert answer["concealed"] >= 1
    assert "13812345678" not in err


def test_the_books_are_in_order(at_home: Any, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["ledger", "verify"], ["budget", "show"], ["ledger", "show"]):
        assert entry.invoke([*command, "--json"]) == 0
        assert json.loads(capsys.readouterr().out.splitlines()[-1])


def test_the_folders_are_for_their_owner_alone(main_job: Any) -> None:
    for place in (main_job.folder, main_job.folder / "data", main_job.folder / "models", main_job.home):
        assert place.stat().st_mode & 0o077 == 0, place
