"""delta-disclosure privacy: no value is much more, nor much less, frequent in a class than in the table.

Source: Brickell and Shmatikov, "The Cost of Privacy: Destruction of Data-Mining Utility in Anonymized Data Publishing",
KDD 2008, definition of delta-disclosure privacy.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from wuming.anonymization.models.counting import sizes_of
from wuming.anonymization.models.measures import Codes
from wuming.anonymization.models.model import Flags, Floats, Monotone
from wuming.anonymization.models.parameters import below, kept_or_empty, real_number, worst_high
from wuming.anonymization.models.sensitive import Sensitive


@dataclass(frozen=True)
class DeltaDisclosure:
    """In every class E and for every value s of the table: |log2(share of s in E / share of s in the table)| < delta.

    A value that occurs in the table and not in a class has a share of 0 there, whose logarithm has no bound: the class
    breaks the promise for every delta. (Programs that look only at the values that occur in a class promise less.) The
    paper writes log without a base and speaks of information in bits; base 2 is also the stricter reading.
    The reference is the original table, as in closeness.py. Missing is a value of its own.

    Proof of the flags: the share of s in a joined class is a mean of its shares in the parts, so it lies between the
    smallest and the largest of them, and so does the logarithm of its ratio to a fixed number. Other classes play no
    part. Addition fails: rows of one value make the others rarer in the class they join.

    Attributes:
        delta: above 0.
        sensitive: the column.

    Raises:
        PrivacyParameterError: delta is no finite number above 0.
    """

    delta: float
    sensitive: Sensitive

    def __post_init__(self) -> None:
        real_number("delta", self.delta, above=0.0)

    @property
    def name(self) -> str:
        """The promise in words."""
        return f"{self.delta:g}-disclosure privacy of {self.sensitive.name}"

    @property
    def monotone(self) -> Monotone:
        """See the proof."""
        return Monotone(generalisation=True, suppression=True)

    def satisfied(self, classes: Codes, count: int) -> Flags:
        """Tell which classes keep every value's share; see `Model`."""
        return kept_or_empty(below(self._largest(classes, count), self.delta), sizes_of(classes, count))

    def figure(self, classes: Codes, count: int) -> float:
        """Return the largest |log2 ratio|, which delta must exceed; inf where a class lacks a value."""
        return worst_high(self._largest(classes, count), sizes_of(classes, count) > 0)

    def _largest(self, classes: Codes, count: int) -> Floats:
        pairs = self.sensitive.pairs_with_missing(classes, count)
        reference = self.sensitive.reference
        share = pairs.rows / sizes_of(classes, count)[pairs.of_class]
        change = np.abs(np.log2(share / (reference[pairs.value] / self.sensitive.rows)))
        out = np.full(count, math.inf)
        if len(change):
            starts = np.flatnonzero(np.diff(pairs.of_class, prepend=-1))
            complete = np.diff(starts, append=len(change)) == np.count_nonzero(reference)
            out[pairs.of_class[starts[complete]]] = np.maximum.reduceat(change, starts)[complete]
        return out
