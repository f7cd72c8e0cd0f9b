"""Re-identification risk of a table under the usual attacker models (El Emam and Dankar, JAMIA 2008; ISO/IEC 27559).

The figures are for an attacker who knows the quasi-identifiers exactly and nothing else. They are no upper bound for
one who knows more, or who has another release of the same table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wuming.anonymization.models import classes_of
from wuming.core.errors import TableError
from wuming.core.tables import Table


@dataclass(frozen=True)
class Risk:
    """Probability of naming a row's person.

    Attributes:
        maximum: for the most exposed row, in (0, 1].
        average: mean over rows; the marketer's expected share of right names.
        unique_share: share of rows that nobody else matches.
    """

    maximum: float
    average: float
    unique_share: float

    @classmethod
    def of(cls, sizes: npt.NDArray[np.int64]) -> Risk:
        """Return the prosecutor's risk by the sizes of the classes, 1 class or more, none empty."""
        rows = int(sizes.sum())
        return cls(float(1 / sizes.min()), float(len(sizes) / rows), float((sizes == 1).sum() / rows))

    def as_json(self) -> dict[str, float]:
        """Return the figures as a JSON object."""
        return {"maximum": self.maximum, "average": self.average, "unique_share": self.unique_share}


def prosecutor_risk(table: Table, quasi_identifiers: Sequence[str]) -> Risk:
    """Return the risk from an attacker who knows that the target is in the table: 1 / class size.

    Raises:
        TableError: a column that is not there.
    """
    return Risk.of(np.bincount(classes_of(table, quasi_identifiers)))


def journalist_risk(sample: Table, population: Table, quasi_identifiers: Sequence[str]) -> Risk:
    """Return the risk from an attacker who has the population and does not know who was sampled: 1 / population class.

    Args:
        sample: the released rows.
        population: all the people the sample was drawn from, generalised the same way, the sample among them.

    Raises:
        TableError: a column that is not there, one of another type, or a sample class that the population lacks.
    """
    sample.require(quasi_identifiers)
    population.require(quasi_identifiers)
    for name in quasi_identifiers:
        if sample.columns[name].dtype != population.columns[name].dtype:
            raise TableError(f"column '{name}' has two types", help="Generalise sample and population the same way.")
    both = Table({n: np.concatenate([sample.columns[n], population.columns[n]]) for n in quasi_identifiers})
    classes = classes_of(both, quasi_identifiers)
    ours, theirs = classes[: sample.rows], classes[sample.rows :]
    in_sample = np.bincount(ours, minlength=classes.max() + 1)
    in_population = np.bincount(theirs, minlength=classes.max() + 1)
    if (in_sample > in_population).any():
        raise TableError("the population does not hold the sample", help="Give the table the sample was drawn from.")
    sizes = in_population[ours]
    return Risk(float(1 / sizes.min()), float((1 / sizes).mean()), float((sizes == 1).mean()))
