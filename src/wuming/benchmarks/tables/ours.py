"""Large tables anonymised in a process of their own. A server: `python -m wuming.benchmarks.tables.ours SOCKET`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from wuming.anonymization.engine import anonymise
from wuming.benchmarks.house.protocol import Commands, serve
from wuming.benchmarks.tables import customers


class Anonymiser:
    """Makes a table of customers and anonymises it as often as it is asked."""

    def commands(self) -> Commands:
        """Return what may be asked."""
        return {"prepare": self.prepare, "anonymise": self.anonymise, "peak": peak}

    def prepare(self, rows: int) -> None:
        """Make the table."""
        self._table = customers.table(rows)

    def anonymise(self, k: int, l: int, t: float) -> dict[str, Any]:  # noqa: E741  (the literature's name)
        """Return `seconds` and `claims` of local recoding, its own checks and measures in it."""
        begin = time.perf_counter()
        done = anonymise(self._table, quasi_identifiers=customers.QUASI, sensitive=customers.SENSITIVE, k=k, l=l, t=t)
        return {"seconds": time.perf_counter() - begin, "claims": dict(done.claims)}


def peak() -> int:
    """Return the largest resident size of this process so far, in bytes: what a user sees. Linux."""
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    serve(sys.argv[1], {"wuming": lambda: Anonymiser().commands()})
