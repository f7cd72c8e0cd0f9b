"""Shares with exact intervals, and how far two of them lie apart: what attacks on counted things report.

Intervals hold under independent trials of one kind. Records of one person are not independent: count one for each
person where the figure is to speak about people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wuming.core.errors import EmptyData, PrivacyParameterError
from wuming.core.intervals import clopper_pearson_interval


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many.

    Attributes:
        count: in [0, total].
        total: ≥ 1.
        confidence: of the interval, in (0, 1).
    """

    count: int
    total: int
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if self.total < 1:
            raise EmptyData("there is nothing to take a share of", help="Attack at least one record.")
        if not 0 <= self.count <= self.total or not 0 < self.confidence < 1:
            raise PrivacyParameterError(
                f"count={self.count}, total={self.total}, confidence={self.confidence} is out of range",
                help="Give counts of one experiment, and a confidence such as 0.95.",
            )

    @classmethod
    def of(cls, hits: Sequence[bool], confidence: float = 0.95) -> Share:
        """Return the share of those that are true."""
        return cls(sum(map(bool, hits)), len(hits), confidence)

    @property
    def rate(self) -> float:
        """Count over total."""
        return self.count / self.total

    @property
    def interval(self) -> tuple[float, float]:
        """Two-sided Clopper-Pearson interval of the share."""
        return clopper_pearson_interval(self.count, self.total, self.confidence)

    def as_json(self) -> dict[str, Any]:
        """Return count, total, share and interval as a JSON object."""
        low, high = self.interval
        return {"count": self.count, "of": self.total, "share": round(self.rate, 6), "interval": [low, high]}


def difference(first: Share, second: Share) -> dict[str, Any]:
    """Return how much larger the first share is than the second, of other trials.

    Returns:
        `{"difference", "interval"}`. The interval is made of two Clopper-Pearson intervals with half of the error each
        (Bonferroni), so it holds the true difference with at least the confidence of `first`; it is wide rather than
        wrong.
    """
    halved = 1 - (1 - first.confidence) / 2
    low, high = clopper_pearson_interval(first.count, first.total, halved)
    other_low, other_high = clopper_pearson_interval(second.count, second.total, halved)
    return {"difference": first.rate - second.rate, "interval": [low - other_high, high - other_low]}


def paired_difference(first: Sequence[bool], second: Sequence[bool], confidence: float = 0.95) -> dict[str, Any]:
    """Return how much more often the first is true than the second on the same cases.

    Only cases where they differ count: their two shares get a Clopper-Pearson interval with half of the error each, so
    the interval holds the true difference with at least `confidence`.

    Raises:
        EmptyData: no case.
        PrivacyParameterError: another number of cases in each, or a confidence out of range.
    """
    if len(first) != len(second):
        raise PrivacyParameterError(
            f"there are {len(first)} and {len(second)} results", help="Run both attackers on the same cases."
        )
    if not 0 < confidence < 1:
        raise PrivacyParameterError(f"confidence={confidence} is not within (0, 1)", help="Use 0.95, for example.")
    halved = 1 - (1 - confidence) / 2
    gained = Share.of([bool(a) and not b for a, b in zip(first, second, strict=True)], halved)
    lost = Share.of([bool(b) and not a for a, b in zip(first, second, strict=True)], halved)
    return {
        "difference": gained.rate - lost.rate,
        "interval": [gained.interval[0] - lost.interval[1], gained.interval[1] - lost.interval[0]],
    }
