"""FedAdam: Adam at the server, with the average update in the place of a gradient.

Source: Reddi et al., "Adaptive federated optimization" (ICLR 2021), Algorithm 2 in its last version, without bias
correction, as there: m ← β₁m + (1 − β₁)Δ, v ← β₂v + (1 − β₂)Δ², w ← w + η·m/(√v + τ); v begins at τ².
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np

from wuming.federated.strategies.strategy import (
    Memory,
    Schedule,
    Vector,
    check_decay,
    check_rate,
    check_vectors,
    factor,
)


@dataclass(frozen=True)
class FedAdam:
    """Adam on average updates.

    Attributes:
        learning_rate: η > 0.
        momentum: β₁ in [0, 1).
        second_decay: β₂ in [0, 1).
        adaptivity: τ > 0; the smaller, the more each coordinate has a step of its own.
        schedule: of η: `constant`, or `cosine` to 0 over all rounds.

    Raises:
        PrivacyParameterError: a number out of range.
    """

    name: ClassVar[str] = "fedadam"
    proximal: ClassVar[float] = 0.0

    learning_rate: float = 0.01
    momentum: float = 0.9
    second_decay: float = 0.99
    adaptivity: float = 1e-3
    schedule: Schedule = "constant"

    def __post_init__(self) -> None:
        check_rate("learning_rate", self.learning_rate)
        check_rate("adaptivity", self.adaptivity)
        check_decay("momentum", self.momentum)
        check_decay("second_decay", self.second_decay)

    def begin(self, dimension: int) -> Memory:
        """See `Strategy.begin`."""
        return Memory(np.zeros(dimension), np.full(dimension, self.adaptivity**2))

    def step(self, weights: Vector, update: Vector, memory: Memory, *, progress: float) -> tuple[Vector, Memory]:
        """See `Strategy.step`."""
        check_vectors(weights, update)
        momentum = self.momentum * memory.momentum + (1 - self.momentum) * update
        squares = self._squares(memory.squares, update * update)
        rate = self.learning_rate * factor(self.schedule, progress)
        return weights + rate * momentum / (np.sqrt(squares) + self.adaptivity), Memory(momentum, squares)

    def as_json(self) -> dict[str, Any]:
        """See `Strategy.as_json`."""
        return {"name": self.name, **asdict(self)}

    def _squares(self, before: Vector, square: Vector) -> Vector:
        return self.second_decay * before + (1 - self.second_decay) * square
