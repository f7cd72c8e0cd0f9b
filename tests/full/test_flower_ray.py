"""The changed Flower app in Flower's own simulation on Ray: clients' messages meet any of several processes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("flwr")
pytest.importorskip("ray")

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import app_after
from flwr.simulation import run_simulation

resources = {"client_resources": {"num_cpus": 0.5}}
run_simulation(app_after.server, app_after.app, num_supernodes=4, backend_config=resources)
"""


@pytest.mark.full
def test_secure_rounds_are_held_in_flowers_ray_simulation(tmp_path: Path) -> None:
    from wuming.app.federation.draft import write_draft
    from wuming.app.federation.keys import make_keys

    make_keys(tmp_path / "keys", name="shops", hosts=(), silos=tuple(f"shop-{place}" for place in range(4)))
    path = write_draft(tmp_path / "keys", "shops")
    assert path is not None
    values = {
        "task": "flower\ndimension: 9",
        "unit": "client",
        "bound": "50.0",
        "noise": "none",
        "least_survivors": "3",
    }
    text = re.sub(r"^vector_norm:.*\n", "", path.read_text(), flags=re.MULTILINE)
    for name, value in {
        **values,
        "least_survivors": "3",
        "sampling_probability": "1.0",
        "divisor": "4.0",
        "rounds": "3",
    }.items():
        text = re.sub(rf"^{name}:.*$", f"{name}: {value}", text, flags=re.MULTILINE)
    path.write_text(text)
    (tmp_path / "app_after.py").write_bytes((ROOT / "examples" / "flower" / "app_after.py").read_bytes())
    (tmp_path / "go.py").write_text(SCRIPT)
    paths = os.pathsep.join([str(tmp_path), str(ROOT / "src")])
    environment = {**os.environ, "WUMING_HOME": str(tmp_path / "home"), "PYTHONPATH": paths}
    done = subprocess.run(
        [sys.executable, "go.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert float(re.findall(r"accuracy ([\d.]+)", done.stdout)[-1]) > 0.9
