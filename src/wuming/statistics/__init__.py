"""Differentially private answers about tables, charged to one budget.

`Session` asks, `Contract` says what is public about a table, `MemoryBudget` pays where no ledger does.
"""

from wuming.statistics.budget import MemoryBudget
from wuming.statistics.contract import Contract
from wuming.statistics.session import Session

__all__ = ["Contract", "MemoryBudget", "Session"]
