"""What every box must keep, asked about a few rows at a time.

The definitions are those of `models`: k rows, l distinct values (missing is none), a distribution at most t from the
whole table's (missing is a value of its own). All of them hold for a box if they hold for its parts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wuming.anonymization.models import Distance, Sensitive
from wuming.anonymization.models.counting import pairs_of
from wuming.anonymization.models.measures import Codes
from wuming.anonymization.models.model import Flags
from wuming.anonymization.models.parameters import at_most


@dataclass(frozen=True)
class Promises:
    """k-anonymity, distinct l-diversity and t-closeness, the latter two in every sensitive column.

    Attributes:
        k: at least 1.
        l: at least 1 (1: none).
        t: in [0, 1]; None: none.
        sensitive: the columns, with all rows of the table, each with its distance.
    """

    k: int
    l: int  # noqa: E741  (the literature's name)
    t: float | None
    sensitive: tuple[tuple[Sensitive, Distance], ...]

    @property
    def only_k(self) -> bool:
        """Whether the number of rows alone decides."""
        return self.l == 1 and self.t is None

    def kept(self, rows: Codes, part: Codes, count: int) -> Flags:
        """Tell which parts keep l and t.

        Args:
            rows: [n] rows of the table, some of them or some twice; part: [n] the part, 0 … count - 1, of each.
        """
        kept = np.ones(count, dtype=bool)
        sizes = np.bincount(part, minlength=count)
        for column, distance in self.sensitive:
            if self.l > 1:
                pairs = pairs_of(part, count, column.codes[rows], max(column.size, 1))
                kept &= np.bincount(pairs.of_class, minlength=count) >= self.l
            if self.t is not None:
                pairs = pairs_of(part, count, column.with_missing[rows], len(column.reference))
                kept &= at_most(distance.from_table(pairs, sizes, column), self.t)
        return kept
