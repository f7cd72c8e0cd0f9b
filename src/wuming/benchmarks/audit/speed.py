"""How long a bound takes: a million scores in two files, from the command line."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from wuming.auditing.bounds.bound import METHODS_OF
from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.protocol import ContestantFailed
from wuming.benchmarks.house.running import Hall

SCORES = 1_000_000
_QUICK_SCORES = 10_000
_SEED = 7
_SIGMA = 1.0
_EVENT = f'{{"kind": "gaussian", "noise_multiplier": {_SIGMA}}}'


def speed(hall: Hall) -> Outcome:
    """Time `wuming audit scores` for every design and method, start of the program and reading included."""
    quick = hall.settings.quick
    count = _QUICK_SCORES if quick else SCORES
    generator = np.random.default_rng(_SEED)
    coins = generator.random(count) < 0.5
    scores = generator.normal(size=count) + coins / _SIGMA
    figures, raw = [], {}
    with tempfile.TemporaryDirectory(prefix="wuming-bench-") as folder:
        files = {name: Path(folder) / f"{name}.txt" for name in ("included", "excluded", "event")}
        np.savetxt(files["included"], scores[coins])
        np.savetxt(files["excluded"], scores[~coins])
        files["event"].write_text(_EVENT, encoding="utf-8")
        for design, methods in METHODS_OF.items():
            for method in methods:
                hall.say(f"{design}, {method}")
                seconds = [_timed(files, design, method) for _ in range(1 if quick else hall.settings.repeats)]
                goal = None if quick else Goal("<=", 5.0)
                name = f"{design}, {method}"
                figures.append(Figure(f"{name}: {count:,} scores to bound", "s", tuple(seconds), goal))
                raw[name] = seconds
    return Outcome(tuple(figures), {"seconds": raw, "scores": count})


def _timed(files: dict[str, Path], design: str, method: str) -> float:
    arguments = ["--included", str(files["included"]), "--excluded", str(files["excluded"])]
    arguments += ["--delta", "1e-5", "--confidence", "0.95", "--design", design, "--method", method, "--json"]
    arguments += ["--event", str(files["event"])] if method == "curve" else ["--claimed-epsilon", "8"]
    begin = time.perf_counter()
    code = "from wuming.app.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "audit", "scores", *arguments], capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - begin
    if done.returncode != 0:
        raise ContestantFailed("Exit", done.stderr[-500:])
    return seconds
