"""`wuming audit scores`: the last line, the refusals, and the words for people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wuming.app.cli import audit
from wuming.app.cli.entry import invoke
from wuming.auditing.bounds.bound import DESIGNS, METHODS


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    generator = np.random.default_rng(0)
    coins = generator.random(2000) < 0.5
    scores = generator.normal(size=2000) + 3.0 * coins
    named = {"included": scores[coins], "excluded": scores[~coins]}
    for name, values in named.items():
        np.savetxt(tmp_path / name, values)
    (tmp_path / "event").write_text('{"kind": "gaussian", "noise_multiplier": 4.0}')
    return {name: tmp_path / name for name in ("included", "excluded", "event")}


def arguments(files: dict[str, Path], *more: str, method: str = "steinke") -> list[str]:
    paths = ["--included", str(files["included"]), "--excluded", str(files["excluded"])]
    design = "independent-runs" if method == "clopper-pearson" else "one-run-independent-coins"
    fixed = ["--delta", "1e-5", "--confidence", "0.95", "--design", design, "--method", method]
    return ["audit", "scores", *paths, *fixed, *more]


@pytest.mark.parametrize("method", METHODS)
def test_the_last_line_is_the_bound(method: str, files: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    claim = ["--event", str(files["event"])] if method == "curve" else ["--claimed-epsilon", "1"]
    assert invoke(arguments(files, *claim, "--json", method=method)) == 0
    said: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert list(said)[:3] == ["epsilon_lower_bound", "null_hypothesis", "verdict"]
    assert said["epsilon_lower_bound"] > 1
    expected = "inconsistent under the Gaussian hypothesis" if method in ("fdp", "gaussian") else "violated"
    assert said["verdict"] == expected
    assert said["included"] + said["excluded"] == 2000
    assert said["delta"] == 1e-5


def test_people_see_bound_limit_claim_verdict_and_hypothesis(
    files: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(arguments(files, "--claimed-epsilon", "9")) == 0
    text = capsys.readouterr().out
    for word in ("lower bound", "highest possible", "claim", "consistent", "null hypothesis", "confidence 0.95"):
        assert word in text
    assert invoke(arguments(files, method="gaussian")) == 0
    assert "no limit" in capsys.readouterr().out


def test_refusals(files: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = arguments(files)
    wrong[wrong.index("--design") + 1] = "independent-runs"
    assert invoke(wrong) == 30
    assert "method='steinke'" in capsys.readouterr().err
    without = arguments(files)
    del without[without.index("--design") : without.index("--design") + 2]
    assert invoke(without) == 2
    assert invoke(arguments(files, "--event", str(files["included"]), method="curve")) == 21
    assert invoke(arguments(files, "--event", str(tmp_path / "none"), method="curve")) == 20
    (tmp_path / "event").write_text('{"kind": "magic"}')
    assert invoke(arguments(files, "--event", str(files["event"]), method="curve")) == 31
    np.savetxt(files["excluded"], np.zeros(10))
    assert invoke(arguments(files)) == 33


def test_the_command_knows_the_designs_and_methods_of_the_library() -> None:
    assert audit.DESIGNS == DESIGNS
    assert audit.METHODS == METHODS
