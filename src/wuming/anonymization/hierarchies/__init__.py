"""Hierarchies: how values of a column are made coarser, level by level, and what builds them.

| builder | from |
|---|---|
| `intervals_from_cuts`, `intervals_from_width` | numbers |
| `runs_from_starts`, `runs_from_sizes` | ordered categories |
| `masked_codes` | codes that count from one side, such as postcodes |
| `date_periods` | ISO dates |
| `tree_from_mapping`, `tree_from_parents` | categories with a tree |
| `division_codes` | Chinese administrative divisions |
| `redacted` | whatever is left |
| `read_arx`, `write_arx` | files of ARX |
| `suggest` | a column that nobody has described |
"""

from wuming.anonymization.hierarchies.arx import read_arx, write_arx
from wuming.anonymization.hierarchies.cells import cells_of
from wuming.anonymization.hierarchies.dates import date_periods
from wuming.anonymization.hierarchies.divisions import division_codes
from wuming.anonymization.hierarchies.hierarchy import Hierarchy
from wuming.anonymization.hierarchies.intervals import intervals_from_cuts, intervals_from_width
from wuming.anonymization.hierarchies.order import runs_from_sizes, runs_from_starts
from wuming.anonymization.hierarchies.prefix import masked_codes
from wuming.anonymization.hierarchies.redaction import redacted
from wuming.anonymization.hierarchies.suggest import Proposal, suggest
from wuming.anonymization.hierarchies.taxonomy import tree_from_mapping, tree_from_parents

__all__ = [
    "Hierarchy",
    "Proposal",
    "cells_of",
    "date_periods",
    "division_codes",
    "intervals_from_cuts",
    "intervals_from_width",
    "masked_codes",
    "read_arx",
    "redacted",
    "runs_from_sizes",
    "runs_from_starts",
    "suggest",
    "tree_from_mapping",
    "tree_from_parents",
    "write_arx",
]
