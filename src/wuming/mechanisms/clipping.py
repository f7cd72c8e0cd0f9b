"""Clipping: what bounds the influence of one unit of privacy."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wuming.core.errors import PrivacyParameterError


def clip(vector: ArrayLike, bound: float) -> NDArray[np.float64]:
    """Scale a vector down so that its L2 norm is at most `bound`.

    Args:
        vector: real numbers of any shape; the norm is over all of them.
        bound: largest norm, > 0 and finite.

    Returns:
        A new float64 array of the same shape.

    Raises:
        PrivacyParameterError: for a bound out of range.

    Formal guarantee: whatever the vector holds, the exact L2 norm of what is returned is at most `bound`; rounding
    never lifts it above. So removing one unit's vector changes a sum of clipped vectors by at most `bound`.

    | the vector | what is returned |
    |---|---|
    | norm ≤ bound | the same numbers |
    | norm > bound | the same direction, norm at most bound and (up to 10^7 entries) within one part in 10^8 of it |
    | holds NaN or ±∞ | zeros: the unit does not count, and nobody else notices |
    | norm overflows float64 | clipped like any other (the norm is taken after scaling by the largest entry) |
    | empty | empty |
    """
    if isinstance(bound, bool) or not math.isfinite(bound) or bound <= 0:
        raise PrivacyParameterError(
            f"bound={bound} is no finite number above 0", help="Give a positive clipping bound."
        )
    values = np.array(vector, dtype=np.float64)
    if values.size == 0:
        return values
    if not np.isfinite(values).all():
        return np.zeros_like(values)
    largest = float(np.abs(values).max())
    if largest == 0.0:
        return values
    scaled = values / largest
    norm = math.sqrt(float(np.dot(scaled.ravel(), scaled.ravel())))
    # n products and sums, each rounded once, and a few quotients: an upper bound of all their relative errors.
    slack = (values.size + 16) * 2.0**-52
    if norm * (1 + slack) <= bound / largest:
        return values
    clipped = scaled * (bound / norm * (1 - slack))
    # Where `bound` is subnormal, relative precision is gone and a factor cannot repair it.
    return clipped if bound > 1e-290 else np.zeros_like(values)
