"""Many independent private trainings of one small network at once: models stacked, `torch.func.vmap` over them.

Shapes: M models, n examples, layers of `outputs` × `inputs` numbers. All models see the same examples; a weight for
each model and example says who is in. Clipping needs no gradient of an example: of a linear layer it is δ aᵀ, with norm
is |δ|·|a|, so that norms and the clipped sum come from the inputs a and the output gradients δ (as in ghost clipping).

What this file does not do: sampling. All examples take part in every step (full batch), so that a run of T steps with
noise multiplier σ is exactly √T/σ-Gaussian DP.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.func import grad, vmap
from torch.nn import functional

from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import SecureStream, derive_key
from wuming.mechanisms.gaussian import gaussian_noise

Parameters = tuple[tuple[Tensor, Tensor], ...]
"""(weight [outputs, inputs], bias [outputs]) of each linear layer; with a leading M where models are stacked."""

_ROUNDING = 1 - 4e-6  # norms are float32: the bound is kept with room for their rounding


@dataclass(frozen=True)
class Schedule:
    """Full-batch DP-SGD.

    Attributes:
        steps: T ≥ 1.
        noise_multiplier: σ > 0; each step adds noise of standard deviation σC to the clipped sum.
        max_grad_norm: C > 0.
        learning_rate: > 0; plain gradient descent.
        divisor: public constant that the noised sum is divided by.
    """

    steps: int
    noise_multiplier: float
    max_grad_norm: float
    learning_rate: float
    divisor: int

    def __post_init__(self) -> None:
        for name in ("steps", "noise_multiplier", "max_grad_norm", "learning_rate", "divisor"):
            if not getattr(self, name) > 0:
                raise PrivacyParameterError(f"{name}={getattr(self, name)} must be above 0", help="See Schedule.")


def perceptron(sizes: Sequence[int], *, seed: int) -> Parameters:
    """Return an untrained network with ReLU between layers; `seed` fixes its initialisation, and nothing else."""
    generator = torch.Generator().manual_seed(seed)
    return tuple(
        (torch.randn(after, before, generator=generator) * (2 / before) ** 0.5, torch.zeros(after))
        for before, after in itertools.pairwise(sizes)
    )


def scores(network: Parameters, inputs: Tensor, probes: Sequence[Tensor] | None = None) -> tuple[Tensor, list[Tensor]]:
    """Return the outputs [n, classes] and each layer's inputs.

    Args:
        network: one model.
        inputs: [n, sizes[0]].
        probes: zeros, added to each layer's output: the gradient with respect to them is δ.
    """
    kept, values = [], inputs
    for place, (weight, bias) in enumerate(network):
        kept.append(values)
        values = functional.linear(values, weight, bias)
        if probes is not None:
            values = values + probes[place]
        if place + 1 < len(network):
            values = functional.relu(values)
    return values, kept


def losses(network: Parameters, inputs: Tensor, labels: Tensor) -> Tensor:
    """Return the cross-entropy of each example, [n], in nats."""
    return functional.cross_entropy(scores(network, inputs)[0], labels, reduction="none")


def clipped_sum(network: Parameters, inputs: Tensor, labels: Tensor, weights: Tensor, bound: float) -> Parameters:
    """Return Σ w · g · min(1, C/‖g‖) over examples, g the gradient of the example's own loss; for one model.

    Args:
        network: one model.
        inputs: [n, sizes[0]].
        labels: [n].
        weights: [n], 1 for those who take part and 0 for others.
        bound: C.

    Guarantee: with weights 0 and 1, one example changes the sum by at most C in L2, up to the rounding of the sum.
    """
    probes = [torch.zeros(len(inputs), len(bias)) for _, bias in network]

    def total(added: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        outputs, kept = scores(network, inputs, added)
        return functional.cross_entropy(outputs, labels, reduction="sum"), kept

    deltas, kept = grad(total, has_aux=True)(probes)
    squares = [d.square().sum(1) * (a.square().sum(1) + 1) for d, a in zip(deltas, kept, strict=True)]
    norms = torch.stack(squares).sum(0).sqrt()
    factors = weights * (bound * _ROUNDING / norms).clamp(max=1.0)
    scaled = [d * factors.unsqueeze(1) for d in deltas]
    return tuple((d.T @ a, d.sum(0)) for d, a in zip(scaled, kept, strict=True))


def train(
    start: Parameters,
    inputs: Tensor,
    labels: Tensor,
    weights: Tensor,
    schedule: Schedule,
    key: bytes,
    *,
    at_once: int = 50,
    on_models: Callable[[int, int], None] = lambda _done, _total: None,
) -> Parameters:
    """Train M independent models from one start; return them stacked.

    Args:
        start: one model.
        inputs: [n, sizes[0]], shared by all.
        labels: [n].
        weights: [M, n]: who is in which model's data.
        schedule: of every model.
        key: at least 16 secret bytes: each model and step has noise of its own.
        at_once: models that are stacked; touches speed and memory alone.
        on_models: called with (models done, models in all).
    """
    parts = []
    for begin in range(0, len(weights), at_once):
        some = weights[begin : begin + at_once]
        parts.append(_train(start, inputs, labels, some, schedule, derive_key(key, "models", begin, len(some))))
        on_models(begin + len(some), len(weights))
    return _each(lambda *tensors: torch.cat(tensors), *parts)


def _train(
    start: Parameters, inputs: Tensor, labels: Tensor, weights: Tensor, schedule: Schedule, key: bytes
) -> Parameters:
    models = _each(lambda tensor: tensor.expand(len(weights), *tensor.shape).clone(), start)
    of_all = vmap(clipped_sum, in_dims=(0, None, None, 0, None))
    deviation = schedule.noise_multiplier * schedule.max_grad_norm
    stream = SecureStream(key, "noise")

    def move(parameter: Tensor, total: Tensor) -> Tensor:
        noise = torch.from_numpy(gaussian_noise(stream, parameter.numel(), deviation)).view_as(parameter)
        return parameter - schedule.learning_rate / schedule.divisor * (total + noise.to(total.dtype))

    for _ in range(schedule.steps):
        models = _each(move, models, of_all(models, inputs, labels, weights, schedule.max_grad_norm))
    return models


def losses_of_all(models: Parameters, inputs: Tensor, labels: Tensor) -> Tensor:
    """Return the loss of every example in every stacked model, [M, n]."""
    found: Tensor = vmap(losses, in_dims=(0, None, None))(models, inputs, labels)
    return found


def accuracies(models: Parameters, inputs: Tensor, labels: Tensor, *, at_once: int = 25) -> Tensor:
    """Return each stacked model's share of right answers, [M]."""

    def share(network: Parameters) -> Tensor:
        return (scores(network, inputs)[0].argmax(1) == labels).float().mean()

    return vmap(share, chunk_size=at_once)(models)


def _each(function: Callable[..., Tensor], *networks: Any) -> Parameters:
    """Apply a function to the tensors at the same place of each network."""
    return tuple(
        (function(*(layer[0] for layer in layers)), function(*(layer[1] for layer in layers)))
        for layers in zip(*networks, strict=True)
    )
