"""Census income as the rows need it: the table, and the hierarchies that ARX gives for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wuming.anonymization.hierarchies.arx import read_arx
from wuming.anonymization.hierarchies.hierarchy import Hierarchy
from wuming.core.tables import Table, read_table
from wuming.datasets import locate

EIGHT = ("sex", "age", "race", "marital-status", "education", "native-country", "workclass", "occupation")
SIX = ("age", "education", "marital-status", "occupation", "sex", "native-country")
SENSITIVE = ("salary-class",)

_PLACES = dict(zip((*SIX, *SENSITIVE), (0, 3, 5, 6, 9, 13, 14), strict=True))


def complete() -> Table:
    """Return the 30,162 people without a missing value, as ARX has them.

    Raises:
        UnknownDataset: the set is not on this machine.
    """
    return read_table(locate("arx") / "adult.csv")


def everybody() -> Table:
    """Return all 32,561 people of the training half, six quasi-identifiers; `?` is a category.

    Raises:
        UnknownDataset: the set is not on this machine.
    """
    lines = (locate("adult-uci") / "adult.data").read_text(encoding="utf-8").splitlines()
    cells = list(zip(*(line.split(", ") for line in lines if line), strict=True))
    columns = {}
    for name, place in _PLACES.items():
        columns[name] = np.empty(len(cells[0]), dtype=object)
        columns[name][:] = cells[place]
    return Table(columns | {"age": np.array(list(map(int, cells[0])), dtype=np.int64)})


def hierarchies(names: Sequence[str]) -> dict[str, Hierarchy]:
    """Return ARX's hierarchies by column.

    Raises:
        UnknownDataset: the set is not on this machine.
    """
    return {name: read_arx(locate("arx") / f"adult_hierarchy_{name}.csv", name) for name in names}
