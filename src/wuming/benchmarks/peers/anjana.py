"""anjana, global recoding by hierarchies. A server: `python -m wuming.benchmarks.peers.anjana SOCKET`."""

from __future__ import annotations

import contextlib
import copy
import io
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped,import-not-found,unused-ignore]
from anjana.anonymity import k_anonymity  # type: ignore[import-not-found]

from wuming.benchmarks.house.protocol import Commands, serve


class Anonymiser:
    """Holds a table and its hierarchies, and recodes the table as often as it is asked."""

    def commands(self) -> Commands:
        """Return what may be asked."""
        return {"prepare": self.prepare, "recode": self.recode}

    def prepare(
        self, columns: Mapping[str, Sequence[str]], quasi: list[str], hierarchies: Mapping[str, Sequence[Sequence[str]]]
    ) -> None:
        """Take the table in.

        Args:
            columns: name → cells.
            quasi: names of the quasi-identifiers.
            hierarchies: for each of them [levels][values] labels; level 0 is the values.
        """
        self._table = pd.DataFrame({name: np.array(cells, dtype=object) for name, cells in columns.items()})
        self._quasi = quasi
        self._hierarchies = {
            name: {number: pd.Series(level) for number, level in enumerate(levels)}
            for name, levels in hierarchies.items()
        }

    def recode(self, k: int, suppression: float) -> dict[str, Any]:
        """Recode for k; at most a share of the rows is suppressed.

        Returns:
            `seconds`, and `columns` (name → labels of the rows that are left; empty when k was not reached).
        """
        table, hierarchies = self._table.copy(), copy.deepcopy(self._hierarchies)  # both are changed
        begin = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):
            found = k_anonymity(table, [], list(self._quasi), k, 100 * suppression, hierarchies)
        seconds = time.perf_counter() - begin
        return {"seconds": seconds, "columns": {name: found[name].tolist() for name in self._quasi if name in found}}


if __name__ == "__main__":
    serve(sys.argv[1], {"anjana": lambda: Anonymiser().commands()})
