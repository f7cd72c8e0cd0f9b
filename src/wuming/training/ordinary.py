"""Ordinary training, without protection: of the base on public text, and of the arms for comparison."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch

from wuming.training.language_model import pad, token_losses


def train(
    model: Any,
    sequences: Sequence[Sequence[int]],
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    seed: int,
    on_step: Callable[[int, int], None] = lambda _done, _total: None,
    on_epoch: Callable[[int], None] = lambda _epoch: None,
) -> None:
    """Minimise the mean loss per token by Adam with warm-up and cosine decay. Gives no privacy at all.

    Args:
        model: trained in place.
        sequences: token ids of single documents.
        epochs: passes over all sequences.
        batch_size: sequences a step; batches hold sequences of like length, drawn in a seeded order.
        learning_rate: the peak.
        seed: order of the batches.
        on_step: called with (steps done, steps in all).
        on_epoch: called with the number of finished passes.
    """
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate, betas=(0.9, 0.98))
    per_epoch = math.ceil(len(sequences) / batch_size)
    total, step = epochs * per_epoch, 0
    for epoch in range(epochs):
        for batch in _batches(sequences, batch_size, generator):
            for group in optimizer.param_groups:
                group["lr"] = learning_rate * _schedule(step, total)
            ids, targets = pad([sequences[i] for i in batch])
            loss = token_losses(model, ids, targets).sum() / (targets >= 0).sum()
            optimizer.zero_grad(set_to_none=True)
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            on_step(step, total)
        on_epoch(epoch + 1)


def _schedule(step: int, total: int) -> float:
    warm_up = max(1, min(50, total // 10))
    if step < warm_up:
        return (step + 1) / warm_up
    return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * (step - warm_up) / max(1, total - warm_up)))


def _batches(sequences: Sequence[Sequence[int]], size: int, generator: torch.Generator) -> list[list[int]]:
    """Shuffle, sort within chunks of 16 batches by length (little padding), and shuffle the batches."""
    order = torch.randperm(len(sequences), generator=generator).tolist()
    batches = []
    for start in range(0, len(order), 16 * size):
        chunk = sorted(order[start : start + 16 * size], key=lambda i: len(sequences[i]))
        batches += [chunk[i : i + size] for i in range(0, len(chunk), size)]
    return [batches[i] for i in torch.randperm(len(batches), generator=generator).tolist()]
