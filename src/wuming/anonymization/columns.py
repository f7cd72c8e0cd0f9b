"""Which kind of domain a quasi-identifier has: a hierarchy's nodes, numbers, dates, or categories."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from wuming.anonymization.axes import Codes, Floats
from wuming.anonymization.dated import Dates, is_dated
from wuming.anonymization.domains import Categories, Domain, Numbers
from wuming.anonymization.hierarchies.cells import cells_of
from wuming.anonymization.hierarchies.hierarchy import Hierarchy
from wuming.anonymization.tree_axis import TreeAxis
from wuming.core.tables import Coded, Column


class Nodes:
    """A column with a hierarchy; boxes are its nodes, and are called what the hierarchy calls them."""

    def __init__(self, column: Column, hierarchy: Hierarchy) -> None:
        self._column, self._hierarchy = column, hierarchy

    @cached_property
    def axis(self) -> TreeAxis:
        """See `Domain`."""
        return TreeAxis(self._hierarchy.codes(cells_of(self._column)), self._hierarchy)

    def labels(self, states: Codes) -> list[str]:
        """See `Domain`."""
        return self.axis.labels(states)

    def losses(self, states: Codes) -> Floats:
        """See `Domain`: what the hierarchy says that its nodes lose."""
        return self.axis.losses(states)


def domain_of(
    column: Column,
    *,
    rare_below: int,
    hierarchy: Hierarchy | None = None,
    counts: Sequence[int] | None = None,
    coded: Coded | None = None,
) -> Domain:
    """Code a column: by its hierarchy where there is one, numbers by size, ISO dates by time, other text as categories.

    Args:
        rare_below: a category that fewer rows carry is part of `other`. A hierarchy names what it names.
        counts: where the column holds each value once, how many rows carry each.
        coded: the column as whole numbers, where they are known.

    Raises:
        TableError: a value that the hierarchy does not know, or a hierarchy that does not end in one group.
    """
    if hierarchy is not None:
        return Nodes(column, hierarchy)
    coded = coded or Coded.of(column)
    if column.dtype != object:
        return Numbers(coded)
    return Dates(coded) if is_dated(coded.values) else Categories(coded, rare_below=rare_below, counts=counts)
