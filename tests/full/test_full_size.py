"""The main job in full size over three generator seeds: what it promises, measured. `make check-full` runs this."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.full

MINUTES = 20


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_main_job_keeps_its_promises(seed: int, wuming: Any, tmp_path: Path, capsys: Any) -> None:
    done = wuming("run", "--seed", str(seed), "--json", "--out", str(tmp_path / "run"), timeout=60 * MINUTES)
    assert done.returncode == 0, done.stderr[-2000:]
    summary = json.loads(done.stdout.splitlines()[-1])
    with capsys.disabled():
        print(json.dumps({"seed": seed, **summary}))
    secrets = summary["secrets"]
    assert secrets["planted"] == 50
    assert sum(secrets["extracted_unprotected"].values()) >= 20
    assert secrets["extracted_protected"] == {"structured": 0, "free_text": 0}
    assert summary["epsilon"] <= 8
    assert summary["unit_of_privacy"] == "subject"
    assert summary["epsilon_lower_bound"] <= summary["epsilon"]
    assert summary["gain_kept"] >= 0.6

    evidence = [json.loads(line)["evidence"] for line in (tmp_path / "run/dossier/evidence.jsonl").open()]
    [assessed] = [item["claims"] for item in evidence if item["kind"] == "assess"]
    exposure = {arm: claims["exposure"]["free_text"] for arm, claims in assessed["arms"].items()}
    low, high = assessed["chance"]["interval"]
    assert low <= exposure["protected"]["mean"] <= high
    assert exposure["control"]["mean"] > high

    assert wuming("verify", str(tmp_path / "run/dossier")).returncode == 0


def test_a_light_installation_is_light(tmp_path: Path) -> None:
    """Without extras: no torch, at most 150 MB, and the commands that need no training answer."""
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    python = tmp_path / "venv/bin/python"

    def megabytes() -> float:
        return sum(f.stat().st_size for f in (tmp_path / "venv/lib").rglob("*") if f.is_file()) / 1e6

    empty = megabytes()  # pip, and on some versions setuptools
    subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", "--constraint", str(root / "constraints.txt"), str(root)],
        check=True,
    )
    size = megabytes() - empty
    assert size <= 150, f"{size:.0f} MB"
    assert subprocess.run([str(python), "-c", "import torch"], check=False, capture_output=True).returncode != 0
    for command in (["--help"], ["plan", "schema"], ["ledger", "show", "--json"]):
        done = subprocess.run(
            [str(tmp_path / "venv/bin/wuming"), *command],
            check=False,
            capture_output=True,
            text=True,
            env={"WUMING_HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"},
        )
        assert done.returncode == 0, done.stderr
