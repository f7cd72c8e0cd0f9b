"""The tables bench: its rows and what was promised for each."""

from __future__ import annotations

from wuming.benchmarks.house.bench import Bench, Row
from wuming.benchmarks.tables import full_domain, gate, local, million, recheck

BENCH = Bench(
    "tables",
    "Tables: what is lost, how long it takes, and whether promises hold when others count",
    (
        Row("global", (), "Census income, 8 columns, global recoding", full_domain.measure, 2.0),
        Row("local", (), "Census income, 6 columns, local recoding", local.measure, 1.0),
        Row("million", (), "A million rows, 8 columns, local recoding", million.measure, 3.0),
        Row("ten-million", (), "Ten million rows by partitions", million.partitions, 15.0, optional=True),
        Row("gate", (), "Planted weaknesses and sound releases at the gate", gate.measure, 8.0),
        Row("recheck", (), "2,000 random tables, counted again by pycanon", recheck.measure, 8.0),
    ),
)
