"""The statistics bench: its rows and what was promised for each."""

from __future__ import annotations

from wuming.benchmarks.house.bench import Bench, Row
from wuming.benchmarks.statistics import coverage, crowd, error, large

BENCH = Bench(
    "statistics",
    "Private answers: intervals, errors beside peers, speed, and one budget",
    (
        Row("coverage", (), "2,000 answers of each kind: how many intervals hold the truth", coverage.measure, 1.0),
        Row("error", (), "Error at equal epsilon, beside OpenDP and diffprivlib", error.measure, 3.0),
        Row("large", (), "Ten million rows, a million subjects, grouped", large.measure, 3.0),
        Row("crowd", (), "Eight processes that ask at once", crowd.measure, 1.0),
    ),
)
