"""The commands of governance and proofs, as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wuming.accounting.filter import ORDERS
from wuming.app.cli.entry import invoke
from wuming.governance.accounts import Accounts
from wuming.governance.ledger import Ledger
from wuming.governance.lineage import Lineage
from wuming.proofs.inclusion import write_commitment

ACCOUNT = "shop/subject/add-or-remove-one"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUMING_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("WUMING_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)


def wuming(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert invoke(list(arguments)) == code
    return capsys.readouterr().out


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    return json.loads(wuming(capsys, *arguments, "--json", code=code).splitlines()[-1])


def test_ledger(capsys: pytest.CaptureFixture[str]) -> None:
    assert "empty" in wuming(capsys, "ledger", "show")
    for number in range(3):
        Ledger().append("evidence", {"kind": "collect", "number": number})
    assert wuming(capsys, "ledger", "show", "--last", "2").count("collect") == 2
    assert len(as_json(capsys, "ledger", "show", "--last", "1")["shown"]) == 1
    assert "completeness unknown" in wuming(capsys, "ledger", "verify")
    wuming(capsys, "ledger", "checkpoint", "c.json")
    assert "complete up to entry 3" in wuming(capsys, "ledger", "verify", "--checkpoint", "c.json")
    assert as_json(capsys, "ledger", "export", "out.jsonl")["entries"] == 3
    assert len(Path("out.jsonl").read_text().splitlines()) == 3
    Ledger().path.unlink()
    assert as_json(capsys, "ledger", "verify", "--checkpoint", "c.json", code=41)["error"]["name"] == "LedgerCorrupt"
    Path("c.json").write_text("no JSON")
    wuming(capsys, "ledger", "verify", "--checkpoint", "c.json", code=60)
    wuming(capsys, "ledger", "verify", "--checkpoint", "absent.json", code=20)


def test_budget(capsys: pytest.CaptureFixture[str]) -> None:
    assert "No account" in wuming(capsys, "budget", "show")
    accounts = Accounts(Ledger())
    accounts.open("shop", "subject", "add-or-remove-one", 12.0, 1e-5)
    reservation = accounts.reserve(ACCOUNT, {"kind": "gaussian"}, [order / 2 for order in ORDERS], "a")
    shown = wuming(capsys, "budget", "show")
    assert reservation.id[:12] in shown
    assert "delta 1e-05" in shown
    assert as_json(capsys, "budget", "show", ACCOUNT)["accounts"][0]["cap_epsilon"] == 12
    wuming(capsys, "budget", "grant", ACCOUNT, "--epsilon", "11", "--reason", "x", code=30)
    wuming(capsys, "budget", "grant", ACCOUNT, "--epsilon", "14", "--reason", "decided")
    wuming(capsys, "budget", "resolve", ACCOUNT, reservation.id[:8], "--as", "maybe", "--reason", "x", code=30)
    resolve = ("budget", "resolve", ACCOUNT, reservation.id[:8], "--as", "not-spent", "--reason", "power cut")
    assert as_json(capsys, *resolve)["spent_epsilon"] == 0


def test_consent_and_lineage(capsys: pytest.CaptureFixture[str]) -> None:
    record = {"subject": "u1", "purposes": ["model-training"], "given_at": "2025-01-01", "notice_version": "2025-01"}
    Path("consent.jsonl").write_text(json.dumps(record) + "\n")
    assert as_json(capsys, "consent", "import", "consent.jsonl", "--lineage", "shop")["added"] == 1
    assert "model-training" in wuming(capsys, "consent", "show", "u1")
    assert "Nothing" in wuming(capsys, "consent", "show", "u2")
    assert as_json(capsys, "consent", "withdraw", "u1") == {"lineage": "shop", "withdrawn": True}
    assert "withdrawn at" in wuming(capsys, "consent", "show", "u1")
    error = as_json(capsys, "consent", "withdraw", "somebody", code=43)["error"]
    assert "somebody" not in json.dumps(error)
    assert "does not show" in wuming(capsys, "lineage", "u1")
    Lineage().record("run-1", [{"name": "model", "digest": "sha256:a"}], ["u1"], lineage="shop")
    assert as_json(capsys, "lineage", "u1")["runs"][0]["run"] == "run-1"
    assert "model" in wuming(capsys, "lineage", "u1")


def test_prove(capsys: pytest.CaptureFixture[str]) -> None:
    write_commitment(Path("run/commitment"), [{"id": "d-1", "text": "x"}, {"id": "d-2", "text": "y"}], b"k" * 32)
    assert json.loads(wuming(capsys, "prove", "inclusion", "run", "--record", "d-2"))["index"] == 1
    wuming(capsys, "prove", "inclusion", "run", "--record", "d-2", "--out", "proof.json")
    assert json.loads(Path("proof.json").read_text())["size"] == 2
    assert as_json(capsys, "prove", "inclusion", "run", "--record", "d-3", code=60)["error"]["name"]


@pytest.mark.parametrize(
    "command",
    [
        *("ledger show", "ledger verify", "ledger export", "ledger checkpoint"),
        *("budget show", "budget grant", "budget resolve"),
        *("consent import", "consent show", "consent withdraw"),
        *("lineage", "prove inclusion"),
    ],
)
def test_every_command_has_help_with_an_example(capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert f"Example: wuming {command}" in wuming(capsys, *command.split(), "--help")
