"""Every broken twin is rejected by the checks that the true trainer passes."""

from __future__ import annotations

import dataclasses
import time
from functools import cache

import pytest
import torch
from plain_engine import PlainEngine
from twins import TWINS, Twin
from two_ranks import Seats, TwoRanks

from wuming.training import noise, private
from wuming.training.private import PrivateTrainer
from wuming.training.selfcheck.check import Check, selfcheck
from wuming.training.selfcheck.examples import EXAMPLES

KEY = bytes(range(32))


def outcome(example, groups, overrides):
    """Return the checks of these groups on the example with some parts replaced."""
    plan = dataclasses.replace(example.plan, **overrides.get("plan", {}))
    options = {"make_trainer": overrides["trainer"]} if "trainer" in overrides else {}
    loss = overrides.get("loss", example.loss)
    return selfcheck(example.make_model, loss, example.data, plan, run_key=KEY, groups=groups, **options)


@cache
def example_of(family):
    torch.manual_seed(3)  # initialisation and synthetic data only
    return EXAMPLES[family]()


@cache
def true_outcome(family: str, groups: tuple[str, ...], plan: tuple) -> list[Check]:
    return outcome(example_of(family), groups, {"plan": dict(plan)})


def blind(trainer, loss, batch):
    """Stand for the comparison with a plain loop while training: the self-check must see by itself."""
    trainer.checks.compared = 1


@pytest.mark.parametrize(
    "twin",
    [pytest.param(t, marks=() if t.smoke else pytest.mark.full, id=t.name) for t in TWINS.values()],
)
def test_the_same_checks_pass_on_the_true_trainer_and_fail_on_the_twin(twin: Twin, monkeypatch):
    example, began = example_of(twin.family), time.process_time()
    with monkeypatch.context() as patch:
        patch.setattr(PrivateTrainer, "_compare_with_plain", blind)
        overrides = twin.build(patch)
        checks = outcome(example, twin.groups, overrides)
    caught = [check for check in checks if not check.passed]
    seconds = time.process_time() - began
    print(f"| {twin.name} | {', '.join(c.name for c in caught)} | {seconds:.1f} |", [c.measured for c in caught])
    wrong = [
        c for c in true_outcome(twin.family, twin.groups, tuple(overrides.get("plan", {}).items())) if not c.passed
    ]
    assert not wrong
    assert caught
    assert seconds <= 45


@pytest.mark.full
def test_the_slow_engine_and_two_ranks_are_right_where_nothing_is_broken(monkeypatch):
    """What the twins are made from passes by itself, so that a twin fails for its bug alone."""
    monkeypatch.setattr(private, "ClippedGradients", PlainEngine)
    for family in ("classifier", "tied"):
        assert [c for c in outcome(example_of(family), ("influence",), {}) if not c.passed] == []
    monkeypatch.undo()
    monkeypatch.setattr(noise, "_CHUNK", 64)
    monkeypatch.setattr(private, "Ranks", Seats)
    found = outcome(example_of("classifier"), ("influence", "noise"), {"trainer": TwoRanks})
    assert [c for c in found if not c.passed] == []
