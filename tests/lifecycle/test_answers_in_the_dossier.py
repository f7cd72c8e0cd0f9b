"""A run whose people were asked about, too: its dossier lists the answers, and is judged as without them."""

from __future__ import annotations

from typing import Any

from wuming.compliance.dossier import verify_dossier
from wuming.core.evidence import Evidence
from wuming.crypto.keys import KeyStore
from wuming.governance.ledger import Ledger


def test_answers_drawn_from_the_same_account_are_listed(place: Any) -> None:
    account = place.read("run", "run.json")["stages"]["train"]["evidence"]["claims"]["account"]
    claims = {
        "figures": ["opinions"],
        "keys": [],
        "groups": 1,
        "contract": {"subject": "user", "max_rows": 3, "max_groups": 1, "bounds": {}, "keys": {}},
        "cost": {
            "epsilon": 0.125,
            "delta": 0.0,
            "noise": "laplace",
            "charge": 0.1,
            "unit": "subject",
            "relation": "add-or-remove-one",
            "sampler": "none",
        },
        "account": {name: account[name] for name in ("id", "cap_epsilon", "spent_epsilon", "delta")},
    }
    Ledger(place.home / "ledger.sqlite").record(Evidence("query", "sha256:" + "7" * 64, claims))
    place.run("run")
    folder = place.runs / "run" / "dossier"
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "Answers on record: 1; their ε and δ add up to ε = 0.125" in page
    outcome = verify_dossier(folder, KeyStore(place.home / "keys").signing_key().public)
    assert outcome.ok, outcome.problems
