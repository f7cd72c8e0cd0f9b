"""The peer itself, in an environment made for it; slow and needs a package index, so it is no part of `make test`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wuming.app.cli.entry import invoke


@pytest.mark.full
def test_opacus_takes_part_in_every_row_and_arrives_at_the_same_sums(tmp_path: Path) -> None:
    path = tmp_path / "quick.json"
    arguments = ["bench", "training", "--quick", "--repeats", "2", "--rows", "throughput", "--json", str(path)]
    assert invoke(arguments) == 0  # a row whose contestants disagree would be a failure
    rows = json.loads(path.read_text())["rows"]
    assert len(rows) == 8
    for entry in rows.values():
        assert {"opacus-hooks", "opacus-ghost"} <= set(entry["raw"]["steps"])
        assert entry["raw"]["prepared"]["opacus-hooks"]["norm"] == pytest.approx(
            entry["raw"]["prepared"]["flat"]["norm"], rel=1e-3
        )
