"""FedProx: FedAvg at the server; at the client a term that keeps it near the weights that it was sent.

Source: Li et al., "Federated optimization in heterogeneous networks" (MLSys 2020), Algorithm 2: the client minimises
F(w) + μ/2·‖w − w₀‖².
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wuming.federated.strategies.fedavg import FedAvg
from wuming.federated.strategies.strategy import check_rate


@dataclass(frozen=True)
class FedProx(FedAvg):
    """FedAvg whose clients train with a proximal term.

    Attributes:
        proximal: μ > 0. It acts from a client's second step on: at the first, w = w₀ and the term has no gradient.

    Raises:
        PrivacyParameterError: a number out of range.
    """

    name: ClassVar[str] = "fedprox"

    proximal: float = 0.01  # type: ignore[misc]  # a field here, a constant in FedAvg

    def __post_init__(self) -> None:
        super().__post_init__()
        check_rate("proximal", self.proximal)
