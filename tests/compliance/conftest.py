"""The evidence of a whole run, as the stages emit it, and a dossier made of it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wuming.compliance import review
from wuming.compliance.dossier import build_dossier
from wuming.core.evidence import Evidence
from wuming.crypto.signatures import SigningKey, sign_envelope

POLICY: dict[str, Any] = {
    "max_residual_leak": 0.05,
    "max_reidentification_risk": 0.1,
    "max_epsilon": 10.0,
    "ledger": {"consistent": True, "entries": 41},
}
RELEASES = [
    {"what": "model", "digest": "sha256:" + "2" * 64, "epsilon": 7.99, "delta": 1e-5, "unit_of_privacy": "subject"},
    {"what": "table", "digest": "sha256:" + "e" * 64, "covered_by": "k = 10, l = 2; no ε", "internal": False},
    {"what": "figures", "digest": None, "covered_by": "no ε: computed without noise", "internal": True},
]
KEY = SigningKey.from_bytes(b"compliance tests, no secret here")


def raw_evidence() -> dict[str, dict[str, Any]]:
    items = json.loads((Path(__file__).parent / "evidence_example.json").read_text(encoding="utf-8"))
    return {item["kind"]: item for item in items if item["kind"] != "review"}


def evidence_of(raw: dict[str, dict[str, Any]]) -> list[Evidence]:
    return [
        Evidence(e["kind"], e["subject"], e["claims"], tuple(e["inputs"]), e["produced_by"], e["at"])
        for e in raw.values()
    ]


def checkpoint_of(length: int = 41, head: str = "8" * 64, at: str = "2026-11-23T10:00:00Z") -> dict[str, Any]:
    payload = json.dumps({"at": at, "head": head, "length": length}).encode()
    return sign_envelope(payload, "application/vnd.wuming.checkpoint+json", KEY)


@pytest.fixture
def raw() -> dict[str, dict[str, Any]]:
    return copy.deepcopy(raw_evidence())


@pytest.fixture
def evidence(raw: dict[str, dict[str, Any]]) -> list[Evidence]:
    return evidence_of(raw)


@pytest.fixture(scope="session")
def make_dossier() -> Callable[..., Path]:
    def make(folder: Path, raw: dict[str, dict[str, Any]] | None = None, **options: Any) -> Path:
        pieces = evidence_of(raw_evidence() if raw is None else raw)
        reviewed = review(pieces, options.pop("policy", POLICY), waived=options.pop("waived", None))
        pieces.append(Evidence("review", "sha256:" + "2" * 64, reviewed.claims(), at="2026-11-23T10:00:00Z"))
        settings: dict[str, Any] = {
            "title": "customer-service",
            "evidence": pieces,
            "releases": RELEASES,
            "ledger_checkpoint": checkpoint_of(),
            "signing_key": KEY,
        }
        build_dossier(folder, **{**settings, **options})
        return folder

    return make
