"""Small causal language models of the Llama class: building, storing, encoding, loss."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from wuming.core.errors import MissingExtra
from wuming.core.storage import file_digest, write_json
from wuming.training.text.tokenizer import Tokenizer

IGNORE = -100


@dataclass(frozen=True)
class Architecture:
    """Shape of a Llama-class model with tied embeddings."""

    vocabulary: int
    hidden_size: int
    layers: int
    heads: int
    feed_forward: int
    max_tokens: int


def build(architecture: Architecture, *, seed: int) -> Any:
    """Return an untrained model; `seed` fixes its initialisation, and nothing else."""
    LlamaConfig, LlamaForCausalLM = _classes()
    generator_state = torch.random.get_rng_state()
    torch.manual_seed(seed)  # initialisation only: public, protects nobody
    try:
        model = LlamaForCausalLM(
            LlamaConfig(
                vocab_size=architecture.vocabulary,
                hidden_size=architecture.hidden_size,
                intermediate_size=architecture.feed_forward,
                num_hidden_layers=architecture.layers,
                num_attention_heads=architecture.heads,
                num_key_value_heads=architecture.heads,
                max_position_embeddings=max(architecture.max_tokens, 512),
                tie_word_embeddings=True,
                bos_token_id=1,
                eos_token_id=1,
                pad_token_id=None,
                attn_implementation="sdpa",
            )
        )
    finally:
        torch.random.set_rng_state(generator_state)
    return model.eval()


def save(model: Any, tokenizer: Tokenizer, folder: Path) -> str:
    """Write weights, configuration and tokenizer to `folder`; return the digest of the weights."""
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder, safe_serialization=True)
    tokenizer.save(folder / "tokenizer.json")
    write_json(folder / "digest.json", {"weights": file_digest(folder / "model.safetensors")})
    return file_digest(folder / "model.safetensors")


def load(folder: Path) -> tuple[Any, Tokenizer]:
    """Read what `save` wrote; nothing is fetched from anywhere."""
    _, LlamaForCausalLM = _classes()
    model = LlamaForCausalLM.from_pretrained(folder, local_files_only=True)
    return model.eval(), Tokenizer.load(folder / "tokenizer.json")


def parameters_of(folder: Path) -> int:
    """Return how many trainable numbers a stored model has, tied ones counted once; the model is not loaded."""
    from safetensors import safe_open

    with safe_open(folder / "model.safetensors", framework="numpy") as weights:
        return sum(math.prod(weights.get_slice(name).get_shape()) for name in weights.keys())  # noqa: SIM118


def _classes() -> tuple[Any, Any]:
    try:
        from transformers import LlamaConfig, LlamaForCausalLM
        from transformers.utils import logging
    except ImportError as error:
        raise MissingExtra("transformers is not installed", help="pip install 'wuming[train]'") from error
    logging.disable_progress_bar()
    return LlamaConfig, LlamaForCausalLM


def encode(tokenizer: Tokenizer, texts: Sequence[str], max_tokens: int) -> list[list[int]]:
    """Return each text as END, tokens, END, cut to `max_tokens`. Acts on one text at a time."""
    end = tokenizer.end_id
    return [[end, *ids, end][:max_tokens] for ids in tokenizer.encode_all(list(texts))]


def pad(sequences: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Return ids [N, T] padded at the right, and targets [N, T] shifted by one with IGNORE where nothing is predicted.

    Padding stands behind every real token, so a causal model needs no attention mask for it.
    """
    length = max(len(s) for s in sequences)
    ids = torch.zeros(len(sequences), length, dtype=torch.long)
    targets = torch.full((len(sequences), length), IGNORE)
    for row, sequence in enumerate(sequences):
        tokens = torch.tensor(sequence)
        ids[row, : len(tokens)] = tokens
        targets[row, : len(tokens) - 1] = tokens[1:]
    return ids, targets


def token_losses(model: nn.Module, ids: Tensor, targets: Tensor) -> Tensor:
    """Return the cross-entropy of every target in nats, [N, T], 0 where there is no target."""
    logits = model(input_ids=ids, use_cache=False).logits
    flat = functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=IGNORE, reduction="none")
    return flat.view(ids.shape)


def record_losses(model: nn.Module, inputs: tuple[Tensor, Tensor]) -> Tensor:
    """Return the mean loss over each sequence's own targets in nats, [N]: no record's weight depends on another's.

    Args:
        model: causal language model.
        inputs: ids and targets, each [N, T], as `pad` makes them.
    """
    ids, targets = inputs
    return token_losses(model, ids, targets).sum(1) / (targets != IGNORE).sum(1).clamp(min=1)


def by_length(sequences: Sequence[Sequence[int]], tokens: int) -> list[list[int]]:
    """Group indices of sequences of like length into batches of at most about `tokens` padded tokens."""
    order = sorted(range(len(sequences)), key=lambda i: len(sequences[i]))
    batches: list[list[int]] = []
    for index in order:
        if not batches or len(sequences[index]) * (len(batches[-1]) + 1) > tokens:
            batches.append([])
        batches[-1].append(index)
    return batches


@torch.inference_mode()
def summed_losses(model: nn.Module, sequences: Sequence[Sequence[int]]) -> tuple[list[float], list[int]]:
    """Return the summed loss in nats and the number of predicted tokens of each sequence."""
    totals, counts = [0.0] * len(sequences), [max(len(s) - 1, 0) for s in sequences]
    for batch in by_length(sequences, 8192):
        ids, targets = pad([sequences[i] for i in batch])
        for index, total in zip(batch, token_losses(model, ids, targets).sum(1).tolist(), strict=True):
            totals[index] = total
    return totals, counts


def perplexity(model: nn.Module, sequences: Sequence[Sequence[int]]) -> float:
    """Return exp of the mean loss per predicted token over all sequences."""
    totals, counts = summed_losses(model, sequences)
    return math.exp(sum(totals) / max(sum(counts), 1))
