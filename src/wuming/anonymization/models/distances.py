"""Earth mover's distances between a sensitive column's values in a class and in the original table.

Each is computed from the values that occur in a class, so a column with as many values as rows costs no more than one
with two. P and Q are the shares of the values in the class and in the table.

Source: Li, Li and Venkatasubramanian, "t-Closeness: Privacy Beyond k-Anonymity and l-Diversity", ICDE 2007, section 4.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from wuming.anonymization.models.counting import Pairs, summed
from wuming.anonymization.models.measures import Codes
from wuming.anonymization.models.model import Floats
from wuming.anonymization.models.sensitive import Sensitive
from wuming.core.errors import TableError


class Distance(Protocol):
    """How far values lie from each other, in [0, 1], and so how far distributions do.

    Every earth mover's distance is convex: mass that is moved well in each of two parts is moved as well in the whole.
    """

    @property
    def name(self) -> str:
        """One word."""
        ...

    def check(self, sensitive: Sensitive) -> None:
        """Check that the distance is defined on the column.

        Raises:
            TableError: it is not.
        """
        ...

    def from_table(self, pairs: Pairs, sizes: Codes, sensitive: Sensitive) -> Floats:
        """Return [count] the distance of each class from the original table; 0 for an empty class.

        Args:
            pairs: values in classes, `Sensitive.pairs_with_missing`.
            sizes: [count] rows of each class.
        """
        ...


@dataclass(frozen=True)
class EqualDistance:
    """Any two values are 1 apart; the distance is half the sum of |P - Q| (section 4.2)."""

    @property
    def name(self) -> str:
        """One word."""
        return "equal"

    def check(self, sensitive: Sensitive) -> None:
        """Accept every column."""

    def from_table(self, pairs: Pairs, sizes: Codes, sensitive: Sensitive) -> Floats:
        """Return the distances; see `Distance`."""
        return _excess(pairs, sizes, sensitive.reference)


@dataclass(frozen=True)
class OrderedDistance:
    """The i-th and the j-th of m values are |i - j| / (m - 1) apart, however much lies between them (section 4.1).

    The distance is the sum of |P's cumulated share - Q's| over the values, divided by m - 1. Missing, where there is
    any, is the first value.
    """

    @property
    def name(self) -> str:
        """One word."""
        return "ordered"

    def check(self, sensitive: Sensitive) -> None:
        """Accept every column; its codes are in the order of its values."""

    def from_table(self, pairs: Pairs, sizes: Codes, sensitive: Sensitive) -> Floats:
        """Return the distances; see `Distance`.

        Between two values that occur in a class its cumulated share is constant, while the table's rises. Where the
        rising one passes the constant one is found by bisection, and both sides are differences of cumulated sums.
        """
        m, rows = len(sensitive.reference), sensitive.rows
        out = np.zeros(len(sizes))
        if m < 2 or not len(pairs.rows):
            return out
        table = np.cumsum(sensitive.reference)  # Q cumulated, in rows: whole numbers, so the sums below are exact
        cumulated = np.concatenate(([0], np.cumsum(table)))
        starts = np.flatnonzero(np.diff(pairs.of_class, prepend=-1))
        running = np.cumsum(pairs.rows)
        lengths = np.diff(starts, append=len(pairs.rows))
        before = np.repeat(running[starts] - pairs.rows[starts], lengths)
        level = (running - before) / sizes[pairs.of_class] * rows  # P cumulated, in rows of the table
        begin = pairs.value
        end = np.empty_like(begin)
        end[:-1] = begin[1:]
        end[starts[1:] - 1] = m
        end[-1] = m
        middle = np.clip(np.searchsorted(table, level), begin, end)
        area = level * (2 * middle - begin - end) + (cumulated[end] + cumulated[begin] - 2 * cumulated[middle])
        out = summed(pairs.of_class, area, len(sizes))
        out[pairs.of_class[starts]] += cumulated[begin[starts]]  # before the first value that occurs P is 0
        return np.clip(out / rows / (m - 1), 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class HierarchicalDistance:
    """Values are as far apart as the level at which a taxonomy joins them, over its height (section 4.2).

    With H steps from the values to the root, two values first joined at level h are h / H apart. That is a walk along
    the tree whose every step weighs 1 / 2H, and the earth mover's distance on a tree is the sum over its edges of
    weight times |P - Q| below the edge: the mean over levels 0 … H - 1 of the equal distances of the level's groups.
    Missing is a value of its own that only the root joins to the others.

    Attributes:
        levels: [levels, values] group number of each value at each level, level 0 the values themselves, the last level
            one group; `Hierarchy.groups` of a hierarchy that ends in one label.

    Raises:
        TableError: fewer than two levels, level 0 joins values, the last level does not join all, or a level splits
            what the one before joined.
    """

    levels: Codes = field(repr=False)

    def __post_init__(self) -> None:
        if self.levels.ndim != 2 or len(self.levels) < 2 or self.levels.shape[1] < 1 or self.levels.min() < 0:
            raise _wrong("has fewer than two levels")
        if len(np.unique(self.levels[0])) != self.levels.shape[1]:
            raise _wrong("joins values at level 0")
        if len(np.unique(self.levels[-1])) != 1:
            raise _wrong("does not end in one group")
        for finer, coarser in zip(self.levels, self.levels[1:], strict=False):
            if np.unique(np.stack((finer, coarser)), axis=1).shape[1] != len(np.unique(finer)):
                raise _wrong("has a level that splits a group of the level before")

    @property
    def name(self) -> str:
        """One word."""
        return "hierarchical"

    def check(self, sensitive: Sensitive) -> None:
        """Check that the taxonomy has the column's values.

        Raises:
            TableError: it has more or fewer.
        """
        if sensitive.size != self.levels.shape[1]:
            raise _wrong(f"has {self.levels.shape[1]} values where column '{sensitive.name}' has {sensitive.size}")

    def from_table(self, pairs: Pairs, sizes: Codes, sensitive: Sensitive) -> Floats:
        """Return the distances; see `Distance`."""
        out = np.zeros(len(sizes))
        reference = sensitive.reference
        height = len(self.levels) - 1
        group = np.arange(len(reference))  # of each value, at the level reached
        for level in self.levels[:-1]:
            above = np.unique(level, return_inverse=True)[1] + sensitive.has_missing
            if sensitive.has_missing:
                above = np.concatenate(([0], above))
            up = np.empty(int(group.max()) + 1, dtype=np.int64)
            up[group] = above
            pairs, group = pairs.coarsen(up), above
            reference = np.bincount(group, weights=sensitive.reference).astype(np.int64)
            out += _excess(pairs, sizes, reference) / height
        return out


def _excess(pairs: Pairs, sizes: Codes, reference: Codes) -> Floats:
    """Return [count] the sum of max(P - Q, 0); half the sum of |P - Q|, because both sum to 1."""
    gain = pairs.rows / sizes[pairs.of_class] - reference[pairs.value] / max(int(reference.sum()), 1)
    return summed(pairs.of_class, np.maximum(gain, 0.0), len(sizes))


def _wrong(what: str) -> TableError:
    return TableError(f"the taxonomy {what}", help="Give [levels, values] group numbers, from the values to the root.")
