"""The black-box row: how much of ε = 10 an attacker sees who gets the losses of many runs' final models alone.

Source of the experiment: Annamalai and De Cristofaro, "Nearly tight black-box auditing of differentially private
machine learning" (NeurIPS 2024): the start is chosen by the attacker so that the records' gradients are small and the
canary's is not. What follows from a claim that holds must hold for every start.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from wuming.accounting.gaussian import gaussian_mean
from wuming.auditing.canaries import worst_case_image
from wuming.benchmarks.audit.independent_runs import (
    Parameters,
    Schedule,
    accuracies,
    losses,
    losses_of_all,
    perceptron,
    train,
)
from wuming.crypto.random import new_key
from wuming.training.digits.data import Digits

EPSILON, DELTA = 10.0, 1e-5
_SIZES = (784, 32, 10)
_PUBLIC = 20_000  # digits that the start is trained on beside the records
_TESTED = 2_000


@dataclass(frozen=True)
class Experiment:
    """Size of the experiment.

    Attributes:
        runs: trainings with the canary, and as many without.
        records: that are in every run.
        steps: T.
        pretraining: steps that make the start.
    """

    runs: int = 250
    records: int = 1000
    steps: int = 30
    pretraining: int = 1500


@dataclass(frozen=True)
class Attacked:
    """What came out.

    Attributes:
        included, excluded: score of the canary in each run with and without it: minus its loss in the final model.
        accuracy: mean share of right answers of the final models on test digits.
        start_accuracy: the same of the start.
        seconds: that the runs took.
    """

    included: list[float]
    excluded: list[float]
    accuracy: float
    start_accuracy: float
    seconds: float


def attack(
    digits: Digits,
    experiment: Experiment,
    *,
    seed: int,
    on_models: Callable[[int, int], None] = lambda _done, _all: None,
) -> Attacked:
    """Train with and without the canary, a blank image under the label that the start finds least likely.

    Full batch, plain gradient descent with learning rate 1 on the noised mean, C = 1, noise such that the run is (10,
    10⁻⁵)-DP for adding or removing one record. The curve of that claim is exactly Gaussian.

    Args:
        digits: MNIST.
        experiment: the size.
        seed: of the start and its pre-training alone; the noise comes from fresh keys.
        on_models: called with (models done, models in all).
    """
    records = slice(0, experiment.records)
    start = pretrained(digits, experiment, seed=seed)
    nothing = torch.zeros(1, _SIZES[0])
    found = [float(losses(start, nothing, torch.tensor([one]))[0]) for one in range(_SIZES[-1])]
    blank, label = worst_case_image((1, _SIZES[0]), found)
    inputs = torch.cat([digits.train_images[records].flatten(1), torch.from_numpy(blank)])
    labels = torch.cat([digits.train_labels[records], torch.tensor([label])])
    weights = torch.ones(2 * experiment.runs, len(inputs))
    weights[experiment.runs :, -1] = 0  # without the canary
    noise = math.sqrt(experiment.steps) / gaussian_mean(EPSILON, DELTA)
    began = time.perf_counter()
    models = train(
        start, inputs, labels, weights, Schedule(experiment.steps, noise, 1.0, 1.0, experiment.records), new_key(),
        on_models=on_models,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    scores = (-losses_of_all(models, inputs[-1:], labels[-1:])[:, 0].double()).tolist()
    tested = digits.test_images[:_TESTED].flatten(1), digits.test_labels[:_TESTED]
    alone: Parameters = tuple((weight.unsqueeze(0), bias.unsqueeze(0)) for weight, bias in start)
    return Attacked(
        scores[: experiment.runs],
        scores[experiment.runs :],
        float(accuracies(models, *tested).mean()),
        float(accuracies(alone, *tested)),
        seconds,
    )


def pretrained(digits: Digits, experiment: Experiment, *, seed: int) -> Parameters:
    """Return the attacker's start: trained without noise on the records and on 20,000 other digits."""
    network = perceptron(_SIZES, seed=seed)
    images = digits.train_images[: experiment.records + _PUBLIC].flatten(1)
    labels = digits.train_labels[: experiment.records + _PUBLIC]
    generator = torch.Generator().manual_seed(seed)
    tensors: list[Tensor] = [tensor.requires_grad_() for layer in network for tensor in layer]
    optimizer = torch.optim.Adam(tensors, lr=2e-3)
    for _ in range(experiment.pretraining):
        chosen = torch.randint(len(images), (128,), generator=generator)
        optimizer.zero_grad()
        losses(network, images[chosen], labels[chosen]).mean().backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return tuple((weight.detach(), bias.detach()) for weight, bias in network)
