"""A quasi-identifier of a surveyed file: its domain, made from the values that occur, without the rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from wuming.anonymization.axes import Axis, Codes
from wuming.anonymization.columns import domain_of
from wuming.anonymization.hierarchies.hierarchy import Hierarchy
from wuming.anonymization.partitions.survey import Cells, Values


class QuasiIdentifier:
    """One column.

    Args:
        values: what occurs.
        hierarchy: along which it is cut; None: as `domain_of` says.
        k: a category that fewer rows carry is part of `other`.

    Attributes:
        name: of the column.
        domain: its axis is that of the distinct values, one a row; missing, where there is any, last.
        size: number of codes.

    Raises:
        TableError: a value that the hierarchy does not know, or a hierarchy that does not end in one group.
    """

    def __init__(self, values: Values, hierarchy: Hierarchy | None, *, k: int) -> None:
        self.name = values.name
        self._values = values
        distinct = np.append(np.arange(len(values.distinct)), [-1] * bool(values.missing)).astype(np.int64)
        counts = [*values.counts.tolist(), *([values.missing] * bool(values.missing))]
        self.domain = domain_of(values.column(distinct), rare_below=k, hierarchy=hierarchy, counts=counts)
        self.axis: Axis = self.domain.axis
        self.size = int(self.axis.codes.max()) + 1

    def codes(self, cells: Cells) -> Codes:
        """Return [rows] the axis' codes of the cells of a batch; a missing one (-1) is the last of the values."""
        return self.axis.codes[self._values.codes(cells)]

    def axis_of(self, codes: Codes) -> Axis:
        """Return the axis with other rows: [rows] codes of a part."""
        axis: Any = self.axis
        made: Axis = replace(axis, codes=codes)
        return made
