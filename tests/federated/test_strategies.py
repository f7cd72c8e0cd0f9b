"""Strategies against plain loops over single numbers, and what they refuse."""

from __future__ import annotations

import math

import numpy as np
import pytest

from wuming.core.errors import PrivacyParameterError
from wuming.federated.strategies import FedAdam, FedAvg, FedProx, FedYogi, by_name

ROUNDS, DIMENSION = 7, 5
RATE, MOMENTUM, SECOND, TAU = 0.3, 0.8, 0.95, 0.02


def updates():
    return np.random.default_rng(3).normal(size=(ROUNDS, DIMENSION)) * [0.01, 1, 1, 100, 0.5]


def plain(kind: str, schedule: str = "constant") -> list[float]:
    """Each coordinate by itself, with Python's own numbers: Reddi et al. 2021, Algorithm 2, line by line."""
    found = []
    for column in updates().T.tolist():
        w, m, v = 1.0, 0.0, TAU * TAU
        for t, delta in enumerate(column):
            rate = RATE * (0.5 * (1 + math.cos(math.pi * t / ROUNDS)) if schedule == "cosine" else 1.0)
            if kind == "fedavg":
                m = MOMENTUM * m + delta
                w = w + rate * m
                continue
            m = MOMENTUM * m + (1 - MOMENTUM) * delta
            square = delta * delta
            if kind == "fedadam":
                v = SECOND * v + (1 - SECOND) * square
            else:
                sign = (v > square) - (v < square)
                v = v - (1 - SECOND) * square * sign
            w = w + rate * m / (math.sqrt(v) + TAU)
        found.append(w)
    return found


def ours(strategy) -> list[float]:
    weights, memory = np.ones(DIMENSION), strategy.begin(DIMENSION)
    for t, update in enumerate(updates()):
        weights, memory = strategy.step(weights, update, memory, progress=t / ROUNDS)
    return weights.tolist()


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
@pytest.mark.parametrize("kind", ["fedavg", "fedadam", "fedyogi"])
def test_steps_are_those_of_the_paper(kind: str, schedule: str) -> None:
    numbers = {"learning_rate": RATE, "momentum": MOMENTUM, "schedule": schedule}
    if kind != "fedavg":
        numbers |= {"second_decay": SECOND, "adaptivity": TAU}
    assert ours(by_name(kind, **numbers)) == pytest.approx(plain(kind, schedule), rel=1e-12)


def test_the_three_differ_so_the_test_can_fail() -> None:
    assert ours(FedAdam(RATE, MOMENTUM, SECOND, TAU)) != pytest.approx(plain("fedyogi"), rel=1e-3)
    assert ours(FedAvg(RATE, MOMENTUM)) != pytest.approx(plain("fedadam"), rel=1e-3)


def test_plain_averaging_replaces_the_weights_by_the_mean() -> None:
    clients = np.random.default_rng(1).normal(size=(4, DIMENSION))
    start = np.zeros(DIMENSION)
    weights, _ = FedAvg().step(start, (clients - start).mean(0), FedAvg().begin(DIMENSION), progress=0.0)
    assert weights == pytest.approx(clients.mean(0))


def test_fedprox_is_fedavg_at_the_server() -> None:
    assert ours(FedProx(RATE, MOMENTUM, proximal=0.1)) == ours(FedAvg(RATE, MOMENTUM))
    assert FedProx(proximal=0.1).proximal == 0.1
    assert FedAvg().proximal == 0.0


def test_a_step_changes_no_argument() -> None:
    weights, update = np.ones(3), np.ones(3)
    for kind in ("fedavg", "fedprox", "fedadam", "fedyogi"):
        strategy = by_name(kind)
        memory = strategy.begin(3)
        strategy.step(weights, update, memory, progress=0.0)
        assert weights.tolist() == update.tolist() == [1.0, 1.0, 1.0]
        assert memory.momentum.tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    "make",
    [
        lambda: by_name("fedsgd"),
        lambda: FedAvg(0.0),
        lambda: FedAvg(float("nan")),
        lambda: FedAvg(1.0, 1.0),
        lambda: FedProx(proximal=0.0),
        lambda: FedAdam(adaptivity=0.0),
        lambda: FedYogi(second_decay=-0.1),
        lambda: FedAvg().step(np.ones(2), np.ones(3), FedAvg().begin(2), progress=0.0),
        lambda: FedAvg().step(np.ones(2), np.array([0.0, np.nan]), FedAvg().begin(2), progress=0.0),
    ],
)
def test_what_makes_no_sense_is_refused(make) -> None:
    with pytest.raises(PrivacyParameterError):
        make()
