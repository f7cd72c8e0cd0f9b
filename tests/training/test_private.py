"""The private trainer: replay, resume, noise once a step, self-check with twins that it rejects."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch

from wuming.core.errors import PrivacyParameterError, SelfCheckFailed
from wuming.training import private
from wuming.training.private import PrivateTrainer

KEY = bytes(range(32))


def weights(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def trained(model, units, plan, key=KEY, **options):
    model = copy.deepcopy(model)
    trainer = PrivateTrainer(model, units, plan, run_key=key, **options)
    trainer.run()
    report = trainer.finish()
    return weights(model), report


def test_a_replayed_schedule_is_bit_identical_and_another_key_is_not(model, units, plan):
    first, report = trained(model, units, plan)
    again, _ = trained(model, units, plan)
    other, _ = trained(model, units, plan, key=bytes(32))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert report["passed"]
    assert report["largest_clipped_norm"] <= plan.max_grad_norm


@pytest.mark.parametrize("stop", [1, 3, 5])
def test_a_resumed_run_is_bit_identical(model, units, plan, stop, tmp_path):
    whole, report = trained(model, units, plan)
    path = tmp_path / "state.checkpoint"
    interrupted = PrivateTrainer(copy.deepcopy(model), units, plan, run_key=KEY)
    for _ in range(stop):
        interrupted.step()
    interrupted.store(path)
    fresh = copy.deepcopy(model)
    resumed = PrivateTrainer(fresh, units, plan, run_key=KEY)
    resumed.run(checkpoint=path)
    assert resumed.finish() == report
    assert torch.equal(weights(fresh), whole)


def test_a_state_under_another_key_is_not_taken_up(model, units, plan, tmp_path):
    """Resuming other data's state with this key's noise would reuse noise: it must start anew."""
    path = tmp_path / "state.checkpoint"
    other = PrivateTrainer(copy.deepcopy(model), units, plan, run_key=bytes(32))
    other.step()
    other.store(path)
    fresh = PrivateTrainer(copy.deepcopy(model), units, plan, run_key=KEY)
    fresh.restore(path)
    assert fresh.step_count == 0


def test_a_step_without_units_still_adds_noise_and_counts(model, plan):
    before = weights(model).clone()
    trainer = PrivateTrainer(model, {}, plan, run_key=KEY)
    trainer.step()
    assert trainer.step_count == 1
    assert not torch.equal(before, weights(model))


def test_noise_is_added_once_a_step_whatever_the_micro_batches(model, units, plan):
    one, _ = trained(model, units, plan, micro_batch_tokens=10_000)
    many, _ = trained(model, units, plan, micro_batch_tokens=20)
    torch.testing.assert_close(one, many, rtol=0, atol=2e-4)


def test_noise_has_the_claimed_scale(model, plan):
    """Without units a step's gradient is the noise alone: its standard deviation is σ C / divisor."""
    seen = []
    trainer = PrivateTrainer(model, {}, replace(plan, steps=30), run_key=KEY)
    real = trainer._optimizer.step
    trainer._optimizer.step = lambda: (seen.extend(p.grad.flatten() for p in model.parameters()), real())  # type: ignore[method-assign]
    for _ in range(30):
        trainer.step()
    noise = torch.cat(seen).double()
    claimed = plan.noise_multiplier * plan.max_grad_norm / plan.expected_units_per_step
    error = 6 * claimed / (2 * len(noise)) ** 0.5
    assert abs(float(noise.std()) - claimed) < error
    assert not abs(float(noise.std()) - claimed * 1.1) < error  # the wrong scale would be seen


@pytest.mark.parametrize("factor", [0.0, 0.9])
def test_the_self_check_rejects_a_twin_whose_noise_is_too_small(model, units, plan, factor, monkeypatch):
    real = private.gaussian_noise
    monkeypatch.setattr(private, "gaussian_noise", lambda stream, size, scale: real(stream, size, scale) * factor)
    with pytest.raises(SelfCheckFailed, match="self-check failed"):
        trained(model, units, plan)


def test_the_self_check_rejects_a_twin_that_does_not_clip(model, units, plan, monkeypatch):
    real = private.UnitGradients.clip_and_sum
    monkeypatch.setattr(private.UnitGradients, "clip_and_sum", lambda self, bound: real(self, 1e9))
    with pytest.raises(SelfCheckFailed, match="exceeds max_grad_norm"):
        trained(model, units, plan)


def test_the_self_check_rejects_a_model_that_never_moves(model, units, plan, monkeypatch):
    trainer = PrivateTrainer(model, units, plan, run_key=KEY)
    monkeypatch.setattr(trainer._optimizer, "step", lambda: None)
    trainer.run()
    with pytest.raises(SelfCheckFailed, match="self-check failed"):
        trainer.finish()


def test_the_control_neither_clips_nor_adds_noise(model, units, plan):
    first, _ = trained(model, units, plan, protect=False)
    protected, _ = trained(model, units, plan)
    assert not torch.equal(first, protected)
    big = replace(plan, max_grad_norm=1e9, noise_multiplier=1e-12)
    same, _ = trained(model, units, big, protect=False)
    torch.testing.assert_close(first, same)


def test_a_spent_schedule_takes_no_further_step_and_a_short_one_is_not_finished(model, units, plan):
    trainer = PrivateTrainer(model, units, plan, run_key=KEY)
    trainer.step()
    with pytest.raises(SelfCheckFailed, match="1 of 6"):
        trainer.finish()
    trainer.run()
    with pytest.raises(SelfCheckFailed, match="spent"):
        trainer.step()


def test_the_divisor_is_the_public_constant_and_not_the_batch(model, units, plan):
    """With one step and no noise to speak of, doubling the public divisor halves the gradient."""
    grads = []
    for divisor, population in ((6, 12), (12, 24)):
        changed = replace(plan, expected_units_per_step=divisor, population=population, noise_multiplier=1e-9)
        trainer = PrivateTrainer(copy.deepcopy(model), units, changed, run_key=KEY)
        taken = []
        trainer._optimizer.step = lambda t=trainer, out=taken: out.append(  # type: ignore[method-assign]
            torch.cat([p.grad.flatten().clone() for p in t._parameters.values()])
        )
        trainer.step()
        grads.append(taken[0])
    torch.testing.assert_close(grads[0], grads[1] * 2, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize(
    ("name", "value"),
    [("population", 0), ("noise_multiplier", 0.0), ("noise_multiplier", float("nan")), ("expected_units_per_step", 13)],
)
def test_a_plan_without_a_guarantee_is_refused_by_name(plan, name, value):
    with pytest.raises(PrivacyParameterError, match=name):
        replace(plan, **{name: value})


def test_removing_one_unit_moves_each_noiseless_sum_by_at_most_the_bound(model, units, plan):
    everyone = replace(plan, population=6)  # sampling probability 1
    whole = PrivateTrainer(copy.deepcopy(model), units, everyone, run_key=KEY)
    for gone in list(units)[:4]:
        rest = PrivateTrainer(
            copy.deepcopy(model), {u: r for u, r in units.items() if u != gone}, everyone, run_key=KEY
        )
        a = whole._summed_gradients(whole._sampler.sample(0, whole._indices))
        b = rest._summed_gradients(rest._sampler.sample(0, rest._indices))
        distance = np.sqrt(sum(float((a[n] - b[n]).double().square().sum()) for n in a))
        assert distance <= plan.max_grad_norm * (1 + 1e-4)


def test_a_state_of_the_control_never_ends_in_a_protected_model(model, units, plan, tmp_path):
    """Both run under one key; the control's steps hold sums without noise."""
    path = tmp_path / "state.checkpoint"
    control = PrivateTrainer(copy.deepcopy(model), units, plan, run_key=KEY, protect=False)
    control.step()
    control.store(path)
    protected = PrivateTrainer(copy.deepcopy(model), units, plan, run_key=KEY)
    protected.restore(path)
    assert protected.step_count == 0


def test_a_damaged_state_is_not_taken_up(model, units, plan, tmp_path):
    path = tmp_path / "state.checkpoint"
    path.write_bytes(b"half a file")
    trainer = PrivateTrainer(model, units, plan, run_key=KEY)
    trainer.restore(path)
    assert trainer.step_count == 0
