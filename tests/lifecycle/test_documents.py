"""Public documents: the unit is the document, and there is no consent, no table and no ground truth."""

from __future__ import annotations

import json
from typing import Any

from wuming.app.cli import entry

DOCUMENTS: dict[str, Any] = {
    "unit_of_privacy": "document",
    "source__lineage": "documents",
    "source__legal_basis": "public-licence",
    "source__table": None,
    "source__consent": None,
    "source__ground_truth": None,
    "anonymise": None,
    "assess__arms": [],
}


def test_public_documents_without_subjects_become_a_dossier_that_says_so(place: Any) -> None:
    records = [json.loads(line) for line in (place.data / "records.jsonl").read_text("utf-8").splitlines()]
    texts = [{name: value for name, value in record.items() if name != "subject"} for record in records]
    (place.data / "records.jsonl").write_text("".join(json.dumps(text) + "\n" for text in texts), encoding="utf-8")
    for name in ("table.csv", "consent.jsonl"):
        (place.data / name).unlink()
    outcome = place.run("documents", **DOCUMENTS)
    assert outcome.summary["unit_of_privacy"] == "document"
    assert outcome.claims["collect"]["admitted"] == {"records": 119, "subjects": 119}  # one is past retention
    assert outcome.claims["collect"]["source"]["legal_basis"] == "public-licence"
    assert outcome.claims["anonymise"] == {"skipped": "no table in the plan"}
    assert outcome.claims["de-identify"]["measured"] is None
    assert outcome.claims["train"]["sampler"] == "Poisson over documents"
    statuses = {control["id"]: control["status"] for control in outcome.claims["review"]["controls"]}
    assert statuses["residual-personal-data"] == "not-applicable"
    run = place.runs / "documents"
    assert not (run / "release" / "table.csv").exists()
    assert "not measured" in (run / "dossier" / "index.html").read_text("utf-8").lower()
    evidence = [json.loads(line)["evidence"] for line in (run / "dossier" / "evidence.jsonl").read_text().splitlines()]
    assert {item["claims"]["unit_of_privacy"] for item in evidence if "unit_of_privacy" in item["claims"]} == {
        "document"
    }
    [account] = {
        entry.body["account"] for entry in place.entries("account.open") if "document" in entry.body["account"]
    }
    assert account == "documents/document/add-or-remove-one"
    assert entry.invoke(["verify", str(run)]) == 0
