"""Measurements of Wuming beside its peers and beside no protection at all: `wuming bench`.

Each module or package in this folder, except `house` and `peers`, is one bench and offers `BENCH`, a
`wuming.benchmarks.house.bench.Bench`. So a new bench is one file here; nothing else needs to know of it.
"""
