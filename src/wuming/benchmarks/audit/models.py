"""Audits of trained models: how much of a claimed ε an attacker really sees."""

from __future__ import annotations

from wuming.auditing.bounds.bound import Method
from wuming.auditing.bounds.scores import bound_from_scores
from wuming.benchmarks.audit.worst_case import DELTA, EPSILON, Attacked, Experiment, attack
from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall
from wuming.training.digits.data import load_digits

_GOAL = 6.5
_CONFIDENCE = 0.95


def mnist(hall: Hall) -> Outcome:
    """Audit a small net on 1,000 digits by the canary's loss in the final models of independent runs.

    Each repeat makes a start and all runs anew. The claim's curve is exactly Gaussian, so the Gaussian hypothesis is
    the claim itself here; Clopper-Pearson's bound, which assumes nothing, stands beside it with the most it could show.
    """
    experiment = Experiment(runs=20, records=50, steps=5, pretraining=50) if hall.settings.quick else Experiment()
    digits, attacked = load_digits(), []
    for repeat in range(hall.settings.repeats):
        hall.say(f"repeat {repeat + 1}: {2 * experiment.runs} models")
        attacked.append(attack(digits, experiment, seed=repeat))
    gaussian = tuple(_bound(one, "gaussian")[0] for one in attacked)
    classical = [_bound(one, "clopper-pearson") for one in attacked]
    claim = f"(ε={EPSILON:g}, δ={DELTA:g}), unit record, add or remove one, full batch; confidence {_CONFIDENCE:g}"
    figures = (
        Figure("bound by μ-GDP", "ε", gaussian, None if hall.settings.quick else Goal(">=", _GOAL), claim),
        Figure("bound by Clopper-Pearson", "ε", tuple(found for found, _ in classical)),
        Figure("the most Clopper-Pearson could show", "ε", tuple(most for _, most in classical)),
        Figure("accuracy of the final models", "", tuple(one.accuracy for one in attacked)),
        Figure("accuracy of the start", "", tuple(one.start_accuracy for one in attacked)),
        Figure("time of all runs", "s", tuple(one.seconds for one in attacked)),
    )
    raw = {
        "runs_a_side": experiment.runs,
        "records": experiment.records,
        "steps": experiment.steps,
        "scores": [{"included": one.included, "excluded": one.excluded} for one in attacked],
    }
    return Outcome(figures, raw, ("the start is the attacker's; published for this design: 7.21",))


def _bound(found: Attacked, method: Method) -> tuple[float, float]:
    bound = bound_from_scores(
        found.included,
        found.excluded,
        design="independent-runs",
        method=method,
        delta=DELTA,
        confidence=_CONFIDENCE,
        claimed_epsilon=EPSILON,
    )
    return bound.epsilon_lower_bound, bound.highest_possible_bound
