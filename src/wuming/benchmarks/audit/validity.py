"""Do bounds hold? How often a 95% bound exceeds the true ε, for every method and mechanism that it claims to cover.

A right 95% bound is exceeded in 5% of repetitions at most: in 500, more than 41 times with a probability of 0.1%. The
same count over three broken twins must be above 41, or it could not fail.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from wuming.auditing.bounds import steinke
from wuming.auditing.bounds.bound import METHODS_OF, Bound, Design, Method
from wuming.auditing.bounds.guessing import Guess, correct_guesses, default_guesses, ranked
from wuming.auditing.bounds.scores import bound_from_scores
from wuming.benchmarks.audit.simulated import DELTA, REVEALED, Coins, Mechanism, mechanisms, randomised_response
from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall

REPETITIONS, LIMIT = 500, 41
CONFIDENCE = 0.95
_SEED = 20241
_CANARIES, _RUNS_A_SIDE = 1000, 500
_QUICK_REPETITIONS, _QUICK_CANARIES = 20, 100


@dataclass(frozen=True, slots=True)
class Case:
    """One method on one mechanism that it claims to cover."""

    mechanism: Mechanism
    design: Design
    method: Method

    def __str__(self) -> str:
        """Write the case as `steinke (one run), Laplace`."""
        runs = "one run" if self.design == "one-run-independent-coins" else "independent runs"
        return f"{self.method} ({runs}), {self.mechanism.name}"


def cases() -> Iterator[Case]:
    """Yield every method with each mechanism for which its null hypothesis holds."""
    for mechanism in mechanisms():
        for design, known in METHODS_OF.items():
            for method in known:
                if covers(method, mechanism):
                    yield Case(mechanism, design, method)


def covers(method: Method, mechanism: Mechanism) -> bool:
    """Tell whether a method claims to cover a mechanism."""
    if method in ("fdp", "gaussian"):
        return mechanism.gaussian
    return method != "curve" or mechanism.event is not None


def exceedances(case: Case, repetitions: int, size: int, seed: int = _SEED) -> int:
    """Return how often the bound exceeds the true ε, or the verdict says "violated".

    Args:
        case: method and mechanism.
        repetitions: number of audits.
        size: canaries of one run, or runs on both sides together.
        seed: of the simulation.
    """
    generator = np.random.default_rng(seed)
    return sum(wrong(case, bound_of(case, generator, size)) for _ in range(repetitions))


def wrong(case: Case, bound: Bound) -> bool:
    """Tell whether a bound, or its verdict on the true claim, is wrong."""
    return bound.epsilon_lower_bound > case.mechanism.epsilon or bound.verdict != "consistent"


def bound_of(case: Case, generator: np.random.Generator, size: int) -> Bound:
    """Simulate one audit."""
    if case.design == "one-run-independent-coins":
        coins = generator.random(size) < 0.5
        scores = case.mechanism.one_run(generator, coins)
    else:
        coins = np.arange(size) < size // 2
        scores = case.mechanism.one_of_many(generator, coins)
    return bound_from_scores(
        scores[coins],
        scores[~coins],
        design=case.design,
        method=case.method,
        delta=case.mechanism.delta,
        confidence=CONFIDENCE,
        event=case.mechanism.event if case.method == "curve" else None,
    )


# ── broken twins: each must exceed the truth more than 41 times in 500 ──


def fixed_half(generator: np.random.Generator, canaries: int) -> bool:
    """Audit randomised response with one of every pair included instead of fair coins; tell whether the bound is wrong.

    Two coins that always differ are two answers to one question: each guess is right with e^2ε/(1 + e^2ε).
    """
    epsilon = 1.0
    first = generator.random(canaries // 2) < 0.5
    coins: Coins = np.concatenate((first, ~first))
    answers = randomised_response(generator, coins, epsilon)
    partner = np.concatenate((answers[canaries // 2 :], answers[: canaries // 2]))
    scores = answers - partner
    bound = bound_from_scores(
        scores[coins],
        scores[~coins],
        design="one-run-independent-coins",
        method="steinke",
        delta=0.0,
        confidence=CONFIDENCE,
    )
    return bound.epsilon_lower_bound > epsilon


def unpaid_threshold(generator: np.random.Generator, canaries: int) -> bool:
    """Try all numbers of guesses on scores that show nothing, each at the whole error; tell whether one is wrong."""
    coins: Coins = generator.random(canaries) < 0.5
    scores = generator.normal(size=canaries)
    labels = ranked(scores[coins], scores[~coins])
    level = 1 - CONFIDENCE
    return any(
        steinke.rejected(canaries, guess.count, correct_guesses(labels, guess), 0.0, DELTA, level)
        for guess in default_guesses(canaries)
    )


def forgotten_delta(generator: np.random.Generator, canaries: int) -> bool:
    """Audit what reveals all with probability δ as if δ were 0; tell whether the bound is wrong."""
    coins: Coins = generator.random(canaries) < 0.5
    revealed = generator.random() < REVEALED
    scores = coins.astype(np.float64) if revealed else generator.random(canaries)
    labels = ranked(scores[coins], scores[~coins])
    guess = Guess(canaries // 4, canaries // 4)
    correct = correct_guesses(labels, guess)
    return steinke.rejected(canaries, guess.count, correct, 0.0, 0.0, 1 - CONFIDENCE)


TWINS: dict[str, Callable[[np.random.Generator, int], bool]] = {
    "a fixed half (one of every pair) instead of coins": fixed_half,
    "a threshold picked on the same scores, unpaid": unpaid_threshold,
    "2mδ forgotten": forgotten_delta,
}


def validity(hall: Hall) -> Outcome:
    """Count over all cases and twins."""
    quick = hall.settings.quick
    repetitions, size = (_QUICK_REPETITIONS, _QUICK_CANARIES) if quick else (REPETITIONS, _CANARIES)
    figures, raw = [], {}
    for case in cases():
        hall.say(str(case))
        count = exceedances(case, repetitions, size)
        figures.append(_figure(str(case), count, repetitions, None if quick else Goal("<=", LIMIT)))
        raw[str(case)] = count
    for name, twin in TWINS.items():
        hall.say(f"broken twin: {name}")
        generator = np.random.default_rng(_SEED)
        count = sum(twin(generator, size) for _ in range(repetitions))
        figures.append(_figure(f"broken twin: {name}", count, repetitions, None if quick else Goal(">=", LIMIT + 1)))
        raw[name] = count
    described: dict[str, Any] = {"exceedances": raw, "repetitions": repetitions, "canaries": size}
    described["epsilon"] = {one.name: [one.epsilon, one.delta] for one in mechanisms()}
    chance = 1 - sum(math.comb(REPETITIONS, k) * 0.05**k * 0.95 ** (REPETITIONS - k) for k in range(LIMIT + 1))
    note = f"a right 95% bound is wrong in more than {LIMIT} of {REPETITIONS} with probability {chance:.1%} at most"
    return Outcome(tuple(figures), described, (note,))


def _figure(what: str, count: int, repetitions: int, goal: Goal | None) -> Figure:
    return Figure(f"{what}: bounds above the truth", f"of {repetitions}", (float(count),), goal)
