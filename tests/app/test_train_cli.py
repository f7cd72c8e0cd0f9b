"""`wuming train` and `wuming synthesize`: one small training, taken up again, charged once, sampled from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from wuming.app.cli import entry
from wuming.core.storage import home, read_json
from wuming.governance.accounts import Accounts
from wuming.governance.ledger import Ledger

NUMBERS = ("--epsilon", "8", "--delta", "5e-4", "--population", "60", "--batch", "20", "--steps", "4")


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


_known: dict[str, float] = {}


@pytest.fixture(autouse=True)
def quick_and_steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each public number is computed once for all tests; the sources count as unchanged while the tests run."""
    from wuming.app import training_job
    from wuming.training import plan

    epsilon = plan.epsilon

    def spent(event: Any, delta: float, **options: Any) -> float:
        name = f"epsilon {event} {delta} {options}"
        if name not in _known:
            _known[name] = epsilon(event, delta, **options)
        return _known[name]

    # What calibrating finds for NUMBERS; the command checks it against the true ε, which is computed here as well.
    monkeypatch.setattr(plan, "calibrate", lambda *_numbers, **_options: 0.6205)
    monkeypatch.setattr(plan, "epsilon", spent)
    monkeypatch.setattr(training_job, "environment", lambda: "one environment")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    words = ["where is my order", "it has not come", "thank you", "到哪了"]
    lines = [
        {"id": i, "subject": f"u{i % 50}", "text": f"{words[i % 4]}, {words[(i + 1) % 4]}", "label": i % 2}
        for i in range(120)
    ]
    chats = [
        {
            "subject": f"u{i}",
            "messages": [{"role": "user", "content": "到哪了"}, {"role": "assistant", "content": "快了"}],
        }
        for i in range(50)
    ]
    for name, content in (("data", lines), ("public", lines[:40]), ("chats", chats)):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in content)
        (folder / f"{name}.jsonl").write_text(text)
    return folder


def call(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = entry.invoke([*(str(argument) for argument in arguments), "--json"])
    return code, json.loads(capsys.readouterr().out.splitlines()[-1])


def train(
    capsys: pytest.CaptureFixture[str], kind: str, files: Path, output: Path, *more: str, data: str = "data"
) -> tuple[int, dict[str, Any]]:
    start = () if "--base" in more else ("--tiny", "--public", files / "public.jsonl")
    return call(
        capsys, "train", kind, files / f"{data}.jsonl", *start, *NUMBERS, "--max-tokens", "32", "-o", output, *more
    )


def test_a_claim_says_all_that_belongs_to_epsilon_and_nothing_private(files, tmp_path, capsys) -> None:
    code, claim = train(capsys, "language-model", files, tmp_path / "m")
    assert code == 0
    assert 0 < claim["epsilon"] <= 8
    assert (claim["delta"], claim["unit_of_privacy"], claim["neighbouring_relation"]) == (
        5e-4,
        "subject",
        "add-or-remove-one",
    )
    assert claim["sampler"] == "poisson over subjects"
    assert claim["account"] == "not entered in a ledger"
    assert claim["self_check"] == {"passed": True}
    stored = read_json(tmp_path / "m" / "claim.json")
    assert stored == {k: v for k, v in claim.items() if k not in ("output", "seconds")}
    for word in ("noise_ratio", "largest_clipped_share", "compared"):
        assert word not in json.dumps(stored)
    assert not (tmp_path / "m" / "state.checkpoint").exists()
    assert {"model.safetensors", "tokenizer.json"} <= {path.name for path in (tmp_path / "m").iterdir()}
    assert Ledger().entries() == []


def test_the_same_call_is_the_same_training_and_another_is_refused(files, tmp_path, capsys) -> None:
    _, first = train(capsys, "language-model", files, tmp_path / "a")
    _, shown = train(capsys, "language-model", files, tmp_path / "a")
    assert shown["seconds"] == 0
    assert shown["weights_digest"] == first["weights_digest"]
    _, again = train(capsys, "language-model", files, tmp_path / "b")
    assert again["weights_digest"] == first["weights_digest"]
    code, error = train(capsys, "language-model", files, tmp_path / "a", "--max-grad-norm", "0.5")
    assert (code, error["error"]["name"]) == (71, "RunConflict")


class _Killed(BaseException):
    pass


def test_a_killed_training_goes_on_and_ends_the_same(files, tmp_path, capsys, monkeypatch) -> None:
    from wuming.training import fine_tuning
    from wuming.training.private import PrivateTrainer

    _, whole = train(capsys, "language-model", files, tmp_path / "whole")
    real = PrivateTrainer.run

    def run(self: Any, loss: Any, *, on_step: Any, checkpoint: Path, checkpoint_every: int) -> None:
        def kill(done: int, total: int) -> None:
            on_step(done, total)
            if done == 3:
                raise _Killed

        real(self, loss, on_step=kill, checkpoint=checkpoint, checkpoint_every=1)

    monkeypatch.setattr(fine_tuning.PrivateTrainer, "run", run)
    with pytest.raises(_Killed):
        train(capsys, "language-model", files, tmp_path / "cut")
    monkeypatch.setattr(fine_tuning.PrivateTrainer, "run", real)
    assert (tmp_path / "cut" / "state.checkpoint").stat().st_mode & 0o077 == 0
    _, resumed = train(capsys, "language-model", files, tmp_path / "cut")
    assert resumed["weights_digest"] == whole["weights_digest"]


def test_an_account_is_charged_once_and_refuses_what_it_cannot_bear(files, tmp_path, capsys) -> None:
    code, error = train(capsys, "language-model", files, tmp_path / "a", "--lineage", "shop")
    assert (code, error["error"]["name"]) == (30, "PrivacyParameterError")
    options = ("--lineage", "shop", "--cap", "12")
    code, claim = train(capsys, "language-model", files, tmp_path / "a", *options)
    assert code == 0
    account = "shop/subject/add-or-remove-one"
    spent = Accounts(Ledger()).status(account)
    assert claim["account"]["id"] == account
    assert claim["account"]["spent_epsilon"] == spent.spent_epsilon > claim["epsilon"] * 0.9
    assert (spent.committed, spent.pending) == (1, ())
    train(capsys, "language-model", files, tmp_path / "b", *options)
    assert Accounts(Ledger()).status(account).spent_epsilon == spent.spent_epsilon
    evidence = [entry for entry in Ledger().entries() if entry.kind == "evidence"]
    assert [entry.body["subject"] for entry in evidence] == [claim["weights_digest"]]
    code, error = train(capsys, "language-model", files, tmp_path / "c", *options, "--max-grad-norm", "0.7")
    assert (code, error["error"]["name"]) == (40, "BudgetExceeded")
    assert not (tmp_path / "c" / "model.safetensors").exists()


def test_a_repeated_schedule_with_other_weights_is_refused(files, tmp_path, capsys, monkeypatch) -> None:
    """The twin: a machine that rounds otherwise ends elsewhere with the same noise."""
    from wuming.training import fine_tuning

    options = ("--lineage", "shop", "--cap", "12")
    assert train(capsys, "language-model", files, tmp_path / "a", *options)[0] == 0
    real = fine_tuning.language_loss
    monkeypatch.setattr(fine_tuning, "language_loss", lambda *a, **k: real(*a, **k) * 1.0001)
    code, error = train(capsys, "language-model", files, tmp_path / "b", *options)
    assert (code, error["error"]["name"]) == (33, "SelfCheckFailed")
    assert not list((tmp_path / "b").glob("*.safetensors"))


def test_a_classifier_and_a_chat_model_are_trained(files, tmp_path, capsys) -> None:
    code, claim = train(capsys, "classifier", files, tmp_path / "c", "--labels", "0,1")
    assert code == 0
    assert claim["labels"] == ["0", "1"]
    assert train(capsys, "language-model", files, tmp_path / "chat", data="chats")[0] == 0
    code, error = train(capsys, "classifier", files, tmp_path / "d", "--labels", "good,bad")
    assert (code, error["error"]["name"]) == (21, "MalformedRecord")


def test_adapters_on_a_model_of_ones_own(files, tmp_path, capsys) -> None:
    train(capsys, "language-model", files, tmp_path / "base")
    code, claim = train(
        capsys, "language-model", files, tmp_path / "a", "--base", str(tmp_path / "base"), "--lora", "2"
    )
    assert code == 0
    assert claim["lora"]["rank"] == 2
    assert (tmp_path / "a" / "adapter_model.safetensors").exists()
    assert not (tmp_path / "a" / "model.safetensors").exists()
    code, error = call(capsys, "synthesize", "text", tmp_path / "a", "-n", "2")
    assert (code, error["error"]["name"]) == (20, "MissingFile")
    code, made = call(capsys, "synthesize", "text", tmp_path / "a", "-n", "2", "--base", tmp_path / "base")
    assert code == 0
    assert len(made["samples"]) == 2


@pytest.mark.parametrize("wrong", [(), ("--tiny", "--base", "x"), ("--tiny", "--lora", "2")])
def test_where_to_start_must_be_said_once(files, tmp_path, capsys, wrong) -> None:
    public = ("--public", files / "public.jsonl")
    code, error = call(
        capsys, "train", "language-model", files / "data.jsonl", *public, *wrong, *NUMBERS, "-o", tmp_path / "x"
    )
    assert (code, error["error"]["name"]) == (30, "PrivacyParameterError")


def test_text_is_sampled_with_its_claim_copies_and_use(files, tmp_path, capsys) -> None:
    train(capsys, "language-model", files, tmp_path / "m")
    arguments = (
        "synthesize",
        "text",
        tmp_path / "m",
        "-n",
        "5",
        "--seed",
        "3",
        "--prompt",
        "where",
        "--max-tokens",
        "8",
    )
    _, first = call(capsys, *arguments)
    assert first["samples"] == call(capsys, *arguments)[1]["samples"]
    assert all(sample.startswith("where") for sample in first["samples"])
    assert {"epsilon", "delta", "unit_of_privacy", "neighbouring_relation", "sampler"} <= first["claim"].keys()
    assert first["internal"] is None
    out = tmp_path / "out.jsonl"
    measured = ("--real", files / "data.jsonl", "--held-out", files / "public.jsonl", "--output", out)
    code, body = call(capsys, *arguments, *measured)
    assert code == 0
    assert body["internal"]["copies"]["internal"] is True
    assert body["internal"]["utility"]["bits_of_real"] < body["internal"]["utility"]["bits_of_nothing"]
    assert len(out.read_text().splitlines()) == 5
    assert "internal" not in out.read_text()
    assert call(capsys, *arguments, "--output", out)[0] == 70


def test_a_runs_released_model_is_sampled_with_its_dossiers_claim(files, tmp_path, capsys) -> None:
    """A folder laid out as `wuming run` leaves it; the model is one of `wuming train`."""
    _, claim = train(capsys, "language-model", files, tmp_path / "m")
    run = tmp_path / "run"
    (run / "dossier").mkdir(parents=True)
    shutil.copytree(tmp_path / "m", run / "release" / "model")
    (run / "release" / "model" / "claim.json").unlink()
    lines = [
        {"evidence": {"kind": "collect", "subject": "sha256:0", "claims": {}}},
        {"evidence": {"kind": "train", "subject": claim["weights_digest"], "claims": {**claim, "epsilon": 7.5}}},
    ]
    (run / "dossier" / "evidence.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    code, made = call(capsys, "synthesize", "text", run, "-n", "1")
    assert (code, made["claim"]["epsilon"]) == (0, 7.5)
    lines[1]["evidence"]["subject"] = "sha256:0"
    (run / "dossier" / "evidence.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert call(capsys, "synthesize", "text", run, "-n", "1")[0] == 60


def test_a_claim_about_other_weights_and_a_model_without_claim_are_refused(files, tmp_path, capsys) -> None:
    train(capsys, "language-model", files, tmp_path / "m")
    weights = tmp_path / "m" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x00\x00")
    code, error = call(capsys, "synthesize", "text", tmp_path / "m", "-n", "1")
    assert (code, error["error"]["name"]) == (60, "VerificationFailed")
    (tmp_path / "m" / "claim.json").unlink()
    assert call(capsys, "synthesize", "text", tmp_path / "m", "-n", "1")[0] == 20
    assert call(capsys, "synthesize", "text", tmp_path, "-n", "1")[0] == 20


def test_more_documents_than_delta_allows_are_refused(files, tmp_path, capsys) -> None:
    code, error = train(capsys, "language-model", files, tmp_path / "m", "--unit", "document", "--delta", "1e-3")
    assert (code, error["error"]["name"]) == (30, "PrivacyParameterError")


def test_kept_noise_that_is_too_small_is_refused(files, tmp_path, capsys, monkeypatch) -> None:
    """The cache of calibrated noise is not believed."""
    from wuming.training import plan

    monkeypatch.setattr(plan, "calibrate", lambda *_numbers, **_options: 0.5)
    code, error = train(capsys, "language-model", files, tmp_path / "m", "--max-grad-norm", "0.3")
    assert (code, error["error"]["name"]) == (33, "SelfCheckFailed")
    assert Ledger().entries() == []


def test_keys_lie_apart_from_the_result(files, tmp_path, capsys) -> None:
    train(capsys, "language-model", files, tmp_path / "m")
    secret = (home() / "keys" / "runs.key").read_bytes()
    assert all(secret not in path.read_bytes() for path in (tmp_path / "m").rglob("*") if path.is_file())
