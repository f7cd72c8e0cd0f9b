"""What the trainer measures about its own guarantee while it runs. Internal: computed on private data, never released.

Each statistical check raises a false alarm with probability at most about 10⁻⁶.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from wuming.core.errors import SelfCheckFailed
from wuming.training.clipping.rules import Automatic, PerLayer, Rule
from wuming.training.noise import NoiseStatistics

_ALARM = 5.0  # standard errors: two-sided probability 5.7·10⁻⁷ of a normal deviate
PLAIN_TOLERANCE = 1e-4
"""Largest relative difference between the engine's clipped gradient and that of a plain loop."""


@dataclass
class RuntimeChecks:
    """Counters over the whole run.

    Attributes:
        largest_clipped_share: largest clipped norm divided by the bound that held in its step.
        noise: sums over the standardised noise that this process added.
        drawn, drawn_squares: sum over steps of the batch size's deviation from its mean, and of its square.
        never_reached: trainable parameters whose clipped sum, before noise, was zero in every step so far.
        compared: units whose gradient was compared with a plain loop's.
    """

    largest_clipped_share: float = 0.0
    noise: NoiseStatistics = field(default_factory=NoiseStatistics)
    steps_drawn: int = 0
    drawn: float = 0.0
    drawn_squares: float = 0.0
    compared: int = 0
    largest_difference: float = 0.0
    never_reached: set[str] = field(default_factory=set)

    def noise_ratio(self) -> tuple[float, float]:
        """Return measured / claimed standard deviation of the noise, and five standard errors; zeros without noise."""
        if not self.noise.count:
            return 0.0, 0.0
        return math.sqrt(self.noise.squares / self.noise.count), _ALARM / math.sqrt(2 * self.noise.count)

    def draw(self, size: int, expected: float) -> None:
        """Take note of how many units a step drew, against n·q."""
        self.steps_drawn += 1
        self.drawn += size - expected
        self.drawn_squares += (size - expected) ** 2

    def sampling_holds(self, units: int, probability: float) -> bool:
        """Say whether batch sizes vary as independent coins make them vary; enough steps are needed to see it."""
        variance = units * probability * (1 - probability)
        if not self.steps_drawn or variance < 1:
            return True
        total = abs(self.drawn) / math.sqrt(self.steps_drawn * variance)
        # Wilson and Hilferty: the cube root of chi-square over its degrees of freedom is close to normal.
        spread = self.drawn_squares / variance / self.steps_drawn
        freedom = 2 / (9 * self.steps_drawn)
        z = (spread ** (1 / 3) - (1 - freedom)) / math.sqrt(freedom)
        return total <= _ALARM + 0.5 and abs(z) <= _ALARM + 0.5

    def as_state(self) -> dict[str, Any]:
        """Return the counters for a checkpoint."""
        return {**self.__dict__, "noise": asdict(self.noise), "never_reached": sorted(self.never_reached)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> RuntimeChecks:
        """Return the counters of a checkpoint."""
        exact = {"noise": NoiseStatistics(**state["noise"]), "never_reached": set(state["never_reached"])}
        return cls(**{**state, **exact})


def check_identity(model: nn.Module, parameters: Mapping[str, nn.Parameter], optimizer: torch.optim.Optimizer) -> None:
    """Refuse to go on when forward pass, clipping and optimiser do not work on the same tensors.

    A model that was moved, wrapped or given adapters after the trainer was made may train copies: the loss falls or
    the ε grows, and the weights that are stored never move.

    Raises:
        SelfCheckFailed: with the first parameter that differs.
    """
    now = {name: p for name, p in model.named_parameters() if p.requires_grad}
    for name in {*now, *parameters}:
        if now.get(name) is not parameters.get(name):
            raise SelfCheckFailed(
                f"trainable parameter {name} is not the tensor that the trainer was built with",
                help="Move, wrap and freeze the model first, add adapters first; build the trainer last.",
            )
    held = {id(p) for group in optimizer.param_groups for p in group["params"] if p.requires_grad}
    wanted = {id(p) for p in parameters.values()}
    if held != wanted:
        raise SelfCheckFailed(
            f"the optimiser holds {len(held - wanted)} tensors that are not trained here and misses "
            f"{len(wanted - held)} that are",
            help="Give the optimiser exactly the model's trainable parameters.",
        )


def fingerprint(parameters: Mapping[str, nn.Parameter]) -> dict[str, tuple[float, float]]:
    """Return two sums of each tensor, to see later whether it moved; far smaller than a copy."""
    with torch.no_grad():
        return {n: (float(p.double().sum()), float(p.double().square().sum())) for n, p in parameters.items()}


def plain_clipped_sum(
    parameters: Mapping[str, nn.Parameter], losses: list[Callable[[], Tensor]], rule: Rule, bound: float
) -> dict[str, Tensor]:
    """Return the sum of clipped unit gradients by plain autograd, one unit at a time: slow and simple, an oracle.

    Args:
        parameters: trainable, by name.
        losses: for each unit, a function that runs its own forward pass and returns its loss.
        rule: clipping rule; for `PerLayer`, parameters of one module (name up to its last dot) are one layer.
        bound: L2 bound of a unit's whole gradient.
    """
    sums = {name: torch.zeros_like(p) for name, p in parameters.items()}
    for loss in losses:
        found = torch.autograd.grad(loss(), list(parameters.values()), allow_unused=True)
        gradient = {
            n: torch.zeros_like(p) if g is None else g for (n, p), g in zip(parameters.items(), found, strict=True)
        }
        layers: dict[str, list[str]] = {}
        for name in gradient:
            layers.setdefault(name.rpartition(".")[0] if isinstance(rule, PerLayer) else "", []).append(name)
        for names in layers.values():
            share = bound / math.sqrt(len(layers))
            norm = math.sqrt(math.fsum(float(gradient[n].double().square().sum()) for n in names))
            if not math.isfinite(norm):
                continue
            factor = (
                share / (norm + rule.stability) if isinstance(rule, Automatic) else min(1.0, share / max(norm, 1e-30))
            )
            for name in names:
                sums[name] += factor * gradient[name]
    return sums


def relative_difference(first: Mapping[str, Tensor], second: Mapping[str, Tensor], *, scale: float = 1.0) -> float:
    """Return ‖scale·first - second‖ / ‖second‖ over all tensors (0 where both are zero)."""
    apart = math.fsum(float((first[n].double() * scale - second[n].double()).square().sum()) for n in second)
    size = math.fsum(float(t.double().square().sum()) for t in second.values())
    return math.sqrt(apart / size) if size > 0 else math.sqrt(apart)
