"""The base model: public, shared by all runs of a home, and made by whoever comes first."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from wuming.core.storage import write_json
from wuming.lifecycle.stages.train import Pretraining, finish_pretraining


class Done:
    """A pool whose only job is finished."""

    def wait(self, future: Future[float]) -> float:
        return future.result()


def pretraining(folder: Path, name: str) -> Pretraining:
    job: Future[float] = Future()
    job.set_result(1.5)
    partial = folder / name
    partial.mkdir()
    write_json(partial / "digest.json", {"weights": "the same"})
    return Pretraining(folder / "base", job, partial)


def test_two_runs_that_make_the_same_base_do_not_hinder_each_other(tmp_path: Path) -> None:
    first, second = pretraining(tmp_path, "first.part"), pretraining(tmp_path, "second.part")
    pool: Any = Done()
    assert finish_pretraining(first, pool) == 1.5
    assert finish_pretraining(second, pool) == 1.5
    assert [path.name for path in tmp_path.iterdir()] == ["base"]
    assert (tmp_path / "base" / "digest.json").exists()


def test_a_base_that_cannot_be_placed_is_an_error(tmp_path: Path) -> None:
    only = pretraining(tmp_path, "only.part")
    (tmp_path / "base").write_text("in the way")
    with pytest.raises(OSError, match="directory"):
        finish_pretraining(only, Done())  # type: ignore[arg-type]
