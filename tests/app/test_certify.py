"""`wuming certify` and `wuming verify` on the folder of a `wuming train`: what holds is signed, the rest is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from wuming.app.cli import entry
from wuming.core.evidence import Evidence
from wuming.core.storage import home, read_json, write_json
from wuming.crypto.keys import KeyStore
from wuming.crypto.signatures import SigningKey
from wuming.governance.ledger import Ledger

LINEAGE = "shop"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small trainings in one home: `charged` to an account, and `alone`."""
    import torch

    from wuming.training import plan

    base = tmp_path_factory.mktemp("certify")
    words = ["where is my order", "it has not come", "thank you", "到哪了"]
    lines = [{"id": i, "subject": f"u{i % 50}", "text": f"{words[i % 4]}, {words[(i + 1) % 4]}"} for i in range(100)]
    (base / "data.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WUMING_HOME", str(base / "home"))
        # What calibrating finds for these numbers; the command checks it against the true ε.
        patch.setattr(plan, "calibrate", lambda *_numbers, **_options: 0.6205)
        for name, account in (("charged", ("--lineage", LINEAGE, "--cap", "40")), ("alone", ())):
            arguments = ["train", "language-model", str(base / "data.jsonl"), "--tiny", "--public"]
            arguments += [str(base / "data.jsonl"), "--epsilon", "8", "--delta", "5e-4", "--population", "60"]
            arguments += ["--batch", "20", "--steps", "2", "--output", str(base / name), *account]
            assert entry.invoke(arguments) == 0
    torch.set_num_threads(threads)
    return base


@pytest.fixture
def place(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = Path(shutil.copytree(made, tmp_path / "place", ignore=shutil.ignore_patterns("*.lock")))
    monkeypatch.setenv("WUMING_HOME", str(copy / "home"))
    return copy


def call(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = entry.invoke([*map(str, arguments), "--json"])
    return code, json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_claim_is_signed_and_verifies(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("charged", "alone"):
        for path in (place / name, place / name / "claim.json", place / name / "claim.signature.json"):
            code, said = call(capsys, "verify", path)
            assert (code, said["ok"], said["kind"]) == (0, True, "claim")
        claim = said["claim"]
        assert claim["coins_commitment"].startswith("sha256:")
        assert claim["data_commitment"].startswith("sha256:")
        assert {"delta", "unit_of_privacy", "neighbouring_relation", "sampler"} <= set(claim)
    seals = [e.body for e in Ledger().entries() if e.kind == "seal" and e.body["what"] == "sampling coins"]
    assert [seal["commitment"] for seal in seals] == [read_json(place / "charged" / "claim.json")["coins_commitment"]]


@pytest.mark.parametrize("name", ["epsilon", "delta", "steps", "noise_multiplier"])
def test_an_altered_claim_is_found_and_not_certified(
    name: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claim = read_json(place / "alone" / "claim.json")
    write_json(place / "alone" / "claim.json", {**claim, name: claim[name] / 2})
    code, said = call(capsys, "verify", place / "alone")
    assert code == 60
    assert "claim.json: changed after it was signed" in said["error"]["message"]
    assert call(capsys, "certify", place / "alone")[0] == 60


def test_a_certificate_of_a_training(place: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name in ("charged", "alone"):
        code, said = call(capsys, "certify", place / name)
        assert code == 0, said
        claim = read_json(place / name / "claim.json")
        guarantee = said["guarantee"]
        assert [guarantee[key] for key in ("epsilon", "delta")] == [claim["epsilon"], claim["delta"]]
        assert guarantee["event"]["kind"] == "poisson-sampled-gaussian"
        assert said["data"]["commitment"] == claim["data_commitment"]
        assert said["model"]["weights_digest"] == claim["weights_digest"]
        assert set(said["model"]["files"]) >= {"model.safetensors", "config.json", "tokenizer.json"}
        assert not {"claim.json", "schedule.json"} & set(said["model"]["files"])
        assert said["audit"] is None
        assert "audit" in {item["id"] for item in said["not_tested"]}
        code, checked = call(capsys, "verify", place / name)
        assert (code, checked["kind"], checked["notes"]) == (0, "run", [])
        code, checked = call(capsys, "verify", place / name / "certificate" / "certificate.json")
        assert (code, checked["kind"]) == (0, "certificate")
    account = read_json(place / "charged" / "certificate" / "certificate.json")["account"]
    assert account["id"] == f"{LINEAGE}/subject/add-or-remove-one"
    assert len(account["events"]) == 1
    assert [entry.kind for entry in Ledger().entries()].count("certificate") == 2
    capsys.readouterr()
    assert entry.invoke(["verify", str(place / "charged" / "certificate")]) == 0
    printed = capsys.readouterr().out
    assert f"weights digest: {read_json(place / 'charged' / 'claim.json')['weights_digest']}" in printed
    assert "not stated" not in printed
    elsewhere = shutil.copytree(place / "charged" / "certificate", tmp_path / "handed on")
    code, checked = call(capsys, "verify", elsewhere)
    assert (code, len(checked["notes"])) == (0, 1)  # the model was not given
    assert call(capsys, "verify", elsewhere, "--model", place / "charged")[0] == 0
    (place / "alone" / "config.json").write_text("{}")
    assert call(capsys, "verify", elsewhere, "--model", place / "alone")[0] == 60


def test_other_weights_are_not_certified_and_are_found(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "certify", place / "charged")[0] == 0
    weights = place / "charged" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    code, said = call(capsys, "verify", place / "charged")
    assert code == 60
    assert "model.safetensors" in said["error"]["message"]
    assert call(capsys, "certify", place / "charged")[0] == 33


def audit_of(subject: str, claims: dict[str, Any]) -> Evidence:
    return Evidence("audit", subject, claims, (subject,), "a test")


def counts(epsilon: float) -> dict[str, Any]:
    """Return the claims of an audit of 40 canaries that told nothing."""
    from wuming.auditing.one_run import audit

    coins = [number % 2 == 0 for number in range(40)]
    result = audit(list(range(40)), coins, guesses=30, delta=5e-4, confidence=0.95, claimed_epsilon=epsilon)
    return result.claims(unit_of_privacy="subject", coins_commitment="sha256:" + "5" * 64)


def test_a_later_audit_is_taken_in_and_one_that_disproves_refuses(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claim = read_json(place / "charged" / "claim.json")
    ledger, weights = Ledger(), claim["weights_digest"]
    claims = counts(claim["epsilon"])
    ledger.record(audit_of(weights, claims))
    ledger.record(audit_of("sha256:" + "0" * 64, {**claims, "verdict": "violated"}))  # of another model
    code, said = call(capsys, "certify", place / "charged")
    assert code == 0, said
    assert said["audit"]["canaries"] == 40
    assert call(capsys, "verify", place / "charged")[0] == 0
    wrong = {**claims, "epsilon_lower_bound": claims["epsilon_lower_bound"] + 1}
    ledger.record(audit_of(weights, wrong))
    assert call(capsys, "certify", place / "charged")[0] == 60  # a bound that its counts do not give


def test_a_claim_that_an_audit_disproves_is_refused(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from wuming.auditing.bounds.scores import bound_from_scores

    claim = read_json(place / "charged" / "claim.json")
    included, excluded = [100.0 + number / 1000 for number in range(500)], [number / 1000 for number in range(500)]
    bound = bound_from_scores(
        included,
        excluded,
        design="one-run-independent-coins",
        method="gaussian",
        delta=claim["delta"],
        confidence=0.95,
        claimed_epsilon=claim["epsilon"],
    )
    assert bound.verdict != "consistent"
    scores = {"included": included, "excluded": excluded}
    stated = {**bound.as_json(), "canaries": 1000, "coins_commitment": "sha256:" + "5" * 64, "scores": scores}
    Ledger().record(audit_of(claim["weights_digest"], stated))
    code, said = call(capsys, "certify", place / "charged")
    assert code == 51
    assert said["error"]["name"] == "ClaimRefused"


def test_evidence_that_the_ledger_does_not_hold_is_not_certified(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "home" / "ledger.sqlite").unlink()
    assert call(capsys, "certify", place / "charged")[0] == 33
    assert call(capsys, "certify", place / "alone")[0] == 0  # was never entered in one


def test_keys_come_from_outside(place: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    own = KeyStore().signing_key().public
    assert call(capsys, "verify", place / "alone", "--key", own.pem)[0] == 0
    stranger = SigningKey.generate().public
    assert call(capsys, "verify", place / "alone", "--key", stranger.pem)[0] == 60
    shutil.rmtree(home() / "keys")
    code, said = call(capsys, "verify", place / "alone")
    assert (code, said["error"]["name"]) == (61, "KeyUnavailable")
    (home() / "signers").mkdir()
    (home() / "signers" / "other.pub").write_text(stranger.pem)
    assert call(capsys, "verify", place / "alone")[0] == 60
    (home() / "signers" / "shop.pub").write_text(own.pem)
    assert call(capsys, "verify", place / "alone")[0] == 0
    assert not (home() / "keys").exists()  # no key of this machine's own was made


def test_what_is_given_is_recognised(place: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint.json"
    write_json(checkpoint, Ledger().checkpoint(KeyStore().signing_key()))
    code, said = call(capsys, "verify", checkpoint)
    assert (code, said["kind"], said["claim"]["length"]) == (0, "checkpoint", len(Ledger().entries()))
    lonely = shutil.copy(place / "alone" / "claim.json", tmp_path / "claim.json")
    code, said = call(capsys, "verify", lonely)
    assert code == 60
    assert "without its signature" in said["error"]["message"]
    (tmp_path / "empty").mkdir()
    assert call(capsys, "verify", tmp_path / "empty")[0] == 60
    assert call(capsys, "certify", tmp_path / "empty")[0] == 20
    assert call(capsys, "verify", tmp_path / "absent")[0] == 20


def test_the_words_for_people(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.invoke(["certify", str(place / "alone")]) == 0
    shown = capsys.readouterr().out
    for words in (
        "δ =",
        "unit subject",
        "neighbours add-or-remove-one",
        "sampler poisson over subjects",
        "audited: no",
    ):
        assert words in shown
    assert entry.invoke(["verify", str(place / "alone")]) == 0
    assert "(certificate)" in capsys.readouterr().out


def test_answers_about_the_same_people_stand_in_the_certificate(
    place: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pytest.importorskip("polars")
    (tmp_path / "visits.csv").write_text(
        "subject,city\n" + "".join(f"u{n},北京\n" for n in range(60)), encoding="utf-8"
    )
    asked = ["query", tmp_path / "visits.csv", "SELECT city, COUNT(*) FROM t GROUP BY city", "--epsilon", "1"]
    asked += ["--subject", "subject", "--max-rows", "1", "--keys", "city=北京,上海", "--lineage", LINEAGE]
    assert call(capsys, *asked)[0] == 0
    code, said = call(capsys, "certify", place / "charged", "--public")
    assert (code, len(said["account"]["events"])) == (0, 2)
    folder = place / "charged" / "certificate"
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "Answers on record: 1; their ε and δ add up to ε = 1, δ = 0" in page
    assert [json.loads(line)["evidence"]["kind"] for line in (folder / "evidence.jsonl").open()] == ["train", "query"]
    assert call(capsys, "verify", folder)[0] == 0
