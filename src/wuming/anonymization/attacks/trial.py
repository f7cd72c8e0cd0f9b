"""Trial runs: the same plan on four fifths of the rows, and the rest as a control that is not in the release.

The rows are dealt into five blocks at random. In a run one block is held out; its rows are the control, and the rows of
the next block are the members that are attacked. So no row is tried twice on one side, however many runs there are, and
both sides are equally many.

Source: Giomi, Boenisch, Wehmeyer and Tasnádi, "A Unified Framework for Quantifying Privacy Risk in Synthetic Data",
PoPETs 2023(2), section 3, for the control; there it is compared with synthetic data.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from wuming.anonymization.attacks.matching import View
from wuming.anonymization.models import factorize
from wuming.anonymization.release import Release
from wuming.core.errors import TableError
from wuming.core.tables import Table

BLOCKS = 5

_FEW = 500
_MOST_WORK = 4_000_000_000  # distances of one attack, about a minute of one core


@dataclass(frozen=True, eq=False)
class Trial:
    """One trial run.

    Attributes:
        view: the release that the plan made of the members.
        people: [members] all rows it was made from.
        members, controls: [targets] rows that are attacked, equally many.
        seed: for what an attack draws.
    """

    view: View
    people: Table
    members: Table
    controls: Table
    seed: int

    @cached_property
    def few(self) -> Trial:
        """The same run with at most 500 targets a side, for questions that need no confidence."""
        some = np.arange(min(_FEW, self.members.rows))
        return replace(self, members=self.members.take(some), controls=self.controls.take(some))


def run_trials(
    table: Table, publish: Callable[[Table], Release], *, subject: str | None, trials: int, seed: int
) -> list[Trial]:
    """Run the plan on four fifths of the rows, as often as it takes.

    Args:
        table: the original.
        publish: the plan.
        subject: column that names the person; one person's rows stay in one block.
        trials: how many targets a side, if the table has that many rows.
        seed: decides the blocks.

    Returns:
        One to five runs; together at least `trials` targets a side, or as many as there are rows.

    Raises:
        TableError: fewer than 10 rows, or the plan cannot be carried out on four fifths of them.
    """
    if table.rows < 2 * BLOCKS:
        raise TableError(
            f"{table.rows} rows are too few to hold some out for a control", help="A release needs at least 10 rows."
        )
    rng = np.random.default_rng(seed)
    block = _blocks(table, subject, rng)
    runs = min(BLOCKS, math.ceil(trials / (table.rows // BLOCKS)))
    out = []
    for run in range(runs):
        people = table.take(np.flatnonzero(block != run))
        try:
            release = publish(people)
        except TableError as error:
            raise TableError(
                f"the plan fails in a trial run on {people.rows:,} of {table.rows:,} rows: {error.message}",
                help=error.help or "Weaken the plan, or collect more rows.",
            ) from error
        view = View(release, table)
        controls = np.flatnonzero(block == run)
        members = np.flatnonzero(block == (run + 1) % BLOCKS)
        wanted = min(len(controls), len(members), math.ceil(trials / runs), _affordable(view))
        out.append(
            Trial(
                view,
                people,
                table.take(rng.permutation(members)[:wanted]),
                table.take(rng.permutation(controls)[:wanted]),
                seed + run,
            )
        )
    return out


def _blocks(table: Table, subject: str | None, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Deal the rows into blocks of equal size; the rows of one person together."""
    if subject is None or subject not in table.names:
        return rng.permutation(table.rows) % BLOCKS
    codes, people = factorize(table.columns[subject])
    nameless = np.flatnonzero(codes < 0)
    codes[nameless] = people + np.arange(len(nameless))
    dealt: npt.NDArray[np.int64] = (rng.permutation(people + len(nameless)) % BLOCKS)[codes]
    return dealt


def _affordable(view: View) -> int:
    """Return for how many targets a side the distances can be computed in reasonable time."""
    known = view.readable(view.release.table.names)
    return max(200, _MOST_WORK // (2 * view.classes(known).count * max(len(known), 1)))
