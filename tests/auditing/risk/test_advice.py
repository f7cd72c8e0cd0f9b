"""Advice: each stated effect is what the accountant says of the changed schedule, and nothing else is promised."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from wuming.accounting.accountant import epsilon
from wuming.accounting.events import Event, Gaussian, PoissonSampledGaussian
from wuming.accounting.tradeoff import highest_tpr
from wuming.auditing.risk import advice
from wuming.auditing.risk.advice import Step, advise
from wuming.auditing.risk.bounds import Claim, Limits
from wuming.auditing.risk.report import percent
from wuming.core.errors import PrivacyParameterError

DELTA, FPR, CELLS = 1e-5, 0.01, 1e-3
EVENT = PoissonSampledGaussian(0.25, 2.0, 5)
CHANGED = {
    "more noise": PoissonSampledGaussian(0.25, 3.0, 5),
    "fewer steps": PoissonSampledGaussian(0.25, 2.0, 2),
    "smaller batch": PoissonSampledGaussian(0.125, 2.0, 5),
    "larger batch": PoissonSampledGaussian(0.5, 4.0, 5),
}
SETTINGS = {
    "more noise": ["noise_multiplier 2 → 3"],
    "fewer steps": ["steps 5 → 2"],
    "smaller batch": ["sampling_probability 0.25 → 0.125"],
    "larger batch": ["sampling_probability 0.25 → 0.5", "noise_multiplier 2 → 4"],
}
UNCOMPUTED = ["de-identify", "fewer records per unit", "fewer trained parameters", "larger unit"]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def claim(event: Event | None, known: float | None = None, relation: str = "add-or-remove-one") -> Claim:
    if known is None:
        known = epsilon(event, DELTA, relation=relation, value_discretization_interval=CELLS)
    return Claim(known, DELTA, "subject", relation, "Poisson over subjects", event)


@pytest.fixture(scope="module")
def asked() -> tuple[Claim, Limits]:
    found = claim(EVENT)
    return found, Limits.of(found)


@pytest.fixture(scope="module")
def steps(asked: tuple[Claim, Limits]) -> dict[str, Step]:
    return {step.id: step for step in advise(*asked)}


# ── what the accountant computes ──


@pytest.fixture(scope="module")
def truths() -> dict[str, tuple[float, float]]:
    """ε and the highest true positive rate of each changed schedule, by the accountant's own way to the latter."""
    return {
        name: (epsilon(event, DELTA, value_discretization_interval=CELLS), highest_tpr(event, FPR))
        for name, event in CHANGED.items()
    }


def is_what_the_accountant_says(step: Step, truth: tuple[float, float]) -> None:
    assert step.epsilon == truth[0]
    assert step.highest_tpr == pytest.approx(truth[1], rel=2e-3)
    for sentence in step.effect.values():
        assert f"→ {truth[0]:g}" in sentence
        assert percent(step.highest_tpr) in sentence


@pytest.mark.parametrize("name", CHANGED)
def test_the_effect_is_that_of_the_changed_schedule(
    name: str, steps: dict[str, Step], truths: dict[str, tuple[float, float]]
) -> None:
    is_what_the_accountant_says(steps[name], truths[name])
    for language in ("en", "zh"):
        for setting in SETTINGS[name]:
            assert setting in steps[name].change[language]


def test_the_effect_of_another_schedule_fails_the_same_check(
    steps: dict[str, Step], truths: dict[str, tuple[float, float]]
) -> None:
    forgetful = epsilon(PoissonSampledGaussian(0.5, 2.0, 5), DELTA, value_discretization_interval=CELLS)
    for broken, truth in (
        (replace(steps["larger batch"], epsilon=forgetful), truths["larger batch"]),  # forgets the noise
        (steps["fewer steps"], truths["more noise"]),
        (replace(steps["more noise"], highest_tpr=0.01), truths["more noise"]),
        (replace(steps["more noise"], effect=steps["fewer steps"].effect), truths["more noise"]),
    ):
        with pytest.raises(AssertionError):
            is_what_the_accountant_says(broken, truth)


def test_every_change_lowers_the_risk(asked: tuple[Claim, Limits], steps: dict[str, Step]) -> None:
    found, limits = asked
    for name in CHANGED:
        assert steps[name].epsilon < found.epsilon
        assert steps[name].highest_tpr < limits.highest(FPR)


def test_epsilon_never_goes_without_the_rest(asked: tuple[Claim, Limits], steps: dict[str, Step]) -> None:
    before = percent(asked[1].highest(FPR))
    for name in CHANGED:
        for sentence in steps[name].effect.values():
            for part in (
                f"ε {asked[0].epsilon:g}",
                "δ = 1e-05",
                "subject",
                "add-or-remove-one",
                "Poisson over",
                before,
            ):
                assert part in sentence


def test_the_relation_of_the_claim_is_kept() -> None:
    found = claim(PoissonSampledGaussian(1.0, 8.0, 1), relation="replace-one")
    step = next(step for step in advise(found, Limits.of(found)) if step.id == "more noise")
    quieter = Gaussian(12.0)
    assert step.epsilon == epsilon(quieter, DELTA, relation="replace-one", value_discretization_interval=CELLS)
    assert step.epsilon > 1.5 * epsilon(quieter, DELTA, value_discretization_interval=CELLS)
    assert "replace-one" in step.effect["zh"]


def changes(event: PoissonSampledGaussian) -> list[str]:
    return [step.id for step in advise(claim(event, 1.0), Limits((1.0,), (DELTA,))) if step.epsilon is not None]


def test_what_cannot_be_turned_is_not_advised() -> None:
    assert changes(PoissonSampledGaussian(0.5, 4.0, 1)) == ["more noise", "smaller batch", "larger batch"]
    assert changes(PoissonSampledGaussian(0.6, 4.0, 1)) == ["more noise", "smaller batch"]  # a chance of 1.2 is none


def test_a_change_without_a_finite_epsilon_is_left_out(
    asked: tuple[Claim, Limits], monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_at_all(*arguments: object, **options: object) -> float:
        raise PrivacyParameterError("no finite epsilon", help="Use more noise.")

    monkeypatch.setattr(advice, "epsilon", none_at_all)
    assert [step.id for step in advise(*asked)] == ["deduplicate", *UNCOMPUTED]


# ── what it does not compute ──


@pytest.mark.parametrize("event", [None, Gaussian(2.0)], ids=["none", "another"])
def test_without_a_schedule_only_repetition_is_computed(event: Event | None) -> None:
    found = advise(claim(event, 1.0), Limits((1.0,), (DELTA,)))
    assert [step.id for step in found] == ["deduplicate", *UNCOMPUTED]
    assert [step.as_json()["computed"] for step in found] == [True, False, False, False, False]
    assert all(step.epsilon is None for step in found)


def group(rate: float, eps: float, units: int) -> float:
    for _ in range(units):
        rate = min(1.0, math.exp(eps) * rate + DELTA, 1 - math.exp(-eps) * (1 - rate - DELTA))
    return rate


def says_what_repetition_does(rate_of: Callable[[int], float]) -> None:
    step = advise(claim(None, 0.5), Limits((0.5,), (DELTA,)))[0]
    assert step.highest_tpr == pytest.approx(rate_of(1))
    for sentence in step.effect.values():
        found = [float(number) for number in re.findall(r"([0-9.]+)%", sentence.replace("1% false alarms", ""))]
        figures = [number for number in found if number != 1.0]  # the rate of false alarms
        assert figures == pytest.approx([100 * rate_of(units) for units in (2, 4, 1)], rel=5e-3)


def test_repetition_is_a_group() -> None:
    says_what_repetition_does(lambda units: group(FPR, 0.5, units))
    with pytest.raises(AssertionError):
        says_what_repetition_does(lambda units: min(1.0, units * group(FPR, 0.5, 1)))  # as if units only added up
    with pytest.raises(AssertionError):
        says_what_repetition_does(lambda units: group(FPR, 0.5, 1))


def test_a_group_of_limits_is_taken_from_its_single_units() -> None:
    limits = Limits((0.5,), (DELTA,), units=3)
    assert advise(claim(None, 0.5), limits)[0].effect == advise(claim(None, 0.5), limits.of_group(1))[0].effect


# ── words ──


def test_every_text_is_whole_in_both_languages(steps: dict[str, Step]) -> None:
    assert list(steps) == [*CHANGED, "deduplicate", *UNCOMPUTED]
    for step in steps.values():
        for text in (step.knob, step.change, step.effect):
            assert list(text) == ["en", "zh"]
            assert not CHINESE.search(text["en"])
            assert all(sentence.strip() and not re.search(r"[{}]|None", sentence) for sentence in text.values())
        assert CHINESE.search(step.knob["zh"])
        assert CHINESE.search(step.effect["zh"])


def test_json_says_what_was_computed(steps: dict[str, Step]) -> None:
    for name, step in steps.items():
        shown = json.loads(json.dumps(step.as_json(), allow_nan=False))
        assert shown["id"] == name
        assert shown["epsilon"] == step.epsilon
        assert shown["computed"] is (name not in UNCOMPUTED)
        rate = shown["highest_tpr_at_1_percent_fpr"]
        assert rate == (pytest.approx(step.highest_tpr, abs=1e-6) if shown["computed"] else None)


def test_a_turn_that_leaves_no_claim_or_does_not_help_is_not_advised() -> None:
    relation, sampler = "add-or-remove-one", "Poisson over subjects"
    none_left = Claim(0.0004, 3e-4, "subject", relation, sampler, PoissonSampledGaussian(0.001, 1.0, 1))
    assert "more noise" not in {step.id for step in advise(none_left, Limits.of(none_left))}
    event = PoissonSampledGaussian(0.01, 0.15, 1)
    worse = Claim(epsilon(event, 1e-5), 1e-5, "subject", relation, sampler, event)
    names = {step.id for step in advise(worse, Limits.of(worse))}
    assert "larger batch" not in names
    assert "more noise" in names
