"""`wuming train --canaries` and `wuming audit model`: sealed coins, three kinds of access, refusals."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from wuming.app.cli import entry
from wuming.core.storage import read_json, write_json
from wuming.governance.ledger import Ledger

WORDS = ["where is my order", "it has not come", "thank you", "到哪了"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Trainings with canaries of both kinds and without, a classifier, and one with adapters, in one home."""
    import torch

    from wuming.training import plan

    base = tmp_path_factory.mktemp("audit")
    lines = [
        {"id": i, "subject": f"u{i % 50}", "text": f"{WORDS[i % 4]}, {WORDS[(i + 1) % 4]}", "label": "ab"[i % 2]}
        for i in range(100)
    ]
    (base / "data.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    common = ["--epsilon", "8", "--delta", "5e-5", "--population", "60", "--batch", "20", "--steps", "3"]
    tiny = ["--tiny", "--public", str(base / "data.jsonl")]
    kinds: dict[str, list[str]] = {
        "gradient": ["language-model", *tiny, "--canaries", "600"],
        "text": ["language-model", *tiny, "--canaries", "40", "--canary-kind", "text"],
        "none": ["language-model", *tiny],
        "classifier": ["classifier", *tiny, "--labels", "a,b", "--canaries", "50"],
        "adapters": ["language-model", "--base", str(base / "none"), "--lora", "2", "--canaries", "40",
                     "--canary-kind", "text"],
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WUMING_HOME", str(base / "home"))
        patch.setattr(plan, "calibrate", lambda *_numbers, **_options: 1.2)
        for name, (kind, *more) in kinds.items():
            arguments = ["train", kind, str(base / "data.jsonl"), *common, *more, "--output", str(base / name)]
            assert entry.invoke(arguments) == 0, name
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


def test_canaries_count_and_everybody_takes_part_as_often(place: Path) -> None:
    with_canaries, without = read_json(place / "gradient" / "claim.json"), read_json(place / "none" / "claim.json")
    assert with_canaries["population"] == 660
    assert with_canaries["expected_batch_size"] == 220
    assert with_canaries["sampling_probability"] == without["sampling_probability"]
    assert with_canaries["canaries"]["count"] == 600


@pytest.mark.parametrize(
    ("name", "access", "asked"),
    [
        ("gradient", "white-box", ()),
        ("classifier", "white-box", ()),
        ("text", "loss", ()),
        ("text", "text", ("--access", "text")),
    ],
)
def test_an_audit_is_entered_once_and_drawn(
    name: str, access: str, asked: tuple[str, ...], place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = call(capsys, "audit", "model", place / name, *asked)
    assert code == 0
    assert (said["access"], said["verdict"], said["method"]) == (access, "consistent", "curve")
    assert said["null_hypothesis"]
    assert said["epsilon_lower_bound"] <= said["claimed_epsilon"]
    assert {"delta", "unit_of_privacy", "neighbouring_relation", "sampler"} <= set(said)
    assert Path(said["picture"]).read_text().startswith("<svg")
    call(capsys, "audit", "model", place / name, *asked)
    audits = [entry for entry in Ledger().entries() if entry.body.get("kind") == "audit"]
    assert len(audits) == 1
    assert len(audits[0].body["claims"]["scores"]["included"]) == said["included"]


def test_the_gaussian_bound_sees_more_than_the_curve(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, curve = call(capsys, "audit", "model", place / "gradient")
    _, gaussian = call(capsys, "audit", "model", place / "gradient", "--method", "gaussian")
    assert gaussian["epsilon_lower_bound"] >= curve["epsilon_lower_bound"]
    assert "normal" in gaussian["null_hypothesis"]


def test_adapters_are_read_on_their_base(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = call(capsys, "audit", "model", place / "adapters")
    assert (code, said["error"]["name"]) == (20, "MissingFile")
    code, said = call(capsys, "audit", "model", place / "adapters", "--base", place / "none")
    assert (code, said["verdict"]) == (0, "consistent")


@pytest.mark.parametrize(
    ("name", "asked", "error"),
    [
        ("none", (), "MissingFile"),
        ("nowhere", (), "MissingFile"),
        ("gradient", ("--access", "loss"), "PrivacyParameterError"),
        ("text", ("--access", "white-box"), "PrivacyParameterError"),
        ("text", ("--confidence", "1.5"), "PrivacyParameterError"),
    ],
)
def test_what_cannot_be_audited_is_refused(
    name: str, asked: tuple[str, ...], error: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = call(capsys, "audit", "model", place / name, *asked)
    assert code != 0
    assert said["error"]["name"] == error


def test_coins_that_were_changed_after_sealing_are_found(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seal = place / "gradient" / "canaries.seal.json"
    content = read_json(seal)
    write_json(seal, {**content, "coins": [not content["coins"][0], *content["coins"][1:]]})
    code, said = call(capsys, "audit", "model", place / "gradient")
    assert said["error"]["name"] == "VerificationFailed"
    assert code != 0


def test_a_leak_is_violated_refused_and_still_written_down(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = place / "gradient" / "canaries.json"
    content, coins = read_json(kept), read_json(place / "gradient" / "canaries.seal.json")["coins"]
    write_json(kept, {**content, "signals": [100.0 + i / 1000 if coin else i / 1000 for i, coin in enumerate(coins)]})
    code, said = call(capsys, "audit", "model", place / "gradient")
    assert said["error"]["name"] == "ClaimRefused", said
    assert code != 0
    (entered,) = (entry.body for entry in Ledger().entries() if entry.body.get("kind") == "audit")
    assert entered["claims"]["verdict"] == "violated"


def test_one_canary_is_too_few(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = place / "data.jsonl"
    numbers = ("--epsilon", "8", "--delta", "5e-4", "--population", "60", "--batch", "20", "--steps", "2")
    start = ("--tiny", "--public", data, "--canaries", "1")
    code, said = call(capsys, "train", "language-model", data, *start, *numbers, "-o", place / "one")
    assert code != 0
    assert said["error"]["name"] == "PrivacyParameterError"


def test_a_certificate_takes_the_audit_up(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "audit", "model", place / "gradient")
    code, said = call(capsys, "certify", place / "gradient")
    assert code == 0, said
    code, said = call(capsys, "verify", place / "gradient")
    assert (code, said["ok"]) == (0, True), said
