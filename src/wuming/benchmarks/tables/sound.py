"""Sound releases, which the gate must let pass: one level for the whole table, public hierarchies, k, l and t set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wuming.anonymization.global_engine import anonymise_globally
from wuming.anonymization.release import Release
from wuming.anonymization.roles import Roles
from wuming.benchmarks.tables.people import hierarchies, people
from wuming.core.tables import Table

COUNT = 100


@dataclass(frozen=True)
class Sound:
    """One release.

    Attributes:
        number: 0 to 99; decides all else.
        rows: of the table.
        roles: of its columns.
        k, l, t, suppression: of the plan.
    """

    number: int
    rows: int
    roles: Roles
    k: int
    l: int  # noqa: E741  (the literature's name)
    t: float
    suppression: float

    def table(self) -> Table:
        """Draw the people."""
        return people(self.rows, seed=1000 + self.number, tie=(0.0, 0.3, 0.6)[self.number % 3])

    def publish(self, whole: Table) -> Callable[[Table], Release]:
        """Return the plan, with the hierarchies of the whole table."""
        chosen = {name: made for name, made in hierarchies(whole).items() if name in self.roles.quasi_identifiers}

        def plan(rows: Table) -> Release:
            found = anonymise_globally(
                rows,
                subject=self.roles.subject,
                direct=self.roles.direct,
                quasi_identifiers=self.roles.quasi_identifiers,
                sensitive=self.roles.sensitive,
                hierarchies=chosen,
                k=self.k,
                l=self.l,
                t=self.t,
                suppression=self.suppression,
            )
            return Release(found.table, self.roles, chosen)

        return plan


def sound_releases() -> tuple[Sound, ...]:
    """Return the hundred: tables of 1,000 to 8,000 people, three to five quasi-identifiers, one or two sensitive.

    k is 10 or more. A second sensitive column has two values only, and k is then 50 or more: who knows one of two
    columns splits each class by it, and guesses the other from few rows.
    """
    out = []
    for number in range(COUNT):
        rng = np.random.default_rng(number)
        quasi = rng.permutation(np.array(["age", "sex", "postcode", "school", "income"]))[: rng.integers(3, 6)]
        sensitive = [["plan"], ["illness"], ["score"], ["plan", "news"]][number % 4]
        roles = Roles(
            subject="id",
            direct=("name", "phone"),
            quasi_identifiers=tuple(sorted(quasi.tolist())),
            sensitive=tuple(sensitive),
        )
        out.append(
            Sound(
                number,
                rows=int(rng.choice([1000, 2000, 4000, 8000])),
                roles=roles,
                k=int(rng.choice([10, 20, 50] if len(sensitive) == 1 else [50, 100])),
                l=int(rng.choice([2, 3])) if len(sensitive) == 1 else 2,
                t=float(rng.choice([0.15, 0.2, 0.3])),
                suppression=float(rng.choice([0.0, 0.02, 0.05])),
            )
        )
    return tuple(out)
