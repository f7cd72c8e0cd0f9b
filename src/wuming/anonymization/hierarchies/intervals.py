"""Numbers as intervals: cut points that the user states, or a width that grows level by level.

Cut points and the domain are public. They are never the data's own smallest and largest value, which belong to
somebody: the outer sides are open (`<20`, `>=90`), so whoever lies beyond the last cut sets no bound.
Numbers are compared exactly, as written, not as binary fractions.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext
from itertools import pairwise

from wuming.anonymization.hierarchies.assembly import assemble, distinct, refuse
from wuming.anonymization.hierarchies.hierarchy import Hierarchy

Number = int | float | Decimal

MOST_CUTS = 100_000

_WRITTEN = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?")
_DIGITS = 25
_PRECISION = 100  # digits; sums of such parameters are exact
_HELP = "State public, round cut points inside the domain."


def intervals_from_cuts(
    column: str, values: Iterable[str], *, low: Number, high: Number, cuts: Sequence[Sequence[Number]]
) -> Hierarchy:
    """Group numbers by cut points that are stated for every level.

    Args:
        column: name of the column.
        values: cells of the column, as written; "" is missing.
        low, high: the public domain, low < high. A number outside belongs to the open outer interval; the domain only
            says what share of it an interval covers.
        cuts: for each level from fine to coarse, cut points in increasing order strictly inside the domain. A coarser
            level only leaves some out.

    Returns:
        Levels: the values, one for each list of cuts (`<20`, `[20, 40)`, `>=40`; a whole number alone is written as
        such), then `*`.

    Raises:
        TableError: a cell that is no number, or parameters that do not fit as said above.
    """
    bottom, top = _exact(column, low), _exact(column, high)
    if bottom >= top:
        raise refuse(column, f"the domain from {low} to {high} is empty", help="State low below high.")
    exact = [[_exact(column, cut) for cut in level] for level in cuts]
    for number, level in enumerate(exact, start=1):
        if not level or any(a >= b for a, b in pairwise(level)):
            raise refuse(column, f"level {number} has no cut, or cuts out of order", help=_HELP)
        if not bottom < level[0] <= level[-1] < top:
            raise refuse(column, f"level {number} has a cut that is not inside {low} to {high}", help=_HELP)
    for number, (finer, coarser) in enumerate(pairwise(exact), start=2):
        if not set(coarser) <= set(finer):
            raise refuse(column, f"level {number} has a cut that level {number - 1} lacks", help=_HELP)
    return _build(column, values, bottom, top, exact)


def intervals_from_width(
    column: str,
    values: Iterable[str],
    *,
    low: Number,
    high: Number,
    width: Number,
    factor: int = 2,
    levels: int | None = None,
) -> Hierarchy:
    """Group numbers by intervals of one width, counted from `low`, that grow by a factor level by level.

    Args:
        column, values, low, high: as for `intervals_from_cuts`.
        width: of the first level, above 0 and below high - low.
        factor: how many intervals of a level make one of the next, at least 2.
        levels: at most so many levels of intervals; by default all that still have a cut.

    Raises:
        TableError: as for `intervals_from_cuts`; more than 100,000 cuts.
    """
    bottom, top, step = (_exact(column, number) for number in (low, high, width))
    if step <= 0 or bottom + step >= top:
        raise refuse(column, f"width {width} gives no cut between {low} and {high}", help="State a smaller width.")
    if factor < 2 or (levels is not None and levels < 1):
        raise refuse(
            column, f"factor={factor}, levels={levels}", help="State a factor of 2 or more, levels of 1 or more."
        )
    if (top - bottom) / step > MOST_CUTS:
        raise refuse(column, f"width {width} gives more than {MOST_CUTS:,} cuts", help="State a larger width.")
    cuts: list[list[Decimal]] = []
    with localcontext() as context:
        context.prec = _PRECISION
        while bottom + step < top and (levels is None or len(cuts) < levels):
            count = int((top - bottom) / step) + 1
            cuts.append([cut for j in range(1, count + 1) if (cut := bottom + j * step) < top])
            step *= factor
    return _build(column, values, bottom, top, cuts)


def parse_number(text: str) -> Decimal | None:
    """Read a plain decimal number (ASCII digits, perhaps with an exponent); None where it is none."""
    return Decimal(text) if _WRITTEN.fullmatch(text) else None


def _build(
    column: str, cells: Iterable[str], low: Decimal, high: Decimal, cuts: Sequence[Sequence[Decimal]]
) -> Hierarchy:
    present, missing = distinct(cells)
    parsed = {value: parse_number(value) for value in present}
    numbers = {value: number for value, number in parsed.items() if number is not None}
    if wrong := len(parsed) - len(numbers):
        raise refuse(column, f"{wrong:,} of {len(parsed):,} values are no numbers", help="Repair or empty these cells.")
    values = sorted(numbers, key=lambda value: (numbers[value], value))
    points = [low, high, *(cut for level in cuts for cut in level), *numbers.values()]
    whole = all(point == point.to_integral_value() for point in points)
    labels, widths = [], []
    for level in cuts:
        edges = [None, *level, None]
        names = [_label(start, end, whole=whole) for start, end in pairwise(edges)]
        shares = [_share(start, end, low, high, whole=whole) for start, end in pairwise(edges)]
        places = [bisect_right(level, numbers[value]) for value in values]
        labels.append([names[place] for place in places])
        widths.append([shares[place] for place in places])
    return assemble(column, values, labels, widths=widths, missing=missing)


def _label(start: Decimal | None, end: Decimal | None, *, whole: bool) -> str:
    if start is None:
        return "*" if end is None else f"<{_plain(end)}"
    if end is None:
        return f">={_plain(start)}"
    if whole and end - start == 1:
        return _plain(start)
    return f"[{_plain(start)}, {_plain(end)})"


def _share(start: Decimal | None, end: Decimal | None, low: Decimal, high: Decimal, *, whole: bool) -> float:
    """Length of the interval within the domain over that of the domain; whole numbers end one before the next cut."""
    bottom = low if start is None else start
    top = high if end is None else end - 1 if whole else end
    return float((top - bottom) / (high - low))


def _plain(number: Decimal) -> str:
    """Write a number without exponent and without zeros that say nothing."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _exact(column: str, number: Number) -> Decimal:
    """Take a parameter as it is written: 0.1 is one tenth."""
    exact = Decimal(str(number))
    if not exact.is_finite() or len(exact.as_tuple().digits) > _DIGITS or abs(exact.adjusted()) > _DIGITS:
        raise refuse(column, f"{number} is no usable bound, cut or width", help=f"Use at most {_DIGITS} digits.")
    return exact
