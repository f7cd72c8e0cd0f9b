"""Limits to the risk from an attacker who knows that his target is in the table: 1 / rows of the target's class.

Source: El Emam and Dankar, "Protecting Privacy Using k-Anonymity", JAMIA 2008; ISO/IEC 27559:2022.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wuming.anonymization.models.counting import check_classes, sizes_of
from wuming.anonymization.models.measures import Codes
from wuming.anonymization.models.model import Flags, Floats, Monotone
from wuming.anonymization.models.parameters import at_most, kept_or_empty, real_number, worst_high


@dataclass(frozen=True)
class MaximumRisk:
    """No row is named with a higher probability than `limit`: k-anonymity with k = 1 / limit, rounded up.

    Proof of the flags: that of `KAnonymity`.

    Attributes:
        limit: in (0, 1].

    Raises:
        PrivacyParameterError: limit is not in (0, 1].
    """

    limit: float

    def __post_init__(self) -> None:
        real_number("limit", self.limit, above=0.0, most=1.0)

    @property
    def name(self) -> str:
        """The promise in words."""
        return f"risk of each row at most {self.limit:g}"

    @property
    def monotone(self) -> Monotone:
        """See the proof."""
        return Monotone(generalisation=True, suppression=True, addition=True)

    def satisfied(self, classes: Codes, count: int) -> Flags:
        """Tell in which classes 1 / rows is within the limit; see `Model`."""
        return self._risks(classes, count) <= self.limit

    def figure(self, classes: Codes, count: int) -> float:
        """Return the highest risk of a row."""
        risks = self._risks(classes, count)
        return worst_high(risks, risks > 0)

    def _risks(self, classes: Codes, count: int) -> Floats:
        """Return [count] 1 / rows; 0 for an empty class."""
        check_classes(classes, count)
        sizes = sizes_of(classes, count)
        return np.where(sizes > 0, 1.0 / np.maximum(sizes, 1), 0.0)


@dataclass(frozen=True)
class AverageRisk:
    """The mean over released rows of 1 / rows of their class is at most `limit`: a promise about the whole table.

    The mean is the number of classes over the number of released rows. All classes keep the promise or none does: it is
    nobody's alone. So no class is to blame, and an algorithm that suppresses the classes that break *other* promises
    asks again afterwards.

    Proof of the flags: joining leaves the rows and lowers the number of classes. Suppression fails: without its largest
    classes a table is at a higher mean risk. Addition fails: rows that come back as a class of their own raise it.

    Attributes:
        limit: in (0, 1].

    Raises:
        PrivacyParameterError: limit is not in (0, 1].
    """

    limit: float

    def __post_init__(self) -> None:
        real_number("limit", self.limit, above=0.0, most=1.0)

    @property
    def name(self) -> str:
        """The promise in words."""
        return f"average risk at most {self.limit:g}"

    @property
    def monotone(self) -> Monotone:
        """See the proof."""
        return Monotone(generalisation=True, suppression=False)

    def satisfied(self, classes: Codes, count: int) -> Flags:
        """Tell whether the table is within the limit, the same for every class that is not empty; see `Model`."""
        kept = at_most(np.array([self.figure(classes, count)]), self.limit)
        return kept_or_empty(kept, sizes_of(classes, count))

    def figure(self, classes: Codes, count: int) -> float:
        """Return the average risk."""
        check_classes(classes, count)
        sizes = sizes_of(classes, count)
        return float(np.count_nonzero(sizes) / max(int(sizes.sum()), 1))
