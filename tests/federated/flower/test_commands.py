"""`wuming federate keys | status | serve | join` up to the network: files, modes, drafts, wrong input by name."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from wuming.app.cli.entry import invoke
from wuming.app.federation.agreement_file import read_agreement
from wuming.app.federation.building import build
from wuming.app.federation.keys import card_of, make_keys
from wuming.app.federation.status import StatusBook, read_status
from wuming.core.errors import KeyUnavailable, MalformedRecord, MissingFile, PlanError, PrivacyParameterError

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WUMING_HOME", str(tmp_path / "home"))
    return tmp_path


def keys(*words: str) -> int:
    return invoke(["federate", "keys", *words])


TRIAL = ("trial", "--host", "127.0.0.1", "--silo", "north", "--silo", "south", "--silo", "west", "--silo", "east")


def test_private_keys_are_their_owners_alone_and_never_written_again(folder: Path, capsys: Captured) -> None:
    assert keys(*TRIAL) == 0
    found = {path: path.read_bytes() for path in (folder / "trial").rglob("*") if path.is_file()}
    private = [path for path in found if path.name in ("authority.key", "server.key", "identity.pem", "node.key")]
    assert len(private) == 10
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder / "trial").iterdir() if path.is_dir()} == {0o700}
    assert not any(b"PRIVATE" in data for path, data in found.items() if path not in private)
    capsys.readouterr()
    assert keys(*TRIAL) == 0
    assert "nothing was written" in capsys.readouterr().out
    assert {path: path.read_bytes() for path in found} == found


def test_a_silo_makes_its_own_keys_and_the_operator_takes_its_card(folder: Path, capsys: Captured) -> None:
    assert keys("mine", "--silo", "north", "--json") == 0
    printed = json.loads(capsys.readouterr().out.splitlines()[-1])
    own = folder / "mine" / "north"
    assert sorted(path.name for path in own.iterdir()) == ["identity.pem", "member.json", "node.key"]
    assert not (folder / "mine" / "federation.yaml").exists()
    assert keys("operator", "--host", "example.org", "--silo", "south") == 0
    (folder / "operator" / "north").mkdir()
    (folder / "operator" / "north" / "member.json").write_bytes((own / "member.json").read_bytes())
    assert keys("operator", "--host", "example.org") == 0
    assert printed["fingerprints"]["north"] in capsys.readouterr().out
    file = read_agreement(folder / "operator" / "federation.yaml")
    assert [member.name for member in file.members] == ["north", "south"]


@pytest.mark.parametrize("name", ["", "../x", "server", "authority", "-x", "a/b", "x" * 80])
def test_bad_names_of_silos_are_refused(folder: Path, name: str) -> None:
    with pytest.raises(KeyUnavailable, match="no valid name"):
        make_keys(folder / "k", name="n", hosts=(), silos=(name,))


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"name": "a", "identity": "x", "node_key": "y"}', '{"name": "a", "identity": 1}']
)
def test_a_broken_card_is_named(folder: Path, text: str) -> None:
    path = folder / "member.json"
    path.write_text(text)
    with pytest.raises((MalformedRecord, KeyUnavailable)):
        card_of(path)


def edited(folder: Path, *changes: tuple[str, str]) -> Path:
    if not (folder / "trial").exists():
        keys(*TRIAL)
    text = (folder / "trial" / "federation.yaml").read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    path = folder / "federation.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("rounds: 20", "rounds: 0", "rounds"),
        ("rounds: 20", "round: 20", "unknown key"),
        ("unit: record", "unit: subject", "unit"),
        ("vector_norm: 30.0", "# vector_norm: 30.0", "vector_norm is missing"),
        ("epsilon: 4.0", "# epsilon", "epsilon is missing"),
        ("task: digits", "task: flower", "dimension"),
        ("name: north", "name: south", "used twice"),
        ("noise: distributed", "noise: gaussian", "noise"),
        ("name: north", "name: north\n    weight: 1.5", "weight"),
        ("name: north", "name: north\n    weight: 0", "weight"),
        ("rounds: 20", "rounds: 20\nweight_cap: 0", "weight_cap"),
        ("rounds: 20", "rounds: 20\nweight_cap: 100", "weight_cap is for unit client"),
        ("modulus_bits: 20", "modulus_bits: 70", "modulus_bits"),
    ],
)
def test_what_does_not_fit_is_named_with_its_line(folder: Path, before: str, after: str, told: str) -> None:
    path = edited(folder, (before, after))
    with pytest.raises(PlanError, match=told) as refused:
        read_agreement(path)
    assert "federation.yaml:" in refused.value.message


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ([("unit: record", "unit: client\nweight_cap: 9"), ("name: north", "name: north\n    weight: 0.5")], "exclude"),
        ([("task: digits", "task: flower\ndimension: 9"), ("noise: distributed", "noise: central")], "noise central"),
        ([("noise: distributed", "noise: central"), ("epsilon: 4.0", "# epsilon")], "epsilon is missing"),
    ],
)
def test_what_excludes_each_other_is_named_with_its_line(folder: Path, changes, told: str) -> None:
    with pytest.raises(PlanError, match=told):
        read_agreement(edited(folder, *changes))


def test_numbers_without_a_promise_and_unknown_tasks_are_refused(folder: Path) -> None:
    path = edited(folder, ("task: digits ", "task: no_such_module:Task "))
    with pytest.raises(PlanError, match="no task"):
        build(path)
    (folder / "tiny_task.py").write_text("import numpy\nclass Task:\n    start = lambda self: numpy.zeros(9)\n")
    task = ("task: digits ", "task: tiny_task:Task ")
    for told, changes in (
        ("least_survivors=2", [("least_survivors: 4", "least_survivors: 2"), ("noise: distributed", "noise: none")]),
        ("delta", [("delta: 1.0e-6", "delta: 1.0e-2")]),
    ):
        path = edited(folder, task, *changes)
        with pytest.raises(PrivacyParameterError, match=told):
            build(path)


def test_commands_say_what_is_missing(folder: Path, capsys: Captured) -> None:
    assert invoke(["federate", "status"]) == MissingFile.exit_code
    assert invoke(["federate", "serve", "--agreement", "none.yaml", "--keys", "x"]) == MissingFile.exit_code
    assert invoke(["federate", "join", "x", "--agreement", "none.yaml", "--server", "nonsense"]) == 2
    assert invoke(["federate", "keys", "x"]) == KeyUnavailable.exit_code
    capsys.readouterr()


def test_status_shows_silos_rounds_epsilon_and_curve(folder: Path, capsys: Captured) -> None:
    privacy = {
        "epsilon_server": 2.5,
        "epsilon_public": 1.5,
        "delta": 1e-5,
        "unit_of_privacy": "record",
        "neighbouring_relation": "add-or-remove-one",
        "sampler": "Poisson, q = 0.1, by each client's own coins",
        "noise": "distributed",
        "colluders": 1,
        "rounds": 1,
    }
    book = StatusBook(folder / "state", "hospitals", 20, privacy, "training", 1)
    book.node("north", "online")
    book.curve.append({"round": 1, "accuracy": 0.75})
    book.attempts.append(
        {"number": 7, "survivors": ["north"], "aborted": "", "blamed": {"north": "wrong-shares"}, "seconds": 1.0}
    )
    book.write()
    assert invoke(["federate", "status", "--state", "state"]) == 0
    shown = capsys.readouterr().out
    for words in (
        "1 of 20 rounds",
        "north  online",
        "lied about shares: wrong-shares",
        "ε ≤ 2.5000 against the server",
        "unit record",
        "sampler Poisson",
        "accuracy 0.7500",
    ):
        assert words in shown
    assert invoke(["federate", "status", "--state", "state", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == read_status(folder / "state")
    (folder / "state" / "status.json").write_text("{}")
    with pytest.raises(MalformedRecord):
        read_status(folder / "state")
