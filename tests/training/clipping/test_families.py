"""Whole model families, tiny and random, against the plain loop; with LoRA and tied embeddings."""

from __future__ import annotations

import pytest
import torch
from torch import nn

FAMILIES = ["gpt2", "qwen2", "llama", "bert", "cnn"]


def build(family):
    import transformers as t

    small = {"vocab_size": 50, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2,
             "num_attention_heads": 2, "max_position_embeddings": 20, "pad_token_id": 0}  # fmt: skip
    no_dropout = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    if family == "gpt2":
        return t.GPT2LMHeadModel(
            t.GPT2Config(vocab_size=50, n_positions=20, n_embd=16, n_layer=2, n_head=2, bos_token_id=1, eos_token_id=1)
        ).eval()
    if family == "qwen2":
        return t.Qwen2ForCausalLM(t.Qwen2Config(**small, num_key_value_heads=1, tie_word_embeddings=True))
    if family == "llama":
        return t.LlamaForCausalLM(t.LlamaConfig(**small, num_key_value_heads=2, tie_word_embeddings=False))
    if family == "bert":
        return t.BertForSequenceClassification(t.BertConfig(**small, **no_dropout, num_labels=3))
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2), nn.GroupNorm(2, 8), nn.ReLU(inplace=True), nn.Conv2d(8, 6, 2, groups=2),
        nn.GroupNorm(3, 6), nn.Flatten(), nn.Linear(24, 4),
    )  # fmt: skip


def case(family, ids, noise, oracle):
    if family == "cnn":
        return noise(6, 3, 8, 8), oracle.squares
    inputs = ids(6, 9)
    inputs[:, 1] = inputs[:, 3]  # an index that a unit uses twice
    return inputs, oracle.classes if family == "bert" else oracle.next_token


def adapted(model, family):
    peft = pytest.importorskip("peft")
    targets = {"gpt2": ["c_attn", "c_proj"], "bert": ["query", "dense"], "cnn": ["0", "6"]}.get(
        family, ["q_proj", "v_proj", "down_proj"]
    )
    found = peft.get_peft_model(model, peft.LoraConfig(r=3, lora_alpha=6, target_modules=targets, lora_dropout=0.0))
    for name, parameter in found.named_parameters():
        if "lora_B" in name:
            nn.init.normal_(parameter, std=0.2)  # zeros at first: then nothing reaches A
    return found


@pytest.mark.parametrize("records", [1, 3])
@pytest.mark.parametrize("family", FAMILIES)
def test_family(oracle, ids, noise, family, records):
    model = build(family)
    inputs, loss = case(family, ids, noise, oracle)
    oracle.assert_equal(model, inputs, loss, units=6 // records)


@pytest.mark.parametrize("family", FAMILIES)
def test_family_with_lora(oracle, ids, noise, family):
    model = adapted(build(family), family)
    inputs, loss = case(family, ids, noise, oracle)
    oracle.assert_equal(model, inputs, loss, units=3)


@pytest.mark.parametrize("family", ["gpt2", "qwen2"])
def test_embedding_alone_or_head_alone_frozen(oracle, ids, noise, family):
    model = build(family)
    inputs, loss = case(family, ids, noise, oracle)
    model.get_input_embeddings().weight.requires_grad_(False)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_("1." in name and "bias" not in name)
    oracle.assert_equal(model, inputs, loss, units=3)


def test_wide_sequences_and_long_ones(oracle, ids):
    """Shapes at which `auto` mixes methods."""
    model = build("qwen2")
    oracle.assert_equal(model, ids(3, 20), oracle.next_token, methods=("auto",))


def test_float64_is_kept(oracle, ids):
    oracle.assert_equal(build("gpt2").double(), ids(4, 8), oracle.next_token)


def test_bfloat16_autocast_keeps_norms_and_sums_in_float32(oracle, ids):
    model = build("qwen2")

    def loss(model, inputs):
        with torch.autocast("cpu", torch.bfloat16):
            return oracle.next_token(model, inputs)

    oracle.assert_equal(model, ids(4, 8), loss, tolerance=2e-2)  # the plain loop itself rounds weight gradients
