"""A sensitive column as models see it: one code a row, and how often each value occurs in the original table."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from wuming.anonymization.models.counting import Pairs, check_classes, pairs_of
from wuming.anonymization.models.measures import Codes
from wuming.core.errors import TableError
from wuming.core.tables import Table


@dataclass(frozen=True, eq=False)
class Sensitive:
    """The column of the original table, all rows, in the order in which classes are asked about.

    Missing values are no value to diversity (they do not make a class more diverse) and one value of their own to
    everything that compares distributions (that somebody's value is missing may be told by his class, too).

    Attributes:
        name: the column's.
        codes: [rows] code of each row's value, 0 … size - 1 in the order of the values; -1 missing.
        size: number of values the column can hold.

    Raises:
        TableError: no rows, or codes out of range.
    """

    name: str
    codes: Codes = field(repr=False)
    size: int = field(repr=False)

    def __post_init__(self) -> None:
        if not len(self.codes):
            raise TableError(f"column '{self.name}' has no rows", help="Give the original table's column.")
        if self.size < 0 or self.codes.min() < -1 or self.codes.max() >= self.size:
            raise TableError(
                f"column '{self.name}' has codes out of -1 … {self.size - 1}", help="Code the values anew."
            )

    @classmethod
    def of(cls, table: Table, name: str) -> Sensitive:
        """Take a column from a table; its values are those that occur.

        Raises:
            TableError: a column that is not there.
        """
        coded = table.coded(name)
        return cls(name, coded.codes, len(coded.values))

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.codes)

    @cached_property
    def has_missing(self) -> bool:
        """Whether a row has no value."""
        return bool(self.codes.min() < 0)

    @cached_property
    def with_missing(self) -> Codes:
        """[rows]: the codes, with missing as the first value where there is any missing."""
        return self.codes + 1 if self.has_missing else self.codes

    @cached_property
    def reference(self) -> Codes:
        """[values] how often each code of `with_missing` occurs in the original table."""
        return np.bincount(self.with_missing, minlength=self.size + self.has_missing)

    def pairs(self, classes: Codes, count: int) -> Pairs:
        """Count values in classes; missing is no value.

        Raises:
            TableError: as `Model.satisfied`.
        """
        check_classes(classes, count, rows=self.rows)
        return pairs_of(classes, count, self.codes, max(self.size, 1))

    def pairs_with_missing(self, classes: Codes, count: int) -> Pairs:
        """Count values in classes, by the codes of `with_missing`.

        Raises:
            TableError: as `Model.satisfied`.
        """
        check_classes(classes, count, rows=self.rows)
        return pairs_of(classes, count, self.with_missing, len(self.reference))
