"""MDAV: groups of k rows around the rows that lie farthest out, until fewer than 2k are left.

Source: Domingo-Ferrer and Torra, Data Mining and Knowledge Discovery 11 (2005), section 3.1, algorithm MDAV-generic;
the idea is of Domingo-Ferrer and Mateo-Sanz, "Practical data-oriented microaggregation for statistical disclosure
control", IEEE Transactions on Knowledge and Data Engineering 14 (2002).

Of rows equally far, the one that stands first counts. So rows are to be given in an order that the table alone settles.
"""

from __future__ import annotations

import numpy as np

from wuming.anonymization.microaggregation.remaining import Remaining
from wuming.anonymization.microaggregation.space import Codes, Rows, Space


def mdav(space: Space, *, k: int, largest_block: int) -> Codes:
    """Put rows into groups of k to 2k - 1.

    Args:
        space: of at least k rows, in an order that the table alone settles.
        k: smallest group, at least 1.
        largest_block: a table of more rows is first cut in two along the column in which it varies most, at the median,
            again and again, and each block is grouped by itself. At least 2k, so that no block has fewer than k rows.
            Groups do not reach over the cuts, which costs a little.

    Returns:
        [rows], the group of each row, 0 … without gaps.
    """
    groups = np.empty(space.rows, dtype=np.int64)
    count = 0
    for block in space.blocks(largest_block):
        for group in _groups(space.take(block), k):
            groups[block[group]] = count
            count += 1
    return groups


def _groups(space: Space, k: int) -> list[Rows]:
    """Return the rows of each group."""
    remaining = Remaining(space)
    groups = []
    while remaining.count >= 3 * k:
        first = remaining.farthest_from(remaining.centroid())
        groups.append(remaining.take_nearest(first, k))
        groups.append(remaining.take_nearest(remaining.farthest_from(first), k))
    if remaining.count >= 2 * k:
        groups.append(remaining.take_nearest(remaining.farthest_from(remaining.centroid()), k))
    groups.append(remaining.rows())
    return groups
