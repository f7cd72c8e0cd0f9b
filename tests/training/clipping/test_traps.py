"""What other engines get wrong: each against the plain loop."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from wuming.core.errors import SelfCheckFailed
from wuming.training.clipping.engine import ClippedGradients
from wuming.training.clipping.rules import Flat, PerLayer


class Positions(nn.Module):
    """Position ids of shape [1, T], looked up once for the whole batch; then a norm and a map of that."""

    def __init__(self):
        super().__init__()
        self.words, self.places = nn.Embedding(9, 5), nn.Embedding(8, 5)
        self.norm, self.map, self.head = nn.LayerNorm(5), nn.Linear(5, 5), nn.Linear(5, 4)

    def forward(self, ids):
        places = self.map(self.norm(self.places(torch.arange(ids.shape[1]).unsqueeze(0))))
        return self.head(torch.tanh(self.words(ids) + places))


def test_broadcast_position_ids(oracle, ids):
    oracle.assert_equal(Positions(), ids(6, 7, below=9), units=3)


class Shared(nn.Module):
    """A module called twice, and one module under two names."""

    def __init__(self):
        super().__init__()
        self.twice, self.last = nn.Linear(5, 5), nn.Linear(5, 5)
        self.again = self.last
        self.norm = nn.RMSNorm(5)

    def forward(self, x):
        return self.again(torch.tanh(self.last(self.norm(self.twice(torch.tanh(self.twice(self.norm(x))))))))


def test_modules_used_more_than_once(oracle, noise):
    oracle.assert_equal(Shared(), noise(6, 4, 5), units=3)


def test_modules_used_more_than_once_per_layer(oracle, noise):
    model = Shared()
    groups = [["twice.weight", "twice.bias"], ["last.weight", "last.bias"], ["norm.weight"]]
    oracle.assert_equal(model, noise(6, 4, 5), units=3, rules=[PerLayer(1.0)], groups=groups)


class Half(nn.Module):
    """A layer that only some passes use, and frozen layers below, between and above."""

    def __init__(self):
        super().__init__()
        self.base, self.a, self.between, self.b, self.unused, self.top = (nn.Linear(5, 5) for _ in range(6))
        for frozen in (self.base, self.between, self.top):
            frozen.requires_grad_(False)
        self.b.bias.requires_grad_(False)

    def forward(self, x):
        x = torch.relu_(self.a(torch.tanh(self.base(x))))
        return self.top(torch.tanh(self.b(torch.tanh(self.between(x)))))


def test_frozen_and_unfrozen_mixed_and_unused(oracle, noise):
    model = Half()
    oracle.assert_equal(model, noise(4, 3, 5))
    engine = ClippedGradients(model, Flat(1.0))
    oracle.ours(engine, model, noise(4, 3, 5), oracle.squares, 4)
    assert {m.path: m.method for m in engine.methods()}["unused.weight"] == "unused"
    assert "base.weight" not in engine.parameters


class Checkpointed(nn.Module):
    def __init__(self, *, reentrant):
        super().__init__()
        self.first, self.blocks = nn.Linear(5, 5), nn.ModuleList(nn.Linear(5, 5) for _ in range(2))
        self.norm, self.reentrant = nn.LayerNorm(5), reentrant

    def forward(self, x):
        x = self.first(x)
        for block in self.blocks:
            x = checkpoint(lambda y, block=block: self.norm(torch.tanh(block(y))), x, use_reentrant=self.reentrant)
        return x


@pytest.mark.parametrize("reentrant", [True, False])
def test_gradient_checkpointing(oracle, noise, reentrant):
    model = Checkpointed(reentrant=reentrant)
    oracle.assert_equal(model, noise(6, 4, 5), units=3)
    engine = ClippedGradients(model, Flat(1.0))
    oracle.ours(engine, model, noise(6, 4, 5), oracle.squares, 3)
    told = {m.path: "recomputed" in m.why for m in engine.methods()}
    assert (told["first.weight"], told["blocks.0.weight"]) == (False, True)


def test_a_shared_module_under_reentrant_checkpointing_is_refused_per_layer(oracle, noise):
    """Whether it comes again is not known when it is clipped; without reentrance it is."""
    inputs, present = noise(4, 3, 5), torch.ones(4, dtype=torch.bool)
    model = Checkpointed(reentrant=True)
    with pytest.raises(SelfCheckFailed, match="used again after") as raised:
        oracle.ours(ClippedGradients(model, PerLayer(1.0)), model, inputs, oracle.squares, 4, present=present)
    assert "use_reentrant=False" in raised.value.help
    model = Checkpointed(reentrant=False).double()  # in float32 the plain loop itself is off by 6·10⁻⁶ here
    groups = [[f"{p}.weight", f"{p}.bias"] for p in ("first", "blocks.0", "blocks.1", "norm")]
    oracle.assert_equal(model, inputs.double(), rules=[PerLayer(1.0)], groups=groups)


def test_checkpointing_of_transformers(oracle, ids):
    import transformers as t

    config = t.LlamaConfig(vocab_size=50, hidden_size=16, intermediate_size=24, num_hidden_layers=2,
                           num_attention_heads=2, num_key_value_heads=2, max_position_embeddings=20)  # fmt: skip
    model = t.LlamaForCausalLM(config).train()
    model.gradient_checkpointing_enable()
    model.config.use_cache = False
    oracle.assert_equal(model, ids(4, 8), oracle.next_token, units=2)


def test_an_input_changed_in_place_afterwards_is_an_error_not_a_wrong_gradient(noise):
    model = nn.Linear(5, 5)
    engine = ClippedGradients(model, Flat(1.0))
    x = noise(3, 5)
    with pytest.raises(RuntimeError, match="inplace"), engine.recording(3):
        loss = model(x).square().sum()
        x.zero_()
        loss.backward()


def test_batch_first_is_told_apart_by_separation_not_by_shape(noise):
    """A check by shape alone cannot see it where both dimensions are equal: see test_separation.py."""
    model = nn.Linear(5, 5)
    with pytest.raises(SelfCheckFailed, match="in front"), ClippedGradients(model, Flat(1.0)).recording(4):
        model(noise(3, 4, 5))


@pytest.mark.parametrize(
    "module", [nn.BatchNorm1d(5), nn.SyncBatchNorm(5), nn.InstanceNorm1d(5, track_running_stats=True),
               nn.BatchNorm1d(5, track_running_stats=False).eval(), nn.Embedding(5, 5, max_norm=1.0)]
)  # fmt: skip
@pytest.mark.parametrize("frozen", [True, False])
def test_what_couples_examples_is_refused_by_path_frozen_or_not(module, frozen):
    model = nn.Sequential(nn.Linear(5, 5), module.requires_grad_(not frozen))
    with pytest.raises(SelfCheckFailed, match=f"layer 1 .{type(module).__name__}"):
        ClippedGradients(model, Flat(1.0))


def test_a_batch_norm_switched_to_training_later_is_refused():
    model = nn.Sequential(nn.Linear(5, 5), nn.BatchNorm1d(5).eval())
    engine = ClippedGradients(model, Flat(1.0))
    model.train()
    with pytest.raises(SelfCheckFailed, match="BatchNorm1d"):
        engine.begin(2)


def test_a_model_without_trainable_parameters_is_refused():
    with pytest.raises(SelfCheckFailed, match="no trainable"):
        ClippedGradients(nn.Linear(2, 2).requires_grad_(False), Flat(1.0))
