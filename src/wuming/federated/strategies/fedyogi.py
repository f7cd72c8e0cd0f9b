"""FedYogi: as FedAdam, but second moments change by at most (1 − β₂)Δ² a round, so they forget slowly.

Source: Reddi et al., "Adaptive federated optimization" (ICLR 2021), Algorithm 2:
v ← v − (1 − β₂)·Δ²·sign(v − Δ²).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from wuming.federated.strategies.fedadam import FedAdam
from wuming.federated.strategies.strategy import Vector


@dataclass(frozen=True)
class FedYogi(FedAdam):
    """Yogi on average updates; its numbers are those of `FedAdam`."""

    name: ClassVar[str] = "fedyogi"

    def _squares(self, before: Vector, square: Vector) -> Vector:
        return before - (1 - self.second_decay) * square * np.sign(before - square)
