"""Ten million rows of a million subjects, grouped by a hundred public keys, with limits on what one subject counts."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall
from wuming.statistics.source import polars_library

_ROWS, _SUBJECTS, _QUICK = 10_000_000, 1_000_000, 50
_CITIES = 100
_SCRIPT = """
import json, resource, sys, time
from wuming.statistics import Contract, MemoryBudget, Session
path, count = sys.argv[1], int(sys.argv[2])
keys = tuple(f"city{number:03d}" for number in range(count))
contract = Contract("user_id", 20, 3, {"spend": (0, 5000)}, {"city": keys})
begin = time.perf_counter()
session = Session(path, contract, MemoryBudget(4, 1e-6))
session.ask("SELECT city, COUNT(*), AVG(spend) FROM t GROUP BY city", epsilon=1)
seconds = time.perf_counter() - begin
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6]))
"""


def measure(hall: Hall) -> Outcome:
    """Ask in a fresh process each time; the file is in the page cache."""
    import json

    quick = hall.settings.quick
    rows, subjects = (_ROWS // _QUICK, _SUBJECTS // _QUICK) if quick else (_ROWS, _SUBJECTS)
    seconds, memory = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        _write(path, rows, subjects)
        for number in range(1 if quick else hall.settings.repeats):
            hall.say(f"round {number + 1}")
            ran = subprocess.run(
                [sys.executable, "-c", _SCRIPT, str(path), str(_CITIES)], capture_output=True, text=True, check=True
            )
            took, peak = json.loads(ran.stdout)
            seconds.append(took)
            memory.append(peak)
    return Outcome(
        (
            Figure(f"{rows:,} rows: time of one answer", "s", tuple(seconds), None if quick else Goal("<=", 8.0)),
            Figure("peak memory of the process", "GB", tuple(memory)),
        ),
        {"rows": rows, "subjects": subjects},
        ("COUNT(*) and AVG by 100 keys; 20 rows and 3 groups of a subject count; a fresh process each time",),
    )


def _write(path: Path, rows: int, subjects: int) -> None:
    pl = polars_library()
    rng = np.random.default_rng(1)
    weights = rng.lognormal(0, 1, subjects)
    people = np.repeat(np.arange(subjects), rng.multinomial(rows, weights / weights.sum()))
    rng.shuffle(people)
    shares = 1 / np.arange(1, _CITIES + 1)
    names = np.array([f"city{number:03d}" for number in range(_CITIES)])
    cities = names[rng.choice(_CITIES, rows, p=shares / shares.sum())]
    spend = np.round(rng.gamma(2, 400, rows), 2)
    pl.DataFrame({"user_id": people, "city": cities, "spend": spend}).write_parquet(path)
