"""What each column of a table is: who the row is about, what an attacker may know, what he must not learn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from wuming.core.errors import TableError
from wuming.core.tables import Table


@dataclass(frozen=True)
class Roles:
    """The roles of a table's columns.

    Attributes:
        subject: the column that names the person; None: each row is a person of its own.
        direct: other columns that identify by themselves (name, telephone number); never published.
        quasi_identifiers: what an attacker may know about his target; published coarser.
        sensitive: what he must not learn; published.
        insensitive: harmless, published as it is. He is taken to know it.

    Raises:
        TableError: a column has two roles.
    """

    subject: str | None = None
    direct: tuple[str, ...] = ()
    quasi_identifiers: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    insensitive: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Take sequences of any kind, and check that no column is named twice."""
        for name in ("direct", "quasi_identifiers", "sensitive", "insensitive"):
            value: Sequence[str] = getattr(self, name)
            object.__setattr__(self, name, tuple(value))
        for name, count in Counter(self.named).items():
            if count > 1:
                raise TableError(f"column '{name}' is named twice", help="Give every column one role.")

    @property
    def removed(self) -> tuple[str, ...]:
        """Subject and direct identifiers: what must not be published."""
        return (*([self.subject] if self.subject is not None else []), *self.direct)

    @property
    def unchanged(self) -> tuple[str, ...]:
        """The columns that are published as they are: sensitive, then insensitive ones."""
        return (*self.sensitive, *self.insensitive)

    @property
    def published(self) -> tuple[str, ...]:
        """The columns that are published: quasi-identifiers, then those that are unchanged."""
        return (*self.quasi_identifiers, *self.unchanged)

    @property
    def named(self) -> tuple[str, ...]:
        """All columns that have a role."""
        return (*self.removed, *self.published)

    def without_role(self, table: Table) -> tuple[str, ...]:
        """Return the table's columns that have no role, in order."""
        named = set(self.named)
        return tuple(name for name in table.names if name not in named)
