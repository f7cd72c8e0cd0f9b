"""Quasi-identifier columns as axes of a partition, and what a box is called when it is published.

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
from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal, localcontext
from functools import cached_property
from typing import Protocol

import numpy as np

from wuming.anonymization.axes import Axis, Codes, Floats, OrderedAxis, SetAxis
from wuming.core.tables import Coded

ANY = "*"
OTHER = "other"
MISSING = "missing"
_RESERVED = frozenset({ANY, OTHER, MISSING})


class Domain(Protocol):
    """One column: its axis, and what the boxes of the axis are called and cost when they are published."""

    @property
    def axis(self) -> Axis:
        """The column as a partition sees it."""
        ...

    def labels(self, states: Codes) -> list[str]:
        """Return [b] the names of boxes, by their states."""
        ...

    def losses(self, states: Codes) -> Floats:
        """Return [b] the share of the domain that each box covers as it is published, in [0, 1]."""
        ...


class Numbers:
    """A numeric column. Missing values (NaN) come first, in a code of their own.

    Attributes:
        values: what occurs, in order. has_missing, integral: whether values are missing, and all others whole.
    """

    any_value = "any number"

    def __init__(self, coded: Coded) -> None:
        self.values = coded.values
        self.has_missing = bool((coded.codes < 0).any())
        self.integral = self.values.dtype == np.int64 or bool(np.all(self.values == np.floor(self.values)))
        self.codes: Codes = coded.codes + self.has_missing
        self._cuts: dict[int, float | None] = {}

    @property
    def size(self) -> int:
        """Number of codes."""
        return len(self.values) + self.has_missing

    @cached_property
    def axis(self) -> OrderedAxis:
        """See `Domain`. Each box counts from value to value, so a little more or less than the rounded cuts enclose."""
        smallest, largest = float(self.values[0]), float(self.values[-1])
        unit = max(abs(smallest), abs(largest), 1.0)  # differences of such numbers may be too large for a float
        width = largest / unit - smallest / unit or 1.0
        place = (self.values / unit - smallest / unit) / width
        end = np.append(place[1:] - (1 / unit / width if self.integral else 0.0), place[-1])
        missing = np.zeros(int(self.has_missing))
        return OrderedAxis(self.codes, np.concatenate((missing, place)), np.concatenate((missing, end)))

    def labels(self, states: Codes) -> list[str]:
        """See `Domain`."""
        return [self.label(low, high) for low, high in states.tolist()]

    def losses(self, states: Codes) -> Floats:
        """See `Domain`."""
        return np.array([self.loss(low, high) for low, high in states.tolist()])

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
            return f"<{self.written(end)}{suffix}" if end is not None else self._any_number(suffix)
        if end is None:
            return f">={self.written(start)}{suffix}"
        if self.integral and end - start == 1:
            return f"{self.written(start)}{suffix}"
        return f"[{self.written(start)}, {self.written(end)}){suffix}"

    def _any_number(self, suffix: str) -> str:
        return self.any_value if self.has_missing and not suffix else ANY

    def loss(self, low: int, high: int) -> float:
        """Width of the box within the values that occur, over the width of them all; missing alone costs nothing."""
        first, last = max(low - self.has_missing, 0), high - self.has_missing
        if last < first or len(self.values) < 2:
            return 0.0
        smallest, largest = float(self.values[0]), float(self.values[-1])
        start, end = self._cut(first), self._cut(last + 1)
        bottom = smallest if start is None else start
        top = largest if end is None else end - 1 if self.integral else end
        unit = max(abs(smallest), abs(largest), 1.0)
        return min(max((top / unit - bottom / unit) / (largest / unit - smallest / unit), 0.0), 1.0)

    def _cut(self, index: int) -> float | None:
        """Return the cut below the value at `index`; None at both ends, which are open."""
        if index not in self._cuts:
            inside = 0 < index < len(self.values)
            below, above = (self.values[index - 1].item(), self.values[index].item()) if inside else (0, 1)
            self._cuts[index] = self.between(below, above) if inside else None
        return self._cuts[index]

    def between(self, below: float, above: float) -> float:
        """Return where two neighbouring values are parted: c with below < c <= above."""
        return roundest_between(below, above, integral=self.integral)

    def written(self, number: float) -> str:
        """Return a cut or a value as text."""
        return _plain(number)


class Categories:
    """A text column: "" is missing; what fewer than `rare_below` rows carry is one category, `other`.

    Codes run from the most to the least frequent category (ties by name), `other` last.
    """

    def __init__(self, coded: Coded, *, rare_below: int, counts: Sequence[int] | None = None) -> None:
        carried = np.bincount(coded.codes + 1, weights=counts, minlength=len(coded.values) + 1).astype(np.int64)
        values = ["", *coded.values.tolist()]
        occurring = np.flatnonzero(carried)
        named = occurring[carried[occurring] >= rare_below]
        named = named[np.argsort(-carried[named], kind="stable")]  # by name where counts are equal
        self.named: list[str] = [values[place] for place in named]
        self.merged = len(occurring) - len(named)
        code = np.full(len(values), len(named), dtype=np.int64)
        code[named] = np.arange(len(named))
        self.codes: Codes = code[coded.codes + 1]

    @cached_property
    def axis(self) -> SetAxis:
        """See `Domain`."""
        return SetAxis(self.codes, np.array([1] * len(self.named) + [self.merged] * bool(self.merged)))

    def labels(self, states: Codes) -> list[str]:
        """See `Domain`: `*`, one category, or several with a bar between them, by name, `other` last."""
        # By name, not by code: the order of codes is that of frequency.
        names = [self._name(value) for value in self.named] + [OTHER] * bool(self.merged)
        by_name = [*sorted(range(len(self.named)), key=names.__getitem__), *range(len(self.named), len(names))]
        out = []
        for held in self.axis.members(states)[:, by_name].tolist():
            chosen = [names[code] for code, is_held in zip(by_name, held, strict=True) if is_held]
            out.append(ANY if len(chosen) == len(names) and self.axis.weights.sum() > 1 else " | ".join(chosen))
        return out

    def losses(self, states: Codes) -> Floats:
        """See `Domain`: number of categories that the box holds over all, 0 for a single one."""
        return self.axis.losses(states)

    @staticmethod
    def _name(value: str) -> str:
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
