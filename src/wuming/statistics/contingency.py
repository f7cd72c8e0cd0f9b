"""Contingency tables: the number of rows of every combination of public keys, and the sums of its lines.

The sums are made of the noisy cells that are shown, so they cost nothing and agree with them to the last digit. Their
noise is that of all the cells they hold: a total that is asked for by itself has less, and costs more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from wuming.statistics.answer import Answer, Estimate, Row
from wuming.statistics.query import Scalar
from wuming.statistics.tails import Spread, whole_sum_half_width


@dataclass(frozen=True)
class Contingency:
    """Noisy counts of all combinations, and their sums.

    Attributes:
        cells: a row for every combination, also of those that nobody is in.
        marginals: for each key, a row for each of its values: the sum of the cells that have it.
        total: the sum of all cells.
    """

    cells: Answer
    marginals: Mapping[str, tuple[Row, ...]]
    total: Estimate

    def as_json(self) -> dict[str, Any]:
        """Return all of it as a JSON object."""
        sums = {
            key: [{"key": row.keys[0], **vars(row.figures[0])} for row in rows] for key, rows in self.marginals.items()
        }
        return self.cells.as_json() | {"marginals": sums, "total": vars(self.total)}


def contingency_of(cells: Answer, spread: Spread) -> Contingency:
    """Return a table of counts with its sums.

    Args:
        cells: one figure, a row for every combination of keys.
        spread: the law of one cell's noise.
    """
    marginals = {}
    for place, key in enumerate(cells.keys):
        parts: dict[Scalar, list[Row]] = {}
        for row in cells.rows:
            parts.setdefault(row.keys[place], []).append(row)
        marginals[key] = tuple(Row((value,), (_sum(rows, spread),)) for value, rows in parts.items())
    return Contingency(cells, marginals, _sum(cells.rows, spread))


def _sum(rows: tuple[Row, ...] | list[Row], spread: Spread) -> Estimate:
    values = [row.figures[0].value or 0 for row in rows]
    if spread.noise == "gaussian":
        value: float = float(np.sum(values))
        half = float(spread.half_width(np.ones(len(rows))))
    else:
        value, half = sum(values), whole_sum_half_width(spread.scale, len(rows))
    return Estimate(value, value - half, value + half)
