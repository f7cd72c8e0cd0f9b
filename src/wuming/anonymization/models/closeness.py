"""t-closeness: whoever finds a person's class learns little more about the value than the whole table tells.

Source: Li, Li and Venkatasubramanian, "t-Closeness: Privacy Beyond k-Anonymity and l-Diversity", ICDE 2007.
"""

from __future__ import annotations

from dataclasses import dataclass

from wuming.anonymization.models.counting import sizes_of
from wuming.anonymization.models.distances import Distance
from wuming.anonymization.models.measures import Codes
from wuming.anonymization.models.model import Flags, Floats, Monotone
from wuming.anonymization.models.parameters import at_most, real_number, worst_high
from wuming.anonymization.models.sensitive import Sensitive


@dataclass(frozen=True)
class TCloseness:
    """Every class's distribution of values is at most t from the original table's.

    The reference is the original table, suppressed rows among its rows, as the paper has it (Q, the distribution in the
    whole table). It does not move during a search, and suppressing cannot be used to make the reference look like a
    class. A reader of the release sees another distribution, that of the released rows, R: distances from R differ by
    up to the distance of R from the original, by the triangle inequality. Report both where much is suppressed.

    Proof of the flags: a joined class's distribution is a mean of those of its parts, weighted by their rows, and
    earth mover's distance from a fixed distribution is convex, so it is at most the largest of the parts'. A class's
    distance does not depend on other classes, nor on what is suppressed, because the reference is fixed; with the
    released rows as the reference the flag for suppression would be False. Addition fails: rows of one value move a
    class that was close away.

    Attributes:
        t: in [0, 1].
        sensitive: the column.
        distance: equal, ordered or hierarchical.

    Raises:
        PrivacyParameterError: t is not in [0, 1].
        TableError: the distance is not defined on the column.
    """

    t: float
    sensitive: Sensitive
    distance: Distance

    def __post_init__(self) -> None:
        real_number("t", self.t, above=0.0, most=1.0, at=True)
        self.distance.check(self.sensitive)

    @property
    def name(self) -> str:
        """The promise in words."""
        return f"{self.t:g}-closeness of {self.sensitive.name} ({self.distance.name} distance)"

    @property
    def monotone(self) -> Monotone:
        """See the proof."""
        return Monotone(generalisation=True, suppression=True)

    def satisfied(self, classes: Codes, count: int) -> Flags:
        """Tell which classes are within t; see `Model`."""
        return at_most(self._distances(classes, count), self.t)

    def figure(self, classes: Codes, count: int) -> float:
        """Return the largest distance of a class."""
        return worst_high(self._distances(classes, count), sizes_of(classes, count) > 0)

    def _distances(self, classes: Codes, count: int) -> Floats:
        pairs = self.sensitive.pairs_with_missing(classes, count)
        return self.distance.from_table(pairs, sizes_of(classes, count), self.sensitive)
