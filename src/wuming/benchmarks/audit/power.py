"""How much bounds see of a Gaussian mechanism whose ε is known: white-box scores of 10,000 canaries in one run."""

from __future__ import annotations

import statistics

import numpy as np

from wuming.accounting.gaussian import gaussian_mean
from wuming.auditing.bounds.bound import METHODS_OF, Bound
from wuming.auditing.bounds.scores import bound_from_scores
from wuming.benchmarks.audit.simulated import DELTA, gaussian_scores
from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall

CONFIDENCE = 0.95
CANARIES, REPETITIONS = 10_000, 100
GOALS = {1.0: 0.85, 4.0: 0.94, 8.0: 0.96}
_SEED = 5
_METHODS = tuple(method for method in METHODS_OF["one-run-independent-coins"] if method != "curve")


def bounds(epsilon: float, generator: np.random.Generator, canaries: int) -> dict[str, Bound]:
    """Simulate one run that leaks just ε at δ = 1e-5, and return each method's bound from the same scores."""
    coins = generator.random(canaries) < 0.5
    scores = gaussian_scores(generator, coins, gaussian_mean(epsilon, DELTA))
    return {
        method: bound_from_scores(
            scores[coins],
            scores[~coins],
            design="one-run-independent-coins",
            method=method,
            delta=DELTA,
            confidence=CONFIDENCE,
        )
        for method in _METHODS
    }


def power(hall: Hall) -> Outcome:
    """Measure the median share of ε that each method shows."""
    quick = hall.settings.quick
    repetitions, canaries = (5, 500) if quick else (REPETITIONS, CANARIES)
    figures, raw = [], {}
    for epsilon, goal in GOALS.items():
        hall.say(f"epsilon {epsilon:g}")
        generator = np.random.default_rng(_SEED)
        found: dict[str, list[float]] = {method: [] for method in _METHODS}
        for _ in range(repetitions):
            for method, bound in bounds(epsilon, generator, canaries).items():
                found[method].append(bound.epsilon_lower_bound / epsilon)
        best = max(found, key=lambda method: statistics.median(found[method]))
        for method, shares in found.items():
            promised = Goal(">=", goal) if method == best and not quick else None
            note = f"δ={DELTA:g}, one canary, add-or-remove-one, no sampling" + ("; best" if method == best else "")
            figures.append(Figure(f"ε={epsilon:g}, {method}: bound as share of ε", "×", tuple(shares), promised, note))
        raw[f"{epsilon:g}"] = found
    described = {"canaries": canaries, "repetitions": repetitions, "confidence": CONFIDENCE, "shares": raw}
    return Outcome(tuple(figures), described, (f"{canaries} canaries, median of {repetitions}, confidence 95%",))
