"""Small models of each family, with synthetic data, that the self-check is run on where nothing else is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from wuming.core.errors import MissingExtra
from wuming.training.clipping.rules import AdaptiveQuantile, Flat, PerLayer
from wuming.training.data import UnitData
from wuming.training.language_model import pad, record_losses
from wuming.training.plan import TrainingPlan
from wuming.training.selfcheck.replay import Loss

_UNITS, _VOCABULARY = 24, 40


@dataclass(frozen=True)
class Example:
    """What `selfcheck` needs of one model.

    Attributes:
        make_model: returns the untrained model.
        loss: per-example loss.
        data: the examples.
        plan: the claim.
    """

    make_model: Callable[[], nn.Module]
    loss: Loss
    data: UnitData
    plan: TrainingPlan


def classifier() -> Example:
    """A net of three layers on rows of numbers; the unit is a subject with up to three rows, of which two take part."""
    generator = torch.Generator().manual_seed(1)
    rows, labels = (
        torch.randn(3 * _UNITS, 8, generator=generator),
        torch.randint(0, 3, (3 * _UNITS,), generator=generator),
    )

    def model() -> nn.Module:
        return nn.Sequential(
            nn.Linear(8, 24), nn.Tanh(), nn.LayerNorm(24), nn.Linear(24, 24), nn.ReLU(), nn.Linear(24, 3)
        )

    def loss(network: Any, inputs: tuple[Tensor, Tensor]) -> Tensor:
        return functional.cross_entropy(network(inputs[0]), inputs[1], reduction="none")

    data = UnitData.of_tensors(rows, labels, units=[f"unit-{row // 3}" for row in range(3 * _UNITS)])
    return Example(_seeded(model), loss, data, _plan(clipping=Flat(1.0), unit_of_privacy="subject", records_per_unit=2))


def quantile() -> Example:
    """The classifier with the bound that follows a quantile."""
    example = classifier()
    rule = AdaptiveQuantile(1.0, count_noise=1.5)
    return Example(
        example.make_model,
        example.loss,
        example.data,
        _plan(clipping=rule, unit_of_privacy="subject", records_per_unit=2),
    )


def tied() -> Example:
    """A GPT-2 of one block: tied embeddings, position ids that the batch shares, padding that the loss ignores."""
    return Example(_seeded(_gpt2), record_losses, _sequences(), _plan(clipping=Flat(1.0)))


def lora() -> Example:
    """The same GPT-2, frozen, with LoRA adapters that alone are trained."""
    try:
        from peft import LoraConfig, get_peft_model
    except ImportError as error:
        raise MissingExtra("peft is not installed", help="pip install 'wuming[train]'") from error

    def model() -> nn.Module:
        config = LoraConfig(r=4, target_modules=["c_attn", "c_fc"], fan_in_fan_out=True, lora_dropout=0.0)
        return get_peft_model(_gpt2(), config)  # type: ignore[no-any-return]

    return Example(_seeded(model), record_losses, _sequences(), _plan(clipping=PerLayer(1.0)))


EXAMPLES: dict[str, Callable[[], Example]] = {
    "classifier": classifier,
    "quantile": quantile,
    "tied": tied,
    "lora": lora,
}


def _seeded(build: Callable[[], nn.Module]) -> Callable[[], nn.Module]:
    """Return a builder whose models all start from the same numbers: an initialisation, which protects nobody."""

    def make() -> nn.Module:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            return build()

    return make


def _plan(**fields: Any) -> TrainingPlan:
    return TrainingPlan(population=2400, expected_batch_size=240, steps=100, noise_multiplier=0.8, **fields)


def _gpt2() -> Any:
    try:
        from transformers import GPT2Config, GPT2LMHeadModel
    except ImportError as error:
        raise MissingExtra("transformers is not installed", help="pip install 'wuming[train]'") from error
    shape = {"n_embd": 16, "n_layer": 1, "n_head": 2, "n_positions": 16, "vocab_size": _VOCABULARY}
    dropout = {"embd_pdrop": 0.0, "attn_pdrop": 0.0, "resid_pdrop": 0.0}
    return GPT2LMHeadModel(GPT2Config(**shape, **dropout, bos_token_id=1, eos_token_id=1))


def _sequences() -> UnitData:
    generator = torch.Generator().manual_seed(2)
    units = {}
    for number in range(_UNITS):
        length = 4 + number % 6
        # Few distinct tokens, so that most stand in a sequence more than once.
        tokens = torch.randint(2, 8 if number % 2 else _VOCABULARY, (length,), generator=generator).tolist()
        units[f"unit-{number}"] = [[1, *tokens, 1]]
    return UnitData.of_sequences(units, pad)
