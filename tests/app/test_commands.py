"""The commands of this room: init, plan, ask, run, as far as they need no training."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
import yaml
from pydantic import BaseModel

from wuming.app.cli import entry
from wuming.app.cli import run as run_module
from wuming.app.cli.commands import COMMANDS, load
from wuming.app.plan_template import nested, plan_text
from wuming.core.storage import read_json
from wuming.lifecycle.loading import load_plan
from wuming.lifecycle.plan import Plan


def invoke(*arguments: str | Path) -> int:
    return entry.invoke([str(argument) for argument in arguments])


def test_init_writes_a_plan_that_is_valid_and_whose_files_are_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "mine"
    assert invoke("init", folder) == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "consent.jsonl",
        "plan.yaml",
        "records.jsonl",
        "table.csv",
    ]
    assert invoke("plan", "check", folder / "plan.yaml", "--json") == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert json.loads(last) == {
        "valid": True,
        "name": "my-plan",
        "digest": load_plan(folder / "plan.yaml").digest,
    }


def test_the_sample_rows_can_be_read(tmp_path: Path) -> None:
    from wuming.core.reading import read_records
    from wuming.governance.consent import ConsentRegistry

    invoke("init", tmp_path / "mine")
    records = read_records(tmp_path / "mine" / "records.jsonl")
    assert {record.language for record in records} == {"zh", "en"}
    registry = ConsentRegistry(tmp_path / "registry.sqlite", lineage="my-plan")
    registry.import_file(tmp_path / "mine" / "consent.jsonl")
    plan = load_plan(tmp_path / "mine" / "plan.yaml").plan.collect
    for record in records:
        decision = registry.decide(
            record.subject, purpose=plan.purpose, as_of=plan.as_of, age_of_consent=plan.age_of_consent
        )
        assert decision.allowed


def test_init_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "records.jsonl").write_text("mine")
    assert invoke("init", tmp_path) == 71
    assert "records.jsonl" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["records.jsonl"]
    assert (tmp_path / "records.jsonl").read_text() == "mine"


def _fields(model: type[BaseModel], path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for name, field in model.model_fields.items():
        section = nested(field)
        found += _fields(section, (*path, name)) if section else [(*path, name)]
    return found


def test_the_template_holds_every_field_with_its_meaning() -> None:
    text = plan_text()
    on = yaml.safe_load(text.replace("# dataset:", "dataset:").replace("# ground_truth:", "ground_truth:"))
    assert "federation" not in on
    off = re.search(r"^# federation:\n(?:#.*\n)+", text, re.MULTILINE)
    assert off is not None
    on |= yaml.safe_load(re.sub("^# ", "", off.group(), flags=re.MULTILINE))
    on["source"].setdefault("lineage", "off")
    for path in _fields(Plan):
        section = on
        for part in path[:-1]:
            section = section[part]
        assert path[-1] in section, path
    assert "None" not in text
    assert all(len(line) <= 120 for line in text.splitlines())


def test_plan_check_names_files_that_are_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    invoke("init", tmp_path / "mine")
    (tmp_path / "mine" / "table.csv").unlink()
    assert invoke("plan", "check", tmp_path / "mine" / "plan.yaml") == 20
    assert "source.table: " in capsys.readouterr().err


def test_plan_check_shows_whom_a_federation_is_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    invoke("init", tmp_path / "mine")
    plan = tmp_path / "mine" / "plan.yaml"
    assert "silos:" not in capsys.readouterr().out
    plan.write_text(plan.read_text() + "\nfederation: {silo: branch, silos: [north, south, west], colluders: 1}\n")
    invoke("plan", "check", plan)
    assert "silos:   3, of which 3 must stay in each step; ε holds also against the server with 1 of them" in (
        capsys.readouterr().out
    )


def test_plan_check_shows_epsilon_with_all_that_belongs_to_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    invoke("init", tmp_path / "mine")
    invoke("plan", "check", tmp_path / "mine" / "plan.yaml")
    out = capsys.readouterr().out
    assert "ε ≤ 8 with δ = 1e-05; unit subject; neighbours add-or-remove-one; Poisson sampling" in out


def test_plan_schema_is_a_json_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke("plan", "schema") == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == set(Plan.model_fields)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Put a model that repeats in the place of the real one; return what it was asked."""
    asked: list[Any] = []

    def ask(run: Path, prompt: str, *, max_tokens: int, temperature: float) -> SimpleNamespace:
        asked.append((run, prompt, max_tokens, temperature))
        return SimpleNamespace(text=f"echo {prompt}", concealed=2)

    monkeypatch.setitem(sys.modules, "wuming.lifecycle.stages.serve", SimpleNamespace(ask=ask))
    return asked


def test_ask_prints_the_answer_and_says_what_was_concealed(
    serve: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke("ask", tmp_path, "where is it?", "--max-tokens", "9") == 0
    out, err = capsys.readouterr()
    assert out == "echo where is it?\n"
    assert err == "(2 personal items were replaced before the model saw the prompt)\n"
    assert serve == [(tmp_path, "where is it?", 9, 0.7)]


def test_ask_reads_standard_input(
    serve: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("到哪了？\n".encode())))
    assert invoke("ask", tmp_path, "-", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"answer": "echo 到哪了？\n", "concealed": 2}


@pytest.mark.parametrize(
    ("prompt", "stdin", "code"), [("  ", b"", 25), ("-", b"\xff\xfe", 22), ("-", b"x" * 70_000, 27), ("-", b"", 25)]
)
def test_ask_refuses_what_is_no_question(
    prompt: str, stdin: bytes, code: int, serve: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
    assert invoke("ask", tmp_path, prompt) == code
    assert serve == []


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Put a run that does nothing in the place of the real one; return what it was given."""
    calls: list[Any] = []

    def run(plan: Plan, folder: Path, **options: Any) -> SimpleNamespace:
        calls.append((plan, folder, options))
        print("a stray line")
        return SimpleNamespace(summary={"released": True, "dossier": str(folder / "dossier")})

    monkeypatch.setitem(sys.modules, "wuming.lifecycle.run", SimpleNamespace(run=run))
    monkeypatch.setattr(run_module, "embedded_public", lambda progress: Path("public.jsonl"))
    return calls


def test_run_ends_standard_output_with_one_json_object(
    ran: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    invoke("init", tmp_path / "mine")
    capsys.readouterr()
    assert invoke("run", tmp_path / "mine" / "plan.yaml", "--out", tmp_path / "out", "--seed", "7", "--json") == 0
    out, _ = capsys.readouterr()
    assert json.loads(out.splitlines()[-1])["released"] is True
    plan, folder, options = ran[0]
    assert (plan.seed, folder, options["base_folder"]) == (7, tmp_path / "out", tmp_path / "mine")
    assert options["public"] is False


def test_run_without_a_plan_generates_the_scenario_once(
    ran: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert invoke("run", "--size", "small", "--out", out) == 0
    made = (out / "source" / "private.jsonl").stat().st_mtime_ns
    assert read_json(out / "source" / "generated.json") == {"scenario": "customer-service", "size": "small", "seed": 0}
    assert invoke("run", "--size", "small", "--out", out) == 0
    assert (out / "source" / "private.jsonl").stat().st_mtime_ns == made
    assert ran[0][0] == ran[1][0]
    assert invoke("run", "--size", "small", "--seed", "1", "--out", out) == 71
    assert "seed=1" in capsys.readouterr().err
    assert len(ran) == 2


def test_run_writes_a_checkpoint_and_holds_the_ledger_against_an_earlier_one(
    ran: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from wuming.core.storage import home
    from wuming.governance.ledger import Ledger

    invoke("init", tmp_path / "mine")
    arguments = ("run", tmp_path / "mine" / "plan.yaml", "--out", tmp_path / "out", "--checkpoint", tmp_path / "c.json")
    Ledger().append("note", {"text": "one"})
    assert invoke(*arguments) == 0
    before = (tmp_path / "c.json").read_bytes()
    for part in home().glob("ledger*"):
        part.unlink()
    Ledger().append("note", {"text": "another history"})
    assert invoke(*arguments) == 41
    assert (tmp_path / "c.json").read_bytes() == before
    assert len(ran) == 1


@pytest.mark.parametrize("name", COMMANDS)
def test_the_overview_says_what_the_command_says(name: str) -> None:
    command = load(name)
    said = (command.help or "").strip().splitlines()[0]
    assert said.rstrip(".") == COMMANDS[name].help.rstrip(".")


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_with_an_example_and_options_with_words(name: str) -> None:
    def leaves(command: click.Command) -> list[click.Command]:
        children = getattr(command, "commands", {})
        return [leaf for child in children.values() for leaf in leaves(child)] if children else [command]

    for command in leaves(load(name)):
        assert f"wuming {name}" in (command.help or ""), f"{name} {command.name}: no example"
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.name != "help":
                assert parameter.help, f"{name} {command.name} {parameter.name}: no help"
