"""The optimiser on noised gradients: post-processing, which no choice here can make less private."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

import torch
from torch import nn

from wuming.core.errors import PrivacyParameterError


@dataclass(frozen=True)
class Optimisation:
    """Optimiser, learning-rate schedule and averaging. Fixed in advance: choosing among runs is not free.

    Attributes:
        learning_rate: the peak.
        name: `adam`, `adamw` or `sgd`.
        schedule: `constant`; `cosine` to 0; `trapezoid`: short warm-up, flat, linear fall over the last 30%.
        momentum: of `sgd`; the first decay of Adam.
        second_decay: of Adam's squares.
        weight_decay: L2 (adam, sgd) or decoupled (adamw).
        average_decay: decay of the exponential average over steps whose weights are released; 0: the last weights.
    """

    learning_rate: float
    name: Literal["adam", "adamw", "sgd"] = "adam"
    schedule: Literal["constant", "cosine", "trapezoid"] = "trapezoid"
    momentum: float = 0.9
    second_decay: float = 0.98
    weight_decay: float = 0.0
    average_decay: float = 0.9

    def __post_init__(self) -> None:
        if not (math.isfinite(self.learning_rate) and self.learning_rate > 0):
            raise PrivacyParameterError(f"learning_rate={self.learning_rate} must be above 0")
        for name in ("momentum", "second_decay", "average_decay"):
            if not 0 <= getattr(self, name) < 1:
                raise PrivacyParameterError(f"{name}={getattr(self, name)} must lie in [0, 1)")

    def build(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """Return the optimiser over `parameters`."""
        if self.name == "sgd":
            return torch.optim.SGD(
                parameters, self.learning_rate, momentum=self.momentum, weight_decay=self.weight_decay
            )
        kind = torch.optim.AdamW if self.name == "adamw" else torch.optim.Adam
        betas = (self.momentum, self.second_decay)
        return kind(parameters, self.learning_rate, betas=betas, weight_decay=self.weight_decay)

    def factor(self, step: int, steps: int) -> float:
        """Return the share of the peak learning rate at a step (0-based)."""
        if self.schedule == "constant":
            return 1.0
        if self.schedule == "cosine":
            return 0.5 * (1 + math.cos(math.pi * step / steps))
        warm_up, fall = max(1, steps // 20), max(1, int(steps * 0.3))
        return min(1.0, (step + 1) / warm_up, (steps - step) / fall + 0.05)

    def as_json(self) -> dict[str, Any]:
        """Return all fields as a JSON object."""
        return asdict(self)
