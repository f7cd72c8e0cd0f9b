"""From factors to the change of the weights, and from the mean change back to factors."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import PrivacyParameterError

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Factors:
    """One layer's adapter.

    Attributes:
        a: A, [r, n].
        b: B, [m, r].

    Raises:
        PrivacyParameterError: shapes that do not go together.
    """

    a: Matrix
    b: Matrix

    def __post_init__(self) -> None:
        if self.a.ndim != 2 or self.b.ndim != 2 or self.a.shape[0] != self.b.shape[1]:
            raise PrivacyParameterError(
                f"A has shape {self.a.shape} and B {self.b.shape}", help="A is [r, n] and B is [m, r]."
            )

    @property
    def rank(self) -> int:
        """r."""
        return int(self.a.shape[0])


@dataclass(frozen=True, slots=True)
class Refactored:
    """A matrix as factors and what they cannot hold: change = s·B·A + residual.

    Attributes:
        factors: the best of their rank.
        residual: [m, n]; to be added to the layer's frozen weights, or given up.
        lost: share of the change's squared norm that lies in the residual, in [0, 1].
    """

    factors: Factors
    residual: Matrix
    lost: float


def product(factors: Factors, scale: float) -> Matrix:
    """Return the change of the weights, s·B·A, [m, n]."""
    change: Matrix = scale * (factors.b @ factors.a)
    return change


def refactor(change: Matrix, rank: int, scale: float) -> Refactored:
    """Return the factors of rank at most `rank` whose product is nearest to a change of weights.

    Args:
        change: [m, n], finite.
        rank: r ≥ 1; more than the smaller side is filled up with zeros.
        scale: s > 0 of the adapter.

    Raises:
        PrivacyParameterError: a rank or scale out of range, or a change that is not finite.

    Guarantee: no factors of this rank are nearer in the Frobenius norm (Eckart and Young 1936). Both get an equal share
    of each singular value. The same matrix gives the same factors on one machine.
    """
    if isinstance(rank, bool) or rank < 1 or not (math.isfinite(scale) and scale > 0):
        raise PrivacyParameterError(f"rank={rank}, scale={scale}: at least 1, and above 0")
    if change.ndim != 2 or not np.isfinite(change).all():
        raise PrivacyParameterError(f"a change of shape {change.shape} is no matrix of finite numbers")
    left, values, right = np.linalg.svd(change / scale, full_matrices=False)
    kept = min(rank, len(values))
    b, a = np.zeros((change.shape[0], rank)), np.zeros((rank, change.shape[1]))
    root = np.sqrt(values[:kept])
    b[:, :kept], a[:kept] = left[:, :kept] * root, root[:, None] * right[:kept]
    factors = Factors(a, b)
    residual = change - product(factors, scale)
    size = float(np.sum(change * change))
    return Refactored(factors, residual, float(np.sum(residual * residual)) / size if size else 0.0)
