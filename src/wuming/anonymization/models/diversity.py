"""l-diversity: whoever finds a person's class does not learn the person's value. Missing is no value.

Source: Machanavajjhala, Kifer, Gehrke and Venkitasubramaniam, "l-Diversity: Privacy Beyond k-Anonymity", ACM TKDD 2007,
sections 3 and 4: distinct, entropy and recursive (c, l)-diversity.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from wuming.anonymization.models.counting import sizes_of, summed
from wuming.anonymization.models.measures import Codes
from wuming.anonymization.models.model import Flags, Floats, Monotone
from wuming.anonymization.models.parameters import (
    ROUNDING,
    at_least,
    kept_or_empty,
    real_number,
    whole_number,
    worst_high,
    worst_low,
)
from wuming.anonymization.models.sensitive import Sensitive


@dataclass(frozen=True)
class DistinctDiversity:
    """Every class has at least l distinct values.

    Proof of the flags: the values of a class are among those of any class that holds its rows, so their number does not
    fall when rows join; it does not depend on other classes.

    Attributes:
        l: at least 1 (1: some value).
        sensitive: the column.

    Raises:
        PrivacyParameterError: l is no whole number ≥ 1.
    """

    l: int  # noqa: E741  (the literature's name)
    sensitive: Sensitive

    def __post_init__(self) -> None:
        whole_number("l", self.l, least=1)

    @property
    def name(self) -> str:
        """The promise in words."""
        return f"distinct {self.l}-diversity of {self.sensitive.name}"

    @property
    def monotone(self) -> Monotone:
        """See the proof."""
        return Monotone(generalisation=True, suppression=True, addition=True)

    def satisfied(self, classes: Codes, count: int) -> Flags:
        """Tell which classes have l values; see `Model`."""
        return kept_or_empty(self._distinct(classes, count) >= self.l, sizes_of(classes, count))

    def figure(self, classes: Codes, count: int) -> float:
        """Return the smallest number of distinct values of a class."""
        return worst_low(self._distinct(classes, count).astype(float), sizes_of(classes, count) > 0)

    def _distinct(self, classes: Codes, count: int) -> Codes:
        return np.bincount(self.sensitive.pairs(classes, count).of_class, minlength=count)


@dataclass(frozen=True)
class EntropyDiversity:
    """The entropy of every class's values is at least log l: as uncertain as l equally frequent values.

    Proof of the flags: the shares of a joined class are a mean of the shares of its parts, weighted by their numbers of
    values, and entropy is concave, so it is at least the smallest entropy of the parts. A class's entropy does not
    depend on other classes. Addition fails: many rows of one value lower the entropy of a class they join.

    Attributes:
        l: any number ≥ 1; the base of the logarithm does not matter, as long as it is the same twice.
        sensitive: the column.

    Raises:
        PrivacyParameterError: l is no finite number ≥ 1.
    """

    l: float  # noqa: E741
    sensitive: Sensitive

    def __post_init__(self) -> None:
        real_number("l", self.l, above=1.0, at=True)

    @property
    def name(self) -> str:
        """The promise in words."""
        return f"entropy {self.l:g}-diversity of {self.sensitive.name}"

    @property
    def monotone(self) -> Monotone:
        """See the proof."""
        return Monotone(generalisation=True, suppression=True)

    def satisfied(self, classes: Codes, count: int) -> Flags:
        """Tell which classes have the entropy of l equal shares; see `Model`."""
        return kept_or_empty(at_least(self._effective(classes, count), self.l), sizes_of(classes, count))

    def figure(self, classes: Codes, count: int) -> float:
        """Return the smallest effective number of values of a class: e to the entropy, 0 for a class with no value."""
        return worst_low(self._effective(classes, count), sizes_of(classes, count) > 0)

    def _effective(self, classes: Codes, count: int) -> Floats:
        pairs = self.sensitive.pairs(classes, count)
        valued = summed(pairs.of_class, pairs.rows, count)
        weighted = summed(pairs.of_class, pairs.rows * np.log(pairs.rows), count)
        some = np.maximum(valued, 1.0)
        return np.where(valued > 0, np.exp(np.log(some) - weighted / some), 0.0)


@dataclass(frozen=True)
class RecursiveDiversity:
    """Recursive (c, l)-diversity: in every class the most frequent value is not too frequent.

    With the numbers of rows of a class's values in falling order, r1 ≥ r2 ≥ … ≥ rm: r1 < c (rl + … + rm). A class with
    fewer than l values breaks it.

    Proof of the flags: write top(X) for the largest sum over l - 1 values of class X, n(X) for its rows with a value,
    r(X) for r1; the promise is r(X) < c (n(X) - top(X)). For two classes A and B joined, n adds up, and r and top are
    largest sums over a choice of values that is the same for both parts, so r(A+B) ≤ r(A) + r(B) and
    top(A+B) ≤ top(A) + top(B). Hence r(A+B) < c (n(A) - top(A)) + c (n(B) - top(B)) ≤ c (n(A+B) - top(A+B)). Other
    classes play no part. Addition fails: many rows of one value raise r1 and nothing else.

    Attributes:
        c: above 0.
        l: at least 1.
        sensitive: the column.

    Raises:
        PrivacyParameterError: c or l is out of range.
    """

    c: float
    l: int  # noqa: E741
    sensitive: Sensitive

    def __post_init__(self) -> None:
        real_number("c", self.c, above=0.0)
        whole_number("l", self.l, least=1)

    @property
    def name(self) -> str:
        """The promise in words."""
        return f"recursive ({self.c:g}, {self.l})-diversity of {self.sensitive.name}"

    @property
    def monotone(self) -> Monotone:
        """See the proof."""
        return Monotone(generalisation=True, suppression=True)

    def satisfied(self, classes: Codes, count: int) -> Flags:
        """Tell which classes keep r1 < c (rl + … + rm); see `Model`."""
        first, tail = self._first_and_tail(classes, count)
        return kept_or_empty(first < self.c * tail * (1 - ROUNDING), sizes_of(classes, count))

    def figure(self, classes: Codes, count: int) -> float:
        """Return the largest r1 / (rl + … + rm) of a class, which c must exceed; inf for fewer than l values."""
        first, tail = self._first_and_tail(classes, count)
        ratio = np.where(tail > 0, first / np.maximum(tail, 1.0), math.inf)
        return worst_high(ratio, sizes_of(classes, count) > 0)

    def _first_and_tail(self, classes: Codes, count: int) -> tuple[Floats, Floats]:
        pairs = self.sensitive.pairs(classes, count)
        first, tail = np.zeros(count), np.zeros(count)
        if not len(pairs.rows):
            return first, tail
        highest = int(pairs.rows.max())
        keys = np.sort(pairs.of_class * (highest + 1) + (highest - pairs.rows))
        of_class, rows = keys // (highest + 1), highest - keys % (highest + 1)
        starts = np.flatnonzero(np.diff(of_class, prepend=-1))
        rank = np.arange(len(keys)) - np.repeat(starts, np.diff(starts, append=len(keys)))
        first[of_class[starts]] = rows[starts]
        return first, summed(of_class, np.where(rank >= self.l - 1, rows, 0), count)
