"""k-map: nobody can be told from fewer than k - 1 others of the population, however few of them are in the table.

Source: Sweeney, "Computational Disclosure Control", PhD thesis, MIT 2001; El Emam and Dankar, JAMIA 2008 (the attacker
who does not know whether his target is in the table).
"""

from __future__ import annotations

from dataclasses import dataclass

from wuming.anonymization.models.measures import Codes
from wuming.anonymization.models.model import Flags, Monotone
from wuming.anonymization.models.parameters import kept_or_empty, whole_number, worst_low
from wuming.anonymization.models.population import Population


@dataclass(frozen=True)
class KMap:
    """Every class of the sample has at least k people of the population.

    Weaker than k-anonymity: it protects no one from an attacker who knows that his target is in the table.

    Proof of the flags, where the population's counts are additive: people of joined classes add up, so a class that
    others join has no fewer people; a class's people do not depend on other classes. Without additivity: all False.

    Attributes:
        k: at least 1.
        population: see population.py; with `Appended`, classes are asked about for sample rows and population rows.

    Raises:
        PrivacyParameterError: k is no whole number ≥ 1.
    """

    k: int
    population: Population

    def __post_init__(self) -> None:
        whole_number("k", self.k, least=1)

    @property
    def name(self) -> str:
        """The promise in words."""
        return f"{self.k}-map"

    @property
    def monotone(self) -> Monotone:
        """See the proof."""
        additive = self.population.additive
        return Monotone(generalisation=additive, suppression=additive, addition=additive)

    def satisfied(self, classes: Codes, count: int) -> Flags:
        """Tell which classes have k people; a class without a row of the sample is empty. See `Model`."""
        ours, theirs = self.population.sizes(classes, count)
        return kept_or_empty(theirs >= self.k, ours)

    def figure(self, classes: Codes, count: int) -> float:
        """Return the smallest number of people in a class with a row of the sample."""
        ours, theirs = self.population.sizes(classes, count)
        return worst_low(theirs.astype(float), ours > 0)
