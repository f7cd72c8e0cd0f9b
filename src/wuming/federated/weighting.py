"""How much each client counts, fixed or bounded in advance, and what that makes of the sensitivity.

An average Σ wᵢxᵢ / Σ wᵢ whose weights are counts of private records has no bound that is known beforehand: one client
with nearly all records moves it by nearly its whole update. So here

- a weight is a public constant in (0, 1], or a count that is cut at a public cap and divided by it;
- the divisor is a public constant, never the sum of the weights that came in;
- the noise follows the largest weight that is possible: `sensitivity`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from wuming.core.errors import PrivacyParameterError


@dataclass(frozen=True)
class FixedWeights:
    """Weights that everybody knows.

    Attributes:
        by_client: weight of each client by its name, in (0, 1]; a client that is not named has weight 1.

    Raises:
        PrivacyParameterError: a weight out of range.
    """

    by_client: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for weight in self.by_client.values():
            if isinstance(weight, bool) or not 0 < weight <= 1:
                raise PrivacyParameterError(
                    f"weight={weight} of a client must lie in (0, 1]", help="Divide all weights by the largest."
                )

    def weight(self, client: str, records: int) -> float:  # noqa: ARG002 - fixed means: whatever it holds
        """Return a client's weight."""
        return float(self.by_client.get(client, 1.0))


@dataclass(frozen=True)
class BoundedWeights:
    """A client counts by its number of records, up to a cap: min(n, cap)/cap.

    Attributes:
        cap: public, ≥ 1; chosen without looking at the counts.

    Raises:
        PrivacyParameterError: a cap out of range.
    """

    cap: int

    def __post_init__(self) -> None:
        if isinstance(self.cap, bool) or not isinstance(self.cap, int) or self.cap < 1:
            raise PrivacyParameterError(f"cap={self.cap!r} must be a whole number, at least 1", help="Cap the counts.")

    def weight(self, client: str, records: int) -> float:  # noqa: ARG002 - every client by the same rule
        """Return a client's weight."""
        return min(max(records, 0), self.cap) / self.cap


Weighting = FixedWeights | BoundedWeights


def largest_weight(weighting: Weighting, clients: tuple[str, ...]) -> float:
    """Return the largest weight that a client can have, whatever its data are."""
    if isinstance(weighting, BoundedWeights):
        return 1.0
    return max(weighting.weight(client, 0) for client in clients)


def sensitivity(weighting: Weighting, clients: tuple[str, ...], bound: float, *, unit: str) -> float:
    """Return how much one unit of privacy can change Σ wᵢxᵢ in L2, for adding or removing one.

    Args:
        weighting: the weights.
        clients: names of all clients.
        bound: L2 bound of one unit's contribution before weights; for `client` that of a whole update, for `record`
            that of one record within its client's sum.
        unit: `record` or `client`.

    Raises:
        PrivacyParameterError: a bound out of range, or counts as weights where a record is the unit: a record would
            then change the weight of all records of its client.
    """
    if isinstance(bound, bool) or not (math.isfinite(bound) and bound > 0):
        raise PrivacyParameterError(f"bound={bound} must be a finite number above 0", help="Give a clipping bound.")
    if unit == "record" and isinstance(weighting, BoundedWeights):
        raise PrivacyParameterError(
            "bounded weights are for unit_of_privacy='client'",
            help="Sums over records are weighted by their number already; use fixed weights.",
        )
    # A sum is at most rounded up here: the largest product is taken, and one unit changes one client's term.
    return largest_weight(weighting, clients) * bound
