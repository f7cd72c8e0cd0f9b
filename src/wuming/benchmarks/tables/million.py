"""A million rows by local recoding in memory, ten million by partitions: time and memory, in processes of their own."""

from __future__ import annotations

import tempfile

from wuming.anonymization.partitions.run import ROWS_IN_MEMORY
from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.tables.customers import QUASI

_OURS = "wuming.benchmarks.tables.ours"
_ROWS, _QUICK_ROWS = 1_000_000, 20_000
_MANY, _QUICK_MANY = 10_000_000, 40_000
_QUICK_IN_MEMORY = 15_000
_MOST_MEMORY = Goal("<=", 2.0)
_ASKED = {"k": 10, "l": 2, "t": 0.2}


def measure(hall: Hall) -> Outcome:
    """Anonymise a table that is in memory; the peak is that of the process, the table and the interpreter in it."""
    quick = hall.settings.quick
    rows = _QUICK_ROWS if quick else _ROWS
    seconds, peaks, claims = [], [], {}
    for number in range(1 if quick else hall.settings.repeats):
        hall.say(f"round {number + 1}")
        with hall.contestants([(_OURS, "wuming")]) as (ours,):
            ours.do("prepare", rows=rows)
            answer = ours.do("anonymise", **_ASKED)
            seconds.append(float(answer["seconds"]))
            peaks.append(ours.do("peak") / 1e9)
            claims = answer["claims"]
    figures = (
        Figure(f"{rows:,} rows: time", "s", tuple(seconds), None if quick else Goal("<=", 10.0)),
        Figure(f"{rows:,} rows: peak memory, whole process", "GB", tuple(peaks), None if quick else _MOST_MEMORY),
        Figure(f"{rows:,} rows: NCP", "", (claims["ncp"],)),
    )
    notes = (f"{_asked()}; a table in memory to a table in memory",)
    return Outcome(figures, {"seconds": seconds, "peaks": peaks, "claims": claims}, notes)


def partitions(hall: Hall) -> Outcome:
    """Anonymise a Parquet file by parts, once; the file is written in another process."""
    quick = hall.settings.quick
    rows = _QUICK_MANY if quick else _MANY
    with tempfile.TemporaryDirectory(prefix="wuming-bench-") as folder:
        path = f"{folder}/in.parquet"
        hall.say("write the file")
        with hall.contestants([(_OURS, "wuming")]) as (other,):
            size = other.do("write", rows=rows, path=path)
        hall.say("anonymise it")
        with hall.contestants([(_OURS, "wuming")]) as (ours,):
            most = _QUICK_IN_MEMORY if quick else ROWS_IN_MEMORY
            answer = ours.do("anonymise_file", path=path, output=f"{folder}/out.parquet", rows_in_memory=most, **_ASKED)
            peak = ours.do("peak") / 1e9
    claims = answer["claims"]
    what = f"{rows:,} rows by partitions"
    figures = (
        Figure(f"{what}: peak memory, whole process", "GB", (peak,), None if quick else _MOST_MEMORY),
        Figure(f"{what}: time", "s", (float(answer["seconds"]),)),
        Figure(f"{what}: NCP", "", (claims["ncp"],)),
        Figure(f"{what}: parts", "", (float(claims["parts"]),)),
    )
    notes = (f"{_asked()}; from a Parquet file of {size / 1e6:,.0f} MB to another, checked as a whole",)
    return Outcome(figures, {"seconds": answer["seconds"], "peak": peak, "claims": claims, "bytes": size}, notes)


def _asked() -> str:
    asked = ", ".join(f"{name}={value}" for name, value in _ASKED.items())
    return f"{len(QUASI)} quasi-identifiers of invented customers, {asked}"
