"""How much of its column a published cell covers.

Source: normalised certainty penalty, Xu et al., "Utility-based anonymization using local recoding", KDD 2006, section
3; near the loss of Iyengar, KDD 2002.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wuming.anonymization.quality.covering import Covered, Numbers, require_sets


def certainty_penalties(columns: Sequence[Covered]) -> dict[str, float]:
    """Return for each column the mean share of it that a cell covers: 0 nothing lost, 1 everything.

    Numbers: from the smallest to the largest value that a label covers, over that of the column. Categories: how many
    values a label covers over how many there are, 0 for one alone. A row that was suppressed counts 1.

    Raises:
        TableError: a column of means.
    """
    require_sets(list(columns))
    out = {}
    for column in columns:
        rows = len(column.of_row)
        lost = float(_losses(column)[column.labels].sum()) + rows - len(column.labels)
        out[column.name] = lost / rows
    return out


def _losses(column: Covered) -> Numbers:
    """Return [labels] the share of the column that each label covers."""
    sizes = column.covers.sum(axis=1)
    if not column.numeric:
        return np.where(sizes == 1, 0.0, sizes / len(column.values))
    numbers = column.values.astype(np.float64)
    present = ~np.isnan(numbers)
    covers, numbers = column.covers[:, present], numbers[present]
    width = numbers[-1] - numbers[0] if len(numbers) else 0.0
    if not width:
        return np.zeros(len(sizes))
    any_number = covers.any(axis=1)
    first, last = covers.argmax(axis=1), len(numbers) - 1 - covers[:, ::-1].argmax(axis=1)
    return np.where(any_number, (numbers[last] - numbers[first]) / width, 0.0)
