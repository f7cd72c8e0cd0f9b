"""A table as it is: the nine measures of its classes for every sensitive column, and what an attacker would get right.

The nine are those of pycanon (Sáinz-Pardo Díaz and López García, Scientific Data 9:785, 2022), so that both can be
compared: k, (α, k), distinct, entropy and recursive l-diversity, basic and enhanced β-likeness, t-closeness and
δ-disclosure. They are computed from the rows that are there; shares are those of this table, not of an original.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from wuming.anonymization.models import (
    BasicLikeness,
    Codes,
    DeltaDisclosure,
    DistinctDiversity,
    EnhancedLikeness,
    EntropyDiversity,
    EqualDistance,
    OrderedDistance,
    PopulationUniqueness,
    RecursiveDiversity,
    Sensitive,
    TCloseness,
    classes_of,
)
from wuming.anonymization.risk import journalist_risk, prosecutor_risk
from wuming.core.tables import Table

Figures = dict[str, float | None]


def measures(table: Table, quasi_identifiers: Sequence[str], sensitive: Sequence[str]) -> dict[str, Any]:
    """Measure the classes of a table.

    Returns:
        `k`, `classes`, and under `columns` for each sensitive column `alpha` (the largest share of a class that one
        value has), `l`, `entropy_l`, `recursive_c` (which c must exceed for that l; None: nothing does), `t`,
        `basic_beta`, `enhanced_beta`, `delta`; None where a figure is infinite.

    Raises:
        TableError: a column that is not there.
    """
    table.require([*quasi_identifiers, *sensitive])
    classes = classes_of(table, quasi_identifiers)
    count = int(classes.max()) + 1
    columns = {name: _of_column(table, name, classes, count) for name in sensitive}
    return {"k": int(np.bincount(classes).min()), "classes": count, "columns": columns}


def risks(
    table: Table, quasi_identifiers: Sequence[str], *, population: Table | None = None
) -> dict[str, Mapping[str, float] | float]:
    """Return the risk under each attacker: `prosecutor`, `marketer`, and `journalist` where the population is given.

    Raises:
        TableError: as `prosecutor_risk` and `journalist_risk`.
    """
    prosecutor = prosecutor_risk(table, quasi_identifiers)
    out: dict[str, Mapping[str, float] | float] = {"prosecutor": prosecutor.as_json(), "marketer": prosecutor.average}
    if population is not None:
        out["journalist"] = journalist_risk(table, population, quasi_identifiers).as_json()
    return out


def population_uniqueness(table: Table, quasi_identifiers: Sequence[str], fraction: float) -> dict[str, Any]:
    """Estimate the share of rows that are unique in the population the table was sampled from.

    Args:
        fraction: rows over people, in (0, 1].

    Returns:
        `share`, its `source` (the estimator) and whether its fit `converged`.

    Raises:
        MissingExtra: scipy is not installed.
        PrivacyParameterError: fraction is out of range.
    """
    classes = classes_of(table, quasi_identifiers)
    found = PopulationUniqueness(1.0, fraction).estimate(classes, int(classes.max()) + 1)
    return {"share": found.share, "source": found.source, "converged": found.converged}


def _of_column(table: Table, name: str, classes: Codes, count: int) -> Figures:
    column = Sensitive.of(table, name)
    pairs = column.pairs_with_missing(classes, count)
    sizes = np.bincount(classes, minlength=count)
    distinct = int(DistinctDiversity(1, column).figure(classes, count))
    distance = EqualDistance() if table.columns[name].dtype == object else OrderedDistance()
    return {
        "alpha": float((pairs.rows / sizes[pairs.of_class]).max()),
        "l": float(distinct),
        "entropy_l": _finite(EntropyDiversity(1.0, column).figure(classes, count)),
        "recursive_c": _finite(RecursiveDiversity(1.0, max(distinct, 1), column).figure(classes, count)),
        "t": _finite(TCloseness(1.0, column, distance).figure(classes, count)),
        "basic_beta": _finite(BasicLikeness(1.0, column).figure(classes, count)),
        "enhanced_beta": _finite(EnhancedLikeness(1.0, column).figure(classes, count)),
        "delta": _finite(DeltaDisclosure(1.0, column).figure(classes, count)),
    }


def _finite(figure: float) -> float | None:
    return round(figure, 6) if math.isfinite(figure) else None
