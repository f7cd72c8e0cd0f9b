"""Large tables anonymised in a process of their own. A server: `python -m wuming.benchmarks.tables.ours SOCKET`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from wuming.anonymization.engine import anonymise
from wuming.anonymization.partitions import anonymise_file
from wuming.benchmarks.house.protocol import Commands, serve
from wuming.benchmarks.tables import customers


class Anonymiser:
    """Makes a table of customers and anonymises it as often as it is asked."""

    def commands(self) -> Commands:
        """Return what may be asked."""
        return {
            "prepare": self.prepare,
            "anonymise": self.anonymise,
            "write": write,
            "anonymise_file": anonymise_parquet,
            "peak": peak,
        }

    def prepare(self, rows: int) -> None:
        """Make the table."""
        self._table = customers.table(rows)

    def anonymise(self, k: int, l: int, t: float) -> dict[str, Any]:  # noqa: E741  (the literature's name)
        """Return `seconds` and `claims` of local recoding, its own checks and measures in it."""
        begin = time.perf_counter()
        done = anonymise(self._table, quasi_identifiers=customers.QUASI, sensitive=customers.SENSITIVE, k=k, l=l, t=t)
        return {"seconds": time.perf_counter() - begin, "claims": dict(done.claims)}


def write(rows: int, path: str) -> int:
    """Write a Parquet file of so many customers; return its bytes."""
    import pyarrow
    import pyarrow.parquet

    blocks = (
        pyarrow.table({name: pyarrow.array(column) for name, column in block.columns.items()})
        for block in customers.blocks_of(rows)
    )
    first = next(blocks)
    with pyarrow.parquet.ParquetWriter(path, first.schema) as writer:
        writer.write_table(first)
        for block in blocks:
            writer.write_table(block)
    return Path(path).stat().st_size


def anonymise_parquet(path: str, output: str, rows_in_memory: int, k: int, l: int, t: float) -> dict[str, Any]:  # noqa: E741
    """Return `seconds` and `claims` of local recoding by partitions, from file to file."""
    begin = time.perf_counter()
    claims = anonymise_file(
        Path(path),
        Path(output),
        quasi_identifiers=customers.QUASI,
        sensitive=customers.SENSITIVE,
        k=k,
        l=l,
        t=t,
        rows_in_memory=rows_in_memory,
    )
    return {"seconds": time.perf_counter() - begin, "claims": claims}


def peak() -> int:
    """Return the largest resident size of this process so far, in bytes: what a user sees. Linux."""
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    serve(sys.argv[1], {"wuming": lambda: Anonymiser().commands()})
