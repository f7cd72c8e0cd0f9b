"""FedAvg: the weights move by the average update, with the server's momentum where that is wanted.

Source: McMahan et al., "Communication-efficient learning of deep networks from decentralized data" (AISTATS 2017);
momentum at the server: Hsu, Qi and Brown, "Measuring the effects of non-identical data distribution for federated
visual classification" (2019), section 4: v ← βv + Δ, w ← w + ηv.
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
class FedAvg:
    """Weights plus η times the (momentum of the) average update.

    Attributes:
        learning_rate: η; 1 replaces the weights by the average of the clients' weights.
        momentum: β in [0, 1); 0: plain averaging.
        schedule: of η: `constant`, or `cosine` to 0 over all rounds.

    Raises:
        PrivacyParameterError: a number out of range.
    """

    name: ClassVar[str] = "fedavg"
    proximal: ClassVar[float] = 0.0

    learning_rate: float = 1.0
    momentum: float = 0.0
    schedule: Schedule = "constant"

    def __post_init__(self) -> None:
        check_rate("learning_rate", self.learning_rate)
        check_decay("momentum", self.momentum)

    def begin(self, dimension: int) -> Memory:
        """See `Strategy.begin`."""
        return Memory(np.zeros(dimension), np.zeros(0))

    def step(self, weights: Vector, update: Vector, memory: Memory, *, progress: float) -> tuple[Vector, Memory]:
        """See `Strategy.step`."""
        check_vectors(weights, update)
        velocity = self.momentum * memory.momentum + update
        return weights + self.learning_rate * factor(self.schedule, progress) * velocity, Memory(velocity, np.zeros(0))

    def as_json(self) -> dict[str, Any]:
        """See `Strategy.as_json`."""
        return {"name": self.name, **asdict(self)}
