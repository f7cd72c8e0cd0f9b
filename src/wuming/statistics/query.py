"""What a question about a table may ask, as values: which rows, which groups, which figures of each group."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Figure = Literal["count", "distinct", "sum", "mean", "variance", "deviation", "quantile"]
Comparison = Literal["=", "<>", "<", "<=", ">", ">="]
Scalar = str | int | float | bool


@dataclass(frozen=True)
class Aggregate:
    """One figure of every group.

    Attributes:
        figure: `count` (rows; with a column: rows where it is not missing), `distinct` (values of the column),
            `sum`, `mean`, `variance` (of the population, divided by the number of rows), `deviation` (its root) or
            `quantile`.
        column: of the table; None for `count` of all rows alone.
        name: what the answer calls it; unique in the query.
        level: of a quantile, within (0, 1); None otherwise.
    """

    figure: Figure
    column: str | None
    name: str
    level: float | None = None


@dataclass(frozen=True)
class Compare:
    """`column operator value`; a missing cell fulfils none."""

    column: str
    operator: Comparison
    value: Scalar


@dataclass(frozen=True)
class OneOf:
    """The column is one of the values; a missing cell is none of them."""

    column: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True)
class Missing:
    """The column is missing (NULL or NaN) in the row."""

    column: str


@dataclass(frozen=True)
class Not:
    """The condition does not hold. As in SQL, what is unknown because of a missing cell does not hold either way."""

    condition: Condition


@dataclass(frozen=True)
class AllOf:
    """Every one of the conditions holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one of the conditions holds."""

    conditions: tuple[Condition, ...]


Condition = Compare | OneOf | Missing | Not | AllOf | AnyOf


def columns_of(condition: Condition) -> frozenset[str]:
    """Return the columns that a condition looks at."""
    match condition:
        case Not(condition=inner):
            return columns_of(inner)
        case AllOf(conditions=parts) | AnyOf(conditions=parts):
            return frozenset().union(*map(columns_of, parts))
        case _:
            return frozenset((condition.column,))


@dataclass(frozen=True)
class Order:
    """The answer is sorted by one of its columns: a key or an aggregate's name."""

    name: str
    descending: bool = False


@dataclass(frozen=True)
class Bins:
    """A key that is made of a column of numbers: half-open intervals between public edges, the last one closed.

    Attributes:
        name: of the key, among `Query.keys`; no column of the table.
        column: of the table.
        edges: at least two, growing.
    """

    name: str
    column: str
    edges: tuple[float, ...]


@dataclass(frozen=True)
class Query:
    """One question. What comes after the noise (`having`, `order`, `limit`) costs nothing.

    Attributes:
        aggregates: figures of each group, at least one.
        keys: columns, or names of bins, that make the groups; none: all rows are one group.
        where: which rows count; looks at one row at a time.
        having: condition on the answer's own columns, after the noise.
        order: of the answer's rows; by default by key.
        limit: number of the answer's rows; None: all.
        bins: keys that are made of a column of numbers.
    """

    aggregates: tuple[Aggregate, ...]
    keys: tuple[str, ...] = ()
    where: Condition | None = None
    having: Condition | None = None
    order: tuple[Order, ...] = field(default=())
    limit: int | None = None
    bins: tuple[Bins, ...] = ()
