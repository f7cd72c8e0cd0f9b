"""LoRA of transformers' models in a federation: the sum of products, exactly, and the broken twin: mean factors."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from torch.nn import functional

from wuming.core.errors import PrivacyParameterError
from wuming.lifecycle.federation.adapters import ProductTrainer, SharedAdapters, adapted, freeze_a
from wuming.lifecycle.federation.client import ClientTrainer, LocalWork
from wuming.lifecycle.federation.parameters import set_vector, to_vector, trainable
from wuming.lifecycle.federation.record import RecordTrainer, SharedSum
from wuming.training import language_model as lm
from wuming.training.clipping.rules import Flat
from wuming.training.data import UnitData
from wuming.training.drawn_sum import DrawnSum
from wuming.training.lora import Lora, attach
from wuming.training.plan import TrainingPlan

WORK = LocalWork(3.0, epochs=8, batch_size=3)
IDS = torch.randint(2, 40, (4, 6, 8), generator=torch.Generator().manual_seed(3))  # four clients, six texts each


def llama():
    return attach(lm.build(lm.Architecture(40, 16, 1, 2, 24, 16), seed=1), Lora(rank=2, alpha=4.0), "causal-lm")


def gpt2():
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=40, n_positions=16, n_embd=16, n_layer=1, n_head=2, resid_pdrop=0, embd_pdrop=0, attn_pdrop=0
    )
    return attach(GPT2LMHeadModel(config), Lora(rank=2, alpha=4.0), "causal-lm")


def loss(model, ids):
    logits = model(input_ids=ids).logits[:, :-1]
    return functional.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none").mean(1)


def logits(model):
    with torch.no_grad():
        return model(input_ids=IDS[0]).logits


def clients(model, kind):
    return [kind(model, UnitData.of_tensors(ids), loss, WORK) for ids in IDS]


def plain_products(model) -> dict[str, torch.Tensor]:
    """What PEFT itself adds to each layer's weights: an implementation that is not ours."""
    return {
        path: module.get_delta_weight("default").detach().double().clone()
        for path, module in model.named_modules()
        if hasattr(module, "get_delta_weight") and getattr(module, "lora_A", None)
    }


def merged(model, changes) -> torch.nn.Module:
    """The base model with changes added to its weights, and no adapter."""
    plain = copy.deepcopy(model).unload()
    modules = dict(plain.named_modules())
    with torch.no_grad():
        for path, change in changes.items():
            modules[path.removeprefix("base_model.model.")].weight.add_(change.float())
    return plain


@pytest.mark.parametrize("make", [llama, gpt2])
def test_the_mean_of_products_is_what_all_get(make) -> None:
    model = make()
    shared = SharedAdapters.of(model)
    zero = np.zeros(shared.size)
    expected: dict[str, torch.Tensor] = {}
    total = np.zeros(shared.size)
    factors: dict[str, list[np.ndarray]] = {}
    for trainer in clients(model, ProductTrainer):
        total += trainer.contribution(zero, 1)
        for path, change in plain_products(model).items():
            expected[path] = expected.get(path, 0) + change / len(IDS)
        for path, layer in adapted(model).items():
            for name, factor in (("a", layer.factors().a), ("b", layer.factors().b)):
                factors.setdefault(path + name, []).append(factor)
    lost = shared.put(total / len(IDS))
    assert max(lost) > 1e-3  # two ranks cannot hold the products of four clients: the residual is needed
    found = logits(model)
    reference = logits(merged(make(), expected))
    assert torch.allclose(found, reference, atol=1e-5)
    # The broken twin: the product of the mean factors.
    naive = {}
    for path, layer in adapted(model).items():
        change = layer.scale * np.mean(factors[path + "b"], axis=0) @ np.mean(factors[path + "a"], axis=0)
        naive[path] = torch.from_numpy(change.T if layer.transposed else change)
    assert float((logits(merged(make(), naive)) - reference).abs().max()) > 100 * float((found - reference).abs().max())


def test_what_clients_of_one_process_give_does_not_depend_on_their_order() -> None:
    model = llama()
    zero = np.zeros(SharedAdapters.of(model).size)
    trainers = clients(model, ProductTrainer)
    first = [trainer.contribution(zero, 1) for trainer in trainers]
    again = [trainer.contribution(zero, 1) for trainer in reversed(trainers)][::-1]
    for one, other in zip(first, again, strict=True):
        assert np.array_equal(one, other)
    second = trainers[0].contribution(np.mean(first, axis=0), 2)
    assert np.linalg.norm(second) > 0


def test_with_a_frozen_the_vector_is_b_alone_and_its_mean_is_exact() -> None:
    model = llama()
    common = freeze_a(model)
    assert common == freeze_a(llama())  # the same seed: all clients can compare it
    names = list(trainable(model))
    assert names
    assert all("lora_B" in name for name in names)
    start = to_vector(trainable(model))
    total, expected = np.zeros_like(start), {}
    for trainer in clients(model, ClientTrainer):
        total += trainer.contribution(start, 1)
        for path, change in plain_products(model).items():
            expected[path] = expected.get(path, 0) + change / len(IDS)
    set_vector(model, start + total / len(IDS))
    for path, change in plain_products(model).items():
        assert torch.allclose(change, expected[path], atol=1e-7)
    assert torch.allclose(logits(model), logits(merged(llama(), expected)), atol=1e-5)


def test_records_are_clipped_one_by_one_with_a_frozen() -> None:
    model = llama()
    freeze_a(model)
    plan = TrainingPlan(population=6, expected_batch_size=6, steps=1, noise_multiplier=1.0, clipping=Flat(0.01))
    shared = SharedSum(DrawnSum(model, plan, loss), model)
    whole = RecordTrainer(shared, UnitData.of_tensors(IDS[0]), plan, bytes(32))
    less = RecordTrainer(shared, UnitData.of_tensors(IDS[0][:-1]), plan, bytes(32))
    start = to_vector(trainable(model))
    change = np.linalg.norm(whole.contribution(start, 1) - less.contribution(start, 1))
    assert 0.005 < change <= 0.01 * (1 + 1e-5)
    assert whole.record_bound == 0.01


def test_models_without_adapters_and_vectors_of_another_length_are_refused() -> None:
    with pytest.raises(PrivacyParameterError, match="no adapters"):
        adapted(torch.nn.Linear(2, 2))
    model = llama()
    with pytest.raises(PrivacyParameterError):
        SharedAdapters.of(model).put(np.zeros(3))
    with pytest.raises(PrivacyParameterError):
        set_vector(model, np.zeros(3))
