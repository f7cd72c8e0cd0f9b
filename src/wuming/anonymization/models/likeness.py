"""beta-likeness: no value is much more frequent in a class than in the table, relative to how frequent it is there.

Source: Cao and Karras, "Publishing Microdata with a Robust Privacy Guarantee", PVLDB 5(11), 2012, section 3: basic and
enhanced beta-likeness.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from wuming.anonymization.models.counting import Pairs, sizes_of
from wuming.anonymization.models.measures import Codes
from wuming.anonymization.models.model import Flags, Floats, Monotone
from wuming.anonymization.models.parameters import at_most, real_number, worst_high
from wuming.anonymization.models.sensitive import Sensitive


@dataclass(frozen=True)
class BasicLikeness:
    """In every class and for every value, with share p in the table and q > p in the class: (q - p) / p ≤ beta.

    Values that are rarer in the class than in the table, or absent, are no concern of this model. The reference is the
    original table, as in closeness.py; missing is a value of its own.

    Proof of the flags: q of a joined class is a mean of q of the parts, at most the largest of them, while p is fixed.
    Other classes play no part. Addition fails: rows of one value raise its q.

    Attributes:
        beta: above 0.
        sensitive: the column.

    Raises:
        PrivacyParameterError: beta is no finite number above 0.
    """

    beta: float
    sensitive: Sensitive

    def __post_init__(self) -> None:
        real_number("beta", self.beta, above=0.0)

    @property
    def name(self) -> str:
        """The promise in words."""
        return f"basic {self.beta:g}-likeness of {self.sensitive.name}"

    @property
    def monotone(self) -> Monotone:
        """See the proof."""
        return Monotone(generalisation=True, suppression=True)

    def satisfied(self, classes: Codes, count: int) -> Flags:
        """Tell in which classes no value gains more than beta; see `Model`."""
        return at_most(self._largest(classes, count), self.beta)

    def figure(self, classes: Codes, count: int) -> float:
        """Return the largest relative gain of a value in a class."""
        return worst_high(self._largest(classes, count), sizes_of(classes, count) > 0)

    def _largest(self, classes: Codes, count: int) -> Floats:
        pairs, gain = _gains(self.sensitive, classes, count)
        return _largest_of_class(pairs, gain, count)


@dataclass(frozen=True)
class EnhancedLikeness:
    """As basic, with (q - p) / p ≤ min(beta, -ln p): frequent values may gain less, and none may fill a class.

    Proof of the flags: that of `BasicLikeness`, with a limit for each value that is fixed by the original table.

    Attributes:
        beta: above 0.
        sensitive: the column.

    Raises:
        PrivacyParameterError: beta is no finite number above 0.
    """

    beta: float
    sensitive: Sensitive

    def __post_init__(self) -> None:
        real_number("beta", self.beta, above=0.0)

    @property
    def name(self) -> str:
        """The promise in words."""
        return f"enhanced {self.beta:g}-likeness of {self.sensitive.name}"

    @property
    def monotone(self) -> Monotone:
        """See the proof."""
        return Monotone(generalisation=True, suppression=True)

    def satisfied(self, classes: Codes, count: int) -> Flags:
        """Tell in which classes no value gains more than min(beta, -ln p); see `Model`."""
        return at_most(self._largest(classes, count), self.beta)

    def figure(self, classes: Codes, count: int) -> float:
        """Return the smallest beta that the classes keep; inf where a value gains more than -ln p."""
        return worst_high(self._largest(classes, count), sizes_of(classes, count) > 0)

    def _largest(self, classes: Codes, count: int) -> Floats:
        pairs, gain = _gains(self.sensitive, classes, count)
        share = self.sensitive.reference[pairs.value] / self.sensitive.rows
        return _largest_of_class(pairs, np.where(at_most(gain, -np.log(share)), gain, math.inf), count)


def _gains(sensitive: Sensitive, classes: Codes, count: int) -> tuple[Pairs, Floats]:
    """Return the pairs and for each (q - p) / p, 0 where q < p."""
    pairs = sensitive.pairs_with_missing(classes, count)
    inside = pairs.rows / sizes_of(classes, count)[pairs.of_class]
    gain = inside / (sensitive.reference[pairs.value] / sensitive.rows) - 1.0
    return pairs, np.maximum(gain, 0.0)


def _largest_of_class(pairs: Pairs, figures: Floats, count: int) -> Floats:
    out = np.zeros(count)
    if len(figures):
        starts = np.flatnonzero(np.diff(pairs.of_class, prepend=-1))
        out[pairs.of_class[starts]] = np.maximum.reduceat(figures, starts)
    return out
