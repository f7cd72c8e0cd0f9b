"""Broken twins: each of the checks here and at run time rejects the mistake that it is for."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from wuming.core.errors import SelfCheckFailed
from wuming.training.clipping.engine import ClippedGradients
from wuming.training.step import PrivateStep

from .conftest import excess_of_first_step, private, train
from .test_loop import PLAIN

BEGIN, END, GRADIENTS = ClippedGradients.begin, ClippedGradients.end, PrivateStep.gradients


def actual_batch(engine, units, records=1, *, present=None, scale=None):
    return BEGIN(engine, units, records, present=present, scale=scale and float(present.sum()))


def mask_forgotten(engine, units, records=1, *, present=None, scale=None):
    return BEGIN(engine, units, records, scale=scale)


def divided_by_the_actual_batch(step, number, present):
    found = GRADIENTS(step, number, present)
    return {name: value * step._plan.expected_batch_size / max(present, 1) for name, value in found.items()}


def noised_twice(step, number, present):
    return GRADIENTS(step, number, GRADIENTS(step, number + 1, present) and present)


def test_the_sound_one_passes():
    assert excess_of_first_step(private(noise_multiplier=0.5)) < PLAIN


@pytest.mark.parametrize(
    ("owner", "method", "broken"),
    [
        (ClippedGradients, "begin", actual_batch),
        (ClippedGradients, "begin", mask_forgotten),
        (PrivateStep, "gradients", divided_by_the_actual_batch),
        (PrivateStep, "gradients", noised_twice),
    ],
)
def test_a_wrong_gradient_is_seen(monkeypatch, owner, method, broken):
    # A bound that clips nobody, so that a wrong factor is not clipped away.
    dp_model = private(noise_multiplier=0.05, max_grad_norm=10.0, delta=1e-5)
    dp_model._session.checks.compared = 1  # the twin must be seen by the test's own plain loop
    monkeypatch.setattr(owner, method, broken)
    assert excess_of_first_step(dp_model) > 10 * PLAIN


def failed(dp_model) -> str:
    with pytest.raises(SelfCheckFailed) as caught:
        train(dp_model, torch.optim.SGD(dp_model.parameters(), lr=0.1))
        dp_model.check_privacy()
    return str(caught.value)


def test_noise_for_each_backward_call_is_seen_at_run_time(monkeypatch):
    monkeypatch.setattr(PrivateStep, "gradients", noised_twice)
    assert "noise_as_claimed" in failed(private())


def test_too_little_noise_is_seen_at_run_time(monkeypatch):
    import wuming.training.step as step

    sound = step.add_noise

    def weak(sums, *, standard_deviation, **place):
        drawn = sound(sums, standard_deviation=standard_deviation / 2, **place)
        return dataclasses.replace(drawn, squares=drawn.squares / 4)

    monkeypatch.setattr(step, "add_noise", weak)
    assert "noise_as_claimed" in failed(private())


def test_no_clipping_is_seen_at_run_time(monkeypatch):
    def unclipped(engine, present=None, scale=None):
        bound, engine.bound = engine.bound, 1e9
        try:
            return END(engine, present, scale)
        finally:
            engine.bound = bound

    monkeypatch.setattr(ClippedGradients, "end", unclipped)
    assert "differ from a plain loop" in failed(private(max_grad_norm=0.01))
    dp_model = private(max_grad_norm=0.01)
    dp_model._session.checks.compared = 1
    assert "exceeds the bound" in failed(dp_model)
    assert all(p.grad is None for p in dp_model.parameters())


def test_shuffled_batches_called_poisson_are_seen_at_run_time():
    dp_model = private(epochs=40)
    session = dp_model._session
    session._participants.of_step = lambda step: [[i] for i in range(step % 4 * 50, step % 4 * 50 + 50)]
    with pytest.raises(SelfCheckFailed, match="sampling_as_claimed"):
        train(dp_model, torch.optim.SGD(dp_model.parameters(), lr=0.01), 40)
        dp_model.check_privacy()
