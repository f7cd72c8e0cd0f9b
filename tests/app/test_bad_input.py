"""Bad input, through the command line: a named error, its own exit code, and nothing else touched."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from wuming.app.cli import entry
from wuming.core import errors
from wuming.core.storage import home
from wuming.governance.ledger import Ledger

PEOPLE = 24
SECRET = "13812345678"

PLAN = """\
name: bad-input
source:
  records: records.jsonl
  consent: consent.jsonl
  table: table.csv
  public: public.jsonl
  origin: made for this test
  licence: Apache-2.0
  legal_basis: consent
collect:
  as_of: 2026-06-30
anonymise:
  quasi_identifiers: [age, city]
  sensitive: [plan]
  k: 3
  l: 1
review:
  waived: {residual-personal-data: nothing is released here}
train:
  population: 24
  expected_units_per_step: 12
  delta: 1e-5
"""


def record(number: int, **changes: Any) -> dict[str, Any]:
    text = f"User: call me at {SECRET} about order {number}\nAgent: of course"
    base = {"id": f"r{number}", "subject": f"u{number}", "text": text, "created_at": "2026-05-01", "language": "en"}
    return {**base, **changes}


def consent(number: int) -> dict[str, Any]:
    return {
        "subject": f"u{number}",
        "notice_version": "2026-01",
        "notice_hash": "sha256:" + "0" * 64,
        "purposes": ["model-training"],
        "given_at": "2026-01-15",
        "withdrawn_at": None,
        "birth_year": 1980,
        "guardian": None,
    }


def write_lines(path: Path, values: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(value) + "\n" for value in values), encoding="utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a folder with a plan and data that are right."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    write_lines(folder / "records.jsonl", [record(n) for n in range(PEOPLE)])
    write_lines(folder / "consent.jsonl", [consent(n) for n in range(PEOPLE)])
    write_lines(folder / "public.jsonl", [{"id": f"p{n}", "text": "Hello, how are you?"} for n in range(20)])
    rows = [f"u{n},{20 + n},{'AB'[n % 2]},{'xy'[n % 2]}" for n in range(PEOPLE)]
    (folder / "table.csv").write_text("subject,age,city,plan\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def earlier(tmp_path: Path) -> Iterator[None]:
    """Put an entry into the ledger and a finished run on the disk; afterwards both must be as they were."""
    ledger = Ledger()
    ledger.append("note", {"text": "an earlier run"})
    before = ledger.entries()
    run = tmp_path / "out-of-another-run" / "run.json"
    run.parent.mkdir()
    run.write_text('{"plan": "another"}', encoding="utf-8")
    yield
    assert ledger.entries()[: len(before)] == before
    ledger.verify()
    assert run.read_text(encoding="utf-8") == '{"plan": "another"}'


def expect(
    cls: type[errors.WumingError], capsys: pytest.CaptureFixture[str], *arguments: str | Path, words: str = ""
) -> str:
    """Run the command line and return the message, which must be this error's and hold nothing personal."""
    code = entry.invoke([str(argument) for argument in arguments] + ["--json"])
    out, err = capsys.readouterr()
    assert code == cls.exit_code, err
    body = json.loads(out.splitlines()[-1])["error"]
    assert body["name"] == cls.__name__
    assert body["help"]
    assert words in body["message"]
    assert SECRET not in out + err
    assert "Traceback" not in err
    return str(body["message"])


def break_records(change: Callable[[Path], None]) -> Callable[[Path], None]:
    return lambda folder: change(folder / "records.jsonl")


def edit_line(path: Path, number: int, text: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[number - 1] = text
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def edit_plan(folder: Path, old: str, new: str) -> None:
    assert old in PLAN
    (folder / "plan.yaml").write_text(PLAN.replace(old, new), encoding="utf-8")


BREAKS: dict[str, tuple[type[errors.WumingError], str, Callable[[Path], Any]]] = {
    "missing file": (errors.MissingFile, "records.jsonl", lambda d: (d / "records.jsonl").unlink()),
    "missing table": (errors.MissingFile, "table.csv", lambda d: (d / "table.csv").unlink()),
    "malformed line": (
        errors.MalformedRecord,
        "line 3",
        lambda d: edit_line(d / "records.jsonl", 3, f'{{"id": "r2", "text": "{SECRET}'),
    ),
    "wrong encoding": (
        errors.WrongEncoding,
        "records.jsonl",
        lambda d: (d / "records.jsonl").write_bytes(json.dumps(record(1)).encode("utf-16")),
    ),
    "no subject": (
        errors.MissingSubject,
        "line 5",
        lambda d: edit_line(d / "records.jsonl", 5, json.dumps(record(4, subject=None))),
    ),
    "duplicate id": (
        errors.DuplicateId,
        "line 7",
        lambda d: edit_line(d / "records.jsonl", 7, json.dumps(record(6, id="r1"))),
    ),
    "empty set": (errors.EmptyData, "records.jsonl", lambda d: (d / "records.jsonl").write_text("")),
    "nothing admitted": (
        errors.EmptyData,
        "none of 24",
        lambda d: write_lines(d / "consent.jsonl", [{**consent(n), "purposes": ["service"]} for n in range(PEOPLE)]),
    ),
    "unknown key": (
        errors.PlanError,
        "did you mean `population`?",
        lambda d: edit_plan(d, "  population", "  populaton: 3\n  population"),
    ),
    "epsilon of zero": (
        errors.PrivacyParameterError,
        "train.epsilon must be greater than 0",
        lambda d: edit_plan(d, "train:\n", "train:\n  epsilon: 0\n"),
    ),
    "large delta": (
        errors.PrivacyParameterError,
        "train.delta must be at most",
        lambda d: edit_plan(d, "delta: 1e-5", "delta: 0.01"),
    ),
    "large k": (errors.TableError, "k", lambda d: edit_plan(d, "k: 3", "k: 25")),
    "consent that is none": (
        errors.ConsentError,
        "line 2",
        lambda d: edit_line(d / "consent.jsonl", 2, json.dumps({"subject": "u1", "purposes": "all"})),
    ),
}


@pytest.mark.parametrize("name", BREAKS)
@pytest.mark.usefixtures("earlier")
def test_bad_input_is_a_named_error(name: str, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cls, words, change = BREAKS[name]
    change(data)
    expect(cls, capsys, "run", data / "plan.yaml", "--out", tmp_path / "out", words=words)
    assert not (tmp_path / "out" / "dossier").exists()


@pytest.mark.usefixtures("earlier")
def test_a_missing_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expect(errors.MissingFile, capsys, "run", tmp_path / "none.yaml", words="none.yaml")


@pytest.mark.usefixtures("earlier")
def test_a_folder_of_another_run(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "run.json").write_text('{"plan": "sha256:00", "name": "another", "stages": {}}')
    expect(errors.RunConflict, capsys, "run", data / "plan.yaml", "--out", other, words="another plan")
    assert json.loads((other / "run.json").read_text())["name"] == "another"


def test_a_corrupt_ledger_stops_everything(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Ledger().append("note", {"text": "an earlier run"})
    path = next(home().glob("ledger*.sqlite"))
    for stale in home().glob("ledger*-*"):
        stale.unlink()
    path.write_bytes(b"not a database at all" * 400)
    before = path.read_bytes()
    expect(errors.LedgerCorrupt, capsys, "run", data / "plan.yaml", "--out", tmp_path / "out")
    assert path.read_bytes() == before


def wuming_process(*arguments: str | Path, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from wuming.app.cli import main; main()", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        **options,
    )


def many_records(data: Path) -> None:
    lines = [record(n % PEOPLE, id=f"r{n}") for n in range(4000)]
    write_lines(data / "records.jsonl", lines)


@pytest.mark.usefixtures("earlier")
def test_a_file_that_may_not_grow(data: Path, tmp_path: Path) -> None:
    many_records(data)

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    process = wuming_process(
        "run",
        data / "plan.yaml",
        "--out",
        tmp_path / "out",
        "--json",
        preexec_fn=small_files,
    )
    out, err = process.communicate(timeout=120)
    assert process.returncode == errors.StorageError.exit_code, err
    assert json.loads(out.splitlines()[-1])["error"]["name"] == "StorageError"
    assert SECRET not in out + err


@pytest.mark.usefixtures("earlier")
def test_a_full_disk(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = tmp_path / "small-disk"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(small)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("no right to mount a small disk here; the test above stands in for it")
    try:
        many_records(data)
        expect(errors.StorageError, capsys, "run", data / "plan.yaml", "--out", small / "run", words="no space left")
        assert not list(small.rglob("*.part"))
    finally:
        subprocess.run(["umount", str(small)], check=True)


@pytest.mark.usefixtures("earlier")
def test_control_c_ends_with_its_own_code(data: Path, tmp_path: Path) -> None:
    many_records(data)
    process = wuming_process("run", data / "plan.yaml", "--out", tmp_path / "out", "--json", start_new_session=True)
    assert process.stderr is not None
    seen = ""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and not re.search(r"… (de-identify|train)", seen):
        line = process.stderr.readline()
        if not line:
            break
        seen += line
    os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to the whole group
    out, err = process.communicate(timeout=60)
    assert process.returncode == errors.Interrupted.exit_code, seen + err
    assert json.loads(out.splitlines()[-1])["error"]["name"] == "Interrupted"
    assert "Traceback" not in err
    assert SECRET not in seen + out + err
