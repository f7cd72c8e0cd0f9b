"""The extraction and exposure attacks succeed on a model that memorised, and stay at chance on the protected one."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from wuming.accounting.accountant import epsilon
from wuming.accounting.calibration import noise_multiplier
from wuming.auditing.exposure import chance
from wuming.auditing.extraction import AttackResults, attack_secrets
from wuming.training import language_model as lm
from wuming.training import ordinary
from wuming.training.clipping.rules import Flat
from wuming.training.data import UnitData
from wuming.training.execution import Execution
from wuming.training.inference import LocalModel
from wuming.training.optimisation import Optimisation
from wuming.training.plan import TrainingPlan
from wuming.training.private import PrivateTrainer

DELTA = 1e-4


def attacked(world: Any, model: Any) -> AttackResults:
    local = LocalModel(model, world.tokenizer, max_tokens=64)
    return attack_secrets(local, world.secrets, samples=2, max_new_tokens=24)


def common_loss(world: Any, model: Any) -> float:
    """Return the mean loss on what stands before the secrets: the same words for all, but for the numbers."""
    local = LocalModel(model, world.tokenizer, max_tokens=64)
    losses = local.token_losses([secret.prompt for secret in world.secrets])
    return sum(losses) / len(losses)


@pytest.fixture(scope="module")
def plan(world: Any) -> TrainingPlan:
    units, expected, steps = len(world.units), 40, 40
    sigma = noise_multiplier(8.0, DELTA, expected / units, steps)
    return TrainingPlan(
        population=units,
        expected_batch_size=expected,
        records_per_unit=4,
        clipping=Flat(1.0),
        unit_of_privacy="subject",
        noise_multiplier=sigma,
        steps=steps,
    )


def test_ordinary_training_gives_the_secrets_away(world: Any) -> None:
    model = copy.deepcopy(world.base)
    sequences = [sequence for unit in world.encoded().values() for sequence in unit]
    ordinary.train(model, sequences, epochs=20, batch_size=8, learning_rate=1e-2, seed=2)
    found = attacked(world, model)
    assert sum(found.extracted().values()) >= len(world.secrets) // 2
    by_chance = chance(10, 32, 0.9999)["interval"][1]
    for exposure in found.exposure().values():
        assert exposure is not None
        assert exposure["mean"] > by_chance + 1


def test_protected_training_at_epsilon_eight_stays_at_chance(world: Any, plan: TrainingPlan) -> None:
    """Key and seeds are fixed, so this either always holds or never."""
    model = copy.deepcopy(world.base)
    data = UnitData.of_sequences(world.encoded(), lm.pad)
    trainer = PrivateTrainer(
        model,
        data,
        plan,
        optimisation=Optimisation(8e-3),
        execution=Execution(micro_batch_tokens=1024),
        run_key=bytes(range(32)),
    )
    trainer.run(lm.record_losses)
    assert trainer.finish()["passed"]
    assert epsilon(plan.event, DELTA) <= 8
    assert common_loss(world, model) < common_loss(world, world.base) - 0.2  # it did learn what all have in common
    found = attacked(world, model)
    assert sum(found.extracted().values()) == 0
    low, high = chance(10, 32, 0.999)["interval"]
    for exposure in found.exposure().values():
        assert exposure is not None
        assert low <= exposure["mean"] <= high


def test_the_base_model_is_at_chance(world: Any) -> None:
    found = attacked(world, world.base)
    assert sum(found.extracted().values()) == 0
    low, high = chance(20, 32, 0.999)["interval"]
    means = [exposure["mean"] for exposure in found.exposure().values() if exposure]
    assert low <= sum(means) / 2 <= high
