"""Each method, applied to scores of its own design. What all share (checks, verdicts) is in `scores`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuming.accounting.events import Event
from wuming.accounting.gaussian import gaussian_mean
from wuming.auditing.bounds import fdp, gaussian, runs, steinke
from wuming.auditing.bounds.curves import GaussianCurve, PairsCurve, curve_of_event, gaussian_epsilon
from wuming.auditing.bounds.guessing import Guess, correct_guesses, default_guesses, fixed_guess
from wuming.core.errors import PrivacyParameterError

_MOST_CANARIES = 1 << 22  # search for the number of canaries that a claim would need ends here


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the scores; all checked.

    Attributes:
        included: scores of included canaries, shape (n₁,).
        excluded: scores of the others, shape (n₀,).
        labels: by falling score, whether a canary was in, shape (n₁ + n₀,).
        delta: δ of bound and claim.
        level: error, 1 − confidence.
        event: the claimed event, or None.
        relation: neighbouring relation of the claim.
        guesses: number of guesses fixed beforehand, or None.
        false_alarms: rank of the one threshold fixed beforehand, or None.
    """

    included: NDArray[np.float64]
    excluded: NDArray[np.float64]
    labels: NDArray[np.bool_]
    delta: float
    level: float
    event: Event | None
    relation: str
    guesses: int | None
    false_alarms: int | None

    @property
    def canaries(self) -> int:
        """Number of canaries, or of runs."""
        return int(self.labels.size)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a method found.

    Attributes:
        epsilon: lower bound, ≥ 0; not rounded.
        highest: what perfectly separated scores give.
        disproved: whether the claimed event's curve was rejected; None where it was not tested.
        details: JSON.
        shows: whether perfectly separated scores of so many canaries (or runs a side) show an ε; None where any do.
    """

    epsilon: float
    highest: float
    disproved: bool | None = None
    details: dict[str, Any] = field(default_factory=dict)
    shows: Callable[[int, float], bool] | None = None


@dataclass(frozen=True, slots=True)
class GuessTest:
    """A family of null hypotheses, by one parameter, and how right guesses reject them.

    Attributes:
        rejects: for canaries, guesses, right ones, level and parameter; True below some parameter, False above.
        bound: the parameter up to which all is rejected, for canaries, guesses, right ones and level.
        to_epsilon: ε at δ of a parameter.
        from_epsilon: the largest parameter that an ε at δ allows.
    """

    rejects: Callable[[int, int, int, float, float], bool]
    bound: Callable[[int, int, int, float], float]
    to_epsilon: Callable[[float], float] = float
    from_epsilon: Callable[[float], float] = float


def exact(question: Question) -> Answer:
    """Test (ε, δ)-DP by the number of right guesses (Steinke, Nasr and Jagielski 2023)."""
    delta = question.delta
    return _by_guesses(
        question,
        GuessTest(
            lambda m, r, v, level, epsilon: steinke.rejected(m, r, v, epsilon, delta, level),
            lambda m, r, v, level: steinke.bound_at_level(m, r, v, delta, level),
        ),
    )


def gaussian_guesses(question: Question) -> Answer:
    """Test the curves of Gaussian mechanisms by the number of right guesses (Mahloujifar et al. 2025)."""
    delta = question.delta
    _check_delta_above_zero(delta, "fdp")
    return _by_guesses(
        question,
        GuessTest(
            lambda m, r, v, level, mean: fdp.rejected(GaussianCurve(mean), m, r, v, level),
            fdp.largest_mean,
            lambda mean: gaussian_epsilon(mean, delta),
            lambda epsilon: gaussian_mean(epsilon, delta),
        ),
    )


def curve_by_guesses(question: Question) -> Answer:
    """Test the claimed event's own curve, and the curve of every (ε, δ), by the number of right guesses."""
    assert question.event is not None
    canaries, delta = question.canaries, question.delta
    answer = _by_guesses(
        question,
        GuessTest(
            lambda m, r, v, level, epsilon: fdp.rejected(PairsCurve((epsilon,), (delta,)), m, r, v, level),
            lambda m, r, v, level: fdp.pair_bound(m, r, v, delta, level),
        ),
    )
    curve = curve_of_event(question.event, relation=question.relation)
    tried = _guesses(question)
    values = [fdp.p_value(curve, canaries, one.count, correct_guesses(question.labels, one)) for one in tried]
    return _with_curve(answer, min(values) * len(tried), question.level)


def normalised_sum(question: Question) -> Answer:
    """Test Gaussian scores by the distance of their means (Let's Ask Gauss, 2026)."""
    _check_delta_above_zero(question.delta, "gaussian")
    statistic, freedom = gaussian.student(question.included, question.excluded)
    error = gaussian.error_of_distance(question.included.size, question.excluded.size)
    mean = gaussian.largest_mean(statistic, freedom, error, question.level)
    details = {
        "distance_in_standard_deviations": statistic * error,
        "lower_bound_of_mean": mean,
        "warnings": gaussian.warnings_of_shape(question.included, question.excluded),
    }
    return Answer(gaussian_epsilon(mean, question.delta), math.inf, details=details)


def expected_normalised_sum(question: Question, claimed_epsilon: float) -> float:
    """Return the bound that scores would give whose distance is just what the claim allows."""
    error = gaussian.error_of_distance(question.included.size, question.excluded.size)
    statistic = gaussian_mean(claimed_epsilon, question.delta) / error
    mean = gaussian.largest_mean(statistic, question.canaries - 2, error, question.level)
    return gaussian_epsilon(mean, question.delta)


def clopper_pearson(question: Question) -> Answer:
    """Bound both rates of one attacker over independent runs, and ε by their ratio."""
    delta = question.delta
    return _by_alarms(question, lambda alarm, level: runs.clopper_pearson_epsilon(alarm, delta, level), float)


def gaussian_runs(question: Question) -> Answer:
    """Test the curves of Gaussian mechanisms over independent runs."""
    _check_delta_above_zero(question.delta, "gaussian")
    return _by_alarms(question, runs.largest_mean, lambda mean: gaussian_epsilon(mean, question.delta))


def curve_by_runs(question: Question) -> Answer:
    """Test the claimed event's own curve, and the curve of every (ε, δ), over independent runs."""
    assert question.event is not None
    delta = question.delta
    answer = _by_alarms(question, lambda alarm, level: runs.pair_epsilon(alarm, delta, level), float)
    curve = curve_of_event(question.event, relation=question.relation)
    tried = runs.alarms(question.labels, question.false_alarms)
    return _with_curve(answer, min(runs.p_value(curve, alarm) for alarm in tried) * len(tried), question.level)


def least_number(reaches: Callable[[int], bool], start: int) -> int | None:
    """Return about the least number of canaries (or of runs a side) that `reaches`.

    Args:
        reaches: whether perfectly separated scores of so many show a claim; False below some number, True above.
        start: number that is too few.

    Returns:
        A number that suffices, at most 2% above the least; None where four million are too few.
    """
    low, high = start, 2 * start
    while not reaches(high):
        low, high = high, 2 * high
        if high > _MOST_CANARIES:
            return None
    while high - low > max(1, high // 50):
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


def _by_guesses(question: Question, test: GuessTest) -> Answer:
    """Return the best bound over the numbers of guesses, each at its share of the error."""
    tried = _guesses(question)
    level = question.level / len(tried)
    best, chosen, right = 0.0, tried[0], correct_guesses(question.labels, tried[0])
    for guess in tried:
        correct = correct_guesses(question.labels, guess)
        if test.rejects(question.canaries, guess.count, correct, level, best):
            found = test.bound(question.canaries, guess.count, correct, level)
            if found > best:
                best, chosen, right = found, guess, correct

    def shows(canaries: int, epsilon: float) -> bool:
        counts, share = _perfect_counts(question, canaries)
        parameter = test.from_epsilon(epsilon)
        return any(test.rejects(canaries, count, count, share, parameter) for count in counts)

    perfect = np.arange(question.canaries) < question.included.size
    highest = max(test.bound(question.canaries, guess.count, correct_guesses(perfect, guess), level) for guess in tried)
    details = {
        "guesses": chosen.count,
        "guesses_in": chosen.top,
        "guesses_out": chosen.bottom,
        "correct": right,
        "numbers_of_guesses_tried": len(tried),
    }
    return Answer(test.to_epsilon(best), test.to_epsilon(highest), details=details, shows=shows)


def _perfect_counts(question: Question, canaries: int) -> tuple[set[int], float]:
    """Return the numbers of guesses that would be tried, all right, and the share of the error of each."""
    tried = _guesses(question) if question.guesses is not None else default_guesses(canaries)
    return {guess.count for guess in tried}, question.level / len(tried)


def _by_alarms(
    question: Question, bound: Callable[[runs.Alarm, float], float], to_epsilon: Callable[[float], float]
) -> Answer:
    """Return the best bound over the thresholds, each at its share of the error."""
    tried = runs.alarms(question.labels, question.false_alarms)
    level = question.level / len(tried)
    values = [bound(alarm, level) for alarm in tried]
    best = tried[int(np.argmax(values))]

    def highest_between(included: int, excluded: int) -> float:
        perfect = runs.perfect_alarms(included, excluded, question.false_alarms)
        share = question.level / len(perfect)
        return to_epsilon(max(bound(alarm, share) for alarm in perfect if alarm.false == perfect[-1].false))

    details = {
        "alarms_on": "high scores" if best.side == "in" else "low scores",
        "threshold_rank": best.false,
        "runs_that_set_the_threshold": best.negatives,
        "right_alarms": best.right,
        "runs_that_should_give_an_alarm": best.positives,
        "thresholds_tried": len(tried),
    }
    highest = highest_between(question.included.size, question.excluded.size)
    return Answer(
        to_epsilon(max(values)),
        highest,
        details=details,
        shows=lambda runs_a_side, epsilon: highest_between(runs_a_side, runs_a_side) >= epsilon,
    )


def _with_curve(answer: Answer, value: float, level: float) -> Answer:
    details = answer.details | {"p_value_of_the_claimed_curve": min(1.0, value)}
    return Answer(answer.epsilon, answer.highest, value <= level, details, answer.shows)


def _guesses(question: Question) -> Sequence[Guess]:
    if question.guesses is not None:
        return (fixed_guess(question.canaries, question.guesses),)
    return default_guesses(question.canaries)


def _check_delta_above_zero(delta: float, method: str) -> None:
    if delta == 0:
        raise PrivacyParameterError(
            f"delta=0 has no finite epsilon for method={method!r}", help="Give the delta of the claim, such as 1e-5."
        )
