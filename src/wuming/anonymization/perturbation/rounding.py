"""Numbers rounded to a base: to the nearest multiple, at random, and at random with totals kept.

Sources: Hundepool et al., "Statistical disclosure control" (2012), sections 3.3.4 and 4.4.2. Rounding that is unbiased
in each cell and off by less than the base in each total: Cox, "A constructive procedure for unbiased controlled
rounding", Journal of the American Statistical Association 82 (1987); in one dimension it is systematic sampling.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from wuming.anonymization.models import classes_of
from wuming.anonymization.perturbation.cells import numbers_of, positive, whole_numbers_of
from wuming.anonymization.perturbation.draws import integers_below, permutation, stream_or_fresh
from wuming.anonymization.perturbation.guarantee import Guarantee, Perturbed, replaced
from wuming.core.errors import PrivacyParameterError
from wuming.core.tables import Table
from wuming.mechanisms.gaussian import Stream

_LARGEST_BASE = 2**31


def round_to_nearest(table: Table, name: str, *, base: float) -> Perturbed:
    """Round every cell of a numeric column to the nearest multiple of `base`, halves upwards; gaps stay.

    Raises:
        TableError: no such column, text, or no value.
        PrivacyParameterError: base is not above 0.

    Guarantee: nothing formal. A cell tells its value to within half a base, with certainty.
    """
    values = numbers_of(table, name)
    positive("base", base)
    rounded = np.floor(values / base + 0.5) * base
    guarantee = Guarantee("none", (name,), f"Nothing formal: a cell is known to within {base / 2:g}.")
    survives = (f"Every value, sum and mean: off by at most {base / 2:g} a row; not unbiased.",)
    return Perturbed(replaced(table, {name: rounded}), guarantee, survives)


def round_at_random(table: Table, name: str, *, base: int, stream: Stream | None = None) -> Perturbed:
    """Round every cell to one of the two multiples of `base` beside it, at random, so that its mean is its value.

    A value with rest r goes up with probability r/base; multiples stay as they are; gaps stay.

    Args:
        table, name: a column of whole numbers.
        base: at least 2, below 2³¹.
        stream: CSPRNG to draw from, used for nothing else; None: a fresh one.

    Raises:
        TableError: no such column, text, no value, or a number that is not whole.
        PrivacyParameterError: base is out of range.

    Guarantee: nothing formal. A cell tells its value to within less than a base, with certainty.
    """
    values, present = whole_numbers_of(table, name)
    rest = values % _base(base)
    up = integers_below(stream_or_fresh(stream), np.full(table.rows, base)) < rest
    return _rounded(table, name, values - rest + base * up, present, base, "Every sum of cells: unbiased.")


def round_with_totals(
    table: Table, name: str, *, base: int, groups: Sequence[str] = (), stream: Stream | None = None
) -> Perturbed:
    """Round at random as `round_at_random`, so that the total of all rows and of each group is off by less than `base`.

    Args:
        table, name, base, stream: as `round_at_random`.
        groups: columns; rows that agree in all of them are one group.

    Raises:
        TableError, PrivacyParameterError: as `round_at_random`.

    Guarantee: nothing formal, and less than that of `round_at_random`: cells of one group are rounded together, so
    whoever knows all others and the total learns more of the last.
    """
    values, present = whole_numbers_of(table, name)
    rest = values % _base(base)
    stream = stream_or_fresh(stream)
    order = permutation(stream, table.rows)
    if groups:
        order = order[np.argsort(classes_of(table, groups)[order], kind="stable")]
    # A rest goes up where the running sum of rests, from a random start, passes a multiple of the base.
    start = int(integers_below(stream, np.array([base]))[0])
    passed = (start + np.concatenate(([0], np.cumsum(rest[order])))) // base
    up = np.empty(table.rows, dtype=np.int64)
    up[order] = np.diff(passed)
    survives = f"Every sum of cells: unbiased; the total, and that of each group: off by less than {base}."
    return _rounded(table, name, values - rest + base * up, present, base, survives)


def _rounded(
    table: Table,
    name: str,
    rounded: npt.NDArray[np.int64],
    present: npt.NDArray[np.bool_],
    base: int,
    survives: str,
) -> Perturbed:
    column = rounded if present.all() else np.where(present, rounded, math.nan)
    guarantee = Guarantee("none", (name,), f"Nothing formal: a cell is known to within less than {base}.")
    return Perturbed(replaced(table, {name: column}), guarantee, (survives,))


def _base(base: int) -> int:
    if type(base) is not int or not 2 <= base < _LARGEST_BASE:
        raise PrivacyParameterError(f"base={base!r} is no whole number from 2", help="Choose 3, 5, 10, …")
    return base
