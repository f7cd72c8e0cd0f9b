"""Rows that run a command read its last line; the price of tuning is what the accountant says."""

from __future__ import annotations

import pytest

from wuming.benchmarks.house.bench import Goal, Settings
from wuming.benchmarks.house.command import last_json_line
from wuming.benchmarks.house.protocol import ContestantFailed
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.training import quality


@pytest.fixture
def hall() -> Hall:
    return Hall(Settings(repeats=3), lambda text: None)


def test_the_last_line_counts() -> None:
    assert last_json_line('note\n{"a": 1}\n') == {"a": 1}
    for text in ("", "words", '{"a": 1}\nwords', "[1]"):
        with pytest.raises(ContestantFailed, match="last line"):
            last_json_line(text)


def test_accuracy_is_the_mean_over_seeds_as_a_user_would_run_them(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def command(arguments: list[str]) -> str:
        asked.append(arguments[arguments.index("--seed") + 1])
        return f'{{"accuracy": 0.9{asked[-1]}, "epsilon": 1.0, "delta": 1e-5, "seconds": 3, "unit": "record"}}'

    monkeypatch.setattr(quality, "run_wuming", command)
    outcome = quality.mnist(hall, "tutorial", Goal(">=", 0.92))
    assert asked == ["0", "1", "2"]
    assert outcome.figures[0].median == pytest.approx(0.91)
    assert outcome.figures[0].reached is False
    assert outcome.figures[1].values == (0.90, 0.91, 0.92)
    assert outcome.notes == ("epsilon=1.0, delta=1e-05, unit=record",)


def test_the_price_of_tuning_is_above_one_run_and_below_composing_all(hall: Hall) -> None:
    outcome = quality.tuning(hall, {1.0: Goal("<=", 30.0)})
    (figure,) = outcome.figures
    assert 1.5 < figure.median < 30**0.5 * 1.5
    assert "δ=1e-05" in figure.note
    assert "no sampling" in figure.note
