"""The private trainer: replay, resume, noise once a step, self-check with twins that it rejects."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from wuming.core.errors import PrivacyParameterError, SelfCheckFailed
from wuming.training import language_model as lm
from wuming.training import private
from wuming.training.clipping.rules import AdaptiveQuantile, Automatic, Flat, PerLayer
from wuming.training.data import UnitData
from wuming.training.execution import Execution
from wuming.training.optimisation import Optimisation
from wuming.training.plan import TrainingPlan
from wuming.training.private import PrivateTrainer

KEY = bytes(range(32))
ADAM = Optimisation(1e-2)
TOKENS = Execution(micro_batch_tokens=64)


def weights(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def trainer_of(model, data, plan, key=KEY, **options):
    options = {"optimisation": ADAM, "execution": TOKENS, **options}
    return PrivateTrainer(copy.deepcopy(model), data, plan, run_key=key, **options)


def trained(model, data, plan, key=KEY, **options):
    trainer = trainer_of(model, data, plan, key, **options)
    trainer.run(lm.record_losses)
    report = trainer.finish()
    return weights(trainer.model), report


def some_steps(trainer, steps):
    """Do so many steps of a longer schedule."""
    wanted = trainer.step_count + steps
    for batch in trainer.micro_batches():
        if trainer.step_count >= wanted:
            break
        trainer.backward(lm.record_losses(trainer.model, batch.inputs))


def gradients(trainer, loss=lm.record_losses):
    """Return the gradient that the optimiser got in each step, flat."""
    seen = []

    def before(optimizer, _args, _kwargs):
        seen.append(torch.cat([p.grad.flatten().clone() for g in optimizer.param_groups for p in g["params"]]))

    trainer.optimizer.register_step_pre_hook(before)
    trainer.run(loss)
    return seen


def test_a_replayed_schedule_is_bit_identical_and_another_key_is_not(model, data, plan):
    first, report = trained(model, data, plan)
    again, _ = trained(model, data, plan)
    other, _ = trained(model, data, plan, key=bytes(32))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert report["passed"]
    assert report["largest_clipped_share"] <= 1
    assert report["units_compared_with_plain_loop"] == 2


@pytest.mark.parametrize(
    "rule", [Flat(0.5), PerLayer(0.5), Automatic(0.5), AdaptiveQuantile(0.5, count_noise=3.0)], ids=str
)
@pytest.mark.parametrize("noise", ["gaussian", "discrete-gaussian"])
def test_every_rule_and_noise_trains_and_passes_its_own_checks(model, data, plan, rule, noise):
    if noise == "discrete-gaussian" and not isinstance(rule, Flat):
        pytest.skip("the grid belongs to a bound that stays")
    _, report = trained(model, data, replace(plan, clipping=rule, noise=noise))
    assert report["passed"]


@pytest.mark.parametrize("stop", [1, 3, 5])
def test_a_resumed_run_is_bit_identical(model, data, plan, stop, tmp_path):
    whole, report = trained(model, data, plan)
    path = tmp_path / "state.checkpoint"
    interrupted = trainer_of(model, data, plan)
    with pytest.raises(KeyboardInterrupt):
        interrupted.run(lm.record_losses, checkpoint=path, checkpoint_every=1, on_step=_stop_at(stop))
    resumed = trainer_of(model, data, plan)
    resumed.run(lm.record_losses, checkpoint=path)
    assert resumed.finish() == report
    assert torch.equal(weights(resumed.model), whole)


def _stop_at(stop):
    def on_step(done, _total):
        if done > stop:
            raise KeyboardInterrupt

    return on_step


def test_a_state_under_another_key_or_plan_is_not_taken_up(model, data, plan, tmp_path):
    """Resuming other data's state with this key's noise would reuse noise: it must start anew."""
    path = tmp_path / "state.checkpoint"
    other = trainer_of(model, data, plan, bytes(32))
    some_steps(other, 1)
    other.store(path)
    for fresh in (trainer_of(model, data, plan), trainer_of(model, data, replace(plan, steps=7), bytes(32))):
        fresh.restore(path)
        assert fresh.step_count == 0
    assert path.stat().st_mode & 0o077 == 0


def test_steps_without_units_still_add_noise_and_count(model, nobody, plan):
    trainer = trainer_of(model, nobody, plan)
    for before in gradients(trainer):
        assert bool(before.any())
    assert trainer.step_count == plan.steps


def test_noise_is_added_once_a_step_whatever_the_micro_batches(model, data, plan):
    one, _ = trained(model, data, plan, execution=Execution(micro_batch_tokens=10_000))
    many, _ = trained(model, data, plan, execution=Execution(micro_batch_tokens=20))
    fixed, _ = trained(model, data, plan, execution=Execution(micro_batch=4))
    torch.testing.assert_close(one, many, rtol=0, atol=2e-4)
    torch.testing.assert_close(one, fixed, rtol=0, atol=2e-4)


def test_noise_has_the_claimed_scale(model, nobody, plan):
    """Without units a step's gradient is the noise alone: its standard deviation is σ C / divisor."""
    noise = torch.cat(gradients(trainer_of(model, nobody, replace(plan, steps=30)))).double()
    claimed = plan.noise_multiplier * plan.clipping.max_grad_norm / plan.expected_batch_size
    error = 6 * claimed / (2 * len(noise)) ** 0.5
    assert abs(float(noise.std()) - claimed) < error
    assert not abs(float(noise.std()) - claimed * 1.1) < error  # the wrong scale would be seen


def test_the_self_check_rejects_a_model_that_never_moves(model, data, plan):
    trainer = trainer_of(model, data, plan)
    trainer.optimizer.step = lambda: None
    trainer.run(lm.record_losses)
    with pytest.raises(SelfCheckFailed, match="every_parameter_moved"):
        trainer.finish()


def test_a_model_whose_tensors_were_exchanged_is_refused(model, data, plan):
    """The optimiser would train tensors that the forward pass no longer reads."""
    trainer = trainer_of(model, data, plan)
    trainer.model.model.norm.weight = nn.Parameter(trainer.model.model.norm.weight.detach().clone())
    with pytest.raises(SelfCheckFailed, match=r"norm\.weight"):
        some_steps(trainer, 2)


def test_an_optimiser_over_other_parameters_is_refused(model, data, plan):
    with pytest.raises(SelfCheckFailed, match="optimiser"):
        PrivateTrainer(model, data, plan, optimisation=torch.optim.SGD([nn.Parameter(torch.ones(1))], 0.1), run_key=KEY)


def test_the_control_neither_clips_nor_adds_noise(model, data, plan):
    first, _ = trained(model, data, plan, protect=False)
    protected, _ = trained(model, data, plan)
    assert not torch.equal(first, protected)
    big = replace(plan, clipping=Flat(1e9), noise_multiplier=1e-15)
    plain = gradients(trainer_of(model, data, plan, protect=False))
    same = gradients(trainer_of(model, data, big))
    torch.testing.assert_close(plain[0], same[0], rtol=1e-3, atol=1e-4)


def test_a_short_schedule_is_not_finished_and_a_spent_one_yields_nothing(model, data, plan):
    trainer = trainer_of(model, data, plan)
    some_steps(trainer, 1)
    with pytest.raises(SelfCheckFailed, match="of 6 steps"):
        trainer.finish()
    trainer.run(lm.record_losses)
    assert list(trainer.micro_batches()) == []


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda trainer, losses: trainer.backward(losses.mean()), "shape"),
        (lambda trainer, losses: None, "backward was not called"),
        (lambda trainer, losses: [trainer.backward(losses), trainer.backward(losses)], "waits for it"),
    ],
)
def test_a_loop_that_breaks_the_rules_is_refused(model, data, plan, spoil, message):
    trainer = trainer_of(model, data, plan)
    with pytest.raises(SelfCheckFailed, match=message):
        for batch in trainer.micro_batches():
            spoil(trainer, lm.record_losses(trainer.model, batch.inputs))
    assert all(p.requires_grad for p in trainer.model.parameters())


def test_a_loss_that_couples_examples_is_refused(model, data, plan):
    def coupled(network, inputs):
        losses = lm.record_losses(network, inputs)
        return losses / len(losses)

    with pytest.raises(SelfCheckFailed, match="plain loop"):
        trainer_of(model, data, plan).run(coupled)


def test_the_divisor_is_the_public_constant_and_not_the_batch(model, data, plan):
    """With no noise to speak of, doubling the public divisor halves the gradient."""
    seen = []
    for divisor, population in ((6, 12), (12, 24)):
        changed = replace(plan, expected_batch_size=divisor, population=population, noise_multiplier=1e-9)
        seen.append(gradients(trainer_of(model, data, changed))[0])
    torch.testing.assert_close(seen[0], seen[1] * 2, rtol=1e-4, atol=1e-7)


def test_removing_one_unit_moves_a_step_by_at_most_the_bound(model, units, plan):
    """The same key gives the same coins and noise, so the difference is one unit's clipped share alone."""
    everyone = replace(plan, population=6, steps=1)  # sampling probability 1
    data = lm.pad
    whole = gradients(trainer_of(model, UnitData.of_sequences(units, data), everyone))[0]
    for gone in list(units)[:4]:
        rest = UnitData.of_sequences({u: r for u, r in units.items() if u != gone}, data)
        moved = (whole - gradients(trainer_of(model, rest, everyone))[0]).double().norm() * everyone.expected_batch_size
        assert 0 < float(moved) <= plan.clipping.max_grad_norm * (1 + 1e-4)


def test_the_adaptive_bound_moves_towards_its_quantile(model, data, plan):
    rule = AdaptiveQuantile(50.0, count_noise=0.5, quantile=0.5, learning_rate=0.5)
    trainer = trainer_of(model, data, replace(plan, clipping=rule, steps=20, population=6))
    trainer.run(lm.record_losses)
    assert trainer._gradients.bound < 25
    assert replace(plan, clipping=rule).gradient_noise_multiplier > plan.noise_multiplier


def test_a_count_that_costs_more_than_the_plan_is_refused(plan):
    with pytest.raises(PrivacyParameterError, match="count_noise"):
        replace(plan, clipping=AdaptiveQuantile(1.0, count_noise=0.3))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("population", 0),
        ("noise_multiplier", 0.0),
        ("noise_multiplier", float("nan")),
        ("expected_batch_size", 13),
        ("max_batch_size", 8),
        ("participations", 2),
        ("unit_of_privacy", "document"),
    ],
)
def test_a_plan_without_a_guarantee_is_refused_by_name(plan, name, value):
    with pytest.raises(PrivacyParameterError, match=name):
        replace(plan, **{name: value})


def test_a_state_of_the_control_never_ends_in_a_protected_model(model, data, plan, tmp_path):
    """Both run under one key; the control's steps hold sums without noise."""
    path = tmp_path / "state.checkpoint"
    control = trainer_of(model, data, plan, protect=False)
    some_steps(control, 1)
    control.store(path)
    protected = trainer_of(model, data, plan)
    protected.restore(path)
    assert protected.step_count == 0


def test_a_damaged_state_is_not_taken_up(model, data, plan, tmp_path):
    path = tmp_path / "state.checkpoint"
    path.write_bytes(b"half a file")
    trainer = trainer_of(model, data, plan)
    trainer.restore(path)
    assert trainer.step_count == 0


def test_a_budget_is_reserved_before_anything_is_drawn_and_committed_at_the_end(model, data, plan):
    said = []

    class Reservation:
        def commit(self):
            said.append("commit")

        def release(self):
            said.append("release")

    class Budget:
        def reserve(self, event, *, schedule):
            said.append(("reserve", event, schedule))
            return Reservation()

    trainer = trainer_of(model, data, plan, budget=Budget(), schedule="sha256:1")
    assert said == [("reserve", plan.event, "sha256:1")]
    trainer.run(lm.record_losses)
    trainer.finish()
    assert said[-1] == "commit"


def test_an_ordinary_classifier_in_a_loop_of_ones_own():
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(400, 8, generator=generator)
    y = (x[:, 0] > 0).long()
    plan = TrainingPlan.for_epsilon(
        3.0, 1e-5, population=400, expected_batch_size=100, steps=40, clipping=Flat(1.0), unit_of_privacy="record"
    )
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 2))
    trainer = PrivateTrainer(
        model, UnitData.of_tensors(x, y), plan, optimisation=torch.optim.Adam(model.parameters(), 0.05), run_key=KEY
    )
    for batch in trainer.micro_batches():
        inputs, labels = batch.inputs
        trainer.backward(functional.cross_entropy(model(inputs), labels, reduction="none"))
    trainer.finish()
    assert plan.epsilon(1e-5) <= 3.0
    with torch.no_grad():
        assert float((model(x).argmax(1) == y).float().mean()) > 0.8


def test_statistics_of_the_noise_are_those_of_what_was_added(model, nobody, plan):
    trainer = trainer_of(model, nobody, plan)
    trainer.run(lm.record_losses)
    assert trainer.checks.noise.count == plan.steps * sum(p.numel() for p in trainer.model.parameters())
    ratio, tolerance = trainer.checks.noise_ratio()
    assert abs(ratio - 1) < tolerance
    assert np.isfinite(ratio)
    assert private.PLAIN_TOLERANCE <= 1e-4
