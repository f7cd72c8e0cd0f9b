"""Dates as a quasi-identifier: text such as 2026-03-14, in the order of time."""

from __future__ import annotations

from datetime import date

import numpy as np

from wuming.anonymization.domains import Numbers
from wuming.anonymization.hierarchies.dates import parse_date
from wuming.core.tables import Coded, Column


def is_dated(values: Column) -> bool:
    """Tell whether the distinct values of a text column are calendar dates of ISO 8601 at full length, one or more."""
    return len(values) > 0 and all(parse_date(value) is not None for value in values.tolist())


class Dates(Numbers):
    """A column of dates, counted in days; boxes are called as those of numbers, with dates in their names."""

    any_value = "any date"

    def __init__(self, coded: Coded) -> None:
        days = np.array([day.toordinal() for value in coded.values.tolist() if (day := parse_date(value))], dtype=float)
        super().__init__(Coded.of(np.append(days, np.nan)[coded.codes]))

    def between(self, below: float, above: float) -> float:
        """Return the first day of the longest period (decade, year, quarter, month) that begins after `below` and not
        after `above`, the last such day; `above` where none begins."""
        first, last = date.fromordinal(int(below)), date.fromordinal(int(above))
        begins = (
            date(max(last.year // 10 * 10, 1), 1, 1),
            date(last.year, 1, 1),
            date(last.year, (last.month - 1) // 3 * 3 + 1, 1),
            date(last.year, last.month, 1),
        )
        return float(next((day for day in begins if day > first), last).toordinal())

    def written(self, number: float) -> str:
        """Return a day as text."""
        return date.fromordinal(int(number)).isoformat()
