"""k-anonymity: nobody can be told from fewer than k - 1 others.

Source: Samarati, "Protecting Respondents' Identities in Microdata Release", IEEE TKDE 2001; Sweeney, IJUFKS 2002.
"""

from __future__ import annotations

from dataclasses import dataclass

from wuming.anonymization.models.counting import check_classes, sizes_of
from wuming.anonymization.models.measures import Codes
from wuming.anonymization.models.model import Flags, Monotone
from wuming.anonymization.models.parameters import kept_or_empty, whole_number, worst_low


@dataclass(frozen=True)
class KAnonymity:
    """Every class has at least k rows.

    Proof of the flags: rows that join a class add to its size, so joined classes and classes that others join keep k;
    a class's size does not depend on other classes, so suppressing those changes nothing.

    Attributes:
        k: at least 1 (1 promises nothing).

    Raises:
        PrivacyParameterError: k is no whole number ≥ 1.
    """

    k: int

    def __post_init__(self) -> None:
        whole_number("k", self.k, least=1)

    @property
    def name(self) -> str:
        """The promise in words."""
        return f"{self.k}-anonymity"

    @property
    def monotone(self) -> Monotone:
        """See the proof."""
        return Monotone(generalisation=True, suppression=True, addition=True)

    def satisfied(self, classes: Codes, count: int) -> Flags:
        """Tell which classes have k rows; see `Model`."""
        check_classes(classes, count)
        sizes = sizes_of(classes, count)
        return kept_or_empty(sizes >= self.k, sizes)

    def figure(self, classes: Codes, count: int) -> float:
        """Return the size of the smallest class."""
        check_classes(classes, count)
        sizes = sizes_of(classes, count)
        return worst_low(sizes.astype(float), sizes > 0)
