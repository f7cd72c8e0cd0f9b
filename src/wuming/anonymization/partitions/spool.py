"""Rows as codes in files, for tables that do not fit into memory. The files are private and live as long as the run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int32]

CHUNK = 262_144
"""Rows that are in memory at once."""


@dataclass
class Spool:
    """Rows of `width` codes each in one file; added at the end, read in order.

    Attributes:
        path: of the file; made when the first rows are added.
        width: codes of a row.
        rows: how many have been added.
    """

    path: Path
    width: int
    rows: int = 0

    def add(self, rows: Rows) -> None:
        """Add [n, width] rows."""
        if len(rows):
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "ab") as file:
                np.ascontiguousarray(rows, dtype=np.int32).tofile(file)
            self.rows += len(rows)

    def chunks(self) -> Iterator[Rows]:
        """Yield [at most CHUNK, width] rows, in the order in which they were added."""
        if self.rows:
            with self.path.open("rb") as file:
                while len(cells := np.fromfile(file, dtype=np.int32, count=CHUNK * self.width)):
                    yield cells.reshape(-1, self.width)

    def all(self) -> Rows:
        """Return [rows, width] everything."""
        with self.path.open("rb") as file:
            return np.fromfile(file, dtype=np.int32).reshape(-1, self.width)

    def remove(self) -> None:
        """Delete the file."""
        self.path.unlink(missing_ok=True)
