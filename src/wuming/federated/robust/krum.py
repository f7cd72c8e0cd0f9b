"""Krum: the one update that is nearest to its n − f − 2 nearest neighbours.

Source: Blanchard et al., "Machine learning with adversaries: Byzantine tolerant gradient descent" (NeurIPS 2017).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import PrivacyParameterError
from wuming.federated.robust.checks import check_updates


def krum(updates: NDArray[np.float64], bad: int) -> int:
    """Return the place of the chosen update.

    Args:
        updates: [n, d], finite.
        bad: f ≥ 0, the number of bad clients that is planned for; n ≥ 2f + 3. Too small an f gives no protection at
            all (arXiv 2510.04432).

    Raises:
        PrivacyParameterError: too many bad clients, or updates that are not finite.
    """
    check_updates(updates)
    n = len(updates)
    if isinstance(bad, bool) or bad < 0 or n < 2 * bad + 3:
        raise PrivacyParameterError(
            f"bad={bad} of {n} updates: Krum needs at least {2 * max(bad, 0) + 3}",
            help="Take more clients, or plan for fewer bad ones.",
        )
    squares = np.einsum("ij,ij->i", updates, updates)
    apart = np.maximum(squares[:, None] + squares[None, :] - 2 * updates @ updates.T, 0.0)
    np.fill_diagonal(apart, np.inf)
    scores = np.sort(apart, axis=1)[:, : n - bad - 2].sum(axis=1)
    return int(np.argmin(scores))
