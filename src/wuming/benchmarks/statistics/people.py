"""Generated rows, one a person, of which every figure is known exactly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from wuming.statistics.contract import Contract
from wuming.statistics.exact import Exact, compute
from wuming.statistics.noise_plan import Noise, NoisePlan, make_noise_plan
from wuming.statistics.query import Aggregate, Query
from wuming.statistics.source import open_source, polars_library

BOUNDS = (0.0, 100.0)
CONTRACT = Contract("person", 1, 1, {"value": BOUNDS})
FIGURES = (
    Aggregate("count", None, "count"),
    Aggregate("count", "value", "count of a column"),
    Aggregate("distinct", "person", "distinct subjects"),
    Aggregate("distinct", "value", "distinct values"),
    Aggregate("sum", "value", "sum"),
    Aggregate("mean", "value", "mean"),
    Aggregate("variance", "value", "variance"),
    Aggregate("deviation", "value", "standard deviation"),
    Aggregate("quantile", "value", "median", 0.5),
)


def values(rows: int = 1000) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return skewed numbers from 0 to 100, most of them small."""
    return np.clip(np.random.default_rng(7).gamma(2.0, 12.0, rows), *BOUNDS).round(1)


def truth(figure: str, known: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    """Return a figure without noise."""
    found = {
        "count": len(known),
        "count of a column": len(known),
        "distinct subjects": len(known),
        "distinct values": len(np.unique(known)),
        "sum": known.sum(),
        "mean": known.mean(),
        "variance": known.var(),
        "standard deviation": known.std(),
        "median": float(np.median(known)),
    }
    return float(found[figure])


def repeated(
    figures: tuple[Aggregate, ...], times: int, *, epsilon: float, delta: float, noise: Noise
) -> tuple[Exact, NoisePlan]:
    """Return the exact numbers of one question, as if so many groups had the same rows, and the plan of its noise.

    Noise of every group is independent, so that is as good as asking so many times, and much faster.
    """
    pl = polars_library()
    known = values()
    frame = pl.DataFrame({"person": np.arange(len(known)), "value": known})
    query = Query(figures)
    plan = make_noise_plan(query, CONTRACT, epsilon=epsilon, delta=delta, noise=noise)
    exact = compute(open_source(frame, CONTRACT), CONTRACT, query, plan)
    return replace(
        exact,
        groups=exact.groups * times,
        tallies={tally: np.repeat(numbers, times, axis=0) for tally, numbers in exact.tallies.items()},
        scores={pick: np.repeat(numbers, times, axis=0) for pick, numbers in exact.scores.items()},
        subjects=np.repeat(exact.subjects, times),
    ), plan
