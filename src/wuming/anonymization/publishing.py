"""A plan carried out: on a whole table for the release, on some of its rows for a trial."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import Any

from wuming.anonymization.engine import Anonymised, anonymise
from wuming.anonymization.global_engine import anonymise_globally
from wuming.anonymization.hierarchies.intervals import parse_number
from wuming.anonymization.plan import TablePlan
from wuming.anonymization.recoding import Standing
from wuming.anonymization.release import Release
from wuming.anonymization.role_proposals import complete
from wuming.core.errors import TableError
from wuming.core.tables import Table

_SHORTEST_CODE = 4


class Publisher:
    """Carries out a plan. Hierarchies are made once, for the whole table, so a trial on some rows uses the same.

    Args:
        table: one row a person.
        plan: checked, all columns in it.
        folder: that relative paths in the plan start from.
        values: a table with all values that hierarchies must know; None: `table` has them.
        on_progress: is told how far a search on the whole table is.

    Raises:
        TableError, InputError: as `TablePlan.build_hierarchies`; a column of mixed types.
    """

    def __init__(
        self,
        table: Table,
        plan: TablePlan,
        folder: Path,
        *,
        values: Table | None = None,
        on_progress: Callable[[Standing], None] | None = None,
    ) -> None:
        self._table, self._plan, self._on_progress = table, plan, on_progress
        self.roles = complete(plan.roles.roles(), table)
        refuse_mixed(
            table, [c for c in (*plan.roles.quasi_identifiers, *plan.roles.sensitive) if c not in plan.hierarchies]
        )
        self.hierarchies = plan.build_hierarchies(table if values is None else values, folder)

    def varied(self, **changes: Any) -> Publisher:
        """Return the same with other fields of the plan (k, l, t), roles and hierarchies as they are."""
        other = copy(self)
        other._plan = self._plan.model_copy(update=changes)
        other.__dict__.pop("published", None)
        return other

    @cached_property
    def published(self) -> Anonymised:
        """The plan carried out on all rows; columns are in the order of the table.

        Raises:
            TableError, PrivacyParameterError, SelfCheckFailed: as `anonymise` and `anonymise_globally`.
        """
        return self._carry_out(self._table)

    def release(self, people: Table) -> Release:
        """Carry out the plan on some rows or on all; this is what the gate attacks. Raises as `published`."""
        if people is not self._table:
            return self.described(self._carry_out(people).table)
        return self.described(self.published.table)

    def described(self, published: Table) -> Release:
        """Return what everybody knows of a published table."""
        return Release(published, self.roles, self.hierarchies)

    def _carry_out(self, table: Table) -> Anonymised:
        plan, roles = self._plan, self.roles
        common: dict[str, Any] = {
            "subject": roles.subject,
            "direct": roles.direct,
            "quasi_identifiers": roles.quasi_identifiers,
            "sensitive": roles.sensitive,
            "insensitive": roles.insensitive,
            "k": plan.k,
            "l": plan.l,
            "t": plan.t,
            "hierarchies": self.hierarchies,
        }
        if plan.model == "global":
            done = anonymise_globally(
                table,
                **common,
                promises=[promise.of(table) for promise in plan.promises],
                suppression=plan.suppression,
                seconds=plan.seconds,
                on_progress=self._on_progress if table is self._table else None,
            )
        else:
            done = anonymise(table, **common, weights=plan.weights, partitioning=plan.partitioning)
        kept = [name for name in table.names if name in done.table.names]
        return Anonymised(done.table.select(kept), done.claims)


def refuse_mixed(table: Table, columns: Sequence[str]) -> None:
    """Refuse columns in which most cells are numbers and some are none: they would be cut as words, not as numbers.

    Codes of one length, such as postcodes, are no such numbers.

    Raises:
        TableError: names the column and the counts.
    """
    for name in columns:
        if table.columns[name].dtype != object:
            continue
        present = [cell for cell in table.columns[name].tolist() if cell]
        numbers = [cell for cell in present if parse_number(cell) is not None]
        lengths = {len(cell) for cell in numbers}
        code = len(lengths) == 1 and min(lengths) >= _SHORTEST_CODE
        if len(present) / 2 <= len(numbers) < len(present) and not code:
            raise TableError(
                f"column '{name}' is mixed: {len(present) - len(numbers):,} of {len(present):,} cells are no numbers",
                help="Repair or empty these cells, or give the column a hierarchy.",
            )
