"""The coordinate-wise trimmed mean: in each coordinate the largest and smallest values do not count.

Source: Yin et al., "Byzantine-robust distributed learning: towards optimal statistical rates" (ICML 2018),
Definition 2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import PrivacyParameterError
from wuming.federated.robust.checks import check_updates


def trimmed_mean(updates: NDArray[np.float64], trimmed: int) -> NDArray[np.float64]:
    """Return, of updates [n, d], each coordinate's mean without its `trimmed` largest and smallest values.

    Args:
        updates: [n, d], finite.
        trimmed: at least the number of bad clients that is planned for; 0 ≤ 2·trimmed < n.

    Raises:
        PrivacyParameterError: too many are trimmed, or updates that are not finite.
    """
    check_updates(updates)
    if isinstance(trimmed, bool) or not 0 <= 2 * trimmed < len(updates):
        raise PrivacyParameterError(
            f"trimmed={trimmed} on each side of {len(updates)} updates leaves none",
            help="Trim fewer than half: more bad clients than that cannot be borne.",
        )
    kept = np.sort(updates, axis=0)[trimmed : len(updates) - trimmed]
    mean: NDArray[np.float64] = kept.mean(axis=0)
    return mean
