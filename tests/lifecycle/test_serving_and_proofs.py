"""What is done with a finished run: ask its model, prove that a record is in it, verify its dossier."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wuming.app.cli import entry
from wuming.core.errors import InputTooLarge, MissingFile
from wuming.core.reading import read_records
from wuming.lifecycle.stages.serve import ask
from wuming.proofs.inclusion import verify
from wuming.training.inference import LocalModel

PROMPT = "User: I am Olivia Marchetti, call 13912345678 or write to olivia77@mail.example.org"
PERSONAL = ("Olivia Marchetti", "13912345678", "olivia77@mail.example.org")


def contents(*folders: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Put a model in place that says the prompt again; return what it saw."""
    seen: list[str] = []

    def continue_text(_model: Any, prompts: list[str], **_options: Any) -> list[list[str]]:
        seen.extend(prompts)
        return [[f"I heard: {prompt}"] for prompt in prompts]

    monkeypatch.setattr(LocalModel, "continue_text", continue_text)
    return seen


def test_the_model_sees_no_personal_data_and_the_answer_holds_it_again(finished: Any, echo: list[str]) -> None:
    before = contents(finished.runs, finished.home)
    answer = ask(finished.runs / "run", PROMPT)
    [seen] = echo
    assert not [value for value in PERSONAL if value in seen]
    assert seen.startswith("User: I am ")
    assert answer.text == f"I heard: {PROMPT}"
    assert answer.concealed == 3
    assert contents(finished.runs, finished.home) == before  # nothing of it is kept


def test_two_calls_conceal_with_surrogates_of_their_own(finished: Any, echo: list[str]) -> None:
    for _ in range(2):
        ask(finished.runs / "run", PROMPT)
    assert echo[0] != echo[1]


def test_asking_by_the_command_logs_nothing(place: Any, echo: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    run = place.runs / "run"
    before = contents(place.runs, place.home)
    assert entry.invoke(["ask", str(run), PROMPT, "--json"]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out.splitlines()[-1]) == {"answer": f"I heard: {PROMPT}", "concealed": 3}
    assert not [value for value in PERSONAL if value in err]
    assert contents(place.runs, place.home) == before
    assert len(echo) == 1


def test_the_real_model_answers_and_its_limits_are_named(finished: Any, tmp_path: Path) -> None:
    run = finished.runs / "run"
    assert isinstance(ask(run, "User: the lamp", max_tokens=4).text, str)
    with pytest.raises(InputTooLarge, match="leaves no room"):
        ask(run, "User: the lamp", max_tokens=2048)
    with pytest.raises(MissingFile, match="no released model"):
        ask(tmp_path, "User: the lamp")


def test_a_record_is_proven_to_be_in_the_run(place: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, file = place.runs / "run", tmp_path / "proof.json"
    record = read_records(run / "data" / "admitted.jsonl")[7]
    assert entry.invoke(["prove", "inclusion", str(run), "--record", record.id, "--out", str(file)]) == 0
    evidence = [json.loads(line)["evidence"] for line in (run / "dossier" / "evidence.jsonl").read_text().splitlines()]
    [root] = [item["claims"]["commitment"]["merkle_root"] for item in evidence if item["kind"] == "collect"]
    assert entry.invoke(["verify", str(file), "--root", root]) == 0
    proof = json.loads(file.read_text(encoding="utf-8"))
    verify(proof, root, record=record.as_json())
    assert record.text not in file.read_text(encoding="utf-8")
    assert entry.invoke(["verify", str(file), "--root", "0" * 64]) == 60
    digit = "1" if proof["nonce"][0] == "0" else "0"
    file.write_text(json.dumps({**proof, "nonce": digit + proof["nonce"][1:]}), encoding="utf-8")
    assert entry.invoke(["verify", str(file), "--root", root]) == 60
    assert entry.invoke(["prove", "inclusion", str(run), "--record", "r37-0"]) == 60  # was withdrawn
    capsys.readouterr()


def test_the_dossier_verifies_and_every_changed_file_is_named(place: Any, capsys: pytest.CaptureFixture[str]) -> None:
    dossier = place.runs / "run" / "dossier"
    assert entry.invoke(["verify", str(dossier)]) == 0
    capsys.readouterr()
    for path in sorted(dossier.iterdir()):
        whole = path.read_bytes()
        middle = len(whole) // 2
        path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
        assert entry.invoke(["verify", str(dossier)]) == 60
        assert path.name in capsys.readouterr().err
        path.write_bytes(whole)
    assert entry.invoke(["verify", str(dossier)]) == 0
