"""A real `wuming run` that is killed or stopped, and what the next call makes of what is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from wuming.core.errors import Interrupted
from wuming.training.private import PrivateTrainer

STEPS = 120
LONG: dict[str, Any] = {"train__steps": STEPS, "train__epsilon": 1.0, "assess__arms": []}


def started(place: Any, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            *(sys.executable, "-c", "from wuming.app.cli import main; main()"),
            *("run", str(place.write_plan(**LONG)), "--out", str(place.runs / name), "--json"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "WUMING_HOME": str(place.home), "WUMING_WORKERS": "2", "PYTHONIOENCODING": "utf-8"},
    )


def children(process: subprocess.Popen[str]) -> list[int]:
    with suppress(FileNotFoundError):
        return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    return []


def alive(pids: list[int]) -> list[int]:
    """Return who still runs (a zombie does not)."""
    running = []
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                running.append(pid)
    return running


def wait_until(condition: Callable[[], Any], process: subprocess.Popen[str], seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    raise AssertionError("it did not happen in time")


def all_gone(pids: list[int], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not alive(pids)


@pytest.fixture(scope="module")
def calibrated(finished: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The shared home with the base model and the noise of the long plan, and weights that nothing disturbed."""
    place = finished.copied(tmp_path_factory.mktemp("calibrated"))
    untouched = place.copied(tmp_path_factory.mktemp("undisturbed"))
    untouched.run("undisturbed", **LONG)
    for cached in (untouched.home / "cache").glob("noise-*.json"):
        (place.home / "cache" / cached.name).write_bytes(cached.read_bytes())
    place.expected = untouched.weights("undisturbed")
    return place


@pytest.fixture
def spot(calibrated: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    place = calibrated.copied(tmp_path / "spot")
    place.expected = calibrated.expected
    monkeypatch.setenv("WUMING_HOME", str(place.home))
    return place


def resumed(place: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Finish the run in this process; return the number of training steps that were left."""
    steps = []
    real = PrivateTrainer._finish_step
    monkeypatch.setattr(PrivateTrainer, "_finish_step", lambda trainer: (steps.append(1), real(trainer))[1])
    outcome = place.run(name, **LONG)
    assert outcome.summary["released"]
    return len(steps)


@pytest.mark.parametrize("how", ["killed", "stopped"])
def test_a_run_that_ended_in_the_middle_of_training_goes_on_from_there(
    spot: Any, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = started(spot, how)
    checkpoint = spot.runs / how / "models" / "protected.checkpoint"
    wait_until(checkpoint.exists, process)
    workers = children(process)
    assert workers
    if how == "killed":
        os.kill(process.pid, signal.SIGKILL)
    else:
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    out, err = process.communicate(timeout=30)
    assert all_gone(workers, 0.5)  # at once: the next call must have the folder for itself
    assert "Traceback" not in err
    if how == "stopped":
        assert process.returncode == Interrupted.exit_code, err
        assert json.loads(out.splitlines()[-1])["error"]["name"] == "Interrupted"
    assert not (spot.runs / how / "release").exists()
    [pending] = spot.status().pending  # counts as spent, whatever becomes of it
    assert pending.charge_epsilon > 0
    assert 0 < resumed(spot, how, monkeypatch) < STEPS
    assert spot.weights(how) == spot.expected
    assert spot.charges() == 2  # the shared run's, and this one
    assert len(spot.entries("account.commit")) == 2
    assert spot.status().pending == ()


def test_control_c_while_the_workers_start_shows_no_traceback(spot: Any) -> None:
    for name in ("noise", "base"):
        for cached in (spot.home / "cache").glob(f"{name}-*"):
            cached.rename(cached.with_name(f"gone-{cached.name}"))
    process = started(spot, "early")
    workers = wait_until(lambda: [pid for pid in children(process) if is_worker(pid)], process)
    assert all(map(ignores_control_c, workers))  # from birth: what is still importing has no handler of its own
    time.sleep(0.3)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == Interrupted.exit_code, err
    assert "Traceback" not in err
    assert "KeyboardInterrupt" not in err
    assert all_gone(workers)
    assert spot.charges() == 1


def is_worker(pid: int) -> bool:
    with suppress(FileNotFoundError, ProcessLookupError):
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def ignores_control_c(pid: int) -> bool:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    [blocked] = [int(line.split()[1], 16) for line in lines if line.startswith("SigBlk:")]
    return bool(blocked >> (signal.SIGINT - 1) & 1)
