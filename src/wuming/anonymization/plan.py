"""The plan of a table: what each column is, what is promised, how it is recoded, and how it is attacked first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field

from wuming.anonymization.hierarchies import Hierarchy, cells_of
from wuming.anonymization.hierarchy_specs import HierarchySpec, Section
from wuming.anonymization.promise_specs import PromiseSpec
from wuming.anonymization.roles import Roles
from wuming.core.tables import Table

Problem = tuple[tuple[str | int, ...], str]
"""Where in the plan, and what is wrong there."""


class RolesSection(Section):
    """What each column is. A column that is named nowhere is published unchanged, unless it seems to name people."""

    subject: str | None = Field(default=None, description="Column that names the person; removed.")
    direct: tuple[str, ...] = Field(default=(), description="Columns that identify by themselves; removed.")
    quasi_identifiers: tuple[str, ...] = Field(description="Columns an attacker may know; generalised.")
    sensitive: tuple[str, ...] = Field(description="Columns nobody shall infer; published as they are.")
    insensitive: tuple[str, ...] = Field(default=(), description="Columns that tell nothing; published as they are.")

    def roles(self) -> Roles:
        """Return them as the library takes them.

        Raises:
            TableError: as `Roles`.
        """
        return Roles(
            subject=self.subject,
            direct=self.direct,
            quasi_identifiers=self.quasi_identifiers,
            sensitive=self.sensitive,
            insensitive=self.insensitive,
        )


class GateSection(Section):
    """How the release is attacked before it is written."""

    action: Literal["refuse", "report"] = Field(
        default="refuse", description="What a failed attack test does: refuse the release, or print and record it."
    )
    margin: float = Field(default=0.05, description="By how much an attack may beat its control.")
    trials: int = Field(default=2_000, description="Trials of each attack, at least.")


class TablePlan(Section):
    """One table, one release."""

    roles: RolesSection
    model: Literal["local", "global"] = Field(
        default="local",
        description="local: boxes cut where people are (Mondrian); global: one level of its hierarchy for each column.",
    )
    k: int = Field(default=10, description="Smallest number of rows in a class, at least 2.")
    l: int = Field(default=2, description="Smallest number of distinct sensitive values in a class.")  # noqa: E741
    t: float | None = Field(
        default=None, description="Largest distance of a class's sensitive values from the table's, in [0, 1]."
    )
    promises: tuple[PromiseSpec, ...] = Field(
        default=(), description="Further models, t of one column too; global only."
    )
    hierarchies: dict[str, HierarchySpec] = Field(
        default_factory=dict,
        description="By quasi-identifier; all of them when the model is global. By sensitive column: for the distance "
        "that t is measured in.",
    )
    suppression: float = Field(default=0.0, description="Share of rows that may be left out; global only.")
    seconds: float | None = Field(default=None, description="Stop the search after this time; global only.")
    weights: dict[str, float] = Field(
        default_factory=dict, description="How much the detail of a quasi-identifier matters, 1 by default; local only."
    )
    partitioning: Literal["strict", "relaxed"] = Field(
        default="strict", description="relaxed: rows of one value may go to both sides of a cut; local only."
    )
    gate: GateSection = GateSection()

    def build_hierarchies(self, table: Table, folder: Path) -> dict[str, Hierarchy]:
        """Build or read the hierarchies for the values of a table.

        Args:
            folder: that relative paths start from.

        Raises:
            TableError: a column that is not there, or values that do not fit a builder.
            InputError: a file that cannot be read.
        """
        table.require(list(self.hierarchies))
        return {
            column: spec.build(column, cells_of(table.columns[column]), folder)
            for column, spec in self.hierarchies.items()
        }


def contradictions(plan: TablePlan) -> Iterator[Problem]:
    """Yield what does not fit together in a plan that has the right form."""
    roles = plan.roles
    quasi, sensitive = set(roles.quasi_identifiers), set(roles.sensitive)
    taken: dict[str, str] = {}
    named = {"subject": (roles.subject,) if roles.subject else (), "direct": roles.direct}
    named |= {"quasi_identifiers": roles.quasi_identifiers, "sensitive": roles.sensitive}
    named |= {"insensitive": roles.insensitive}
    for role, columns in named.items():
        for place, column in enumerate(columns):
            path = ("roles", role) if role == "subject" else ("roles", role, place)
            if column in taken:
                yield path, f"names a column that is named under {taken[column]} already; give every column one role"
            taken[column] = role
    for column in plan.weights:
        if column not in quasi:
            yield ("weights", column), "is no quasi-identifier"
    for column in plan.hierarchies:
        if column not in quasi | sensitive:
            yield ("hierarchies", column), "is no quasi-identifier and no sensitive column"
    for place, promise in enumerate(plan.promises):
        if getattr(promise, "column", None) not in {None, *sensitive}:
            yield ("promises", place, "column"), "is no sensitive column"
    if plan.model == "global":
        for column in roles.quasi_identifiers:
            if column not in plan.hierarchies:
                yield ("hierarchies",), f"has none for '{column}'; global recoding needs one for every quasi-identifier"
        for key, given in (("weights", bool(plan.weights)), ("partitioning", plan.partitioning != "strict")):
            if given:
                yield (key,), "belongs to model: local"
    else:
        given_here = {"suppression": bool(plan.suppression), "seconds": plan.seconds is not None}
        for key, given in (given_here | {"promises": bool(plan.promises)}).items():
            if given:
                yield (key,), "belongs to model: global"
