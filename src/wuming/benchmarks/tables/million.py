"""A million rows by local recoding: time and memory, in a process of its own."""

from __future__ import annotations

from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.tables.customers import QUASI

_OURS = "wuming.benchmarks.tables.ours"
_ROWS, _QUICK_ROWS = 1_000_000, 20_000
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
        Figure(f"{rows:,} rows: peak memory, whole process", "GB", tuple(peaks), None if quick else Goal("<=", 2.0)),
        Figure(f"{rows:,} rows: NCP", "", (claims["ncp"],)),
    )
    asked = ", ".join(f"{name}={value}" for name, value in _ASKED.items())
    notes = (f"{len(QUASI)} quasi-identifiers of invented customers, {asked}, a table in memory to a table in memory",)
    return Outcome(figures, {"seconds": seconds, "peaks": peaks, "claims": claims}, notes)
