"""The clipped sum against a plain loop over units, and twins that clip the wrong thing."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from wuming.core.errors import SelfCheckFailed
from wuming.training import clipping
from wuming.training import language_model as lm
from wuming.training.clipping import UnitGradients


def loss_of(model, records):
    ids, targets = lm.pad(records)
    losses = lm.token_losses(model, ids, targets)
    return (losses.sum(1) / (targets >= 0).sum(1)).sum()


def plain_unit_gradient(model, records):
    model.zero_grad(set_to_none=True)
    loss_of(model, records).backward()
    return {name: p.grad.clone() for name, p in model.named_parameters()}


def plain_clipped_sum(model, batch, bound):
    """The slow way: one backward pass a unit; autograd itself adds a tied weight's two uses."""
    total = None
    for records in batch:
        gradient = plain_unit_gradient(model, records)
        norm = torch.sqrt(sum(g.double().square().sum() for g in gradient.values()))
        factor = min(1.0, bound / float(norm))
        scaled = {name: g * factor for name, g in gradient.items()}
        total = scaled if total is None else {name: total[name] + scaled[name] for name in scaled}
    model.zero_grad(set_to_none=True)
    return total


def ours(model, batch, bound, gradients=None):
    gradients = gradients or UnitGradients(model)
    ids, targets = lm.pad([record for unit in batch for record in unit])
    with gradients.collecting(len(batch)):
        losses = lm.token_losses(model, ids, targets)
        (losses.sum(1) / (targets >= 0).sum(1)).sum().backward()
    return gradients.clip_and_sum(bound)


def relative_error(found, expected):
    difference = sum((found[n] - expected[n]).double().square().sum() for n in expected)
    return float(torch.sqrt(difference / sum(e.double().square().sum() for e in expected.values())))


@pytest.mark.parametrize("records", [1, 2, 3])
@pytest.mark.parametrize("bound", [0.05, 0.5, 1e6])
def test_clipped_sum_equals_a_plain_loop(model, units, records, bound):
    batch = [unit for unit in units.values() if len(unit) == records]
    found, norms = ours(model, batch, bound)
    assert relative_error(found, plain_clipped_sum(model, batch, bound)) < 1e-5
    assert float(norms.max()) <= bound


def test_a_twin_without_the_tied_cross_term_is_rejected(model, units):
    """Norms of the two uses of a tied weight, taken apart, are too small: the plain loop tells."""

    class Twin(UnitGradients):
        def _collect(self, rule, module, inputs, gradient):
            for parameter, write in rule(module, self._units, inputs, gradient):
                name = self._name_of[id(parameter)]
                if name in self._filled:
                    name += " (second use)"
                    self.parameters[name] = parameter
                write(self._buffer(name), fresh=True)
                self._filled.add(name)

        def clip_and_sum(self, bound):
            sums, norms = super().clip_and_sum(bound)
            for name in [n for n in sums if n.endswith(" (second use)")]:
                sums[name.removesuffix(" (second use)")] += sums.pop(name)
            return sums, norms

    batch = [unit for unit in units.values() if len(unit) == 2]
    found, _ = ours(model, batch, 0.05, Twin(model))
    assert relative_error(found, plain_clipped_sum(model, batch, 0.05)) > 1e-4


def unit_influence(model, batch, bound, clip):
    """L2 distance between the sums with and without the first unit."""
    whole, _ = clip(model, batch, bound)
    rest, _ = clip(model, batch[1:], bound)
    return float(torch.sqrt(sum((whole[n] - rest[n]).double().square().sum() for n in whole)))


def per_dialogue_clip(model, batch, bound):
    """The broken twin: clips every dialogue by itself and calls the result user-level."""
    return ours(model, [[record] for unit in batch for record in unit], bound)


def test_one_unit_moves_the_sum_by_at_most_the_bound(model):
    """A user whose dialogues are all alike is the worst case: per-dialogue clipping lets it count K times."""
    user = [[1, 5, 6, 7, 8, 1]] * 4
    others = [[[1, 9, 10, 11, 1]] * 4, [[1, 20, 21, 1]] * 4]
    bound = 0.1
    assert unit_influence(model, [user, *others], bound, ours) <= bound * (1 + 1e-5)
    assert unit_influence(model, [user, *others], bound, per_dialogue_clip) > 3 * bound


def test_a_gradient_that_is_not_finite_counts_as_zero(model):
    batch = [[[1, 5, 6, 1]], [[1, 7, 8, 1]]]
    gradients = UnitGradients(model)
    ids, targets = lm.pad([record for unit in batch for record in unit])
    weights = torch.tensor([float("nan"), 1.0])
    with gradients.collecting(2):
        (lm.token_losses(model, ids, targets).sum(1) * weights).sum().backward()
    sums, norms = gradients.clip_and_sum(0.5)
    assert all(bool(torch.isfinite(s).all()) for s in sums.values())
    assert norms[0] == 0
    assert norms[1] > 0


def test_a_layer_without_a_rule_is_refused_by_name():
    with pytest.raises(SelfCheckFailed, match="BatchNorm1d"):
        UnitGradients(nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3)))


def test_bias_is_collected():
    model = nn.Linear(3, 2)
    gradients = UnitGradients(model)
    x = torch.randn(4, 5, 3, generator=torch.Generator().manual_seed(0))
    with gradients.collecting(4):
        model(x).square().sum().backward()
    sums, _ = gradients.clip_and_sum(1e9)
    model.zero_grad()
    model(x).square().sum().backward()
    torch.testing.assert_close(sums["bias"], model.bias.grad)
    torch.testing.assert_close(sums["weight"], model.weight.grad)


def test_norms_are_exact_enough_at_the_size_of_real_models():
    """A float32 sum over a whole row errs by more than the factor makes up for; over blocks it does not."""
    row = torch.randn(1, 4_000_000, generator=torch.Generator().manual_seed(0))
    exact = float(row.double().square().sum().sqrt())
    margin = 1 - clipping._ROUND_DOWN
    assert abs(float(clipping._squares(row).sqrt()) / exact - 1) < margin / 8
    assert abs(float(torch.linalg.vector_norm(row, dim=1)) / exact - 1) > margin  # the twin: 8·10⁻⁵ here
