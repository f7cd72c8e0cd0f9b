"""From a client's real vector to the integers that are masked and added up, and back from their sum, round by round.

`SkellamCode` is the one with noise of the clients' own (`wuming.federated.encoding`). `GridCode` adds none: for a
trusted aggregator that does it itself, and for federations that claim nothing.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from wuming.accounting.skellam import equivalent_standard_deviation
from wuming.core.errors import PrivacyParameterError, UpdateRefused
from wuming.crypto.random import encode_context
from wuming.federated.encoding import Encoding
from wuming.mechanisms.clipping import clip

Vector = NDArray[np.float64]


class Code(Protocol):
    """A code for the vectors of one federation."""

    @property
    def length(self) -> int:
        """Number of integers of one encoded vector."""
        ...

    @property
    def value_bound(self) -> int:
        """Largest magnitude of one of them, noise included."""
        ...

    def encode(self, vector: Vector, key: bytes, round_number: int) -> NDArray[np.integer[Any]]:
        """Return the integers for a vector.

        Args:
            vector: [d], finite.
            key: secret, ≥ 16 bytes, used for this vector alone: rounding and noise derive from it.
            round_number: ≥ 1.

        Raises:
            UpdateRefused: (`not-finite`, `wrong-shape`) the vector has no encoding.
        """
        ...

    def decode(self, total: NDArray[np.integer[Any]], round_number: int) -> Vector:
        """Return the sum of the vectors, [d], from the sum of their integers."""
        ...

    def as_json(self) -> dict[str, Any]:
        """Return its numbers; part of what the members of a round agree on."""
        ...


@dataclass(frozen=True)
class GridCode:
    """Values to the nearest point of a grid; no noise.

    Attributes:
        dimension: d.
        norm_bound: largest L2 norm of a client's vector; longer ones are scaled down to it.
        cell: width of a grid cell, > 0.

    Raises:
        PrivacyParameterError: a number out of range, or a grid of more than 2^52 cells to each side.

    Guarantee: scaling down to a ball is a projection onto a convex set, which brings no two vectors further apart; and
    rounding to the nearest point moves each value by at most half a cell. So what changes the vector by at most C in L2
    changes what is decoded by at most `sensitivity(C)`.
    """

    dimension: int
    norm_bound: float
    cell: float

    def __post_init__(self) -> None:
        if isinstance(self.dimension, bool) or not isinstance(self.dimension, int) or self.dimension < 1:
            raise PrivacyParameterError(f"dimension={self.dimension!r} must be a whole number, at least 1")
        for name in ("norm_bound", "cell"):
            value = getattr(self, name)
            if isinstance(value, bool) or not (math.isfinite(value) and value > 0):
                raise PrivacyParameterError(f"{name}={value} must be a finite number above 0", help=f"Correct {name}.")
        if self.norm_bound / self.cell > 2.0**52:
            raise PrivacyParameterError(
                f"cell={self.cell} is too fine for norm_bound={self.norm_bound}", help="Use at most 2^52 cells."
            )

    @property
    def length(self) -> int:
        """See `Code.length`."""
        return self.dimension

    @property
    def value_bound(self) -> int:
        """See `Code.value_bound`."""
        return math.ceil(self.norm_bound / self.cell) + 1

    def sensitivity(self, bound: float) -> float:
        """Return what a change of at most `bound` in L2 before encoding is at most after decoding."""
        return bound + math.sqrt(self.dimension) * self.cell

    def encode(self, vector: Vector, key: bytes, round_number: int) -> NDArray[np.integer[Any]]:  # noqa: ARG002 - nothing is drawn
        """See `Code.encode`."""
        check_vector(vector, self.dimension)
        return np.rint(clip(vector, self.norm_bound) / self.cell).astype(np.int64)

    def decode(self, total: NDArray[np.integer[Any]], round_number: int) -> Vector:  # noqa: ARG002 - one for all rounds
        """See `Code.decode`."""
        return np.asarray(total, dtype=np.float64) * self.cell

    def as_json(self) -> dict[str, Any]:
        """See `Code.as_json`."""
        return {"name": "grid", **asdict(self)}


@dataclass(frozen=True)
class SkellamCode:
    """Clipping, rotation, rounding and a share of Skellam noise; a rotation of its own in every round.

    Attributes:
        encoding: the claim of one round; its seed names the federation, and each round's seed derives from it.
    """

    encoding: Encoding

    @property
    def length(self) -> int:
        """See `Code.length`."""
        return self.encoding.padded_dimension

    @property
    def value_bound(self) -> int:
        """See `Code.value_bound`."""
        return self.encoding.value_bound

    @property
    def failure_probability(self) -> float:
        """δ of one round that is spent on cut tails and on rounding."""
        return self.encoding.failure_probability

    def noise_multiplier(self, noisy_members: int) -> float:
        """Return σ/Δ of the Gaussian noise that protects a unit no better than the noise of so many members does.

        Where records are drawn by secret coins, sampling may be counted on top: a mechanism whose pairs a Gaussian pair
        dominates, Poisson-sampled, is dominated by the Poisson-sampled Gaussian (Zhu, Dong and Wang 2022, Theorem 11).
        """
        variance = float(self.encoding.member_variance * noisy_members)
        return equivalent_standard_deviation(variance) / math.sqrt(self.encoding.squared_sensitivity) * (1 - 1e-15)

    def encode(self, vector: Vector, key: bytes, round_number: int) -> NDArray[np.integer[Any]]:
        """See `Code.encode`."""
        check_vector(vector, self.encoding.dimension)
        return self._of_round(round_number).encode(vector, key=key)

    def decode(self, total: NDArray[np.integer[Any]], round_number: int) -> Vector:
        """See `Code.decode`."""
        return self._of_round(round_number).decode(total)

    def as_json(self) -> dict[str, Any]:
        """See `Code.as_json`."""
        return {"name": "skellam", "digest": self.encoding.digest.hex()}

    def _of_round(self, round_number: int) -> Encoding:
        context = encode_context("wuming/rotation-seed/1", self.encoding.rotation_seed, round_number)
        return replace(self.encoding, rotation_seed=hashlib.sha256(context).digest())


def check_vector(vector: Vector, dimension: int) -> None:
    """Refuse what has no encoding.

    Raises:
        UpdateRefused: another shape (`wrong-shape`), NaN or infinity in it (`not-finite`).
    """
    if vector.shape != (dimension,):
        raise UpdateRefused(
            f"the vector has shape {vector.shape}, the federation is for ({dimension},)",
            reason="wrong-shape",
            help="Give the model's parameters in the order and number that all have.",
        )
    if not np.isfinite(vector).all():
        raise UpdateRefused(
            "the vector holds NaN or infinity", reason="not-finite", help="This client takes no part in the round."
        )


def check_moves(values: NDArray[Any]) -> None:
    """Refuse what is exactly zero, where no noise hides it and all records were drawn (`zeros_are_faults` of the plan).

    With noise a zero update is legitimate (no record was drawn), and to refuse it would show that it was zero. Without,
    nothing is protected, and it means that a client does no work or that its model never moves.

    Raises:
        UpdateRefused: (`zero-update`).
    """
    if not values.any():
        raise UpdateRefused(
            "the update is exactly zero, and no noise is added to it",
            reason="zero-update",
            help="See whether this client has data, and whether its training moves the model; it takes no part.",
        )
