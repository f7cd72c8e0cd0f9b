"""Per-dialogue clipping that is labelled "user": canary users of K identical records give it away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from wuming.accounting.calibration import noise_multiplier
from wuming.auditing.canaries import fair_coins, uniform_below
from wuming.auditing.one_run import AuditResult, audit, check_claim, choose_guesses
from wuming.core.errors import ClaimRefused
from wuming.crypto.random import SecureStream
from wuming.training import language_model as lm
from wuming.training.plan import TrainingPlan
from wuming.training.private import PrivateTrainer

K, CANARIES, LENGTH, STEPS = 8, 80, 24, 2
VOCABULARY = 340
EPSILON, DELTA = 1.0, 1e-4
KEY = bytes(range(1, 33))


class PerDialogue(PrivateTrainer):
    """The broken twin: each record is clipped by itself, so a user counts up to K times; noise and claim are alike."""

    def _summed_gradients(self, sampled: Mapping[str, Sequence[int]]) -> Any:
        users = self._units
        self._units = {f"{user}/{i}": [users[user][i]] for user, chosen in sampled.items() for i in chosen}
        try:
            return super()._summed_gradients({dialogue: [0] for dialogue in self._units})
        finally:
            self._units = users


def audited(trainer_class: type[PrivateTrainer]) -> AuditResult:
    """Train on the canary users whose coins say so, from one start and with one key, and audit the result."""
    tokens = iter(uniform_below(VOCABULARY - 2, CANARIES * LENGTH, SecureStream(KEY, "canaries")))
    records = [[1, *(2 + next(tokens) for _ in range(LENGTH)), 1] for _ in range(CANARIES)]
    coins = fair_coins(CANARIES, SecureStream(KEY, "coins"))
    units = {f"canary-{n}": [records[n]] * K for n in range(CANARIES) if coins[n]}
    plan = TrainingPlan(
        population=CANARIES,
        expected_units_per_step=CANARIES,
        records_per_unit=K,
        max_grad_norm=0.05,  # so small that it binds for every record
        noise_multiplier=noise_multiplier(EPSILON, DELTA, 1.0, STEPS),
        steps=STEPS,
        learning_rate=2e-4,
    )
    model = lm.build(lm.Architecture(VOCABULARY, 16, 1, 2, 16, 64), seed=1)
    before, _ = lm.summed_losses(model, records)
    trainer = trainer_class(model, units, plan, run_key=KEY)
    trainer.run()
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
