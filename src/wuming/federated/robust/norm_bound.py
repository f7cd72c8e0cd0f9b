"""Norm bounds: an update counts by its direction, and by its length up to a bound.

The weakest defence and the one that goes with everything: a client that lies about its update still moves the sum by at
most the bound. Under masks the client itself applies it, so only an honest client keeps to it; what the server can
check there is that no *value* exceeds the round's `value_bound`.

Source: Sun et al., "Can you really backdoor federated learning?" (2019), section 4.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wuming.mechanisms.clipping import clip


def norm_bounded(updates: NDArray[np.float64], bound: float) -> NDArray[np.float64]:
    """Return updates [n, d] each scaled down to L2 norm `bound`; one that is not finite becomes zeros.

    Raises:
        PrivacyParameterError: the bound is out of range.
    """
    return np.stack([clip(update, bound) for update in updates]) if len(updates) else updates.copy()
