"""Every broken twin is rejected by the checks that the true trainer passes."""

from __future__ import annotations

import dataclasses
from functools import cache

import pytest
import torch
from twins import TWINS, Twin

from wuming.training.selfcheck import Check, selfcheck
from wuming.training.selfcheck_examples import EXAMPLES

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


@pytest.mark.parametrize(
    "twin",
    [pytest.param(t, marks=() if t.smoke else pytest.mark.full, id=t.name) for t in TWINS.values()],
)
def test_the_same_checks_pass_on_the_true_trainer_and_fail_on_the_twin(twin: Twin, monkeypatch, record_property):
    with monkeypatch.context() as patch:
        overrides = twin.build(patch)
        checks = outcome(example_of(twin.family), twin.groups, overrides)
    caught = [check.name for check in checks if not check.passed]
    record_property("caught_by", ", ".join(caught))
    wrong = [c for c in true_outcome(twin.family, twin.groups, tuple(overrides.get("plan", {}).items())) if not c.passed]
    assert not wrong
    assert caught
