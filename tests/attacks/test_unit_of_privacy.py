"""Per-dialogue clipping that is labelled "user": canary users of K identical records give it away."""

from __future__ import annotations

from typing import Any

import pytest

from wuming.accounting.calibration import noise_multiplier
from wuming.auditing.canaries import fair_coins, uniform_below
from wuming.auditing.one_run import AuditResult, audit, check_claim, choose_guesses
from wuming.core.errors import ClaimRefused
from wuming.crypto.random import SecureStream
from wuming.training import language_model as lm
from wuming.training.clipping.rules import Flat
from wuming.training.data import UnitData
from wuming.training.optimisation import Optimisation
from wuming.training.plan import TrainingPlan
from wuming.training.private import PrivateTrainer

K, CANARIES, LENGTH, STEPS = 8, 80, 24, 2
VOCABULARY = 340
EPSILON, DELTA = 1.0, 1e-4
KEY = bytes(range(1, 33))


class PerDialogue(PrivateTrainer):
    """The broken twin: each record is clipped by itself, so a user counts up to K times; noise and claim are alike."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        of_users = self._participants.of_step
        self._participants.of_step = lambda step: [[r] for records in of_users(step) for r in records]  # type: ignore[method-assign]


def audited(trainer_class: type[PrivateTrainer]) -> AuditResult:
    """Train on the canary users whose coins say so, from one start and with one key, and audit the result."""
    tokens = iter(uniform_below(VOCABULARY - 2, CANARIES * LENGTH, SecureStream(KEY, "canaries")))
    records = [[1, *(2 + next(tokens) for _ in range(LENGTH)), 1] for _ in range(CANARIES)]
    coins = fair_coins(CANARIES, SecureStream(KEY, "coins"))
    units = {f"canary-{n}": [records[n]] * K for n in range(CANARIES) if coins[n]}
    plan = TrainingPlan(
        population=CANARIES,
        expected_batch_size=CANARIES,
        records_per_unit=K,
        clipping=Flat(0.05),  # so small that it binds for every record
        unit_of_privacy="subject",
        noise_multiplier=noise_multiplier(EPSILON, DELTA, 1.0, STEPS),
        steps=STEPS,
    )
    model = lm.build(lm.Architecture(VOCABULARY, 16, 1, 2, 16, 64), seed=1)
    before, _ = lm.summed_losses(model, records)
    data = UnitData.of_sequences(units, lm.pad)
    trainer = trainer_class(model, data, plan, optimisation=Optimisation(2e-4), run_key=KEY)
    trainer.run(lm.record_losses)
    assert trainer.finish()["passed"]  # the twin's own self-check sees nothing: each clipped norm is in bounds
    after, _ = lm.summed_losses(model, records)
    return audit(
        [b - a for b, a in zip(before, after, strict=True)],
        coins,
        guesses=choose_guesses(CANARIES, 4.0, DELTA, 0.95),
        delta=DELTA,
        confidence=0.95,
        claimed_epsilon=EPSILON,
    )


def test_the_audit_tells_per_dialogue_clipping_from_per_user_clipping() -> None:
    """Keys and seeds are fixed, so this either always holds or never."""
    honest, twin = audited(PrivateTrainer), audited(PerDialogue)
    assert honest.verdict == "consistent"
    check_claim(honest)
    assert twin.correct > honest.correct
    assert twin.epsilon_lower_bound > EPSILON
    with pytest.raises(ClaimRefused):
        check_claim(twin)
