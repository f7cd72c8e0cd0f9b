"""Rules, life cycle, masks, gradients that are not finite, and the bound itself."""

from __future__ import annotations

import weakref

import pytest
import torch
from torch import nn

from wuming.core.errors import PrivacyParameterError, SelfCheckFailed
from wuming.training.clipping.engine import ClippedGradients
from wuming.training.clipping.rules import AdaptiveQuantile, Automatic, Flat, PerLayer


def net():
    return nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.LayerNorm(7), nn.Linear(7, 3))


@pytest.mark.parametrize("early", [True, False])
@pytest.mark.parametrize("method", ["auto", "ghost", "instantiate"])
def test_per_layer_equals_a_plain_loop(oracle, noise, method, early, monkeypatch):
    monkeypatch.setattr("wuming.training.clipping.accumulation.CHUNK_BYTES", 2 * 4 * 35)  # two units at a time
    model, inputs = net(), noise(6, 4, 5)
    rule = PerLayer(oracle.median_norm(model, inputs, oracle.squares, 3))
    engine = ClippedGradients(model, rule, method=method)
    engine.begin(3, 2, present=torch.ones(3, dtype=torch.bool) if early else None)
    oracle.squares(model, inputs).sum().backward()
    norms = engine.end()
    expected = oracle.plain(model, inputs, oracle.squares, rule, 3, oracle.by_module(model))
    assert oracle.relative_error(engine.sums, expected) < 1e-5
    each = [oracle.norm(g) for g in oracle.unit_gradients(model, inputs, oracle.squares, 3)]
    assert norms.tolist() == pytest.approx(each, rel=1e-5)
    assert engine.largest_clipped_norm <= rule.max_grad_norm
    assert any("in chunks" in m.method for m in engine.methods()) == (early and method != "ghost")


def test_per_layer_counts_a_tied_weight_as_one_layer(oracle, ids):
    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.table, self.middle, self.head = nn.Embedding(9, 5), nn.Linear(5, 5), nn.Linear(5, 9, bias=False)
            self.head.weight = self.table.weight

        def forward(self, x):
            return self.head(torch.tanh(self.middle(self.table(x))))

    model, inputs = Tied(), ids(4, 6, below=9)
    groups = [["table.weight"], ["middle.weight", "middle.bias"]]
    oracle.assert_equal(model, inputs, rules=[PerLayer(1.0), Flat(1.0)], groups=groups)


def test_statistics_and_reset(oracle, noise):
    model, inputs = net(), noise(5, 4, 5)
    each = [oracle.norm(g) for g in oracle.unit_gradients(model, inputs, oracle.squares, 5)]
    engine = ClippedGradients(model, AdaptiveQuantile(sorted(each)[2] * 1.0001, count_noise=1.0))
    for _ in range(2):
        oracle.ours(engine, model, inputs, oracle.squares, 5)
    assert (engine.within_bound, engine.counted, engine.not_finite) == (6, 10, 0)
    engine.bound = max(each) * 2
    engine.reset()
    assert not any(bool(total.any()) for total in engine.sums.values())
    oracle.ours(engine, model, inputs, oracle.squares, 5)
    assert engine.within_bound == 5
    assert engine.largest_clipped_norm == pytest.approx(max(each), rel=1e-5)


@pytest.mark.parametrize("method", ["ghost", "instantiate"])
def test_absent_units_and_scale(oracle, noise, method):
    model, inputs, rule = net(), noise(8, 4, 5), Flat(0.5)
    engine = ClippedGradients(model, rule, method=method)
    present = torch.tensor([True, False, True, False])
    oracle.ours(engine, model, inputs, oracle.squares, 4, present=present, scale=0.1)
    kept = torch.cat([inputs[0:2], inputs[4:6]])
    expected = oracle.plain(model, kept, lambda m, x: 0.1 * oracle.squares(m, x), rule, 2)
    assert oracle.relative_error(engine.sums, expected) < 1e-5
    assert engine.counted == 2


@pytest.mark.parametrize("rule", [Flat(0.5), PerLayer(0.5), Automatic(0.5)])
@pytest.mark.parametrize("method", ["ghost", "instantiate"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e30])
def test_units_that_are_not_finite_add_nothing_and_spoil_nobody(oracle, noise, method, rule, value):
    model, inputs = net(), noise(4, 3, 5)
    engine = ClippedGradients(model, rule, method=method)
    oracle.ours(engine, model, inputs[1:], oracle.squares, 3)
    without = {name: total.clone() for name, total in engine.sums.items()}
    engine.reset()
    weights = torch.tensor([value, 1.0, 1.0, 1.0])
    with engine.recording(4):
        (oracle.squares(model, inputs) * weights).sum().backward()
    assert all(bool(torch.isfinite(total).all()) for total in engine.sums.values())
    change = oracle.norm({n: engine.sums[n] - without[n] for n in without})
    assert change <= rule.max_grad_norm * (1 + 1e-6)
    if value != 1e30:
        assert (engine.not_finite, change) == (1, pytest.approx(0, abs=1e-6))


def test_a_unit_without_gradient(oracle, noise):
    model, inputs = net(), noise(3, 3, 5)
    engine = ClippedGradients(model, Flat(0.5))
    engine.begin(3)
    (oracle.squares(model, inputs) * torch.tensor([0.0, 1.0, 0.0])).sum().backward()
    norms = engine.end()
    assert [float(n) > 0 for n in norms] == [False, True, False]
    assert all(bool(torch.isfinite(total).all()) for total in engine.sums.values())


@pytest.mark.parametrize("rule", [Flat(1.0), PerLayer(1.0)])
def test_nobody(oracle, noise, rule):
    model = net()
    engine = ClippedGradients(model, rule)
    with engine.recording(0):
        oracle.squares(model, noise(0, 3, 5)).sum().backward()
    assert not any(bool(total.any()) for total in engine.sums.values())
    engine.begin(4)
    assert engine.end().tolist() == [0] * 4  # no forward pass at all


def influence(oracle, model, inputs, engine, units):
    def total(x, n):
        engine.reset()
        return {name: s.clone() for name, s in oracle.ours(engine, model, x, oracle.squares, n).items()}

    size = len(inputs) // units
    whole, rest = total(inputs, units), total(inputs[size:], units - 1)
    return oracle.norm({name: whole[name].double() - rest[name].double() for name in whole})


def test_one_unit_moves_the_sum_by_at_most_the_bound(oracle, noise):
    """A unit whose records are all alike is the worst case; the twin clips each record and calls that a unit."""
    model = net()
    inputs = torch.cat([noise(1, 4, 5).expand(4, -1, -1), noise(8, 4, 5)])
    for rule in (Flat(0.1), PerLayer(0.1), Automatic(0.1)):
        engine = ClippedGradients(model, rule)
        assert influence(oracle, model, inputs, engine, 3) <= 0.1 * (1 + 1e-6)

    class PerRecord(ClippedGradients):
        def begin(self, units, records=1, **early):
            super().begin(units * records, 1)

    assert influence(oracle, model, inputs, PerRecord(model, Flat(0.1)), 3) > 0.3


def test_life_cycle(oracle, noise):
    model = net()
    engine = ClippedGradients(model, Flat(1.0))
    with pytest.raises(SelfCheckFailed, match="without begin"):
        engine.end()
    engine.begin(2)
    with pytest.raises(SelfCheckFailed, match="twice"):
        engine.begin(2)
    engine.abandon()
    engine.abandon()
    with pytest.raises(ZeroDivisionError), engine.recording(2):
        oracle.squares(model, noise(2, 5)).sum().backward()
        raise ZeroDivisionError
    assert all(p.requires_grad for p in model.parameters())
    assert not any(module._forward_hooks for module in model.modules())
    assert not any(bool(total.any()) for total in engine.sums.values())
    with pytest.raises(PrivacyParameterError, match="records=0"):
        engine.begin(2, 0)
    with pytest.raises(PrivacyParameterError, match="present"):
        engine.begin(2, present=torch.ones(3, dtype=torch.bool))
    assert engine._open is None
    with pytest.raises(SelfCheckFailed, match="layer 0"), engine.recording(3):
        oracle.squares(model, noise(2, 5))
    assert oracle.ours(engine, model, noise(2, 5), oracle.squares, 2)["0.weight"].any()


def test_ordinary_gradients_are_neither_made_nor_touched(oracle, noise):
    model = net()
    oracle.ours(ClippedGradients(model, Flat(1.0)), model, noise(2, 5), oracle.squares, 2)
    assert all(p.grad is None for p in model.parameters())


def test_a_forward_pass_that_stores_data_is_refused(oracle, noise):
    class Counting(nn.Linear):
        def __init__(self):
            super().__init__(5, 3)
            self.register_buffer("seen", torch.zeros(5))

        def forward(self, x):
            self.seen += x.detach().mean((0, 1))
            return super().forward(x)

    model = nn.Sequential(nn.Linear(5, 5), Counting().requires_grad_(False))
    with pytest.raises(SelfCheckFailed, match=r"changed 1\.seen"):
        oracle.ours(ClippedGradients(model, Flat(1.0)), model, noise(2, 4, 5), oracle.squares, 2)


def test_a_second_backward_pass_over_one_forward_pass_is_refused(oracle, noise):
    model = nn.Sequential(nn.Linear(5, 4), nn.Linear(4, 2))
    clip = ClippedGradients(model, Flat(1.0))
    with pytest.raises(SelfCheckFailed, match="second backward"), clip.recording(3):
        loss = model(noise(3, 5)).square().sum()
        loss.backward(retain_graph=True)
        loss.backward()


def test_inputs_are_let_go_of_while_the_backward_pass_goes_on():
    """Not with the graph, at its end: by then all inputs would lie beside all output gradients."""

    class Packed:
        def __init__(self, tensor):
            self.tensor = tensor

    packed, living = [], []

    def pack(tensor):
        one = Packed(tensor)
        packed.append(weakref.ref(one))
        return one

    layers = [nn.Linear(4, 4) for _ in range(6)]
    model = nn.Sequential(*layers)
    clip = ClippedGradients(model, Flat(1.0))
    with clip.recording(3), torch.autograd.graph.saved_tensors_hooks(pack, lambda one: one.tensor):
        first = layers[0](torch.randn(3, 4))
        first.register_hook(lambda _gradient: living.append(sum(one() is not None for one in packed)))
        model[1:](first).square().sum().backward()
    assert len(packed) > len(layers)
    assert living[0] <= 1
