"""A hierarchy: how the values of one column are made coarser, level by level.

Level 0 publishes each value as it is; every further level joins groups of the one before. A hierarchy is public: it is
given or built from a rule, never from how often values occur.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from wuming.core.errors import TableError

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """The levels of one column.

    Attributes:
        column: name of the column.
        values: distinct, as written in the table; code c is `values[c]`.
        labels: [levels][values], what is published for each value at each level; level 0 is `values`.
        widths: [levels, values], the share of the domain that the published group covers, in [0, 1]; 0 for a value
            alone. None: the number of values in the group over the number of all, 0 for one alone.

    Raises:
        TableError: no value, one twice, levels of another length, a level that splits what the one before joined, or
            widths that are out of range, differ within a group, or fall from one level to the next.

    Equal hierarchies have the same column, values, labels and widths. A label that stands twice at one level is one
    group: the value cannot know that two were meant, so builders refuse names that occur twice.
    """

    column: str
    values: tuple[str, ...] = field(repr=False)
    labels: tuple[tuple[str, ...], ...] = field(repr=False)
    widths: npt.NDArray[np.float64] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not self.values or len(set(self.values)) != len(self.values):
            raise self._wrong("has no value, or one of them twice")
        if not self.labels or any(len(level) != len(self.values) for level in self.labels):
            raise self._wrong("has a level with another number of values")
        if self.labels[0] != self.values:
            raise self._wrong("does not begin with the values themselves")
        for finer, coarser in zip(self.groups, self.groups[1:], strict=False):
            # What is one group at a level has one label at the next.
            if len(np.unique(finer * len(self.values) + coarser)) != finer.max() + 1:
                raise self._wrong("has a level that splits a group of the level before")
        if self.widths is not None:
            object.__setattr__(self, "widths", self._checked(np.array(self.widths, dtype=np.float64)))

    def _checked(self, widths: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Check a copy of the widths and make it read-only."""
        if widths.shape != self.groups.shape or not ((widths >= 0) & (widths <= 1)).all():
            raise self._wrong("has widths out of range")
        if (np.diff(widths, axis=0) < 0).any():
            raise self._wrong("has widths that fall from one level to the next")
        for groups, level in zip(self.groups, widths, strict=True):
            of_group = np.zeros(groups.max() + 1)
            of_group[groups] = level
            if (of_group[groups] != level).any():
                raise self._wrong("has a group with two widths")
        widths.setflags(write=False)
        return widths

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Hierarchy):
            return NotImplemented
        if (self.column, self.values, self.labels) != (other.column, other.values, other.labels):
            return False
        if self.widths is None or other.widths is None:
            return self.widths is other.widths
        return np.array_equal(self.widths, other.widths)

    def __hash__(self) -> int:
        return hash((self.column, self.values, self.labels))

    @property
    def levels(self) -> int:
        """Number of levels, ≥ 1."""
        return len(self.labels)

    @cached_property
    def groups(self) -> Codes:
        """[levels, values]: the number of each value's group at each level, 0 … without gaps, by first occurrence."""
        rows = []
        for level in self.labels:
            numbers: dict[str, int] = {}
            rows.append([numbers.setdefault(label, len(numbers)) for label in level])
        return np.array(rows, dtype=np.int64)

    @cached_property
    def losses(self) -> npt.NDArray[np.float64]:
        """[levels, values]: normalised certainty penalty of publishing a value at a level, in [0, 1]."""
        if self.widths is not None:
            return self.widths
        out = np.zeros(self.groups.shape)
        for level, groups in enumerate(self.groups):
            sizes = np.bincount(groups)[groups]
            out[level] = np.where(sizes == 1, 0.0, sizes / len(self.values))
        return out

    def codes(self, cells: Sequence[str]) -> Codes:
        """Return the code of each cell.

        Raises:
            TableError: a cell that the hierarchy does not know; it is counted, never shown.
        """
        table = {value: code for code, value in enumerate(self.values)}
        found = np.array([table.get(cell, -1) for cell in cells], dtype=np.int64)
        if (missing := int((found < 0).sum())) > 0:
            raise self._wrong(f"does not know the values of {missing:,} of {len(found):,} rows")
        return found

    def _wrong(self, what: str) -> TableError:
        return TableError(f"the hierarchy of column '{self.column}' {what}", help="See docs/anonymization.md.")
