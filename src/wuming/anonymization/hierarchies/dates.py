"""Dates as months, quarters, years and decades: 2026-03-14, 2026-03, 2026-Q1, 2026, 2020s, `*`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from wuming.anonymization.hierarchies.assembly import assemble, distinct, refuse
from wuming.anonymization.hierarchies.hierarchy import Hierarchy

Period = Literal["month", "quarter", "year", "decade"]

PERIODS: tuple[Period, ...] = ("month", "quarter", "year", "decade")
"""From short to long; each is made of whole ones of those before."""

_MONTHS: dict[Period, int] = {"month": 1, "quarter": 3, "year": 12, "decade": 120}
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def date_periods(
    column: str, values: Iterable[str], *, low: str, high: str, periods: Sequence[Period] = PERIODS
) -> Hierarchy:
    """Group dates by calendar periods.

    Args:
        column: name of the column.
        values: cells of the column, ISO 8601 calendar dates (2026-03-14, proleptic Gregorian); "" is missing.
        low, high: first and last day of the public domain, low < high; never the data's own first and last day.
        periods: which levels, from short to long.

    Returns:
        Levels: the days, one for each period, then `*`. A period covers its days within the domain: from its first to
        its last, over from `low` to `high`.

    Raises:
        TableError: a cell that is no such date (a time of day is none) or lies outside the domain, a domain that is
            empty, or periods that are unknown or out of order.
    """
    first, last = parse_date(low), parse_date(high)
    if first is None or last is None or first >= last:
        raise refuse(column, "the domain is no two dates in order", help="State low and high as 1990-01-01.")
    if not periods or list(periods) != [period for period in PERIODS if period in periods]:
        raise refuse(column, "periods are unknown, twice or out of order", help=f"Choose from: {', '.join(PERIODS)}.")
    present, missing = distinct(values)
    parsed = {value: parse_date(value) for value in present}
    days = {value: day for value, day in parsed.items() if day is not None}
    if wrong := len(parsed) - len(days):
        raise refuse(
            column,
            f"{wrong:,} of {len(parsed):,} values are no dates like 2026-03-14",
            help="Repair or empty these cells.",
        )
    if outside := sum(not first <= day <= last for day in days.values()):
        raise refuse(column, f"{outside:,} dates lie outside the domain", help="State a wider domain.")
    dates = sorted(days)
    labels = [[_label(days[value], period) for value in dates] for period in periods]
    widths = [[_share(days[value], period, first, last) for value in dates] for period in periods]
    return assemble(column, dates, labels, widths=widths, missing=missing)


def parse_date(text: str) -> date | None:
    """Read a calendar date as ISO 8601 writes it at full length; None where it is none."""
    if not _ISO.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _label(day: date, period: Period) -> str:
    match period:
        case "month":
            return f"{day.year:04}-{day.month:02}"
        case "quarter":
            return f"{day.year:04}-Q{(day.month + 2) // 3}"
        case "year":
            return f"{day.year:04}"
        case "decade":
            return f"{day.year // 10 * 10:04}s"


def _share(day: date, period: Period, low: date, high: date) -> float:
    months = _MONTHS[period]
    number = (day.year * 12 + day.month - 1) // months
    begin = max(_first_of(number * months), low.toordinal())
    end = min(_first_of((number + 1) * months) - 1, high.toordinal())
    return (end - begin) / (high.toordinal() - low.toordinal())


def _first_of(month: int) -> int:
    """Return the ordinal of the first day of a month, counted from January of year 0; held within the calendar."""
    year, index = divmod(month, 12)
    if year < date.min.year:
        return date.min.toordinal()
    if year > date.max.year:
        return date.max.toordinal() + 1
    return date(year, index + 1, 1).toordinal()
