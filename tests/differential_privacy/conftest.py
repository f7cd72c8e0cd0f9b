"""A small private loop that every test here can build, quickly: noise is given, so that nothing is calibrated."""

from __future__ import annotations

import functools
import math
import warnings
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from wuming import differential_privacy as dp
from wuming.crypto.random import derive_key
from wuming.training.checks import plain_clipped_sum, relative_difference
from wuming.training.noise import add_noise

KEY = bytes(range(32))
EPSILON = functools.cache(dp.TrainingPlan.epsilon)


@pytest.fixture
def accounted():
    """Ask for this where ε itself matters."""


@pytest.fixture(autouse=True)
def account_where_it_matters(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest):
    """Put a fixed number in place of the accountant, which takes longer than everything else here."""
    known = EPSILON if "accounted" in request.fixturenames else lambda _plan, _delta: 3.25
    monkeypatch.setattr(dp.TrainingPlan, "epsilon", lambda plan, delta: known(plan, delta))


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def examples(n: int = 200, width: int = 8) -> TensorDataset:
    generator = torch.Generator().manual_seed(3)
    x = torch.randn(n, width, generator=generator)
    return TensorDataset(x, (x[:, 0] > 0).long())


def net(width: int = 8) -> nn.Module:
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(width, 12), nn.ReLU(), nn.Linear(12, 2))


def private(model: nn.Module | None = None, dataset: Any = None, batch_size: int = 50, **fields: Any) -> Any:
    """Return a private net of 4 steps an epoch and 2 epochs, with σ = 2 and a fixed key."""
    dataset = examples() if dataset is None else dataset
    given: dict[str, Any] = {"epochs": 2, "noise_multiplier": 2.0, "population": 200, "run_key": KEY, "delta": 1e-5}
    loader = fields.pop("train_loader", None) or DataLoader(dataset, batch_size=batch_size)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return dp.PrivateSGDNet(net() if model is None else model, train_loader=loader, **(given | fields))


def train_step(dp_model: Any, optimizer: torch.optim.Optimizer, x: torch.Tensor, y: torch.Tensor) -> None:
    optimizer.zero_grad()
    functional.cross_entropy(dp_model(x), y).backward()
    optimizer.step()


def train(dp_model: Any, optimizer: torch.optim.Optimizer, epochs: int = 2) -> None:
    for _ in range(epochs):
        for x, y in dp_model.loader:
            train_step(dp_model, optimizer, x, y)


def hooks_on(dp_model: Any) -> list[Any]:
    """Return whatever still hangs on the model's modules, and parameters that were left switched off."""
    left: list[Any] = [p for p in dp_model.parameters() if not p.requires_grad]
    for module in dp_model.model.modules():
        left += [*module._forward_hooks.values(), *module._forward_pre_hooks.values()]
        left += [*module._backward_hooks.values(), *module._backward_pre_hooks.values()]
    return left


def noise_of(dp_model: Any, step: int, bound: float = 1.0) -> dict[str, torch.Tensor]:
    """Return the noise that a step of the fixed key adds to the clipped sum, drawn again."""
    noise = {name: torch.zeros_like(p) for name, p in dp_model.model.named_parameters() if p.requires_grad}
    deviation = dp_model.plan.noise_multiplier * bound
    add_noise(noise, key=derive_key(KEY, "gaussian-noise"), step=step, standard_deviation=deviation)
    return noise


def excess_of_first_step(dp_model: Any, loss: Any = functional.cross_entropy) -> float:
    """Return how far the released gradient of step 0, without its noise, is from a plain loop over the participants.

    The loop knows which examples the sampler drew, takes the gradient of each alone, and divides by the public batch
    size. Relative to the sum's norm.
    """
    session = dp_model._session
    drawn = [index for records in session._participants.of_step(0) for index in records]
    copied = [tuple(value[None] for value in session._data.fetch([index, index])) for index in drawn]
    alone = [tuple(value[:, 0] for value in pair) for pair in copied]
    parameters = {name: p for name, p in dp_model.model.named_parameters() if p.requires_grad}

    def of(x: torch.Tensor, y: torch.Tensor) -> Any:
        return lambda: loss(dp_model.model(x), y)

    plan = dp_model.plan
    expected = plain_clipped_sum(parameters, [of(x, y) for x, y in alone], plan.clipping, plan.clipping.max_grad_norm)
    for x, y in dp_model.loader:
        loss(dp_model(x), y).backward()
        break
    noise = noise_of(dp_model, 0, plan.clipping.max_grad_norm)
    released = {name: p.grad * plan.expected_batch_size - noise[name] for name, p in parameters.items()}
    assert all(math.isfinite(float(value.sum())) for value in released.values())
    return relative_difference(released, expected)
