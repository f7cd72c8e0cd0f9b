"""Many small nets trained at once: their weights are stacked, and one step moves all of them.

Each net has its own initialisation, its own part of the candidates and its own order of batches; nothing passes from
one to another. `train_one_by_one` does the same without stacking, and gives the same nets but for rounding.

Shapes: k nets, n candidates, m of them a net's own (the same number for each), d features, c classes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap
from torch.nn import functional

_AT_ONCE = 512  # units asked about at once


@dataclass(frozen=True)
class Recipe:
    """How every net is trained. Ordinary training, with no protection: Adam on the mean cross-entropy of batches.

    Attributes:
        hidden: width of the one hidden layer.
        epochs: passes over a net's own units.
        batch: units in a step; a last, smaller batch of a pass is left out.
        learning_rate: of Adam.
    """

    hidden: int
    epochs: int
    batch: int
    learning_rate: float


Weights = Mapping[str, Tensor]
"""Name of a parameter → [k, …] the parameter of all nets."""


def net(features: int, classes: int, recipe: Recipe, seed: int) -> nn.Module:
    """Return one net before training; `seed` fixes its initialisation."""
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        return nn.Sequential(nn.Linear(features, recipe.hidden), nn.ReLU(), nn.Linear(recipe.hidden, classes))


def train_together(
    inputs: Tensor,
    labels: Tensor,
    own: Tensor,
    recipe: Recipe,
    *,
    seeds: list[int],
    say: Callable[[str], None] = lambda _: None,
) -> Weights:
    """Train all nets at once.

    Args:
        inputs: [n, d] float32.
        labels: [n] int64.
        own: [k, m] int64, which candidates each net trains on.
        recipe: how.
        seeds: [k], of initialisation and order.
        say: told of the progress.
    """
    classes = int(labels.max()) + 1
    nets = [net(inputs.shape[1], classes, recipe, seed) for seed in seeds]
    template = net(inputs.shape[1], classes, recipe, 0).to("meta")
    weights, _ = stack_module_state(nets)
    optimizer = torch.optim.Adam(list(weights.values()), lr=recipe.learning_rate, fused=True)

    def loss_of(one: dict[str, Tensor], x: Tensor, y: Tensor) -> Tensor:
        return functional.cross_entropy(functional_call(template, one, (x,)), y)

    losses_of = vmap(loss_of)
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    for epoch in range(recipe.epochs):
        order = torch.stack([_order(part, generator) for part, generator in zip(own, generators, strict=True)])
        for step in torch.split(order, recipe.batch, dim=1):
            if step.shape[1] < recipe.batch:
                break
            optimizer.zero_grad()
            torch.autograd.backward(
                losses_of(weights, _picked(inputs, step), labels[step]).sum()
            )  # nets share no weight
            optimizer.step()
        if epoch % 10 == 9:
            say(f"pass {epoch + 1} of {recipe.epochs}, {len(seeds)} nets")
    return {name: weight.detach() for name, weight in weights.items()}


def train_one_by_one(inputs: Tensor, labels: Tensor, own: Tensor, recipe: Recipe, *, seeds: list[int]) -> Weights:
    """Train the same nets one after the other, as one would without `torch.func`; arguments as in `train_together`."""
    classes = int(labels.max()) + 1
    trained = []
    for part, seed in zip(own, seeds, strict=True):
        model = net(inputs.shape[1], classes, recipe, seed)
        optimizer = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate, fused=True)
        generator = torch.Generator().manual_seed(seed)
        for _ in range(recipe.epochs):
            for step in torch.split(_order(part, generator), recipe.batch):
                if len(step) < recipe.batch:
                    break
                optimizer.zero_grad()
                torch.autograd.backward(functional.cross_entropy(model(inputs[step]), labels[step]))
                optimizer.step()
        trained.append(model)
    weights, _ = stack_module_state(trained)
    return {name: weight.detach() for name, weight in weights.items()}


@torch.inference_mode()
def logits(weights: Weights, inputs: Tensor) -> Tensor:
    """Return [k, n, c], what each net says of each unit."""
    first, _, last = "0", "1", "2"
    parts = []
    for x in torch.split(inputs, _AT_ONCE):
        hidden = torch.einsum("nd,khd->knh", x, weights[f"{first}.weight"]) + weights[f"{first}.bias"][:, None]
        parts.append(
            torch.einsum("knh,kch->knc", hidden.relu(), weights[f"{last}.weight"]) + weights[f"{last}.bias"][:, None]
        )
    return torch.cat(parts, dim=1)


def _order(own: Tensor, generator: torch.Generator) -> Tensor:
    return own[torch.randperm(len(own), generator=generator)]


def _picked(inputs: Tensor, step: Tensor) -> Tensor:
    """Return `inputs[step]`; this way is four times as fast on a CPU."""
    return inputs.index_select(0, step.flatten()).view(*step.shape, -1)
