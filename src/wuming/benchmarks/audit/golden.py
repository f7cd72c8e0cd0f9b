"""Published lower bounds, computed again: the table of Steinke's test, and two triples for normal scores."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from wuming.auditing.bounds.hull import corners, hull_bounds
from wuming.auditing.bounds.steinke import lower_bound
from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall

CONFIDENCE = 0.95

# canaries, guesses, right ones, δ, ε: from the theorem, by an implementation that hits the triples below.
STEINKE = (
    (1000, 100, 100, 1e-5, 3.465376),
    (1000, 100, 95, 1e-5, 2.165176),
    (1000, 100, 90, 0.0, 1.630823),
    (1000, 100, 90, 1e-5, 1.626143),
    (1000, 200, 150, 1e-5, 0.819973),
    (1000, 1000, 1000, 1e-5, 5.782283),
    (500, 250, 250, 1e-5, 4.404769),
    (5000, 500, 500, 1e-5, 4.977758),
    (100, 50, 50, 1e-5, 2.781889),
    (1000, 1000, 500, 1e-5, 0.0),
)

# shift, corners of the hull, ε by the (ε, δ) test, ε by the Gaussian f-DP test: 10,000 scores a side that are the
# quantiles of a normal distribution, δ = 1e-6. Source: the tests of jax_privacy's module `auditing`.
NORMAL_SCORES = ((1.0, 386, 1.13346, 2.164749), (2.0, 374, 2.311945, 4.721807), (4.0, 140, 4.395568, 9.133752))
NORMAL_DELTA = 1e-6

_UNIT = "10⁻⁶ ε"


def normal_quantiles(count: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the quantiles of N(0, 1) at (k + 1/2)/count."""
    normal = NormalDist()
    return np.asarray([normal.inv_cdf((k + 0.5) / count) for k in range(count)])


def golden(hall: Hall) -> Outcome:
    """Compare every published bound with ours; arithmetic only, so the quick bench does the same."""
    goal = Goal("<=", 10.0)
    hall.say("table of the exact test")
    table = [abs(lower_bound(*row[:4], CONFIDENCE) - row[4]) for row in STEINKE]
    excluded = normal_quantiles(10_000)
    exact, gaussian, counts = [], [], []
    for shift, count, one_run, by_curve in NORMAL_SCORES:
        hall.say(f"normal scores, shift {shift:g}")
        first, second = hull_bounds(excluded + shift, excluded, NORMAL_DELTA, CONFIDENCE)
        exact.append(abs(first - one_run))
        gaussian.append(abs(second - by_curve))
        counts.append(float(abs(len(corners(excluded + shift, excluded)) - count)))
    figures = (
        Figure("exact one-run test, table of 10: largest difference", _UNIT, (1e6 * max(table),), goal),
        Figure("exact one-run test, normal scores: largest difference", _UNIT, (1e6 * max(exact),), goal),
        Figure("f-DP one-run test, normal scores: largest difference", _UNIT, (1e6 * max(gaussian),), goal),
        Figure("corners of the hull: largest difference", "", (max(counts),), Goal("<=", 0)),
    )
    return Outcome(figures, {"table": table, "exact": exact, "gaussian": gaussian})
