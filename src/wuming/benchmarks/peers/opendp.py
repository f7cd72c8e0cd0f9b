"""Plain OpenDP, as its guide shows it. A server: `python -m wuming.benchmarks.peers.opendp SOCKET`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from wuming.benchmarks.house.protocol import Commands, serve


def answers(kind: str, values: Sequence[float], bounds: Sequence[float], epsilon: float, times: int) -> list[float]:
    """Return so many answers of one kind about rows of one person each.

    Args:
        kind: `count`, `sum`, `mean` (a sum and a count with half of ε each) or `median`.
        values: one a person.
        bounds: of the values.
        epsilon: of one answer, δ = 0.
        times: how many.
    """
    import opendp.prelude as dp

    dp.enable_features("contrib")
    low, high = map(float, bounds)
    data = [float(value) for value in values]
    space = dp.vector_domain(dp.atom_domain(T="f64", nan=False)), dp.symmetric_distance()

    def tuned(make: Callable[[float], Any], share: float) -> Any:
        return make(dp.binary_search_param(make, d_in=1, d_out=share))

    def count(share: float) -> Any:
        return tuned(lambda scale: space >> dp.t.then_count() >> dp.m.then_laplace(scale), share)

    def total(share: float) -> Any:
        clamped = space >> dp.t.then_clamp((low, high)) >> dp.t.then_sum()
        return tuned(lambda scale: clamped >> dp.m.then_laplace(scale), share)

    if kind == "count":
        measure = count(epsilon)
        return [float(measure(data)) for _ in range(times)]
    if kind == "sum":
        measure = total(epsilon)
        return [float(measure(data)) for _ in range(times)]
    if kind == "mean":
        rows, summed = count(epsilon / 2), total(epsilon / 2)
        return [min(high, max(low, summed(data) / max(1, rows(data)))) for _ in range(times)]
    points = [low + (high - low) * place / 1024 for place in range(1025)]
    median = tuned(
        lambda scale: (
            space
            >> dp.t.then_quantile_score_candidates(points, 0.5)
            >> dp.m.then_noisy_max(dp.max_divergence(), scale, negate=True)
        ),
        epsilon,
    )
    return [points[median(data)] for _ in range(times)]


if __name__ == "__main__":
    serve(sys.argv[1], {"OpenDP": lambda: Commands(answers=answers)})
