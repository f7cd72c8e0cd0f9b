"""What this room needs of an encoding: from an update to integers that may be summed, from their sum to an average."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class Encoding(Protocol):
    """Clips, scales and rounds an update, adds a member's share of the noise, and reads the sum.

    Everything that its numbers mean for privacy is decided there; members agree on `as_json()`.
    """

    @property
    def modulus_bits(self) -> int:
        """b; sums are taken modulo 2^b."""
        ...

    @property
    def value_bound(self) -> int:
        """Largest magnitude of one encoded value, noise included."""
        ...

    def length(self, dimension: int) -> int:
        """Return the number of integers that stand for `dimension` numbers."""
        ...

    def encode(self, update: NDArray[np.float64], *, shared: bytes) -> NDArray[np.integer[Any]]:
        """Return [length(d)] integers for an update of [d].

        Args:
            update: what training has changed; finite.
            shared: 32 public bytes that all members of the round have in common.

        Raises:
            UpdateRefused: the update holds NaN or infinity.
        """
        ...

    def average(
        self, total: NDArray[np.integer[Any]], survivors: int, dimension: int, *, shared: bytes
    ) -> NDArray[np.float64]:
        """Return the average update, [d], of a sum over that many members."""
        ...

    def as_json(self) -> Mapping[str, Any]:
        """Return its numbers; part of what the members of a round agree on."""
        ...
