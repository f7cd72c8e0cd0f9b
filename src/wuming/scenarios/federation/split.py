"""How a data set is dealt out to clients that do not see the same things."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import PrivacyParameterError


def split_by_label(
    labels: NDArray[np.int64], clients: int, each: int, *, concentration: float, seed: int
) -> list[NDArray[np.int64]]:
    """Return for each client the places of its records: equally many, with shares of labels from a Dirichlet law.

    Args:
        labels: [n] whole numbers ≥ 0.
        clients: number of clients.
        each: records of each client; clients · each ≤ n.
        concentration: α > 0; the smaller, the fewer labels a client has. 0.5 is usual for "non-IID".
        seed: of the split; it protects nobody.

    Raises:
        PrivacyParameterError: more records asked for than there are, or a concentration out of range.

    Source: Hsu, Qi and Brown, "Measuring the effects of non-identical data distribution for federated visual
    classification" (2019), section 3: when a label is used up, the others' shares are scaled up.
    """
    if clients < 1 or each < 1 or clients * each > len(labels):
        raise PrivacyParameterError(
            f"{clients} clients with {each} records each need {clients * each} records, there are {len(labels)}",
            help="Use fewer clients.",
        )
    if not (math.isfinite(concentration) and concentration > 0):
        raise PrivacyParameterError(f"concentration={concentration} must be above 0", help="Usual is 0.5.")
    generator = np.random.default_rng(seed)
    kinds = int(labels.max()) + 1
    piles = [list(generator.permutation(np.flatnonzero(labels == kind))) for kind in range(kinds)]
    found = []
    for _ in range(clients):
        shares = generator.dirichlet(np.full(kinds, concentration))
        mine: list[int] = []
        while len(mine) < each:
            left = np.array([len(pile) for pile in piles], dtype=float)
            weights = np.where(left > 0, shares + 1e-12, 0.0)
            wanted = generator.multinomial(each - len(mine), weights / weights.sum())
            for kind, number in enumerate(wanted):
                taken, piles[kind] = piles[kind][:number], piles[kind][number:]
                mine += taken
        found.append(np.sort(np.array(mine, dtype=np.int64)))
    return found
