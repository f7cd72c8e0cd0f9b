"""One process of a distributed run; started by torchrun-like spawning in test_distributed.py."""

from __future__ import annotations

import os
from pathlib import Path

import torch
from torch import distributed, nn
from torch.nn import functional

from wuming.training.clipping.rules import AdaptiveQuantile, Flat
from wuming.training.data import UnitData
from wuming.training.execution import Execution
from wuming.training.optimisation import Optimisation
from wuming.training.plan import TrainingPlan
from wuming.training.private import PrivateTrainer

KEY = bytes(range(32))


def loss(model, inputs):
    x, y = inputs
    return functional.cross_entropy(model(x), y, reduction="none")


def train(precision, adaptive=False):
    """Train a small net; return its weights, flat, and the noise that this process drew."""
    torch.set_num_threads(1)
    kind = getattr(torch, precision)
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(60, 6, generator=generator, dtype=kind)
    y = torch.randint(0, 3, (60,), generator=generator)
    torch.manual_seed(2)
    model = nn.Sequential(nn.Linear(6, 40), nn.Tanh(), nn.Linear(40, 3)).to(kind)
    plan = TrainingPlan(
        population=60,
        expected_batch_size=30,
        steps=8,
        noise_multiplier=0.7,
        clipping=AdaptiveQuantile(0.5, count_noise=4.0) if adaptive else Flat(0.5),
    )
    trainer = PrivateTrainer(
        model,
        UnitData.of_tensors(x, y),
        plan,
        optimisation=Optimisation(0.3, "sgd", "constant", average_decay=0.0),
        run_key=KEY,
        execution=Execution(micro_batch=4),
    )
    trainer.run(loss)
    report = trainer.finish()
    assert report["passed"]
    return torch.cat([p.detach().flatten() for p in model.parameters()]), trainer.checks.noise.count


def main(rank, world, rendezvous, precision, adaptive, output):
    os.environ["GLOO_SOCKET_IFNAME"] = os.environ.get("GLOO_SOCKET_IFNAME", "lo")
    distributed.init_process_group("gloo", init_method=f"file://{rendezvous}", rank=rank, world_size=world)
    try:
        weights, count = train(precision, adaptive)
        torch.save({"weights": weights, "count": count}, Path(output) / f"{rank}.pt")
    finally:
        distributed.destroy_process_group()
