"""Quasi-identifier columns as ordered codes, and what a stretch of codes is called when it is published.

A published class is a box of the *cuts*, never the smallest box around its rows: the smallest and largest value in a
class belong to somebody, and an attacker who knows the algorithm reads them back ("downcoding", Cohen, USENIX Security
2022). Three rules keep single people's values out of the names of boxes:

- the outer sides are open (`<35`, `>=60`), so the youngest and the oldest person set no bound;
- a cut lies at the roundest number between the two neighbouring values (34 | 52 is cut at 50), so it seldom is a value;
- a category that fewer than `rare_below` rows carry is not named, it is part of `other`.

Cuts still depend on the data: k-anonymity is no differential privacy.
"""

from __future__ import annotations

import math
from collections import Counter
from decimal import ROUND_FLOOR, Decimal, localcontext
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

ANY = "*"
OTHER = "other"
MISSING = "missing"
_RESERVED = frozenset({ANY, OTHER, MISSING})

Codes = npt.NDArray[np.int64]
Column = npt.NDArray[Any]
Scale = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


class Domain(Protocol):
    """One column's values in order, coded 0 … size - 1; missing values have a code of their own."""

    codes: Codes

    @property
    def size(self) -> int:
        """Number of codes."""
        ...

    @property
    def scale(self) -> Scale:
        """Where each code begins and ends on a line on which the whole domain has length 1 (or 0)."""
        ...

    def label(self, low: int, high: int) -> str:
        """Name the box of codes low … high."""
        ...

    def loss(self, low: int, high: int) -> float:
        """Share of the domain that the box covers, in [0, 1]."""
        ...


def domain_of(column: Column, *, rare_below: int) -> Domain:
    """Code a column: numbers by size, text by code point."""
    return Categories(column, rare_below=rare_below) if column.dtype == object else Numbers(column)


class Numbers:
    """A numeric column. Missing values (NaN) come first, in a code of their own."""

    def __init__(self, column: Column) -> None:
        present = column if column.dtype == np.int64 else column[~np.isnan(column)]
        self.values = np.unique(present)
        self.has_missing = len(present) < len(column)
        self.integral = column.dtype == np.int64 or bool(np.all(present == np.floor(present)))
        codes = np.searchsorted(self.values, column)
        if self.has_missing:
            codes = np.where(np.isnan(column), 0, codes + 1)
        self.codes: Codes = codes.astype(np.int64)
        self._cuts: dict[int, float | None] = {}

    @property
    def size(self) -> int:
        """Number of codes."""
        return len(self.values) + self.has_missing

    @cached_property
    def scale(self) -> Scale:
        """Each code is a point between the smallest (0) and the largest value (1); missing lies at 0."""
        values = self.values.astype(np.float64)
        width = values[-1] - values[0] if len(values) else 0.0
        scaled = (values - values[0]) / width if width else np.zeros(len(values))
        places = np.concatenate(([0.0], scaled)) if self.has_missing else scaled
        return places, places

    def label(self, low: int, high: int) -> str:
        """Name the box: `*`, `missing`, `35`, `<35`, `[35, 50)`, `>=50`, each with `or missing` where it may be."""
        if high - low + 1 == self.size and self.size > 1:
            return ANY
        if self.has_missing and high == 0:
            return MISSING
        suffix = " or missing" if self.has_missing and low == 0 else ""
        first, last = max(low - self.has_missing, 0), high - self.has_missing
        start, end = self._cut(first), self._cut(last + 1)
        if start is None:
            return f"<{_plain(end)}{suffix}" if end is not None else self._any_number(suffix)
        if end is None:
            return f">={_plain(start)}{suffix}"
        if self.integral and end - start == 1:
            return f"{_plain(start)}{suffix}"
        return f"[{_plain(start)}, {_plain(end)}){suffix}"

    def _any_number(self, suffix: str) -> str:
        return "any number" if self.has_missing and not suffix else ANY

    def loss(self, low: int, high: int) -> float:
        """Width of the box within the values that occur, over the width of them all; missing alone costs nothing."""
        first, last = max(low - self.has_missing, 0), high - self.has_missing
        if last < first or len(self.values) < 2:
            return 0.0
        smallest, largest = float(self.values[0]), float(self.values[-1])
        start, end = self._cut(first), self._cut(last + 1)
        bottom = smallest if start is None else start
        top = largest if end is None else end - 1 if self.integral else end
        return min(max((top - bottom) / (largest - smallest), 0.0), 1.0)

    def _cut(self, index: int) -> float | None:
        """Return the cut below the value at `index`; None at both ends, which are open."""
        if index not in self._cuts:
            inside = 0 < index < len(self.values)
            below, above = (self.values[index - 1].item(), self.values[index].item()) if inside else (0, 1)
            self._cuts[index] = roundest_between(below, above, integral=self.integral) if inside else None
        return self._cuts[index]


class Categories:
    """A text column: "" is missing; what fewer than `rare_below` rows carry is one category, `other`, put last.

    Codes run from the most to the least frequent category (ties by name): boxes are stretches of codes, so this keeps
    the rare ones together and lets the frequent ones, which most rows have, stand alone.
    """

    def __init__(self, column: Column, *, rare_below: int) -> None:
        counts = Counter(column.tolist())
        self.named: list[str] = sorted(
            (value for value, count in counts.items() if count >= rare_below), key=lambda value: (-counts[value], value)
        )
        self.distinct: int = len(counts)
        self.merged = self.distinct - len(self.named)
        table = {value: code for code, value in enumerate(self.named)}
        other = len(self.named)
        self.codes: Codes = np.array([table.get(value, other) for value in column.tolist()], dtype=np.int64)

    @property
    def size(self) -> int:
        """Number of codes."""
        return len(self.named) + bool(self.merged)

    @cached_property
    def scale(self) -> Scale:
        """Each code takes the same length; `other` takes that of all the categories in it."""
        weights = np.ones(self.size)
        if self.merged:
            weights[-1] = self.merged
        ends = np.cumsum(weights) / self.distinct
        return np.concatenate(([0.0], ends[:-1])), ends

    def label(self, low: int, high: int) -> str:
        """Name the box: `*`, one category, or several with a bar between them."""
        if high - low + 1 == self.size and self.distinct > 1:
            return ANY
        # By name, not by code: the order of codes is that of frequency.
        last = [OTHER] if high == len(self.named) else []
        return " | ".join(sorted(self._name(code) for code in range(low, high + 1 - len(last))) + last)

    def loss(self, low: int, high: int) -> float:
        """Number of categories that the box holds over all, 0 for a single one."""
        holds = high - low + 1 + (self.merged - 1 if self.merged and high == self.size - 1 else 0)
        return 0.0 if holds == 1 else float(holds / self.distinct)

    def _name(self, code: int) -> str:
        value: str = self.named[code]
        if value == "":
            return MISSING
        escaped = value.replace("\\", "\\\\").replace("|", "\\|")
        return "\\" + escaped if escaped in _RESERVED else escaped


def _plain(number: float) -> str:
    """Write 1240.0 as 1240; every other number as it is."""
    return str(int(number)) if float(number).is_integer() and abs(number) < 1e15 else repr(number)


def roundest_between(below: float, above: float, *, integral: bool) -> float:
    """Return the number c with below < c <= above that ends in the most zeros; among those, the largest.

    Args:
        below, above: two neighbouring values, below < above.
        integral: return an int; both values must be whole.
    """
    if integral:
        low, high = int(below), int(above)
        step: int = 10 ** len(str(max(abs(low), abs(high))))
        while True:
            candidate = high // step * step
            if candidate > low:
                return candidate
            step //= 10
    with localcontext() as context:
        context.prec = 60
        exact_low, exact_high = Decimal(repr(below)), Decimal(repr(above))
        exponent = max(exact_low.adjusted(), exact_high.adjusted()) + 1
        for power in range(exponent, exponent - 20, -1):
            unit = Decimal(1).scaleb(power)
            cut = float((exact_high / unit).to_integral_value(ROUND_FLOOR) * unit)
            if below < cut <= above and math.isfinite(cut):
                return cut
    return above
