"""What all rooms share: a home of its own for every test, and one run of the main job for those that need it."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

signal.signal(
    signal.SIGINT, signal.default_int_handler
)  # a shell starts background jobs deaf to it, their children too

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")  # several workers test side by side


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the file whose tests wait for the main job: all else can be tested beside it."""
    items.sort(key=lambda item: item.path.name != "test_main_job.py")


@pytest.fixture(autouse=True)
def wuming_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep every test away from the ledger, keys and caches of whoever runs it."""
    home = tmp_path / "wuming-home"
    monkeypatch.setenv("WUMING_HOME", str(home))
    monkeypatch.delenv("WUMING_DATABASE_URL", raising=False)
    monkeypatch.delenv("WUMING_DEBUG", raising=False)
    return home


def run_wuming(
    *arguments: str, home: Path, cwd: Path | None = None, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    environment = {**os.environ, "WUMING_HOME": str(home), "PYTHONIOENCODING": "utf-8", **options.pop("env", {})}
    return subprocess.run(
        [sys.executable, "-c", "from wuming.app.cli import main; main()", *arguments],
        env=environment,
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=options.pop("timeout", 120),
        **options,
    )


@pytest.fixture
def wuming(wuming_home: Path, tmp_path: Path) -> Any:
    """Return a function that runs the command line with this test's own home, in this test's own folder."""

    def call(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return run_wuming(*arguments, home=wuming_home, cwd=options.pop("cwd", tmp_path), **options)

    return call


@dataclass(frozen=True)
class MainJob:
    """The finished main job in size `small`.

    Attributes:
        folder: the run's folder. Tests only read it; those that change something copy it first.
        home: the `WUMING_HOME` with its ledger and keys.
        summary: the JSON object of its last line.
        stdout: all of standard output.
        stderr: all of standard error.
    """

    folder: Path
    home: Path
    summary: dict[str, Any]
    stdout: str
    stderr: str


@pytest.fixture(scope="session")
def main_job(tmp_path_factory: pytest.TempPathFactory) -> MainJob:
    """Run `wuming run --size small --json` once for the whole session, however many workers test."""
    base = tmp_path_factory.getbasetemp()
    base = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "main-job"  # one for all workers
    base.mkdir(exist_ok=True)
    folder, home, printed = base / "run", base / "home", base / "printed.json"
    with (base / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not printed.exists():
            arguments = ("run", "--size", "small", "--json", "--out", str(folder))
            done = run_wuming(*arguments, home=home, cwd=base, timeout=900)
            assert done.returncode == 0, f"the main job failed with {done.returncode}\n{done.stderr[-4000:]}"
            printed.write_text(json.dumps([done.stdout, done.stderr]), "utf-8")
    stdout, stderr = json.loads(printed.read_text("utf-8"))
    return MainJob(folder, home, json.loads(stdout.splitlines()[-1]), stdout, stderr)
