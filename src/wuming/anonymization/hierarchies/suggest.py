"""A hierarchy for a column that nobody has described yet: what would fit, with which parameters, and why.

A proposal is a draft for a person to judge. Its parameters are round: bounds of a domain lie beyond what occurs at that
place and are no value of the column, cuts are multiples of a round width. Which proposal is made does depend on the
data, so it is internal until it is accepted. Categories are never joined: their order and their tree are not in the
data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from types import MappingProxyType
from typing import Any, Literal, TypeVar

import numpy.typing as npt

from wuming.anonymization.hierarchies.cells import cells_of
from wuming.anonymization.hierarchies.dates import date_periods, parse_date
from wuming.anonymization.hierarchies.divisions import division_codes, is_division_code
from wuming.anonymization.hierarchies.hierarchy import Hierarchy
from wuming.anonymization.hierarchies.intervals import intervals_from_width, parse_number
from wuming.anonymization.hierarchies.prefix import masked_codes
from wuming.anonymization.hierarchies.redaction import redacted

Builder = Literal["intervals_from_width", "date_periods", "division_codes", "masked_codes", "redacted"]
Parameters = Mapping[str, int | float | str]
T = TypeVar("T")

_BUILDERS: Mapping[Builder, Callable[..., Hierarchy]] = {
    "intervals_from_width": intervals_from_width,
    "date_periods": date_periods,
    "division_codes": division_codes,
    "masked_codes": masked_codes,
    "redacted": redacted,
}
_FEW = 50
_MOST_INTERVALS = 20  # on the first level, within the middle 98% of the rows
_MOST_CUTS = 1_000
_LEVELS = 3
_WIDEST_EXPONENT = 15
_POSTCODE = re.compile(r"[0-9]{5}(-[0-9]{4})?|[0-9]{4}|[0-9]{6}")
_POSTCODE_NAME = re.compile(r"post_?(al)?_?code|postal|zip|plz|邮编|邮政编码", re.IGNORECASE)


@dataclass(frozen=True)
class Proposal:
    """What would make a column coarser.

    Attributes:
        column: name of the column.
        builder: name of the function of this package that builds it.
        parameters: what that function is given besides the column and its values.
        reason: why, in one sentence; no value of the column is in it.
        fits: False where nothing but the whole value can be hidden and more knowledge, or removal, would serve better.
    """

    column: str
    builder: Builder
    parameters: Parameters
    reason: str
    fits: bool
    _values: tuple[str, ...] = field(repr=False)

    def build(self) -> Hierarchy:
        """Build it for the values of the column.

        Raises:
            TableError: the column has no rows.
        """
        return _BUILDERS[self.builder](self.column, self._values, **self.parameters)


def suggest(name: str, column: npt.NDArray[Any]) -> Proposal:
    """Look at a column and propose a hierarchy.

    Args:
        name: of the column; only a name that says "postcode" is evidence.
        column: of a `Table`: int64, float64 or object holding str; "" and NaN are missing.

    Returns:
        The first that fits all values: dates, division codes, postcodes, numbers; else `redacted`, with `fits` False.
    """
    cells = cells_of(column)
    present = [cell for cell in cells if cell]
    values = sorted(set(present))
    numeric = column.dtype != object

    def propose(builder: Builder, reason: str, *, fits: bool = True, **parameters: int | float | str) -> Proposal:
        return Proposal(name, builder, MappingProxyType(parameters), reason, fits, tuple(sorted(set(cells))))

    if len(values) < 2:
        return propose("redacted", "no two values differ, so there is nothing to group", fits=False)
    if days := _all(parse_date, values):
        low, high = _decades(days)
        return propose("date_periods", "every value is an ISO date; the domain is whole decades", low=low, high=high)
    if _look_like_divisions(values):
        return propose("division_codes", "every value is a code of GB/T 2260, counties in most")
    if _look_like_postcodes(name, values, numeric=numeric):
        length = max(map(len, values))
        return propose("masked_codes", f"codes of up to {length} digits, read from the left", length=length)
    if len(values) > 2 and (numbers := _numbers(present)):
        bounds = _round_domain(numbers)
        if bounds is not None:
            low_bound, high_bound, width = (_plain(bound) for bound in bounds)
            reason = (
                f"every value is a number; intervals of a round width, then twice and {2 ** (_LEVELS - 1)} times it"
            )
            return propose("intervals_from_width", reason, low=low_bound, high=high_bound, width=width, levels=_LEVELS)
    return propose("redacted", _why_nothing_fits(values), fits=False)


def _why_nothing_fits(values: Sequence[str]) -> str:
    for kind, reader in (("dates like 2026-03-14", parse_date), ("numbers", parse_number)):
        wrong = sum(reader(value) is None for value in values)
        if 0 < wrong <= len(values) // 10:
            return f"all but {wrong:,} of {len(values):,} values are {kind}; repair or empty these and ask again"
    if len(values) <= _FEW:
        return f"{len(values)} categories; state their order or their tree, and less is lost than by hiding all"
    return f"{len(values):,} different values without a common form; if they name people, remove the column"


def _all(reader: Callable[[str], T | None], values: Sequence[str]) -> list[T]:
    """Read every value; an empty list when one cannot be read."""
    read = []
    for value in values:
        if (result := reader(value)) is None:
            return []
        read.append(result)
    return read


def _look_like_divisions(values: Sequence[str]) -> bool:
    """Tell codes of counties from round amounts and postcodes: no county without city, and most values are counties."""
    if not all(is_division_code(value) for value in values):
        return False
    consistent = all(value.endswith("00") or value[2:4] != "00" for value in values)
    cities = all(value[2:4] <= "70" or value[2:4] == "90" for value in values)
    return consistent and cities and 2 * sum(not value.endswith("00") for value in values) >= len(values)


def _look_like_postcodes(name: str, values: Sequence[str], *, numeric: bool) -> bool:
    """Tell codes from quantities: text of digits, or a column whose name says so."""
    one_form = all(_POSTCODE.fullmatch(value) for value in values) and len({len(v.split("-")[0]) for v in values}) == 1
    return one_form and (not numeric or bool(_POSTCODE_NAME.search(name)))


def _numbers(cells: Sequence[str]) -> list[Decimal]:
    """Read every cell as a number, in order of size; empty when one is none, or begins with a zero as codes do."""
    if any(re.match(r"[+-]?0[0-9]", cell) for cell in cells):
        return []
    return sorted(_all(parse_number, cells))


def _decades(days: Sequence[date]) -> tuple[str, str]:
    """Return the first day of a decade before all days and the last day of one after all."""
    first, last = min(days), max(days)
    low = first.year // 10 * 10
    if first == date(max(low, 1), 1, 1):
        low -= 10
    high = last.year // 10 * 10 + 9
    if last == date(high, 12, 31):
        high += 10
    return date(max(low, 1), 1, 1).isoformat(), date(min(high, 9999), 12, 31).isoformat()


def _round_domain(numbers: Sequence[Decimal]) -> tuple[Decimal, Decimal, Decimal] | None:
    """Return low, high and width: round, and no number is a bound; None where the numbers are too far apart.

    The middle 98% of the rows set the bounds, so that a few large numbers do not make all others one interval; those
    lie in the open outer sides. Where that cannot be done without a number for a bound, all rows set them.
    """
    if numbers[-1].adjusted() > _WIDEST_EXPONENT or numbers[0].adjusted() > _WIDEST_EXPONENT:
        return None
    if min((number.adjusted() for number in numbers if number), default=0) < -_WIDEST_EXPONENT:
        return None
    taken = set(numbers)
    aside = len(numbers) // 100
    for inner in (numbers[aside : len(numbers) - aside], numbers):
        if inner[0] == inner[-1]:
            continue
        width = _round_width(inner[-1] - inner[0], whole=all(n == n.to_integral_value() for n in numbers))
        unit = width * 2 ** (_LEVELS - 1)
        low = (inner[0] / unit).to_integral_value(ROUND_FLOOR) * unit
        high = (inner[-1] / unit).to_integral_value(ROUND_CEILING) * unit
        for _ in range(_MOST_CUTS):
            low = low - unit if low in taken else low
            high = high + unit if high in taken else high
        exact = all(Decimal(str(_plain(bound))) == bound for bound in (low, high, width))
        if exact and low not in taken and high not in taken and (high - low) / width <= _MOST_CUTS:
            return low, high, width
    return None


def _round_width(span: Decimal, *, whole: bool) -> Decimal:
    """Return the smallest of 1, 2, 5 · 10^n of which at most 20 make the span; at least 2 for whole numbers."""
    power = Decimal(1).scaleb((span / _MOST_INTERVALS).adjusted())
    width = next(power * step for step in (1, 2, 5, 10) if power * step * _MOST_INTERVALS >= span)
    return max(width, Decimal(2)) if whole else width


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)
