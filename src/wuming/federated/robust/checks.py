"""What every rule asks of the updates that it is given."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import PrivacyParameterError


def check_updates(updates: NDArray[np.float64]) -> None:
    """Refuse anything but a table [n, d] of finite numbers with n, d ≥ 1.

    Raises:
        PrivacyParameterError: another shape, NaN or infinity.
    """
    if updates.ndim != 2 or 0 in updates.shape:
        raise PrivacyParameterError(f"updates have shape {updates.shape}, not [n, d]", help="Give one row a client.")
    if not np.isfinite(updates).all():
        raise PrivacyParameterError(
            "an update holds NaN or infinity", help="Leave out the clients whose updates are not finite."
        )
