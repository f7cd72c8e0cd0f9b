"""A table as it is handed out, with what everybody knows about how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wuming.anonymization.hierarchies.hierarchy import Hierarchy
from wuming.anonymization.roles import Roles
from wuming.core.tables import Table


@dataclass(frozen=True, eq=False)
class Release:
    """A published table, ready to be attacked.

    Attributes:
        table: as it is handed out, under the original's column names.
        roles: of the original's columns.
        hierarchies: by column; public. A column without one is read by the grammar of published cells (see cells.py).
    """

    table: Table
    roles: Roles
    hierarchies: Mapping[str, Hierarchy] = field(default_factory=dict)

    @property
    def quasi_identifiers(self) -> tuple[str, ...]:
        """The quasi-identifiers that are published."""
        return tuple(name for name in self.roles.quasi_identifiers if name in self.table.names)

    @property
    def sensitive(self) -> tuple[str, ...]:
        """The sensitive columns that are published."""
        return tuple(name for name in self.roles.sensitive if name in self.table.names)

    @property
    def passed(self) -> tuple[str, ...]:
        """All other published columns: insensitive, without a role, or identifiers that were left in."""
        taken = {*self.roles.quasi_identifiers, *self.roles.sensitive}
        return tuple(name for name in self.table.names if name not in taken)
