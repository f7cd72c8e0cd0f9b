"""What can be checked of coins afterwards: that a share is not grossly unfair. The rest must hold by construction."""

from __future__ import annotations

import math

from wuming.core.errors import SelfCheckFailed
from wuming.core.intervals import binomial_upper_tail

UNFAIR = 1e-6
"""Chance of fair coins to be called unfair."""


def check_share(included: int, canaries: int) -> None:
    """Refuse a number of inclusions that fair coins do not give: two-sided binomial test at level 10^-6.

    It finds gross faults only. That each coin was independent, and no fixed half, must hold by construction.

    Args:
        included: how many canaries were in the training data.
        canaries: how many there are.

    Raises:
        SelfCheckFailed: for too many or too few inclusions.
    """
    extreme = max(included, canaries - included)
    if 2 * binomial_upper_tail(extreme, canaries, 0.5) < UNFAIR:
        raise SelfCheckFailed(
            f"{included} of {canaries} canaries were included, which fair coins do not do",
            help="Draw one fair, independent coin for each canary before training.",
        )


def hint_of_fixed_half(included: int, canaries: int) -> str | None:
    """Return a warning where exactly half of the canaries were included, or None.

    Fair coins do this, too, so it is no refusal; but whoever splits canaries in two halves does it always, and then
    the coins are not independent: two coins that always differ double the ε that an auditor sees.
    """
    if canaries < 20 or 2 * included != canaries:
        return None
    log_chance = math.lgamma(canaries + 1) - 2 * math.lgamma(included + 1) - canaries * math.log(2)
    return (
        f"exactly half of the {canaries} canaries were included, which independent fair coins do with probability "
        f"{math.exp(log_chance):.2g}; if the halves were fixed, this bound does not hold"
    )
