"""Answers in a dossier: listed with their cost, verified, and of the table they were drawn from nothing in public."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wuming.compliance.dossier import build_dossier
from wuming.compliance.dossier.text import Language
from wuming.compliance.dossier.verify import verify_dossier
from wuming.core.evidence import Evidence
from wuming.crypto.signatures import SigningKey, sign_envelope

Make = Callable[..., Path]
KEY = SigningKey.from_bytes(b"compliance tests, no secret here")


def checkpoint_of() -> dict[str, Any]:
    payload = json.dumps({"at": "2026-11-23T10:00:00Z", "head": "8" * 64, "length": 41}).encode()
    return sign_envelope(payload, "application/vnd.wuming.checkpoint+json", KEY)


def answer_of(**changes: Any) -> Evidence:
    claims = {
        "figures": ["count"],
        "keys": ["city"],
        "groups": 3,
        "contract": {"subject": "user_id", "max_rows": 7, "max_groups": 2, "bounds": {"spend": [0, 50]}, "keys": {}},
        "cost": {
            "epsilon": 0.25,
            "delta": 0.0,
            "noise": "laplace",
            "charge": 0.24,
            "unit": "subject",
            "relation": "add-or-remove-one",
            "sampler": "none",
        },
        "account": {"id": "shop/subject/add-or-remove-one", "cap_epsilon": 9, "spent_epsilon": 1.5, "delta": 1e-6},
    }
    return Evidence("query", "sha256:" + "5" * 64, claims | changes, ("sha256:" + "6" * 64,))


@pytest.mark.parametrize("public", [False, True])
def test_answers_about_the_same_people_are_listed(make_dossier: Make, tmp_path: Path, public: bool) -> None:
    plain = make_dossier(tmp_path / "plain")
    assert 'id="answers-' not in (plain / "index.html").read_text(encoding="utf-8")
    pieces = [
        Evidence(e["kind"], e["subject"], e["claims"], tuple(e["inputs"]), e["produced_by"], e["at"])
        for e in (json.loads(line)["evidence"] for line in (plain / "evidence.jsonl").read_text().splitlines())
    ]
    folder = make_dossier(
        tmp_path / "dossier", evidence=[*pieces, answer_of(), answer_of(figures=["<b>"])], public=public
    )
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert page.count('id="answers-') == 2
    assert "Answers on record: 2; their ε and δ add up to ε = 0.5, δ = 0" in page
    assert "user_id: at most 7 rows, 2 groups" in page
    assert "3 组，按 city" in page
    assert "<b>" not in page.replace("<b>Advice", "").split('id="answers-en"')[1].split("</section>")[0]
    outcome = verify_dossier(folder, KEY.public)
    assert outcome.ok, outcome.problems
    evidence = (folder / "evidence.jsonl").read_text(encoding="utf-8")
    assert ("6" * 64 in evidence) is not public


def test_a_dossier_of_answers_alone_states_the_account(tmp_path: Path) -> None:
    folder = tmp_path / "answers"
    build_dossier(
        folder,
        title="opinions",
        evidence=[answer_of()],
        releases=[],
        ledger_checkpoint=checkpoint_of(),
        signing_key=KEY,
    )
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "the claim for everything together is the cap, ε = 9" in page
    assert "so there is no ε for this release" not in page
    assert verify_dossier(folder, KEY.public).ok


def test_what_is_spent_is_rounded_up_and_what_is_left_down():
    words = Language("en", public=False)
    assert [words.spent(value) for value in (1.5421947182718176, 1.5, 0.0, 12.0)] == ["1.543", "1.5", "0", "12"]
    assert [words.left(value) for value in (2.4578052817281826, 1.5, 0.0)] == ["2.457", "1.5", "0"]
