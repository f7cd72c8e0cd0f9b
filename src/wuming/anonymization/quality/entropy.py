"""Non-uniform entropy: how many bits about a cell's value are lost, where frequent values are easier to guess.

Sources: de Waal & Willenborg, "Information loss through global recoding and local suppression", Netherlands Official
Statistics 14 (1999); as a measure of cells, Gionis & Tassa, "k-anonymization with minimal loss of information", IEEE
Transactions on Knowledge and Data Engineering 21 (2009). Normalised by its largest value, as in Prasser, Bild
& Kuhn, "A generic method for assessing the quality of de-identified health data" (2016).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wuming.anonymization.quality.covering import Covered, Numbers, require_sets


def entropy_losses(columns: Sequence[Covered]) -> dict[str, float]:
    """Return for each column the share of its entropy that is lost: 0 nothing, 1 as with every cell `*`.

    A cell whose label covers the set S loses -log₂(n_v/n_S) bits, with n_v the original rows of its true value v and
    n_S those of any value in S. A suppressed row loses its column's whole entropy. As it is not told which row became
    which, a label's loss is the mean over the rows that it covers. Where labels do not overlap (global recoding) this
    is exactly the measure of the literature; where they do, it is an expected value, and is cut at 1.

    Raises:
        TableError: a column of means.
    """
    require_sets(list(columns))
    out = {}
    for column in columns:
        shares = column.counts / column.counts.sum()
        whole = float(-(shares * np.log2(shares)).sum())
        rows = len(column.of_row)
        lost = float(_bits(column)[column.labels].sum()) + (rows - len(column.labels)) * whole
        out[column.name] = min(lost / (rows * whole), 1.0) if len(shares) > 1 else 0.0
    return out


def _bits(column: Covered) -> Numbers:
    """Return [labels] the entropy of the original values among those that a label covers."""
    weights = column.covers * column.counts.astype(np.float64)
    shares = weights / weights.sum(axis=1, keepdims=True)
    bits: Numbers = -(shares * np.log2(shares, out=np.zeros_like(shares), where=shares > 0)).sum(axis=1)
    return np.maximum(bits, 0.0)
