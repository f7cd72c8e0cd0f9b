"""diffprivlib's mechanisms. A server: `python -m wuming.benchmarks.peers.diffprivlib SOCKET`.

Version 0.6.6 imports its `models` first of all, which do not load with today's scikit-learn; its mechanisms need none
of them, so an empty module stands in their place.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import ModuleType

from wuming.benchmarks.house.protocol import Commands, serve


def answers(kind: str, values: Sequence[float], bounds: Sequence[float], epsilon: float, times: int) -> list[float]:
    """Return so many answers of one kind about rows of one person each; see the server of OpenDP."""
    sys.modules.setdefault("diffprivlib.models", ModuleType("diffprivlib.models"))
    from diffprivlib.mechanisms import Exponential, Geometric, Laplace  # type: ignore[import-not-found]

    low, high = map(float, bounds)
    most = max(abs(low), abs(high))
    clipped = [min(high, max(low, value)) for value in values]
    rows, total = len(clipped), sum(clipped)
    if kind == "count":
        counted = Geometric(epsilon=epsilon, sensitivity=1)
        return [float(counted.randomise(rows)) for _ in range(times)]
    if kind == "sum":
        summed = Laplace(epsilon=epsilon, sensitivity=most)
        return [float(summed.randomise(total)) for _ in range(times)]
    if kind == "mean":
        summed, counted = Laplace(epsilon=epsilon / 2, sensitivity=most), Geometric(epsilon=epsilon / 2, sensitivity=1)
        return [min(high, max(low, summed.randomise(total) / max(1, counted.randomise(rows)))) for _ in range(times)]
    points = [low + (high - low) * place / 1024 for place in range(1025)]
    scores = [
        -abs(sum(value < point for value in clipped) - sum(value > point for value in clipped)) / 2 for point in points
    ]
    chosen = Exponential(epsilon=epsilon, sensitivity=0.5, utility=scores, candidates=points)
    return [float(chosen.randomise()) for _ in range(times)]


if __name__ == "__main__":
    serve(sys.argv[1], {"diffprivlib": lambda: Commands(answers=answers)})
