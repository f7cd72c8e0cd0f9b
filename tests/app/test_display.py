"""Progress: the live list and the plain lines."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from wuming.app import display
from wuming.app.display import LiveProgress, PlainProgress, duration, shown_progress
from wuming.core.ports import Progress


def drawn(progress: LiveProgress, width: int = 80) -> list[str]:
    console = Console(width=width, file=io.StringIO(), force_terminal=False)
    console.print(progress)
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


@pytest.fixture
def live() -> LiveProgress:
    return LiveProgress(Console(file=io.StringIO()), stages=("collect", "anonymise", "train", "audit"))


def test_both_are_a_progress(live: LiveProgress) -> None:
    for progress in (live, PlainProgress(io.StringIO())):
        used: Progress = progress
        used.start("collect", 2)
        used.advance("collect", 1)
        used.finish("collect", "done")


@pytest.mark.parametrize("width", [80, 120])
def test_stages_have_marks_and_pieces_stand_below_them(live: LiveProgress, width: int) -> None:
    live.start("collect", 10)
    live.finish("collect", "9 of 10 records admitted")
    live.start("train: raw", 100)
    live.start("train: protected", 60)
    live.advance("train: protected", 30)
    lines = drawn(live, width)
    assert [line[:1] for line in lines] == ["✓", "–", "▸", "▸", "▸", "·", " "]
    assert lines[0].startswith("✓ collect")
    assert lines[0].endswith("9 of 10 records admitted")
    assert lines[1].startswith("– anonymise")
    assert lines[4].startswith("▸   protected")
    assert lines[4].endswith("30 of 60")
    assert all(len(line) <= width for line in lines)


def test_a_second_finish_without_a_note_keeps_the_note(live: LiveProgress) -> None:
    live.start("collect")
    live.start("collect", 5)
    live.finish("collect", "5 records")
    live.finish("collect")
    assert drawn(live)[0].endswith("5 records")


def test_a_finished_stage_hides_its_pieces(live: LiveProgress) -> None:
    live.start("train")
    live.start("train: raw")
    live.finish("train: raw", "perplexity 1.56")
    assert any("raw" in line for line in drawn(live))
    live.finish("train")
    assert not any("raw" in line for line in drawn(live))


def test_work_without_a_known_stage_is_shown_too(live: LiveProgress) -> None:
    live.start("upload", 3)
    assert any("upload" in line for line in drawn(live))


def test_what_ran_when_it_failed_is_marked(live: LiveProgress) -> None:
    live.open()
    live.start("collect")
    live.close(failed=True)
    assert drawn(live)[0].startswith("✗ collect")


def test_plain_lines_say_begin_and_end_once(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.StringIO()
    progress = PlainProgress(file)
    progress.start("train", 100)
    progress.start("train", 100)
    progress.advance("train", 1)  # too soon for a line
    monkeypatch.setattr(display, "_PLAIN_INTERVAL", 0.0)
    progress.advance("train", 50)
    progress.finish("train", "loss 1.2")
    progress.finish("train")
    progress.start("audit")
    progress.close(failed=True)
    assert file.getvalue().splitlines() == [
        "… train",
        "  train 50 of 100",
        "✓ train: loss 1.2  [0 s]",
        "… audit",
        "✗ audit",
    ]


def test_plain_lines_survive_a_terminal_without_unicode() -> None:
    raw = io.BytesIO()
    terminal = io.TextIOWrapper(raw, encoding="ascii")
    PlainProgress(terminal).start("collect")
    assert raw.getvalue() == b"? collect\n"


def test_no_terminal_means_plain_lines_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError), shown_progress() as progress:
        progress.start("collect")
        raise RuntimeError
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "… collect\n✗ collect\n"


def test_durations() -> None:
    assert [duration(s) for s in (0, 59.9, 60, 65, 3600, 3725)] == ["0 s", "59 s", "1:00", "1:05", "1:00:00", "1:02:05"]
