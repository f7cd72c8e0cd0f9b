"""What every rule asks of the updates that it is given."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import PrivacyParameterError


def faults(updates: Mapping[str, NDArray[np.float64]], *, zeros: bool = True) -> dict[str, str]:
    """Return whose update no rule should count, where updates are seen and nothing is claimed, and why.

    `not-finite`: it holds NaN or infinity. `zero-update`: it is exactly zero, the update of a client that does no work;
    a median or Krum could choose it, and the model would stand still.

    Args:
        updates: name → [d].
        zeros: whether an update of zeros is one; not where clients draw records by coins, and may have drawn none.
    """
    found = {}
    for name, update in updates.items():
        if not np.isfinite(update).all():
            found[name] = "not-finite"
        elif zeros and not update.any():
            found[name] = "zero-update"
    return found


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
