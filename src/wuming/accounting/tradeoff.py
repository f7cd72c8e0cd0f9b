"""What an ε means: how well anybody can tell whether one given unit was in the data.

An attacker who says "in" wrongly with probability at most f (false positive rate) says it rightly with probability at
most T(f) (true positive rate). From δ(ε) of an event, T(f) ≤ min over ε of δ(ε) + e^ε·f, and of
1 − e^−ε·(1 − δ(ε) − f), for every attack, with every side knowledge; no average over units is taken.

Sources: Kairouz, Oh and Viswanath, "The composition theorem for differential privacy" (ICML 2015), Theorem 2.1; Dong,
Roth and Su, "Gaussian differential privacy" (JRSS B 2022), Proposition 6: the minimum over all ε is the whole curve.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from wuming.accounting.accountant import RELATION, deltas_of
from wuming.accounting.events import Event
from wuming.accounting.relations import check_supported
from wuming.core.errors import PrivacyParameterError

# Any set of ε gives a valid bound; this one is dense enough to lose less than one percent of the rate.
_LARGEST_EXPONENT = 700.0
_EPSILONS = tuple(k * 0.01 for k in range(200)) + tuple(2.0 + k * 0.05 for k in range(161)) + (12.0, 15.0, 20.0, 30.0)


def highest_tpr(
    event: Event, fpr: float, *, relation: str = RELATION, value_discretization_interval: float = 1e-3
) -> float:
    """Return the largest true positive rate of any attacker at a false positive rate; see `highest_tprs`."""
    return highest_tprs(event, (fpr,), relation=relation, value_discretization_interval=value_discretization_interval)[
        0
    ]


def highest_tprs(
    event: Event,
    fprs: Sequence[float],
    *,
    relation: str = RELATION,
    value_discretization_interval: float = 1e-3,
) -> list[float]:
    """Return, for each false positive rate, the largest true positive rate of any attacker.

    Args:
        event: what was run; fixed whole in advance.
        fprs: each in [0, 1].
        relation: neighbouring relation; with `replace-one` the attacker tells two given units apart.
        value_discretization_interval: see `epsilon`; > 0.

    Returns:
        A number in [fpr, 1] for each.

    Raises:
        PrivacyParameterError: for a rate out of range.
        UnsupportedEvent: for an event or relation that no accountant supports.
        MissingExtra: without dp-accounting.

    Guarantee: upper bounds, for membership of one given unit, both "in" and "out" as the claim to be proven.
    """
    check_supported(event, relation)
    for fpr in fprs:
        if isinstance(fpr, bool) or not 0 <= fpr <= 1:
            raise PrivacyParameterError(f"fpr={fpr} is not within [0, 1]", help="Give a rate such as 0.01.")
    deltas = deltas_of(event, _EPSILONS, relation=relation, value_discretization_interval=value_discretization_interval)
    return [rate_from_deltas(fpr, _EPSILONS, deltas) for fpr in fprs]


def rate_from_deltas(fpr: float, epsilons: Sequence[float], deltas: Sequence[float]) -> float:
    """Return the bound at one false positive rate that pairs (ε, δ) give together."""
    best = 1.0
    for epsilon, delta in zip(epsilons, deltas, strict=True):
        if epsilon < _LARGEST_EXPONENT:  # a larger one says nothing: the first bound is above 1, the second rounds to 1
            best = min(best, delta + math.exp(epsilon) * fpr, 1 - math.exp(-epsilon) * (1 - delta - fpr))
    return min(1.0, max(fpr, best))
