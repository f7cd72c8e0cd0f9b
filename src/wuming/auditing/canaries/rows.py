"""Canaries for tables: rows whose columns know nothing of each other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wuming.auditing.canaries.coins import Stream, uniform_below
from wuming.core.errors import PrivacyParameterError

_ROOM = 1000  # possible rows for each canary, at least, so that hardly a real row is like one


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers low, low + step, … up to high. Public: what a column may hold, not what it holds.

    Raises:
        PrivacyParameterError: bounds in the wrong order, or a step of 0 or below.
    """

    low: float
    high: float
    step: float = 1

    def __post_init__(self) -> None:
        numbers = (self.low, self.high, self.step)
        if not (all(map(math.isfinite, numbers)) and self.low <= self.high and self.step > 0):
            raise PrivacyParameterError(
                f"low={self.low}, high={self.high}, step={self.step} is no range", help="Range(18, 90), for example."
            )

    def __len__(self) -> int:
        """Return how many numbers there are."""
        return math.floor((self.high - self.low) / self.step + 1e-9) + 1

    def __getitem__(self, place: int) -> float:
        """Return the number at a place, from 0 on; whole where low and step are.

        Raises:
            IndexError: there is no such place.
        """
        if not 0 <= place < len(self):
            raise IndexError(place)
        value = self.low + place * self.step
        return min(value, type(value)(self.high))


def canary_rows(count: int, columns: Mapping[str, Sequence[Any] | Range], stream: Stream) -> list[dict[str, Any]]:
    """Return distinct rows, each column uniform over what it may hold, whatever the others hold.

    Real columns depend on each other; such a row is therefore unlike real ones, and only training can have taught it.

    Args:
        count: ≥ 0.
        columns: public values of each column, distinct, or a `Range`; never counted from private data.
        stream: CSPRNG, used for nothing else.

    Raises:
        PrivacyParameterError: for an argument out of range, or columns that allow fewer than 1,000 rows a canary.
    """
    domains = {name: values if isinstance(values, Range) else list(values) for name, values in columns.items()}
    for name, values in domains.items():
        if len(values) == 0 or (not isinstance(values, Range) and len(set(values)) != len(values)):
            raise PrivacyParameterError(
                f"column {name!r} has no value, or one of them twice", help="Name each value once."
            )
    possible = math.prod(len(values) for values in domains.values())
    if count < 0 or possible < _ROOM * count:
        raise PrivacyParameterError(
            f"count={count} out of range: the columns allow {possible} rows, {_ROOM} are needed for each canary",
            help="Use more columns, finer steps or fewer canaries.",
        )
    rows: dict[tuple[int, ...], None] = {}
    while len(rows) < count:
        drawn = [uniform_below(len(values), count - len(rows), stream) for values in domains.values()]
        rows.update(dict.fromkeys(zip(*drawn, strict=True)))
    return [{name: values[place] for (name, values), place in zip(domains.items(), row, strict=True)} for row in rows]
