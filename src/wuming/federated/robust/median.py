"""The coordinate-wise median, of updates that are visible or of sums of groups that are not taken apart.

Source: Yin et al., "Byzantine-robust distributed learning: towards optimal statistical rates" (ICML 2018),
Definition 1; of means of groups: Chen, Su and Xu, "Distributed statistical machine learning in adversarial settings:
Byzantine gradient descent" (2017).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wuming.federated.robust.checks import check_updates


def median(updates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each coordinate's median of updates [n, d] (of means of groups: [groups, d]).

    With groups, one bad client spoils its whole group, so fewer than half as many bad clients as groups are borne.

    Raises:
        PrivacyParameterError: no updates, or some that are not finite.
    """
    check_updates(updates)
    middle: NDArray[np.float64] = np.median(updates, axis=0)
    return middle
