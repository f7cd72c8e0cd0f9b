"""Canaries among the gradients: added and read as a plain loop would, honest scores, and audits that catch twins."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from wuming.auditing.bounds.scores import bound_from_scores
from wuming.core.errors import PrivacyParameterError, SelfCheckFailed
from wuming.training import step as private_step
from wuming.training.clipping.rules import AdaptiveQuantile, Flat
from wuming.training.data import UnitData
from wuming.training.optimisation import Optimisation
from wuming.training.plan import TrainingPlan
from wuming.training.private import PrivateTrainer
from wuming.training.probe import GradientCanaries, probe_coins
from wuming.training.ranks import Ranks
from wuming.training.sampling import UnitSampler

KEY = bytes(range(32))
PLAN = TrainingPlan(
    population=60, expected_batch_size=15, steps=6, noise_multiplier=1.2, clipping=Flat(0.5), unit_of_privacy="record"
)


def small_net() -> nn.Module:
    torch.manual_seed(3)
    return nn.Sequential(nn.Linear(8, 40), nn.ReLU(), nn.Linear(40, 2))


def data(units: int = 30) -> UnitData:
    torch.manual_seed(4)
    inputs = torch.randn(units, 8)
    return UnitData.of_tensors(inputs, (inputs[:, 0] > 0).long())


def loss(model, inputs):
    return functional.cross_entropy(model(inputs[0]), inputs[1], reduction="none")


def trainer_of(plan: TrainingPlan = PLAN, canaries: int = 30, key: bytes = KEY) -> PrivateTrainer:
    return PrivateTrainer(small_net(), data(), plan, optimisation=Optimisation(1e-2), run_key=key, canaries=canaries)


def trained(plan: TrainingPlan = PLAN, canaries: int = 30, key: bytes = KEY) -> PrivateTrainer:
    trainer = trainer_of(plan, canaries, key)
    trainer.run(loss)
    trainer.finish()
    return trainer


def probe_of(plan: TrainingPlan, count: int) -> tuple[GradientCanaries, dict[str, nn.Parameter]]:
    parameters = dict(small_net().named_parameters())
    return GradientCanaries(plan, parameters, KEY, count, Ranks()), parameters


def joined(plan: TrainingPlan, count: int, step: int, length: float, *, dtype=torch.float64):
    probe, parameters = probe_of(plan, count)
    sums = {name: torch.zeros(p.shape, dtype=dtype) for name, p in parameters.items()}
    probe.join(sums, step, length)
    return probe, sums


def flat(sums) -> torch.Tensor:
    return torch.cat([tensor.flatten() for tensor in sums.values()])


@pytest.mark.parametrize("count", [2, 7, 30, 442])
def test_each_canary_adds_a_direction_of_its_own_of_length_c(count):
    certain = replace(PLAN, expected_batch_size=60)  # everybody takes part
    alone = []
    for place in range(count) if count < 20 else (0, count - 1):
        probe, parameters = probe_of(certain, count)
        probe.coins = tuple(number == place for number in range(count))
        sums = {name: torch.zeros(p.shape, dtype=torch.float64) for name, p in parameters.items()}
        probe.join(sums, 0, 0.5)
        alone.append(flat(sums))
        assert math.isclose(float(alone[-1].norm()), 0.5)
    for first, one in enumerate(alone):
        for other in alone[:first]:
            assert float(one @ other) == 0.0


def test_only_included_canaries_take_part_and_only_when_drawn():
    probe, sums = joined(PLAN, 30, step=2, length=0.5)
    taking = set(probe._sampler.sample(2).tolist()) & {place for place, coin in enumerate(probe.coins) if coin}
    assert math.isclose(float(flat(sums).norm()) ** 2, 0.25 * len(taking))


@pytest.mark.parametrize("scale", [1.0, 0.125])
def test_reading_without_noise_gives_back_what_was_added(scale):
    probe, sums = joined(PLAN, 30, step=0, length=0.5)
    real = {name: torch.randn_like(tensor) for name, tensor in sums.items()}
    again, parameters = probe_of(PLAN, 30)
    total = {name: real[name].clone() for name in parameters}
    again.join(total, 0, 0.5)
    again.read({name: tensor * scale for name, tensor in total.items()}, 0.5, scale)
    q, variance = PLAN.sampling_probability, PLAN.noise_multiplier**2
    for place, score in enumerate(again.scores):
        took_part = again.coins[place] and place in probe._sampler.sample(0)
        expected = math.log(1 - q + q * math.exp((float(took_part) - 0.5) / variance))
        assert math.isclose(score, expected, abs_tol=1e-9)


def test_on_a_grid_the_length_stays_below_c():
    plan = replace(PLAN, expected_batch_size=60)
    _, sums = joined(plan, 30, step=0, length=1000.5, dtype=torch.int64)
    included = sum(probe_coins(KEY, 30))
    assert int(flat(sums).square().sum()) <= included * 1000.5**2


def test_coins_are_fair_and_a_function_of_the_key():
    coins = probe_coins(KEY, 4000)
    assert coins == probe_coins(KEY, 4000)
    assert coins != probe_coins(bytes(32), 4000)
    assert abs(sum(coins) - 2000) < 5 * math.sqrt(1000)


@pytest.mark.parametrize(
    "plan",
    [
        PLAN,
        replace(PLAN, neighbouring_relation="replace-one"),
        replace(PLAN, clipping=AdaptiveQuantile(0.5, count_noise=3.0)),
        replace(PLAN, noise="discrete-gaussian"),
        replace(PLAN, sampler="fixed-batches"),
        replace(PLAN, sampler="random-allocation"),
        replace(PLAN, unit_of_privacy="subject", sampled="records", records_per_unit=2),
    ],
    ids=["poisson", "replace-one", "quantile", "grid", "fixed", "allocation", "records"],
)
def test_scores_of_excluded_canaries_tell_nothing(plan):
    """Out of training, a likelihood ratio has mean one: E[exp(score)] = 1, whatever the plan."""
    scores, coins = [], []
    for number in range(12):
        trainer = trained(plan, 200, key=bytes([number]) * 32)
        scores.append(trainer.probe.scores)
        coins.append(trainer.probe.coins)
    scores, coins = np.concatenate(scores), np.concatenate(coins)
    assert scores[coins].mean() > scores[~coins].mean()
    if plan.neighbouring_relation == "add-or-remove-one" and plan.sampler == "poisson":
        ratios = np.exp(scores[~coins])
        assert abs(ratios.mean() - 1) < 5 * ratios.std() / math.sqrt(ratios.size)


def test_a_resumed_run_ends_with_the_same_scores(tmp_path):
    whole = trained()
    first = trainer_of()
    for batch in first.micro_batches():
        if first.step_count == 3:
            first.store(tmp_path / "state")
            break
        first.backward(loss(first.model, batch.inputs))
    second = trainer_of()
    second.run(loss, checkpoint=tmp_path / "state")
    assert np.allclose(second.probe.scores, whole.probe.scores, atol=1e-9)
    other = trainer_of(canaries=31)
    other.restore(tmp_path / "state")
    assert other.step_count == 0  # a state of other canaries is another run


def test_canaries_do_not_hide_a_parameter_that_training_never_reaches():
    model = small_net()
    model.append(nn.Identity())
    model.extra = nn.Parameter(torch.ones(50))
    model.forward = lambda x: nn.Sequential.forward(model, x) + 0 * model.extra.sum()
    trainer = PrivateTrainer(model, data(), PLAN, optimisation=Optimisation(1e-2), run_key=KEY, canaries=30)
    with pytest.raises(SelfCheckFailed):
        trainer.run(loss)
        trainer.finish()


def audited(method: str, **changes) -> str:
    plan = TrainingPlan(
        population=4000, expected_batch_size=400, steps=40, noise_multiplier=1.0, clipping=Flat(0.5), **changes
    )
    trainer = PrivateTrainer(
        nn.Linear(60, 100), UnitData.of_tensors(torch.randn(20, 60), torch.zeros(20, dtype=torch.long)), plan,
        optimisation=Optimisation(1e-3), run_key=KEY, canaries=3000,
    )  # fmt: skip
    trainer.run(loss)
    scores, coins = trainer.probe.scores, np.array(trainer.probe.coins)
    event = plan.event if method == "curve" else None
    return bound_from_scores(
        scores[coins], scores[~coins], design="one-run-independent-coins", method=method, delta=1e-5, confidence=0.99,
        claimed_epsilon=plan.epsilon(1e-5), event=event,
    ).verdict  # fmt: skip


@pytest.mark.parametrize("method", ["curve", "gaussian"])
def test_an_honest_run_is_consistent(method):
    assert audited(method) == "consistent"


@pytest.mark.parametrize("method", ["curve", "gaussian"])
def test_a_run_with_too_little_noise_is_caught(monkeypatch, method):
    add_noise = private_step.add_noise
    monkeypatch.setattr(
        private_step,
        "add_noise",
        lambda sums, *, standard_deviation, **rest: add_noise(
            sums, standard_deviation=0.3 * standard_deviation, **rest
        ),
    )
    assert audited(method) == ("violated" if method == "curve" else "inconsistent under the Gaussian hypothesis")


def test_a_sampler_that_takes_everybody_is_caught(monkeypatch):
    monkeypatch.setattr(UnitSampler, "sample", lambda self, step: np.arange(len(self._coins)))
    assert audited("curve") == "violated"


@pytest.mark.parametrize(
    ("plan", "count"),
    [(PLAN, 1), (PLAN, 10**6), (replace(PLAN, sampler="truncated-poisson", max_batch_size=20), 30)],
)
def test_what_cannot_be_probed_is_refused(plan, count):
    with pytest.raises(PrivacyParameterError, match="canaries"):
        trainer_of(plan, count)


def test_a_control_has_no_canaries():
    with pytest.raises(PrivacyParameterError, match="canaries=30"):
        PrivateTrainer(small_net(), data(), PLAN, optimisation=Optimisation(1e-2), canaries=30, protect=False)
