"""Published cells read back: which original values may stand behind a label.

| label | of numbers | of text |
|---|---|---|
| `*` | everything | everything |
| `missing`, `… or missing`, empty | no value; perhaps none | no value |
| `any number` | every number | |
| `[35, 50)`, `[35, 50]`, `35-50`, `<35`, `>=50`, `35` | the interval | |
| `A \\| B`, a bar inside a name written with a backslash before it | | one of these |
| `other` | | any value that no label of the column names |

Where the column has a hierarchy, a label covers the values that carry it at any level; the grammar is used for labels
that the hierarchy lacks. Anything else is taken as it is written: it covers the equal value alone.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import defaultdict
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from wuming.anonymization.domains import ANY, MISSING, OTHER
from wuming.anonymization.hierarchies.cells import cells_of
from wuming.anonymization.hierarchies.hierarchy import Hierarchy

Codes = npt.NDArray[np.int64]
Column = npt.NDArray[Any]
Distances = npt.NDArray[np.float32]

_RESERVED = frozenset({ANY, MISSING, OTHER})
_NUMBER = r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_BETWEEN = re.compile(rf"([\[(]?)\s*({_NUMBER})\s*(?:,|;|-|–|~|\.\.)\s*({_NUMBER})\s*([\])\[]?)")
_BELOW = re.compile(rf"(<=|<|≤)\s*({_NUMBER})")
_ABOVE = re.compile(rf"(>=|>|≥)\s*({_NUMBER})")
_OR_MISSING = " or missing"
_BAR = re.compile(r" \| ")


class Reading(ABC):
    """How the cells of one published column are read.

    Attributes:
        codes: [published rows] number of each row's label.
        size: number of labels.
    """

    codes: Codes
    size: int

    @abstractmethod
    def distance(self, values: Column) -> Distances:
        """Return [labels, values] how far each original value is from what each label covers, in [0, 1]; 0: covered.

        Args:
            values: of the original column's type.
        """


def read_column(published: Column, original: Column, hierarchy: Hierarchy | None = None) -> Reading:
    """Read a published column.

    Args:
        published: the column as it is handed out.
        original: the column it was made from; gives the type of the values and, for numbers, the unit of distances.
        hierarchy: the column's, where it has one.
    """
    if original.dtype == object or hierarchy is not None:
        return Names(published, hierarchy)
    return Intervals(published, original)


class Names(Reading):
    """Labels as lists of names."""

    def __init__(self, published: Column, hierarchy: Hierarchy | None) -> None:
        cells = cells_of(published)
        labels = {label: code for code, label in enumerate(sorted(set(cells)))}
        self.codes = np.array([labels[cell] for cell in cells], dtype=np.int64)
        self.size = len(labels)
        self._labels = tuple(labels)
        of_value: dict[str, set[int]] = defaultdict(set)
        known: set[str] = set()
        if hierarchy is not None:
            for level in hierarchy.labels:
                for value, label in zip(hierarchy.values, level, strict=True):
                    if label in labels:
                        of_value[value].add(labels[label])
            known = {label for level in hierarchy.labels for label in level}
        self._others: list[int] = []
        self._everything: list[int] = []
        for label, code in labels.items():
            if label == ANY:
                self._everything.append(code)
            elif label not in known:
                for name in names_in(label):
                    if name is None:
                        self._others.append(code)
                    else:
                        of_value[name].add(code)
        self._of_value = {value: sorted(codes) for value, codes in of_value.items()}

    def distance(self, values: Column) -> Distances:
        """Return 0 where a label covers a value, else 1; see `Reading`."""
        out = np.ones((self.size, len(values)), dtype=np.float32)
        covering = [self._of_value.get(value) or self._others for value in cells_of(values)]
        labels = np.fromiter(chain.from_iterable(covering), dtype=np.int64)
        out[labels, np.repeat(np.arange(len(values)), list(map(len, covering)))] = 0.0
        out[self._everything] = 0.0
        return out


class Intervals(Reading):
    """Labels as stretches of the number line."""

    def __init__(self, published: Column, original: Column) -> None:
        present = original[~np.isnan(original)] if original.dtype == np.float64 else original
        low, high = np.quantile(present, [0.05, 0.95]) if len(present) else (0.0, 0.0)
        self._unit = float(high - low) or 1.0
        if published.dtype == object:
            labels, self.codes = _number(published.tolist())
            rows = [interval_of(label) for label in labels]
        else:
            numbers, codes = np.unique(published, return_inverse=True)  # NaN is one number to it
            self.codes = codes.reshape(-1).astype(np.int64)
            rows = [Interval.point(number) for number in numbers.tolist()]
        self.size = len(rows)
        self.low = np.array([row.low for row in rows])
        self.high = np.array([row.high for row in rows])
        self._open = np.array([row.below for row in rows], dtype=np.bool_)
        self._missing = np.array([row.missing for row in rows], dtype=np.bool_)

    def distance(self, values: Column) -> Distances:
        """Return how far values lie outside the intervals, over the middle 90% of the original; see `Reading`."""
        numbers = values.astype(np.float64)
        gap = np.isnan(numbers)
        numbers = np.where(gap, 0.0, numbers)
        out = np.maximum(self.low[:, None] - numbers, numbers - self.high[:, None])
        np.maximum(out, 0.0, out=out)
        out[self._open[:, None] & (numbers == self.high[:, None])] = 1e-6 * self._unit
        distances: Distances = np.minimum(out / self._unit, 1.0).astype(np.float32)
        distances[:, gap] = np.where(self._missing, 0.0, 1.0)[:, None]
        return distances


class Interval:
    """What a label says about a number.

    Attributes:
        low, high: the smallest and the largest number; infinite where open. low > high: no number at all.
        below: `high` itself is left out.
        missing: perhaps no number.
    """

    def __init__(self, low: float, high: float, *, below: bool = False, missing: bool = False) -> None:
        self.low, self.high, self.below, self.missing = low, high, below, missing

    @classmethod
    def point(cls, number: float) -> Interval:
        """Return the interval of one number; NaN is missing."""
        return cls(np.inf, -np.inf, missing=True) if number != number else cls(number, number)


def interval_of(label: str) -> Interval:
    """Read a label of a numeric column; a label that is not of the grammar covers nothing."""
    missing = label.endswith(_OR_MISSING)
    label = label.removesuffix(_OR_MISSING).strip()
    if label == ANY:
        return Interval(-np.inf, np.inf, missing=True)
    if label == "any number":
        return Interval(-np.inf, np.inf, missing=missing)
    if label in (MISSING, ""):
        return Interval.point(np.nan)
    if re.fullmatch(_NUMBER, label):
        number = float(label)
        return Interval(number, number, missing=missing)
    if found := _BETWEEN.fullmatch(label):
        _, low, high, end = found.groups()
        return Interval(float(low), float(high), below=end in (")", "["), missing=missing)
    if found := _BELOW.fullmatch(label):
        return Interval(-np.inf, float(found[2]), below=found[1] == "<", missing=missing)
    if found := _ABOVE.fullmatch(label):
        # "above 5" begins at 5 itself: one number too many costs the attacker nothing.
        return Interval(float(found[2]), np.inf, missing=missing)
    return Interval(np.inf, -np.inf, missing=missing)


def names_in(label: str) -> list[str | None]:
    """Return the values that a label of a text column names; None stands for `other`."""
    names: list[str | None] = []
    for part in _BAR.split(label):
        if part == OTHER:
            names.append(None)
        elif part in (MISSING, ""):
            names.append("")
        else:
            names.append(_unescaped(part))
    # A label that was never written by the grammar may hold a bar of its own.
    return names if len(names) == 1 or label in names else [*names, label]


def _unescaped(part: str) -> str:
    plain = part[1:] if part.startswith("\\") and part[1:] in _RESERVED else part
    return re.sub(r"\\([\\|])", r"\1", plain)


def _number(cells: list[Any]) -> tuple[list[Any], Codes]:
    labels = {label: code for code, label in enumerate(sorted(set(cells)))}
    return list(labels), np.array([labels[cell] for cell in cells], dtype=np.int64)
