"""What generalisation costs.

Sources: normalised certainty penalty, Xu et al., KDD 2006, section 3; discernibility, Bayardo and Agrawal, ICDE 2005.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wuming.anonymization.axes import Codes, numbered_rows
from wuming.anonymization.domains import Domain
from wuming.anonymization.mondrian import Boxes


def normalised_certainty_penalty(
    boxes: Boxes, domains: Sequence[Domain], weights: Sequence[float] | None = None
) -> float:
    """Return the mean share of the domain that a published cell covers: 0 nothing lost, 1 everything.

    Numbers: width of the published box over the width of the values that occur (for whole numbers 35 … 35 has width 0).
    Categories: how many the box holds over how many occur, 0 for one alone. Hierarchies: what they say of a node. The
    box is the published one, the box of the cuts, so the figure is a little higher than one computed from the smallest
    boxes around the rows.

    Args:
        weights: of the columns, above 0; the mean over columns is weighted by them (section 3.2).
    """
    sizes = np.bincount(boxes.of_row, minlength=boxes.count)
    losses = []
    for states, domain in zip(boxes.states, domains, strict=True):
        distinct, inverse = numbered_rows(states)
        losses.append(float((domain.losses(distinct)[inverse] * sizes).sum()) / len(boxes.of_row))
    return float(np.average(losses, weights=weights))


def discernibility(sizes: Codes) -> int:
    """Return the sum over rows of the number of rows they cannot be told from, by class sizes; n where all differ."""
    return int((sizes.astype(np.int64) ** 2).sum())
