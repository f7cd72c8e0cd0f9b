"""What all strategies have in common: a value that turns weights and an average update into new weights.

A strategy sees nothing but the average that was released: it is post-processing, and no choice here can make the
result less private. All state that lives from round to round is a `Memory` that the caller keeps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import PrivacyParameterError

Vector = NDArray[np.float64]
Schedule = Literal["constant", "cosine"]


@dataclass(frozen=True, slots=True)
class Memory:
    """What a strategy remembers between rounds.

    Attributes:
        momentum: [d], decayed mean of the updates.
        squares: [d], second moments; empty where a strategy has none.
    """

    momentum: Vector
    squares: Vector


class Strategy(Protocol):
    """The server's step."""

    @property
    def name(self) -> str:
        """Its name on the command line."""
        ...

    @property
    def proximal(self) -> float:
        """μ of the term μ/2·‖w − w₀‖² that clients add to their loss; 0: none."""
        ...

    def begin(self, dimension: int) -> Memory:
        """Return the memory before the first round."""
        ...

    def step(self, weights: Vector, update: Vector, memory: Memory, *, progress: float) -> tuple[Vector, Memory]:
        """Return new weights and memory; the arguments stay as they are.

        Args:
            weights: [d], those that the round began with.
            update: [d], the average of what clients moved by (for one step of SGD: minus the mean gradient).
            memory: of the round before.
            progress: share of all rounds that are done, in [0, 1).
        """
        ...

    def as_json(self) -> dict[str, Any]:
        """Return its numbers; part of what the members of a round agree on."""
        ...


def by_name(name: str, **numbers: float) -> Strategy:
    """Return the strategy of that name with the given numbers.

    Raises:
        PrivacyParameterError: no such strategy, or a number out of range.
    """
    from wuming.federated import strategies

    kinds: dict[str, Any] = {
        "fedavg": strategies.FedAvg,
        "fedprox": strategies.FedProx,
        "fedadam": strategies.FedAdam,
        "fedyogi": strategies.FedYogi,
    }
    if name not in kinds:
        raise PrivacyParameterError(f"strategy={name!r} is not known", help=f"Known are: {', '.join(kinds)}.")
    strategy: Strategy = kinds[name](**numbers)
    return strategy


def factor(schedule: Schedule, progress: float) -> float:
    """Return the share of the peak learning rate at a point of the schedule."""
    return 1.0 if schedule == "constant" else 0.5 * (1 + math.cos(math.pi * progress))


def check_rate(name: str, value: float) -> None:
    """Refuse what is no finite number above 0."""
    if isinstance(value, bool) or not (math.isfinite(value) and value > 0):
        raise PrivacyParameterError(f"{name}={value} must be a finite number above 0", help=f"Correct {name}.")


def check_decay(name: str, value: float) -> None:
    """Refuse what does not lie in [0, 1)."""
    if isinstance(value, bool) or not 0 <= value < 1:
        raise PrivacyParameterError(f"{name}={value} must lie in [0, 1)", help=f"Correct {name}.")


def check_vectors(weights: Vector, update: Vector) -> None:
    """Refuse an update of another shape, or one that would spoil the weights for good.

    Raises:
        PrivacyParameterError: shapes differ, or the update holds NaN or infinity.
    """
    if weights.shape != update.shape:
        raise PrivacyParameterError(
            f"the update has shape {update.shape}, the weights have {weights.shape}", help="Use one model throughout."
        )
    if not np.isfinite(update).all():
        raise PrivacyParameterError("the update holds NaN or infinity", help="Drop the round, and begin a new one.")
