"""A sensitive column whose rows are elsewhere: known by how often each value occurs in the whole table."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from wuming.anonymization.models import Sensitive
from wuming.anonymization.models.measures import Codes
from wuming.anonymization.partitions.survey import Values
from wuming.core.errors import TableError


@dataclass(frozen=True, eq=False)
class Counted(Sensitive):
    """Some rows of a column, judged against the whole table.

    Attributes:
        codes: of the rows that are here, of a part or of none.
        counts: [size + 1] rows of the whole table with each value, missing first.

    Raises:
        TableError: codes out of range.
    """

    counts: Codes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.codes) and (self.codes.min() < -1 or self.codes.max() >= self.size):
            raise TableError(
                f"column '{self.name}' has codes out of -1 … {self.size - 1}", help="Code the values anew."
            )

    @classmethod
    def of_values(cls, values: Values, codes: Codes | None = None) -> Counted:
        """Take a column from a survey, with the rows of a part or with none."""
        here = np.zeros(0, dtype=np.int64) if codes is None else codes
        return cls(values.name, here, len(values.distinct), np.append(values.missing, values.counts))

    @property
    def rows(self) -> int:
        """Number of rows of the whole table."""
        return int(self.counts.sum())

    @cached_property
    def has_missing(self) -> bool:
        """Whether a row of the whole table has no value."""
        return bool(self.counts[0])

    @cached_property
    def reference(self) -> Codes:
        """[values] how often each code of `with_missing` occurs in the whole table."""
        return self.counts if self.has_missing else self.counts[1:]
