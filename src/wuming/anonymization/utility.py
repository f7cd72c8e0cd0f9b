"""What generalisation costs.

Sources: normalised certainty penalty, Xu et al., KDD 2006, section 3; discernibility, Bayardo and Agrawal, ICDE 2005.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wuming.anonymization.domains import Domain
from wuming.anonymization.mondrian import Boxes


def normalised_certainty_penalty(boxes: Boxes, domains: Sequence[Domain]) -> float:
    """Return the mean share of the domain that a published cell covers: 0 nothing lost, 1 everything.

    Numbers: width of the published box over the width of the values that occur (for whole numbers 35 … 35 has width 0).
    Categories: how many the box holds over how many occur, 0 for one alone. The box is the published one, the box of
    the cuts, so the figure is a little higher than one computed from the smallest boxes around the rows.
    """
    sizes = np.bincount(boxes.of_row, minlength=len(boxes.low))
    total = 0.0
    for position, domain in enumerate(domains):
        sides = np.stack([boxes.low[:, position], boxes.high[:, position]], axis=1)
        distinct, inverse = np.unique(sides, axis=0, return_inverse=True)
        losses = np.array([domain.loss(low, high) for low, high in distinct.tolist()])
        total += float((losses[inverse.reshape(-1)] * sizes).sum())
    return total / (len(boxes.of_row) * len(domains))


def discernibility(boxes: Boxes) -> int:
    """Return the sum over rows of the number of rows they cannot be told from; n for a table of unique rows."""
    return int((np.bincount(boxes.of_row) ** 2).sum())
