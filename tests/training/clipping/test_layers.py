"""Each layer kind against the plain loop."""

from __future__ import annotations

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

from wuming.core.errors import SelfCheckFailed
from wuming.training.clipping.engine import ClippedGradients
from wuming.training.clipping.layers import kind_for
from wuming.training.clipping.rules import Flat


class First(nn.Module):
    """The first output of a layer that has several."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return self.layer(x)[0]


class Last(First):
    """The last state of a recurrent layer."""

    def forward(self, x):
        return self.layer(x)[1][-1]


class ClassToken(nn.Module):
    """A parameter that belongs to no layer of its own."""

    def __init__(self):
        super().__init__()
        self.token, self.map = nn.Parameter(torch.randn(1, 1, 6)), nn.Linear(6, 6)

    def forward(self, x):
        return torch.cat([self.token.expand(len(x), -1, -1), self.map(x)], 1)


class Attention(First):
    def forward(self, x):
        return self.layer(x, x, x)[0]


SEQUENCES = {
    "linear": lambda: nn.Linear(6, 5),
    "no bias": lambda: nn.Linear(6, 5, bias=False),
    "layer norm": lambda: nn.Sequential(nn.Linear(6, 6), nn.LayerNorm(6)),
    "layer norm, two dimensions": lambda: nn.Sequential(nn.Linear(6, 6), nn.LayerNorm((4, 6))),
    "layer norm, no bias": lambda: nn.LayerNorm(6, bias=False),
    "rms norm": lambda: nn.Sequential(nn.RMSNorm(6), nn.Linear(6, 6), nn.RMSNorm(6, eps=1e-2)),
    "lstm": lambda: First(nn.LSTM(6, 5, batch_first=True)),
    "gru": lambda: First(nn.GRU(6, 5, 2, batch_first=True, bidirectional=True)),
    "last state of a gru": lambda: Last(nn.GRU(6, 5, 2, batch_first=True)),
    "class token": ClassToken,
    "attention": lambda: Attention(nn.MultiheadAttention(6, 2, batch_first=True)),
    "encoder": lambda: nn.TransformerEncoderLayer(6, 2, 7, dropout=0.0, batch_first=True),
    "conv1d": lambda: nn.Sequential(nn.Conv1d(4, 5, 3), nn.PReLU(), nn.Conv1d(5, 3, 1)),
    "weight norm": lambda: nn.utils.parametrizations.weight_norm(nn.Linear(6, 5)),
}
PICTURES = {
    "plain": lambda: nn.Conv2d(4, 6, 3),
    "stride and padding": lambda: nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 2)),
    "same, dilated": lambda: nn.Conv2d(4, 6, (3, 2), padding="same", dilation=2),
    "groups": lambda: nn.Conv2d(4, 6, 3, groups=2, bias=False),
    "depthwise": lambda: nn.Conv2d(4, 4, 3, groups=4, padding="valid"),
    "reflected": lambda: nn.Conv2d(4, 6, 3, padding=1, padding_mode="reflect"),
    "group norm": lambda: nn.Sequential(nn.Conv2d(4, 6, 1), nn.GroupNorm(3, 6)),
    "in place": lambda: nn.Sequential(nn.Conv2d(4, 6, 3), nn.ReLU(inplace=True), nn.Conv2d(6, 2, 2)),
    "instance norm": lambda: nn.Sequential(nn.Conv2d(4, 6, 1), nn.InstanceNorm2d(6, affine=True)),
    "batch norm in eval mode": lambda: nn.Sequential(nn.Conv2d(4, 6, 1), nn.BatchNorm2d(6).eval()),
}


@pytest.mark.filterwarnings("ignore:There is a performance drop")
@pytest.mark.parametrize("records", [1, 2])
@pytest.mark.parametrize("name", SEQUENCES)
def test_layer_over_sequences(oracle, noise, name, records):
    oracle.assert_equal(SEQUENCES[name](), noise(4, 4, 6), units=4 // records)


@pytest.mark.parametrize("records", [1, 2])
@pytest.mark.parametrize("name", PICTURES)
def test_layer_over_pictures(oracle, noise, name, records):
    oracle.assert_equal(PICTURES[name](), noise(4, 4, 7, 6), units=4 // records)


@pytest.mark.parametrize("options", [{}, {"padding_idx": 2}, {"sparse": False}])
def test_embedding(oracle, ids, options):
    oracle.assert_equal(nn.Sequential(nn.Embedding(9, 5, **options), nn.Linear(5, 3)), ids(6, 7, below=9), units=3)


def test_linear_map_of_transformers(oracle, noise):
    from transformers.pytorch_utils import Conv1D

    oracle.assert_equal(nn.Sequential(Conv1D(5, 6), nn.Tanh(), Conv1D(3, 5)), noise(4, 4, 6), units=2)


@pytest.mark.parametrize("family", ["gemma", "llama", "qwen2", "gemma2", "olmo2"])
def test_rms_norms_of_transformers_are_right(oracle, noise, family):
    """Gemma multiplies by 1 + weight; whatever is not known to be right is run again on each unit."""
    import importlib

    module = importlib.import_module(f"transformers.models.{family}.modeling_{family}")
    norm = next(getattr(module, n) for n in dir(module) if n.endswith("RMSNorm"))(6)
    nn.init.normal_(norm.weight)
    oracle.assert_equal(nn.Sequential(norm, nn.Linear(6, 4)), noise(4, 4, 6), units=2)
    assert kind_for(norm).kind == "rms norm"


class WrongNorm(nn.Module):
    """Looks like an RMS norm, and squares its weight."""

    def __init__(self):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.rand(6)), 1e-6

    def forward(self, x):
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps) * self.weight.square()


def test_a_norm_by_name_alone_is_not_trusted(oracle, noise):
    assert kind_for(WrongNorm()) is None
    oracle.assert_equal(WrongNorm(), noise(4, 4, 6))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(1, 4), st.integers(1, 3), st.integers(1, 9), st.integers(3, 7), st.integers(2, 7), st.integers(0, 99)
)  # a norm over one or two numbers is ±1 whatever they are: all of its gradient is rounding
def test_any_shape(oracle, units, records, tokens, p, d, seed):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(d, p), nn.Tanh(), nn.LayerNorm(p), nn.Linear(p, 2, bias=False))
    oracle.assert_equal(model, torch.randn(units * records, tokens, d), units=units)


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (lambda: First(nn.LSTM(6, 5)), "another output"),  # the batch is not in front
        (lambda: nn.TransformerEncoderLayer(6, 2, 7, dropout=0.5, batch_first=True), "random"),
    ],
)
@pytest.mark.filterwarnings("ignore:There is a performance drop")
def test_what_no_unit_can_be_told_from_is_refused(oracle, noise, model, reason):
    model = model()
    engine = ClippedGradients(model, Flat(1.0))
    with pytest.raises(SelfCheckFailed, match=reason):
        oracle.ours(engine, model, noise(6, 4, 6), oracle.squares, 6)


def test_a_flattened_batch_is_refused_by_path(oracle, noise):
    model = nn.Sequential(nn.Linear(6, 6), nn.Flatten(0, 1), nn.Linear(6, 2))
    with pytest.raises(SelfCheckFailed, match="layer 2"):
        oracle.ours(ClippedGradients(model, Flat(1.0)), model, noise(4, 3, 6), oracle.squares, 4)
