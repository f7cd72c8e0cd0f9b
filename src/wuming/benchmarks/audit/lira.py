"""Attacks with shadow models on small nets trained without protection: what they find, and what they cost.

Shadow models train on random halves of the candidates, in pairs of a half and its complement; models to be attacked on
halves of their own. Nothing of a target is used to choose anything about an attack on it: RMIA's correction comes from
the shadow models, γ is the paper's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from wuming.auditing.membership.blind import Blind, blind_baseline
from wuming.auditing.membership.label_only import agreement_scores
from wuming.auditing.membership.lira import lira_scores, logit_confidences
from wuming.auditing.membership.losses import calibrated_loss_scores
from wuming.auditing.membership.report import MembershipReport, membership_report
from wuming.auditing.membership.rmia import fit_correction, rmia_scores
from wuming.auditing.membership.shadows import Shadows, complementary_halves
from wuming.benchmarks.audit import shadow, shadow_text
from wuming.benchmarks.audit.shadow_data import Task, TaskName, load
from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall

_TASKS: tuple[TaskName, ...] = ("mnist", "table", "text")
_SHADOWS, _TARGETS = 64, 8
_CANDIDATES, _POPULATION = 2000, 1000
_GAMMA = 2.0
_NETS = {"loss": ("LiRA online", "LiRA offline", "RMIA online", "RMIA offline")}
_LANGUAGE_MODEL = {"loss, records": ("LiRA online, records", "RMIA offline, records")}
_SEED = 1
_ABOVE_LOSS = Goal(">=", 0.01)  # one point in a hundred, so that "above" is no accident
_MINUTES = Goal("<=", 600.0)
_PUBLISHED = (
    "Published, with larger nets on other data, TPR at 0.1% FPR: LiRA online 8.4% on CIFAR-10, 27.6% on CIFAR-100, "
    "1.4% on WikiText-103; loss 0.0%, 0.0%, 0.1% (Carlini et al. 2022, table I, 256 shadow models)"
)

Train = Callable[..., shadow.Weights]


def attacks(hall: Hall) -> Outcome:
    """Attack nets on digits, a table and text, and a language model; figures are TPR at 1% FPR, one value a target."""
    figures: list[Figure] = []
    raw: dict[str, Any] = {}
    notes: list[str] = []
    with _threads(hall.settings.threads):
        for name in _TASKS:
            task = _task(name, quick=hall.settings.quick)
            reports, accuracy = _reports(task, hall)
            figures += _figures(name, reports, _NETS, quick=hall.settings.quick)
            first = [found[0] for found in reports.values()]
            blind = first[0].blind
            assert blind is not None
            notes.append(
                f"{task.title}: {first[0].members} members and {first[0].non_members} others a target, accuracy "
                f"{accuracy[0]:.3f} on members and {accuracy[1]:.3f} on others; without the model: area "
                f"{blind.auc:.3f}, p={blind.p_value:.2g}"
            )
            raw[name] = {attack: [report.as_json() for report in found] for attack, found in reports.items()}
        reports = shadow_text.reports(hall)
        figures += _figures("language model", reports, _LANGUAGE_MODEL, quick=hall.settings.quick)
        raw["language model"] = {attack: [one.as_json() for one in found] for attack, found in reports.items()}
        notes.append(shadow_text.NOTE)
    return Outcome(tuple(figures), raw, (*notes, _PUBLISHED))


def lira(hall: Hall) -> Outcome:
    """Time LiRA from images to scores: all nets trained at once, and the same nets one after the other."""
    quick = hall.settings.quick
    task = _task("mnist", quick=quick)
    halves = _halves(task, targets=1, quick=quick)
    seconds: dict[str, list[float]] = {"together": [], "one by one": []}
    rates: dict[str, list[float]] = {"together": [], "one by one": []}
    ways: Mapping[str, Train] = {"together": shadow.train_together, "one by one": shadow.train_one_by_one}
    with _threads(hall.settings.threads):
        for repeat in range(1 if quick else hall.settings.repeats):
            for way, train in ways.items():
                hall.say(f"round {repeat + 1}: {len(halves)} nets {way}")
                begin = time.perf_counter()
                answers = _answers(task, halves, train, seed=repeat)
                scores = lira_scores(answers.logits[-1], answers.shadows(answers.logits))
                seconds[way].append(time.perf_counter() - begin)
                rate = membership_report("LiRA online", scores[halves[-1]], scores[~halves[-1]]).rates[0].tpr
                rates[way].append(-1.0 if rate is None else rate)
    ratios = tuple(slow / fast for slow, fast in zip(seconds["one by one"], seconds["together"], strict=True))
    what = f"LiRA with {len(halves) - 1} shadow nets and the target, from images to scores"
    figures = (
        Figure(f"{what}, trained at once", "s", tuple(seconds["together"]), None if quick else _MINUTES),
        Figure(f"{what}, one by one", "s", tuple(seconds["one by one"])),
        Figure("one by one / at once", "×", ratios),
        Figure("TPR at 1% FPR, trained at once", "", tuple(rates["together"])),
        Figure("TPR at 1% FPR, one by one", "", tuple(rates["one by one"])),
    )
    return Outcome(figures, {"seconds": seconds, "rates": rates}, (f"{task.title}; the same nets but for rounding",))


@dataclass(frozen=True)
class _Answers:
    """What all nets say: of the candidates [k, n], of the population [k, m]; the last nets are the targets.

    Attributes:
        logits: of the confidence in the right answer.
        population: the same of the population.
        agrees: [k, n, q], whether the answer to each query is the label.
        halves: [k, n], what each net trained on.
        targets: how many of the nets are targets.
        accuracy: on what a net trained on, and on the population; mean over nets.
    """

    logits: NDArray[np.float64]
    population: NDArray[np.float64]
    agrees: NDArray[np.bool_]
    halves: NDArray[np.bool_]
    targets: int
    accuracy: tuple[float, float]

    def shadows(self, signals: NDArray[Any]) -> Shadows:
        """Return the shadow nets' part of signals about the candidates."""
        return Shadows(signals[: -self.targets], self.halves[: -self.targets])


def _task(name: TaskName, *, quick: bool) -> Task:
    task = load(name, candidates=400 if quick else _CANDIDATES, population=200 if quick else _POPULATION)
    return replace(task, recipe=replace(task.recipe, epochs=5)) if quick else task


def _halves(task: Task, *, targets: int, quick: bool) -> NDArray[np.bool_]:
    """Return what each net trains on: shadow nets first, then targets, whose halves are drawn on their own."""
    generator = np.random.default_rng(_SEED)
    shadows = complementary_halves(4 if quick else _SHADOWS // 2, task.candidates, generator)
    return np.concatenate([shadows, complementary_halves(targets, task.candidates, generator)[::2]])


def _answers(task: Task, halves: NDArray[np.bool_], train: Train, *, seed: int = 0, targets: int = 1) -> _Answers:
    """Train all nets and ask them about candidates and population."""
    own = torch.stack([torch.from_numpy(np.flatnonzero(half)) for half in halves])
    seeds = [seed * 1000 + number for number in range(len(halves))]
    weights = train(task.inputs, task.labels, own, task.recipe, seeds=seeds)
    labels, n = task.labels.numpy(), task.candidates
    queries = [shadow.logits(weights, query) for query in task.queries(task.inputs[:n])]
    population = shadow.logits(weights, task.inputs[n:])
    agrees = np.stack([(said.argmax(-1).numpy() == labels[:n]) for said in queries], axis=-1)
    accuracy = (float(agrees[..., 0][halves].mean()), float((population.argmax(-1).numpy() == labels[n:]).mean()))
    return _Answers(
        logit_confidences(queries[0].double().numpy(), labels[:n]),
        logit_confidences(population.double().numpy(), labels[n:]),
        agrees,
        halves,
        targets,
        accuracy,
    )


def _reports(task: Task, hall: Hall) -> tuple[dict[str, list[MembershipReport]], tuple[float, float]]:
    """Return by attack a report for each target, and the nets' accuracies."""
    quick = hall.settings.quick
    targets = 2 if quick else _TARGETS
    halves = _halves(task, targets=targets, quick=quick)
    hall.say(f"{task.title}: {len(halves)} nets")
    answers = _answers(task, halves, shadow.train_together, targets=targets)
    features = task.inputs[: task.candidates].numpy()
    found: dict[str, list[MembershipReport]] = {}
    correction = fit_correction(answers.shadows(_log_chances(answers.logits)))
    for target in range(len(halves) - targets, len(halves)):
        members = halves[target]
        blind: Blind = blind_baseline(features, members)
        for attack, scores in _scores(task, answers, target, correction).items():
            report = membership_report(attack, scores[members], scores[~members], blind=blind)
            found.setdefault(attack, []).append(report)
    return found, answers.accuracy


def _scores(task: Task, answers: _Answers, target: int, correction: float) -> dict[str, NDArray[np.float64]]:
    """Return by attack the scores of all candidates."""
    logits, log_chances = answers.logits, _log_chances(answers.logits)
    others = _log_chances(answers.population)
    none = np.zeros(others[: -answers.targets].shape, dtype=np.bool_)
    shadows, reference = answers.shadows(logits), answers.shadows(log_chances)
    population = Shadows(others[: -answers.targets], none)
    scores = {
        "loss": log_chances[target],
        "calibrated loss": calibrated_loss_scores(-log_chances[target], answers.shadows(-log_chances)),
        "LiRA online": lira_scores(logits[target], shadows),
        "LiRA offline": lira_scores(logits[target], shadows, mode="offline"),
    }
    if answers.agrees.shape[-1] > 1:
        labels = task.labels[: task.candidates].numpy()
        said = np.where(answers.agrees[target], labels[:, None], -1)
        scores["label only, shifted images"] = agreement_scores(said, labels, answers.shadows(answers.agrees))
    for mode in ("online", "offline"):
        scores[f"RMIA {mode}"] = rmia_scores(
            log_chances[target], reference, others[target], population, gamma=_GAMMA, mode=mode, correction=correction
        )
    return scores


def _log_chances(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    chances: NDArray[np.float64] = -np.logaddexp(0, -logits)
    return chances


def _figures(
    name: str,
    reports: Mapping[str, list[MembershipReport]],
    compared: Mapping[str, Sequence[str]],
    *,
    quick: bool,
) -> Iterator[Figure]:
    """Yield the rates of each attack over targets, then by how much some are above the simple one at each target.

    Args:
        name: of the task.
        reports: by attack, one a target.
        compared: simple attack → those that are to be above it.
        quick: whether figures have no goal.
    """
    rates = {attack: [_rate(report) for report in found] for attack, found in reports.items()}
    for attack, values in rates.items():
        area = fmean(report.auc for report in reports[attack])
        yield Figure(f"{name}: {attack}, TPR at 1% FPR", "", tuple(values), None, f"mean area {area:.3f}")
    for simple, attacks in compared.items():
        for attack in attacks:
            above = tuple(one - base for one, base in zip(rates[attack], rates[simple], strict=True))
            yield Figure(f"{name}: {attack} above loss", "", above, None if quick else _ABOVE_LOSS)


def _rate(report: MembershipReport) -> float:
    """Return the TPR at 1% FPR; -1, which no goal accepts, where there is none."""
    value = None if report.void else report.rates[0].tpr
    return -1.0 if value is None else value


@contextmanager
def _threads(count: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
