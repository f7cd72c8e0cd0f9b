"""FedProx: FedAvg at the server; at the client a term that keeps it near the weights that it was sent.

Source: Li et al., "Federated optimization in heterogeneous networks" (MLSys 2020), Algorithm 2: the client minimises
F(w) + μ/2·‖w − w₀‖².
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from wuming.federated.strategies.fedavg import FedAvg
from wuming.federated.strategies.strategy import Memory, Schedule, Vector, check_rate


@dataclass(frozen=True)
class FedProx:
    """FedAvg whose clients train with a proximal term.

    Attributes:
        learning_rate, momentum, schedule: as of `FedAvg`.
        proximal: μ > 0. It acts from a client's second step on: at the first, w = w₀ and the term has no gradient.

    Raises:
        PrivacyParameterError: a number out of range.
    """

    name: ClassVar[str] = "fedprox"

    learning_rate: float = 1.0
    momentum: float = 0.0
    schedule: Schedule = "constant"
    proximal: float = 0.01

    def __post_init__(self) -> None:
        self._average()
        check_rate("proximal", self.proximal)

    def begin(self, dimension: int) -> Memory:
        """See `Strategy.begin`."""
        return self._average().begin(dimension)

    def step(self, weights: Vector, update: Vector, memory: Memory, *, progress: float) -> tuple[Vector, Memory]:
        """See `Strategy.step`."""
        return self._average().step(weights, update, memory, progress=progress)

    def as_json(self) -> dict[str, Any]:
        """See `Strategy.as_json`."""
        return {"name": self.name, **asdict(self)}

    def _average(self) -> FedAvg:
        return FedAvg(self.learning_rate, self.momentum, self.schedule)
