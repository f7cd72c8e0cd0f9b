"""Values exchanged between people: near in rank, or inside a stratum.

Sources: rank swapping, Moore, "Controlled data-swapping techniques for masking public use microdata sets", US Bureau of
the Census (1996). Swapping inside strata, Dalenius & Reiss, "Data-swapping: a technique for disclosure control",
Journal of Statistical Planning and Inference 6 (1982).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from wuming.anonymization.models import classes_of
from wuming.anonymization.perturbation.cells import numbers_of, share_of_rows
from wuming.anonymization.perturbation.draws import permutation, stream_or_fresh
from wuming.anonymization.perturbation.guarantee import Guarantee, Perturbed, replaced
from wuming.core.errors import TableError
from wuming.core.tables import Table
from wuming.mechanisms.gaussian import Stream


def swap_ranks(table: Table, name: str, *, share: float, stream: Stream | None = None) -> Perturbed:
    """Exchange every value of a numeric column with one whose rank differs by at most a share of the rows.

    From the smallest up, a value not yet exchanged picks one at random among those not yet exchanged within reach above
    it; if none is left there, it stays. Missing cells stay where they are and are not counted.

    Args:
        table, name: a numeric column.
        share: reach, as a share of the rows that have a value, above 0, up to 1; at least one rank.
        stream: CSPRNG to draw from, used for nothing else; None: a fresh one.

    Raises:
        TableError: no such column, text, or no value.
        PrivacyParameterError: share is out of range.

    Guarantee: nothing formal. A published value is within `share` of the ranks of its own, with certainty, and the
    extreme values stay in the table.
    """
    values = numbers_of(table, name)
    rows = np.flatnonzero(~np.isnan(values))
    reach = max(1, int(share_of_rows("share", share) * len(rows)))
    order = rows[np.argsort(values[rows], kind="stable")]
    partner = _partners(stream_or_fresh(stream).uint64(len(order)), reach)
    column = table.columns[name].copy()
    column[order] = table.columns[name][order[partner]]
    statement = f"Nothing formal: a value is within {reach} of {len(rows)} ranks of its own, and none leaves the table."
    survives = (
        "Every statistic of this column alone: exactly.",
        "Correlations with other columns: weakened by an amount that is not known, and more with a larger reach.",
    )
    return Perturbed(replaced(table, {name: column}), Guarantee("none", (name,), statement), survives)


def swap_within(
    table: Table, names: Sequence[str], *, within: Sequence[str], share: float, stream: Stream | None = None
) -> Perturbed:
    """Exchange the cells of some columns, together, between random pairs of rows of one stratum.

    Args:
        table: one row a person.
        names: columns that are exchanged, 1 or more.
        within: columns whose values settle the stratum, 1 or more; missing agrees with missing.
        share: of each stratum's rows that are paired, above 0, up to 1; rounded down to pairs.
        stream: CSPRNG to draw from, used for nothing else; None: a fresh one.

    Raises:
        TableError: no such column, one named twice, or none.
        PrivacyParameterError: share is out of range.

    Guarantee: nothing formal. Rows that are not paired, and those paired with their like, are as they were; it is not
    told which. In a stratum whose rows all agree, nothing changes.
    """
    named = [*names, *within]
    table.require(named)
    if not names or not within or len(set(named)) != len(named):
        raise TableError("swapping needs columns and strata, each named once", help="Name at least one of each.")
    share_of_rows("share", share)
    shuffled = permutation(stream_or_fresh(stream), table.rows)
    strata = classes_of(table, within)
    order = shuffled[np.argsort(strata[shuffled], kind="stable")]
    sizes = np.bincount(strata)
    place = np.arange(table.rows) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    paired = order[place < np.repeat((share * sizes).astype(np.int64) // 2 * 2, sizes)]
    source = np.arange(table.rows)
    source[paired[0::2]], source[paired[1::2]] = paired[1::2], paired[0::2]
    columns: dict[str, npt.NDArray[Any]] = {name: table.columns[name][source] for name in names}
    survives = (
        f"Every statistic of {_listed(named)} together: exactly.",
        "Every statistic of the other columns together: exactly.",
        "What joins the exchanged columns with the others: weakened, except through the strata.",
    )
    statement = f"Nothing formal: {len(paired)} of {table.rows} rows exchanged, the others are as they were."
    return Perturbed(replaced(table, columns), Guarantee("none", tuple(names), statement), survives)


def _partners(words: npt.NDArray[np.uint64], reach: int) -> npt.NDArray[np.intp]:
    """Return with which rank each rank is exchanged, itself if with none; one random word a rank."""
    size = len(words)
    partner = np.arange(size)
    pool: list[int] = []  # ranks above the one at hand, in reach, not yet exchanged; in no special order
    place = [-1] * size  # of each rank in the pool
    free, entered = [True] * size, 1

    def remove(rank: int) -> None:
        last, at = pool.pop(), place[rank]
        if last != rank:
            pool[at], place[last] = last, at

    for rank, word in enumerate(words.tolist()):
        while entered < size and entered <= rank + reach:
            place[entered] = len(pool)
            pool.append(entered)
            entered += 1
        if not free[rank]:
            continue
        if rank:
            remove(rank)
        if pool:
            other = pool[word * len(pool) >> 64]
            remove(other)
            free[other] = False
            partner[rank], partner[other] = other, rank
    return partner


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
