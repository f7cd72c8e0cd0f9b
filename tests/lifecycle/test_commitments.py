"""What a certificate commits to: the coins that are really drawn, the file, and neither the noise nor the content."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from wuming.crypto.random import derive_key
from wuming.governance.ledger import Ledger
from wuming.lifecycle.commitments import coins_commitment, coins_key, data_commitment, opens_coins, seal_coins
from wuming.training.clipping.rules import Flat
from wuming.training.plan import TrainingPlan
from wuming.training.sampling import UnitSampler

RUN_KEY = bytes(range(32))


def test_the_committed_key_gives_the_sample_that_training_draws() -> None:
    from wuming.training.data import UnitData
    from wuming.training.participants import Participants

    plan = TrainingPlan(40, 10, 5, 1.0, Flat(1.0), unit_of_privacy="subject")
    labels = [f"u{index}" for index in range(40)]
    units = {label: [[1, 2, 3]] for label in labels}
    data = UnitData.of_sequences(units, lambda rows: np.asarray(rows))
    drawn = Participants(RUN_KEY, plan, data)
    opened = UnitSampler(coins_key(RUN_KEY), plan, data.labels)
    for step in range(plan.steps):
        assert drawn.of_step(step) == [data.members[position] for position in opened.sample(step)]
    wrong = UnitSampler(coins_key(bytes(32)), plan, data.labels)
    assert any(list(wrong.sample(step)) != list(opened.sample(step)) for step in range(plan.steps))


def test_commitments_bind_and_the_noise_has_another_key() -> None:
    commitment = coins_commitment(RUN_KEY)
    assert opens_coins(commitment, coins_key(RUN_KEY))
    assert not opens_coins(commitment, coins_key(bytes(32)))
    assert not opens_coins(commitment, RUN_KEY)  # what opens the coins is not what makes the noise
    assert derive_key(coins_key(RUN_KEY), "noise", "gaussian", 0) != derive_key(RUN_KEY, "noise", "gaussian", 0)
    first = data_commitment(b"s" * 32, "sha256:a", "sha256:b")
    assert first != data_commitment(b"t" * 32, "sha256:a", "sha256:b")
    assert first != data_commitment(b"s" * 32, "sha256:c", "sha256:b")
    assert first != data_commitment(b"s" * 32, "sha256:a", "sha256:d")


def test_coins_are_sealed_once_a_schedule(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    assert seal_coins(ledger, RUN_KEY, "first") == seal_coins(ledger, RUN_KEY, "first") == coins_commitment(RUN_KEY)
    seal_coins(ledger, RUN_KEY, "second")
    assert [entry.body["scope"] for entry in ledger.entries()] == ["first", "second"]
