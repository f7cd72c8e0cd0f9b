"""The workloads: the sizes they claim, and the same for every contestant."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from wuming.benchmarks.training import workloads  # noqa: E402
from wuming.benchmarks.training.workloads import (  # noqa: E402
    Workload,
    batches,
    build,
    sequence_losses,
    trainable_count,
    untie,
    words_of,
)


def test_full_sizes() -> None:
    with torch.device("meta"):
        gpt2, qwen2 = (trainable_count(make(False)) for make in (workloads._gpt2, workloads._qwen2))
    assert gpt2 == 124_439_808  # GPT-2 small as published
    assert round(qwen2 / 1e6) == 30


@pytest.mark.parametrize("model", ["gpt2", "qwen2"])
def test_two_builds_are_bit_identical(model: Any) -> None:
    load = Workload(model, 16, 2, 2, lora_rank=None, quick=True)
    one, other = build(load), build(load)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))
    first, second = batches(load, words_of(one)), batches(load, words_of(one))
    assert len(first) == 2
    assert all(torch.equal(x, y) for a, b in zip(first, second, strict=True) for x, y in zip(a, b, strict=True))
    assert not torch.equal(first[0][0], first[1][0])


def test_targets_are_the_next_tokens_and_positions_have_full_shape() -> None:
    ((inputs, targets, positions),) = batches(Workload("gpt2", 16, 3), 50)
    assert torch.equal(inputs[:, 1:], targets[:, :-1])
    assert positions.shape == inputs.shape == (3, 16)
    assert all(b - a == 1 for a, b in pairwise(positions[2].tolist()))


@pytest.mark.parametrize("model", ["gpt2", "qwen2"])
def test_the_loss_is_the_model_s_own_sequence_by_sequence(model: Any) -> None:
    load = Workload(model, 16, 3, quick=True)
    built = build(load)
    ((inputs, targets, positions),) = batches(load, words_of(built))
    losses = sequence_losses(built, (inputs, targets, positions))
    whole = torch.cat([inputs, targets[:, -1:]], 1)
    for one in range(3):
        expected = built(input_ids=whole[one : one + 1], labels=whole[one : one + 1]).loss
        assert losses[one].item() == pytest.approx(expected.item(), rel=1e-5)


@pytest.mark.parametrize("model", ["gpt2", "qwen2"])
def test_lora_trains_its_factors_alone_and_both_get_a_gradient(model: Any) -> None:
    pytest.importorskip("peft")
    load = Workload(model, 16, 2, lora_rank=4, quick=True)
    built = build(load)
    trained = {name: p for name, p in built.named_parameters() if p.requires_grad}
    assert all("lora_" in name for name in trained)
    assert len(trained) == (16 if model == "gpt2" else 28)
    sequence_losses(built, batches(load, words_of(built))[0]).sum().backward()
    assert all(p.grad is not None and float(p.grad.norm()) > 0 for p in trained.values())


def test_untying_copies_and_separates() -> None:
    built = build(Workload("gpt2", 16, 2, quick=True))
    head, embedding = built.get_output_embeddings(), built.get_input_embeddings()
    assert head.weight is embedding.weight
    untie(built)
    assert head.weight is not embedding.weight
    assert torch.equal(head.weight, embedding.weight)
