"""delta-presence: who finds a person's class in a public register does not learn whether the person is in the table.

Source: Nergiz, Atzori and Clifton, "Hiding the Presence of Individuals from Shared Databases", SIGMOD 2007, section 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wuming.anonymization.models.measures import Codes
from wuming.anonymization.models.model import Flags, Floats, Monotone
from wuming.anonymization.models.parameters import real_number, worst_high
from wuming.anonymization.models.population import Appended
from wuming.core.errors import PrivacyParameterError, TableError


@dataclass(frozen=True)
class DeltaPresence:
    """For every person of the population, the probability of being in the table is in [least, most].

    It is rows of the sample over people of the population in the person's class. So classes of people of whom no row is
    released count too: their probability is 0, which breaks a promise with least > 0. So do the suppressed rows with
    the people of their classes (class -1, for both; see population.py): a reader who knows how many rows were
    suppressed looks for them there. Where these break the promise, no class keeps it: it is broken for people whom no
    released class holds. A reader cannot tell people of suppressed classes from people of classes without rows and sees
    a mean of the two, which is in the range if both are.

    Proof of the flags: the ratio of joined classes, or of suppressed classes put together, lies between the smallest
    and the largest ratio of the parts (sums over sums). So joining keeps the range, and suppressing classes that are in
    it leaves the group of the suppressed in it. Rounding changes nothing: the nearest double keeps the order of ratios.
    Addition fails: rows that join with their people may all be in the table.

    Attributes:
        least, most: 0 ≤ least ≤ most ≤ 1.
        population: rows appended to the sample's.

    Raises:
        PrivacyParameterError: the range is none.
    """

    least: float
    most: float
    population: Appended

    def __post_init__(self) -> None:
        real_number("least", self.least, above=0.0, most=1.0, at=True)
        real_number("most", self.most, above=0.0, most=1.0, at=True)
        if self.least > self.most:
            raise PrivacyParameterError(
                f"least={self.least:g} is above most={self.most:g}", help="Give the range in order."
            )

    @property
    def name(self) -> str:
        """The promise in words."""
        return f"({self.least:g}, {self.most:g})-presence"

    @property
    def monotone(self) -> Monotone:
        """See the proof."""
        return Monotone(generalisation=True, suppression=True)

    def satisfied(self, classes: Codes, count: int) -> Flags:
        """Tell in which classes presence is in the range; all are out of it if the suppressed are. See `Model`."""
        shares, occupied = self._shares(classes, count)
        kept: Flags = ((shares >= self.least) & (shares <= self.most)) | ~occupied
        out: Flags = kept[1:] & kept[0] | ~occupied[1:]
        return out

    def figure(self, classes: Codes, count: int) -> float:
        """Return the highest probability of being in the table."""
        return worst_high(*self._shares(classes, count))

    def lowest(self, classes: Codes, count: int) -> float:
        """Return the lowest probability of being in the table."""
        shares, occupied = self._shares(classes, count)
        return float(np.min(shares, where=occupied, initial=1.0))

    def _shares(self, classes: Codes, count: int) -> tuple[Floats, Flags]:
        """Return [1 + count] the share of each group's people that is in the table, and which have people.

        The first group is that of the suppressed.
        """
        self.population.sizes(classes, count)
        rows = self.population.sample_rows
        ours = np.bincount(classes[:rows] + 1, minlength=count + 1)
        theirs = np.bincount(classes[rows:] + 1, minlength=count + 1)
        if ours[0] > theirs[0]:
            raise TableError(
                f"{int(ours[0]):,} rows are suppressed, but only {int(theirs[0]):,} people of the population",
                help="Suppress whole classes, with the population's rows.",
            )
        return ours / np.maximum(theirs, 1), theirs > 0
