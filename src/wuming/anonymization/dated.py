"""Dates as a quasi-identifier: text such as 2026-03-14, in the order of time."""

from __future__ import annotations

from datetime import date

import numpy as np

from wuming.anonymization.domains import Column, Numbers
from wuming.anonymization.hierarchies.dates import parse_date


def is_dated(column: Column) -> bool:
    """Tell whether a text column holds calendar dates of ISO 8601 at full length, and else only missing cells."""
    cells = column.tolist()
    first = next((cell for cell in cells if cell), "")
    if parse_date(first) is None:  # most columns of text are told at once
        return False
    return all(parse_date(cell) is not None for cell in set(cells) - {""})


class Dates(Numbers):
    """A column of dates, counted in days; boxes are called as those of numbers, with dates in their names."""

    any_value = "any date"

    def __init__(self, column: Column) -> None:
        days = {cell: day.toordinal() for cell in set(column.tolist()) if (day := parse_date(cell)) is not None}
        super().__init__(np.array([days.get(cell, np.nan) for cell in column.tolist()], dtype=np.float64))

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
