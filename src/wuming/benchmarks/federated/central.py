"""Central noise beside Flower's strategy for it: how much there is for what one client can change, as measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall

_OURS, _PEER = "wuming.benchmarks.federated.ours", "wuming.benchmarks.peers.flower"
_VALUES, _QUICK = 200_000, 2_000  # a spread of so many is good to 0.2%
_CASES: dict[str, tuple[list[int], int]] = {
    "one of ten clients has 1,000 rows, the others 10": ([1000] + 9 * [10], 0),
    "one of ten equal clients does not answer": (10 * [100], 1),
}
_STATED = 1.0  # noise multiplier


def measure(hall: Hall) -> Outcome:
    """Release means with noise alone, and without noise with one client's largest move; compare spread and move."""
    size = _QUICK if hall.settings.quick else _VALUES
    figures: list[Figure] = []
    raw: dict[str, Any] = {}
    with hall.contestants([(_OURS, "central-noise"), (_PEER, "central-noise")], peers=[_PEER]) as contestants:
        for case, (rows, absent) in _CASES.items():
            for who, one in zip(("", "Flower: "), contestants, strict=True):
                asked = {"rows": rows, "absent": absent}
                alone = one.do("released", **asked, dimension=size, noise=_STATED, first=0.0)
                still, moved = (one.do("released", **asked, dimension=2, noise=0.0, first=by)[0] for by in (0.0, 1.0))
                found = effective(alone, moved - still)
                goal = None if who or hall.settings.quick else Goal(">=", 0.99)
                figures.append(Figure(f"{who}{case}: noise / stated", "×", (found / _STATED,), goal))
                raw[f"{who}{case}"] = {"spread": float(np.std(alone)), "move": moved - still}
    notes = (
        "unit client, add or remove one (a client's update becomes zero); noise / stated: standard deviation of the "
        "released mean over the largest move of one client, over the stated noise multiplier of 1",
        "Flower as it is by default: the mean is weighted by rows, no accountant. With its accountant it refuses "
        "unequal weights and absent clients. An update of exactly zero ends its strategy with a division by zero",
    )
    return Outcome(tuple(figures), raw, notes)


def effective(alone: Sequence[float], move: float) -> float:
    """Return the noise multiplier that a release really has.

    Args:
        alone: released values where nobody's update moves anything.
        move: L2 distance by which one client's largest update moves the release.
    """
    return float(np.std(alone)) / abs(move)
