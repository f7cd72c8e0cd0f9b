"""What a perturbation promises, as a value: also that it promises nothing formal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy.typing as npt

from wuming.core.tables import Table


@dataclass(frozen=True)
class Guarantee:
    """What is guaranteed about each cell of the named columns.

    Attributes:
        kind: `local differential privacy`: whatever was published, its probability under any two true values of the
            cell differs by a factor of at most exp(epsilon). `none`: nothing formal.
        columns: which cells are meant. The other columns of a row may still say whose it is.
        statement: one sentence for people.
        epsilon: ≥ 0 where the kind is local differential privacy, else None. Several perturbations of one person's
            cells add up.
    """

    kind: Literal["none", "local differential privacy"]
    columns: tuple[str, ...]
    statement: str
    epsilon: float | None = None

    def __post_init__(self) -> None:
        """Check that an epsilon is there exactly where one is promised."""
        formal = self.kind != "none"
        if formal != (self.epsilon is not None) or (self.epsilon is not None and not 0 <= self.epsilon < math.inf):
            raise ValueError(f"kind={self.kind!r} and epsilon={self.epsilon} do not fit")

    def as_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "kind": self.kind,
            "columns": list(self.columns),
            "epsilon": self.epsilon,
            "statement": self.statement,
        }


@dataclass(frozen=True)
class Perturbed:
    """A table of which some columns are perturbed.

    Attributes:
        table: all columns, in the order of before; rows keep their places.
        guarantee: what is promised about the perturbed cells.
        survives: which statistics can still be had, and how; one sentence each.
    """

    table: Table
    guarantee: Guarantee
    survives: tuple[str, ...]


def replaced(table: Table, columns: Mapping[str, npt.NDArray[Any]]) -> Table:
    """Return a table with some columns replaced."""
    return Table({name: columns.get(name, column) for name, column in table.columns.items()})
