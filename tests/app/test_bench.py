"""`wuming bench`: its list, its refusals, and a small run from the command line to the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wuming.app.cli.entry import invoke


def test_the_list_shows_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["bench", "training", "--list"]) == 0
    text = capsys.readouterr().out
    for word in ("noise", "gpt2-128", "qwen2-512-lora", "mnist-best", "only when asked for"):
        assert word in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "bench='nothing'"),
        (["training", "--rows", "nothing"], "rows='nothing'"),
        (["training", "--threads", "two"], "threads='two'"),
        (["training", "--threads", "0"], "threads='0'"),
    ],
)
def test_what_is_not_there_is_refused_before_anything_is_measured(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["bench", *arguments]) == 10
    assert said in capsys.readouterr().err


def test_a_quick_run_writes_figures_without_goals_and_resumes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("torch")
    path = tmp_path / "noise.json"
    arguments = ["bench", "training", "--rows", "noise", "--quick", "--repeats", "2", "--json", str(path)]
    assert invoke(arguments) == 0
    captured = capsys.readouterr()
    assert "M samples/s" in captured.out
    assert "noise" in captured.err
    written = json.loads(path.read_text())
    entry = written["rows"]["noise@1"]
    assert len(entry["figures"][0]["values"]) == 2
    assert entry["figures"][0]["goal"] is None
    assert written["machine"]["cores"] >= 1
    assert {"torch", "numpy"} <= set(written["machine"]["libraries"])
    assert invoke([*arguments, "--resume"]) == 0
    assert json.loads(path.read_text())["rows"]["noise@1"]["at"] == entry["at"]
