"""What a claimed ε lets any attack reach: the limit that stands beside each measured figure.

Let E be anything that can be seen of a released model: "the attack says: in", "the secret is among the answers", "the
true value ranks first". If E has probability at most p₀ for a model that was trained without the unit, then with the
unit it has probability at most T(p₀), where T is the largest true positive rate of any test at false positive rate p₀:
T(f) = min over the claimed pairs (ε, δ) of e^ε·f + δ and 1 − e^−ε·(1 − δ − f). Everything below is this one statement
with its own p₀:

membership      p₀ is the false positive rate.
extraction      p₀ = g/R: a secret drawn uniformly from R values, independently of all else, and g values named.
exposure        the rank of such a secret is uniform without its unit, so P[rank ≤ r] ≤ T(r/R), and
                E[log₂ R − log₂ rank] = Σ over r < R of log₂((r+1)/r)·P[rank ≤ r] ≤ Σ log₂((r+1)/r)·T(r/R).
                From a single ε with δ = 0 this is at most about ε·log₂ e bits above chance.
attributes      p₀ is the share of right guesses about units that were not trained on, or its upper confidence limit.
prefixes        the same, with the share of completed records.

T is concave, so what holds for each unit holds for the mean over units. Where one secret stands in the records of k
units, T is applied k times (group privacy). Nothing here bounds what is learnt about a person from other people's
records, nor how many people in all are hit.

Sources: Wasserman and Zhou, "A statistical framework for differential privacy" (JASA 2010), Theorem 2.4; Kairouz, Oh
and Viswanath, "The composition theorem for differential privacy" (ICML 2015), Theorem 2.1; Dong, Roth and Su, "Gaussian
differential privacy" (JRSS B 2022), Proposition 6 and Theorem 7 (groups). Exposure: Carlini et al., "The secret sharer"
(USENIX Security 2019), section 4; the sum is the expectation of a decreasing function, by parts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from wuming.accounting.accountant import deltas_of
from wuming.accounting.events import Event
from wuming.accounting.tradeoff import rate_from_deltas
from wuming.core.errors import PrivacyParameterError

_STEP, _LARGEST = 0.02, 12.0
_FAR = (15.0, 20.0, 30.0)


@dataclass(frozen=True, slots=True)
class Claim:
    """What is claimed of a model: ε never goes without the rest.

    Attributes:
        epsilon: > 0.
        delta: in (0, 1).
        unit_of_privacy: what neighbouring data sets differ in.
        neighbouring_relation: how.
        sampler: how units are drawn.
        event: what was run, fixed whole in advance; None where only ε is known.
    """

    epsilon: float
    delta: float
    unit_of_privacy: str
    neighbouring_relation: str
    sampler: str
    event: Event | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.epsilon) and self.epsilon > 0 and 0 < self.delta < 1):
            raise PrivacyParameterError(
                f"epsilon={self.epsilon}, delta={self.delta} is no claim", help="Give ε > 0 and δ within (0, 1)."
            )


@dataclass(frozen=True, slots=True)
class Limits:
    """What a claim lets any attacker reach.

    Attributes:
        epsilons: rising, each ≥ 0.
        deltas: the δ of each.
        units: number of units that hold the secret that is attacked, ≥ 1.
        from_event: whether the pairs come from the event's whole curve, or from one claimed ε.
    """

    epsilons: tuple[float, ...]
    deltas: tuple[float, ...]
    units: int = 1
    from_event: bool = False

    def __post_init__(self) -> None:
        if self.units < 1 or len(self.epsilons) != len(self.deltas) or not self.epsilons:
            raise PrivacyParameterError(
                f"units={self.units}, {len(self.epsilons)} epsilons, {len(self.deltas)} deltas",
                help="Give at least one pair, and the number of units that hold the secret.",
            )

    @classmethod
    def of(cls, claim: Claim) -> Limits:
        """Return the limits of a claim: from its event's whole trade-off curve where it is known.

        Raises:
            UnsupportedEvent: for an event or relation that no accountant supports.
            MissingExtra: with an event, without dp-accounting.
        """
        if claim.event is None:
            return cls((claim.epsilon,), (claim.delta,))
        grid = (*(k * _STEP for k in range(round(_LARGEST / _STEP) + 1)), *_FAR)
        deltas = deltas_of(claim.event, grid, relation=claim.neighbouring_relation, value_discretization_interval=1e-3)
        # The claim itself was computed with finer cells, so it can be the tightest pair of all.
        return cls((*grid, claim.epsilon), (*deltas, claim.delta), from_event=True)

    def of_group(self, units: int) -> Limits:
        """Return the limits for a secret that stands in the records of so many units."""
        return Limits(self.epsilons, self.deltas, units, self.from_event)

    def highest(self, rate: float) -> float:
        """Return T(rate): the largest probability with the unit of what has probability `rate` without it.

        Args:
            rate: in [0, 1].

        Returns:
            A number in [rate, 1], rising and concave in `rate`; 1 says that the claim excludes nothing.
        """
        if not 0 <= rate <= 1:
            raise PrivacyParameterError(f"rate={rate} is not within [0, 1]", help="Give a probability.")
        for _ in range(self.units):
            rate = rate_from_deltas(rate, self.epsilons, self.deltas)
            if rate >= 1:
                break
        return rate

    def extraction(self, candidates: int, values_named: int = 1) -> float:
        """Return the largest probability that a secret, uniform on its candidates, is among the values named.

        Args:
            candidates: number of values that the secret was drawn from, each as likely as the other; ≥ 1.
            values_named: number of distinct values that the attacker may name, ≥ 0.
        """
        if candidates < 1 or values_named < 0:
            raise PrivacyParameterError(
                f"candidates={candidates}, values_named={values_named} is out of range",
                help="Count the values that the secret was drawn from.",
            )
        return self.highest(min(1.0, values_named / candidates))

    def exposure(self, candidates: int) -> float:
        """Return the largest expected exposure, in bits, of a secret that is uniform on its candidates."""
        if candidates < 1:
            raise PrivacyParameterError(f"candidates={candidates} is below 1", help="Count the true value too.")
        return math.fsum(
            math.log2((rank + 1) / rank) * self.highest(rank / candidates) for rank in range(1, candidates)
        )


def largest_group(holders: Sequence[int]) -> int:
    """Return the number of units that the limits of several secrets must allow for; at least 1."""
    return max((1, *holders))
