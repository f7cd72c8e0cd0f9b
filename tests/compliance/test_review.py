"""Every control passes on good evidence and fails on the one change it is there to find."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from wuming.compliance import controls, review
from wuming.compliance.catalogue import LAWS, parse_control, placeholders
from wuming.core.errors import PlanError
from wuming.core.evidence import Evidence

OTHER = "sha256:" + "9" * 64
EXAMPLE = json.loads((Path(__file__).parent / "evidence_example.json").read_text(encoding="utf-8"))
POLICY: dict[str, Any] = {
    "max_residual_leak": 0.05,
    "max_reidentification_risk": 0.1,
    "max_epsilon": 10.0,
    "ledger": {"consistent": True, "entries": 41},
}

# One row a control: the change that it must find, as (kind, path, value). Adding a control adds a row.
VIOLATIONS: dict[str, tuple[str, str, Any]] = {
    "legal-basis-recorded": ("collect", "source.legal_basis", "interest"),
    "source-recorded": ("collect", "source.licence", " "),
    "consent-covers-purpose": ("collect", "notice_versions", {"2025-01": 1300, "2026-01": 1303}),
    "withdrawal-honoured": ("collect", "dropped.withdrawn", None),
    "minors-guardian": ("collect", "age_of_consent", 13),
    "retention": ("collect", "dropped.past-retention", None),
    "minimisation": ("collect", "fields_used", ["text", "gps"]),
    "records-committed": ("collect", "commitment.leaves", 10390),
    "de-identification-recorded": ("de-identify", "records", 10390),
    "residual-personal-data": ("de-identify", "measured.structured.residual_leak_upper_95", 0.0501),
    "vault-apart": ("de-identify", "vault.apart_from_output", False),
    "one-subject-at-a-time": ("de-identify", "acts_on_one_subject_at_a_time", 1),
    "table-k-anonymous": ("anonymise", "k", 9),
    "table-risk": ("anonymise", "risk_after.maximum", 0.11),
    "guarantee-stated": ("train", "sampler", ""),
    "delta-small": ("train", "delta", 3.4e-5),
    "epsilon-within-policy": ("train", "epsilon", 10.0001),
    "budget-within-cap": ("train", "account.spent_epsilon", 20.1),
    "schedule-reserved": ("train", "schedule", None),
    "training-self-check": ("train", "self_check.passed", False),
    "randomness-secure": ("train", "randomness", "torch.manual_seed"),
    "model-provenance": ("train", "model.base_digest", "sha256:" + "2" * 64),
    "audit-consistent": ("audit", "epsilon_lower_bound", 8.0),
    "nothing-extracted": ("assess", "arms.protected.extracted.free_text", 1),
    "exposure-at-chance": ("assess", "arms.protected.exposure.free_text.mean", 1.98),
    "membership-at-chance": ("assess", "arms.protected.membership.interval", [0.02, 0.05]),
    "comparison-complete": ("assess", "arms.control.perplexity", None),
    "ledger-verified": ("policy", "ledger.consistent", False),
    "evidence-chain": ("de-identify", "@inputs", [OTHER]),
}


def raw_evidence() -> dict[str, dict[str, Any]]:
    return {item["kind"]: item for item in EXAMPLE if item["kind"] != "review"}


def evidence_of(raw: dict[str, dict[str, Any]]) -> list[Evidence]:
    return [
        Evidence(e["kind"], e["subject"], e["claims"], tuple(e["inputs"]), e["produced_by"], e["at"])
        for e in raw.values()
    ]


def changed(kind: str, path: str, value: Any) -> tuple[list[Evidence], dict[str, Any]]:
    raw, policy = copy.deepcopy(raw_evidence()), copy.deepcopy(POLICY)
    target = policy if kind == "policy" else raw[kind]["claims"]
    if path.startswith("@"):
        raw[kind][path[1:]] = value
        return evidence_of(raw), policy
    *parents, last = path.split(".")
    for part in parents:
        target = target[part]
    target[last] = value
    return evidence_of(raw), policy


def result(name: str, evidence: list[Evidence], policy: dict[str, Any] = POLICY) -> Any:
    return next(item for item in review(evidence, policy).controls if item.id == name)


def test_good_evidence_passes_every_control() -> None:
    reviewed = review(evidence_of(raw_evidence()), POLICY)
    assert {item.id: item.status for item in reviewed.controls if item.status != "pass"} == {}
    assert reviewed.decision == "release"
    assert len(reviewed.controls) >= 18


def test_every_control_has_a_violation() -> None:
    assert set(VIOLATIONS) == {control.id for control in controls()}


@pytest.mark.parametrize("name", sorted(VIOLATIONS))
def test_a_control_finds_its_violation(name: str) -> None:
    evidence, policy = changed(*VIOLATIONS[name])
    found = result(name, evidence, policy)
    assert found.status == "fail"
    assert all(found.reason[language] for language in ("en", "zh"))
    assert review(evidence, policy).decision == ("refuse" if found.mandatory else "release")


@pytest.mark.parametrize("kind", ["collect", "de-identify", "anonymise", "train", "audit", "assess"])
def test_missing_evidence_refuses(kind: str) -> None:
    evidence = [item for item in evidence_of(raw_evidence()) if item.kind != kind]
    reviewed = review(evidence, POLICY)
    assert reviewed.decision == "refuse"
    assert all(item.status == "fail" for item in reviewed.controls if item.control.reads == kind)


def test_an_unmeasured_leak_fails_unless_the_source_is_public() -> None:
    evidence, _ = changed("de-identify", "measured", None)
    assert result("residual-personal-data", evidence).status == "fail"
    raw = copy.deepcopy(raw_evidence())
    raw["de-identify"]["claims"]["measured"] = None
    raw["collect"]["claims"]["source"]["legal_basis"] = "public-licence"
    reviewed = {item.id: item.status for item in review(evidence_of(raw), POLICY).controls}
    assert reviewed["residual-personal-data"] == "not-applicable"
    assert reviewed["consent-covers-purpose"] == "not-applicable"
    assert reviewed["retention"] == "not-applicable"


def test_no_table_does_not_apply() -> None:
    raw = copy.deepcopy(raw_evidence())
    raw["anonymise"]["claims"] = {"skipped": "no table in the plan"}
    reviewed = review(evidence_of(raw), POLICY)
    assert reviewed.decision == "release"
    assert {item.status for item in reviewed.controls if item.control.reads == "anonymise"} == {"not-applicable"}


def test_an_advisory_failure_does_not_refuse() -> None:
    evidence, _ = changed(*VIOLATIONS["exposure-at-chance"])
    assert review(evidence, POLICY).decision == "release"


def test_a_second_better_run_does_not_hide_the_first() -> None:
    bad, _ = changed(*VIOLATIONS["training-self-check"])
    good = [item for item in evidence_of(raw_evidence()) if item.kind == "train"]
    assert result("training-self-check", [*bad, *good]).status == "fail"
    assert result("training-self-check", [*good, *bad]).status == "fail"


def test_the_tested_model_must_be_the_released_one() -> None:
    for kind, name in (("audit", "audit-consistent"), ("assess", "nothing-extracted")):
        evidence, _ = changed(kind, "@subject", OTHER)
        assert result(name, evidence).status == "fail"


def test_a_waiver_is_shown_and_needs_a_reason() -> None:
    evidence, _ = changed(*VIOLATIONS["audit-consistent"])
    reviewed = review(evidence, POLICY, waived={"audit-consistent": "audited elsewhere"})
    waived = next(item for item in reviewed.controls if item.id == "audit-consistent")
    assert reviewed.decision == "release"
    assert waived.status == "waived"
    assert "audited elsewhere" in waived.reason["en"]
    assert reviewed.claims()["waived"] == 1
    assert reviewed.claims()["policy"]["waived"] == {"audit-consistent": "audited elsewhere"}
    with pytest.raises(PlanError):
        review(evidence, POLICY, waived={"audit-consistent": " "})
    with pytest.raises(PlanError):
        review(evidence, POLICY, waived={"no-such-control": "because"})


def test_a_missing_policy_value_fails() -> None:
    policy = {key: value for key, value in POLICY.items() if key != "max_epsilon"}
    assert result("epsilon-within-policy", evidence_of(raw_evidence()), policy).status == "fail"


def test_claims_have_the_shape_that_readers_expect() -> None:
    claims = review(evidence_of(raw_evidence()), POLICY).claims()
    assert {"decision", "passed", "failed", "not_applicable", "waived", "controls"} <= set(claims)
    assert {"id", "title", "mandatory", "status", "reason", "articles", "evidence"} <= set(claims["controls"][0])


def test_every_control_cites_a_law_and_reads_places_that_exist() -> None:
    known = {"max_residual_leak", "max_reidentification_risk", "max_epsilon"}
    for item in review(evidence_of(raw_evidence()), POLICY).controls:
        control = item.control
        assert control.articles
        assert all(article.law in LAWS and article.about["en"] and article.about["zh"] for article in control.articles)
        assert sorted(placeholders(control.reason["en"])) == sorted(placeholders(control.reason["zh"]))
        assert "not stated" not in item.reason["en"], control.id
        for path, _ in placeholders(control.reason["en"]):
            assert not path.startswith("policy:") or path.removeprefix("policy:") in known


@pytest.mark.parametrize(
    "text",
    ["[]", "id: x", "id: [", "id: {a: b}", "!!python/object/apply:os.system ['true']"],
)
def test_a_file_that_is_no_control_is_refused(text: str) -> None:
    with pytest.raises(PlanError):
        parse_control(text.encode(), name="x.yaml")
