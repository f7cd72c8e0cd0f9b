"""Accuracy and the cost of tuning; slow, so measured only when asked for."""

from __future__ import annotations

from collections.abc import Mapping

from wuming.accounting.accountant import epsilon
from wuming.accounting.calibration import calibrate
from wuming.accounting.events import FixedParticipationGaussian, RepeatAndSelect
from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.command import last_json_line, run_wuming
from wuming.benchmarks.house.running import Hall

_EPSILON, _DELTA = 1.0, 1e-5
_CLAIM = ("epsilon", "delta", "unit", "relation", "sampler")
_CANDIDATES = 30.0  # mean number of candidates; logarithmic distribution


def mnist(hall: Hall, model: str, goal: Goal) -> Outcome:
    """Train on MNIST with as many seeds as there are repeats, as a user would: one command a seed.

    Args:
        hall: says how often.
        model: `tutorial` or `best`.
        goal: of the mean accuracy over seeds.

    Raises:
        ContestantFailed: when the command fails.
    """
    runs = []
    for seed in range(1 if hall.settings.quick else hall.settings.repeats):
        hall.say(f"seed {seed}")
        arguments = ["train", "mnist", "--epsilon", f"{_EPSILON:g}", "--delta", f"{_DELTA:g}", "--seed", str(seed)]
        runs.append(last_json_line(run_wuming([*arguments, "--model", model, "--json"])))
    claims = ", ".join(f"{name}={runs[0][name]}" for name in _CLAIM if name in runs[0])
    accuracies = [float(run["accuracy"]) for run in runs]
    mean = (sum(accuracies) / len(accuracies),)
    promised = None if hall.settings.quick else goal
    figures = (
        Figure(f"accuracy on the test set, mean of {len(runs)} seeds", "", mean, promised, claims),
        Figure("accuracy on the test set, each seed", "", tuple(accuracies)),
        Figure("time of a run", "s", tuple(float(run["seconds"]) for run in runs)),
    )
    return Outcome(figures, {"runs": runs}, (claims,))


def tuning(hall: Hall, goals: Mapping[float, Goal]) -> Outcome:
    """Compute what private selection among candidates costs: its ε over that of one candidate.

    Arithmetic, no training: the base is one Gaussian mechanism whose ε, by the accountant that users see, is the key.

    Args:
        hall: says whether goals count.
        goals: base ε → goal of the ratio.
    """
    figures, raw = [], {}
    for base, goal in goals.items():
        sigma = calibrate(lambda z: FixedParticipationGaussian(1, z), base, _DELTA)
        event = FixedParticipationGaussian(1, sigma)
        one, total = epsilon(event, _DELTA), epsilon(RepeatAndSelect(event, _CANDIDATES, 0.0), _DELTA)
        what = f"ε of choosing among {_CANDIDATES:.0f} candidates on average / base ε={base:g}"
        note = f"ε={total:g} against ε={one:g}, δ={_DELTA:g}, add or remove one, no sampling"
        figures.append(Figure(what, "×", (total / one,), None if hall.settings.quick else goal, note))
        raw[f"{base:g}"] = {"noise_multiplier": sigma, "base": one, "total": total}
    return Outcome(tuple(figures), raw, tuple(figure.note for figure in figures))
