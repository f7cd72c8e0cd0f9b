"""How many of 2,000 answers of each kind have the truth in their 95% interval."""

from __future__ import annotations

import numpy as np

from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.statistics.people import CONTRACT, FIGURES, repeated, truth, values
from wuming.crypto.random import SecureStream, new_key
from wuming.statistics.drawing import draw
from wuming.statistics.figures import estimates
from wuming.statistics.noise_plan import CELLS, Noise, Pick, candidates, level_of

_TIMES, _QUICK = 2000, 100
_GOAL = Goal(">=", 0.934)  # what 2,000 answers of exactly 95% fall below once in a thousand times


def measure(hall: Hall) -> Outcome:
    """Ask for each figure alone, with Laplace and with Gaussian noise."""
    times = _QUICK if hall.settings.quick else _TIMES
    goal = None if hall.settings.quick else _GOAL
    ways: tuple[tuple[Noise, float], ...] = (("laplace", 0.0), ("gaussian", 1e-6))
    found = []
    for noise, delta in ways:
        for figure in FIGURES:
            if figure.figure == "quantile" and noise == "gaussian":
                continue
            hall.say(f"{figure.name}, {noise}")
            exact, plan = repeated((figure,), times, epsilon=1.0, delta=delta, noise=noise)
            drawn = draw(exact, plan, SecureStream(new_key(), "coverage"))
            answers = estimates(figure, plan, CONTRACT, drawn)
            known = values()
            if figure.figure == "quantile":
                pick = Pick("value", level_of(0.5))
                points = np.asarray(candidates(*CONTRACT.bounds["value"]))
                best = int(np.abs(exact.scores[pick][0]).min())
                off = [abs(int(exact.scores[pick][0][np.searchsorted(points, a.value or 0.0)])) for a in answers]
                held = [(score - best) / pick.level.denominator <= plan.rank_error(pick) for score in off]
            else:
                real = truth(figure.name, known)
                room = 100 / CELLS * (len(known) if figure.figure == "sum" else 10)  # what rounding to cells may move
                held = [(a.low or 0.0) - room <= real <= (a.high or 0.0) + room for a in answers]
            found.append(Figure(f"{figure.name}, {noise}", "", (float(np.mean(held)),), goal))
    return Outcome(
        tuple(found),
        {"times": times},
        ("1,000 rows, one a person, epsilon 1 (delta 0 or 1e-6), unit subject; the median's bound is one of rank",),
    )
