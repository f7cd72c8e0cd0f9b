"""Local trainers over PyTorch models: FedProx's term, and that a worker's clients do not disturb each other."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from wuming.lifecycle.federation.client import ClientTrainer, LocalWork
from wuming.lifecycle.federation.parameters import to_vector, trainable
from wuming.training.data import UnitData


def loss(model, inputs):
    x, y = inputs
    return functional.cross_entropy(model(x), y, reduction="none")


def made(work: LocalWork, seed: int = 0):
    torch.manual_seed(2)
    model = nn.Linear(4, 3)
    generator = torch.Generator().manual_seed(seed)
    x, y = torch.randn(20, 4, generator=generator), torch.randint(0, 3, (20,), generator=generator)
    return model, x, y, ClientTrainer(model, UnitData.of_tensors(x, y), loss, work)


def test_local_training_is_plain_sgd_with_the_proximal_term() -> None:
    work = LocalWork(0.3, epochs=4, batch_size=20, proximal=0.7)
    model, x, y, trainer = made(work)
    start = to_vector(trainable(model))
    moved = trainer.contribution(start, 1)
    w, b = (torch.from_numpy(part).clone() for part in (start[:12].reshape(3, 4), start[12:]))
    w0, b0 = w.clone(), b.clone()
    for _ in range(4):  # softmax regression by hand
        p = torch.softmax(x.double() @ w.T + b, dim=1) - functional.one_hot(y, 3)
        w, b = w - 0.3 * (p.T @ x.double() / 20 + 0.7 * (w - w0)), b - 0.3 * (p.mean(0) + 0.7 * (b - b0))
    expected = np.concatenate([w.reshape(-1).numpy(), b.numpy()]) - start
    assert np.allclose(moved, expected, atol=1e-5)


def test_the_proximal_term_keeps_clients_near_and_does_nothing_in_one_step() -> None:
    def length(proximal: float, epochs: int) -> float:
        model, _, _, trainer = made(LocalWork(0.3, epochs=epochs, batch_size=20, proximal=proximal))
        return float(np.linalg.norm(trainer.contribution(to_vector(trainable(model)), 1)))

    assert length(1.0, 20) < 0.8 * length(0.0, 20)
    assert length(1.0, 1) == length(0.0, 1)


def test_the_same_round_gives_the_same_vector_whoever_trained_before() -> None:
    work = LocalWork(0.1, epochs=2, batch_size=8)
    model, _, _, trainer = made(work)
    start = to_vector(trainable(model))
    first = trainer.contribution(start, 3)
    trainer.contribution(start + 1, 4)
    assert np.array_equal(first, trainer.contribution(start, 3))
    assert not np.array_equal(first, trainer.contribution(start, 5))  # another order of records
