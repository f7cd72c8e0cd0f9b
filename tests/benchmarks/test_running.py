"""The hall: turns within a round, rows by name and group, a failed row that stops no other, results that are kept."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from wuming.benchmarks.house import peers, results
from wuming.benchmarks.house.bench import Bench, Figure, Goal, Outcome, Row, Settings
from wuming.benchmarks.house.protocol import ContestantFailed
from wuming.benchmarks.house.results import ResultFile, default_path
from wuming.benchmarks.house.running import Hall, rounds, run_bench, select_rows
from wuming.benchmarks.house.table import results_table
from wuming.core.errors import MalformedRecord, PlanError, SelfCheckFailed, StorageError
from wuming.core.ports import NoProgress


class Spoken:
    """A contestant without a process, which writes down when it was asked."""

    def __init__(self, name: str, log: list[str], fails_at: int = -1) -> None:
        self.name, self._log, self._fails_at = name, log, fails_at

    def do(self, command: str, by: int = 0) -> int:
        if self._log.count(self.name) == self._fails_at:
            raise ContestantFailed("Gone", "test")
        self._log.append(self.name)
        return len(self._log) + by


def test_contestants_take_turns_within_every_round() -> None:
    log: list[str] = []
    answers = rounds([Spoken("a", log), Spoken("b", log)], "step", [{"by": by} for by in (0, 10, 20)])  # type: ignore[list-item]
    assert log == ["a", "b"] * 3
    assert answers == {"a": [1, 13, 25], "b": [2, 14, 26]}


def test_one_that_fails_leaves_the_rounds_and_the_others_finish() -> None:
    log: list[str] = []
    answers = rounds([Spoken("a", log, fails_at=1), Spoken("b", log)], "step", [{}] * 3)  # type: ignore[list-item]
    assert set(answers) == {"b"}
    assert len(answers["b"]) == 3


def row(name: str, *groups: str, optional: bool = False, fails: Exception | None = None) -> Row:
    def measure(hall: Hall) -> Outcome:
        if fails is not None:
            raise fails
        hall.say("measuring")
        return Outcome((Figure("speed", "×", (1.0, 2.0, 3.0), Goal(">=", 1.5)),), {"raw": [1, 2, 3]}, ("a note",))

    return Row(name, groups, f"title of {name}", measure, 0.1, optional)


BENCH = Bench("sample", "A sample", (row("one", "all"), row("two", "all", "slow"), row("three", "slow", optional=True)))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("", ["one", "two"]),
        ("slow", ["two", "three"]),
        ("three", ["three"]),
        ("three, one", ["one", "three"]),
        ("all,two", ["one", "two"]),
    ],
)
def test_rows_are_selected_by_name_and_group(wanted: str, found: list[str]) -> None:
    assert [row.name for row in select_rows(BENCH, wanted)] == found


def test_an_unknown_row_is_refused_with_what_is_known() -> None:
    with pytest.raises(PlanError, match="rows='four'") as failure:
        select_rows(BENCH, "one,four")
    assert "three" in failure.value.help


def test_a_row_that_fails_is_said_and_stops_no_other(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    rows = [
        row("bad", fails=SelfCheckFailed("the sums differ")),
        row("worse", fails=ContestantFailed("Gone", "no memory")),
        row("good"),
    ]
    file = ResultFile(path, "sample", Settings())
    assert run_bench(rows, Settings(), file, NoProgress()) == ["bad", "worse"]
    written = json.loads(path.read_text())["rows"]
    assert written["bad@1"]["notes"] == ["not measured: the sums differ"]
    assert written["good@1"]["figures"][0]["median"] == 2.0
    assert written["good@1"]["figures"][0]["quartiles"] == [1.5, 2.5]
    assert written["good@1"]["figures"][0]["reached"] is True
    assert written["good@1"]["raw"] == {"raw": [1, 2, 3]}


def test_resume_keeps_what_the_same_code_measured_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "results.json"
    run_bench(
        [row("one"), row("bad", fails=SelfCheckFailed("x"))],
        Settings(),
        ResultFile(path, "s", Settings()),
        NoProgress(),
    )
    again = ResultFile(path, "s", Settings(), resume=True)
    assert again.holds("one", 1)
    assert not again.holds("one", 2)
    assert not again.holds("bad", 1)  # what failed is measured again
    assert run_bench([row("one", fails=AssertionError("measured twice"))], Settings(), again, NoProgress()) == []
    assert not ResultFile(path, "s", Settings()).rows  # without --resume nothing is kept
    for other in (Settings(repeats=7), Settings(quick=True)):
        assert ResultFile(path, "s", other, resume=True).differs == ["settings"]
    monkeypatch.setattr(results, "code_digest", lambda: "sha256:other")
    changed = ResultFile(path, "s", Settings(), resume=True)
    assert changed.differs == ["code"]
    assert not changed.rows


@pytest.mark.parametrize("text", ['{"format": 0}', "[]", '"x"'])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "results.json"
    path.write_text(text)
    with pytest.raises(MalformedRecord):
        ResultFile(path, "s", Settings(), resume=True)


def test_figures_changed_by_hand_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    run_bench([row("one")], Settings(), ResultFile(path, "s", Settings()), NoProgress())
    written = path.read_text()
    for change in (
        written.replace('"values": [', '"values": [[],', 1),
        written.replace('"figures"', '"figure"', 1),
        "{",
    ):
        assert change != written
        path.write_text(change)
        with pytest.raises(MalformedRecord):
            ResultFile(path, "s", Settings(), resume=True)


def test_the_default_path_never_overwrites_and_resume_finds_the_newest(tmp_path: Path) -> None:
    first = default_path("s", resume=True, folder=tmp_path)
    first.touch()
    second = default_path("s", resume=False, folder=tmp_path)
    assert second != first
    second.touch()
    assert default_path("s", resume=False, folder=tmp_path) not in (first, second)
    assert default_path("s", resume=True, folder=tmp_path) == second
    assert default_path("other", resume=True, folder=tmp_path) not in (first, second)


def test_the_table_shows_figures_goals_notes_and_a_column_a_thread_count(tmp_path: Path) -> None:
    from rich.console import Console

    file = ResultFile(tmp_path / "r.json", "s", Settings())
    for threads in (1, 2):
        run_bench([row("one")], Settings(threads=threads), file, NoProgress())
    console = Console(width=140, record=True, file=(tmp_path / "out").open("w"))
    console.print(results_table(file, "Title"))
    text = console.export_text()
    for word in (
        "Title",
        "title of one",
        "1 thread",
        "2 threads",
        "2.000 (1.500–2.500) ×",
        "≥ 1.5",
        "reached",
        "a note",
    ):
        assert word in text


def test_an_environment_that_cannot_be_made_leaves_nothing_half_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WUMING_HOME", str(tmp_path))

    def fail(folder: Path, wanted: Path, python: Path) -> None:
        folder.mkdir()
        raise subprocess.CalledProcessError(1, ["pip", "install"])

    monkeypatch.setattr(peers, "_make", fail)
    with pytest.raises(StorageError, match="peer opacus"):
        peers.peer_environment("opacus")
    assert not list((tmp_path / "peers").glob("opacus*"))


def test_an_environment_is_made_once_and_sees_this_package_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WUMING_HOME", str(tmp_path))
    made = []
    monkeypatch.setattr(peers, "_make", lambda folder, wanted, python: (folder.mkdir(), made.append(folder)))
    first, second = peers.peer_environment("opacus"), peers.peer_environment("opacus")
    assert first == second
    assert len(made) == 1
    assert [entry.name for entry in Path(first.path).iterdir()] == ["wuming"]
    assert first.variables()["PYTHONPATH"] == first.path


def test_a_server_that_cannot_start_says_why() -> None:
    hall = Hall(Settings(), lambda text: None)
    try:
        with pytest.raises(ContestantFailed, match="No module named"), hall.contestants([("wuming.nothing", "x")]):
            pass
    finally:
        hall.close()
