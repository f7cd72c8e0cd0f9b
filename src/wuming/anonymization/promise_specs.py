"""What a plan may promise beyond k, distinct l and t: one section a model, each turned into the model of a table."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from wuming.anonymization.hierarchy_specs import Section
from wuming.anonymization.models import (
    AverageRisk,
    BasicLikeness,
    DeltaDisclosure,
    EnhancedLikeness,
    EntropyDiversity,
    EqualDistance,
    Model,
    OrderedDistance,
    PopulationUniqueness,
    RecursiveDiversity,
    Sensitive,
    TCloseness,
)
from wuming.core.tables import Table


class Closeness(Section):
    """t-closeness of one column: the distance of a class's values from the table's is at most t."""

    model: Literal["t-closeness"]
    column: str
    t: float
    distance: Literal["equal", "ordered"] | None = Field(
        default=None, description="By default ordered for numbers, equal for categories."
    )

    def of(self, table: Table) -> Model:
        """Return the model."""
        equal = self.distance == "equal" or (self.distance is None and table.columns[self.column].dtype == object)
        return TCloseness(self.t, Sensitive.of(table, self.column), EqualDistance() if equal else OrderedDistance())


class Entropy(Section):
    """Entropy l-diversity: the entropy of a class's sensitive values is at least log l."""

    model: Literal["entropy-diversity"]
    column: str
    l: float  # noqa: E741  (the literature's name)

    def of(self, table: Table) -> Model:
        """Return the model."""
        return EntropyDiversity(self.l, Sensitive.of(table, self.column))


class Recursive(Section):
    """Recursive (c, l)-diversity: the commonest value is less than c times as frequent as the l-th and all rarer."""

    model: Literal["recursive-diversity"]
    column: str
    c: float
    l: int  # noqa: E741

    def of(self, table: Table) -> Model:
        """Return the model."""
        return RecursiveDiversity(self.c, self.l, Sensitive.of(table, self.column))


class Disclosure(Section):
    """δ-disclosure: the logarithm of a value's share of a class over its share of the table is within δ of 0."""

    model: Literal["delta-disclosure"]
    column: str
    delta: float

    def of(self, table: Table) -> Model:
        """Return the model."""
        return DeltaDisclosure(self.delta, Sensitive.of(table, self.column))


class Likeness(Section):
    """β-likeness: a value's share of a class exceeds its share of the table by at most a factor."""

    model: Literal["basic-likeness", "enhanced-likeness"]
    column: str
    beta: float

    def of(self, table: Table) -> Model:
        """Return the model."""
        kind = BasicLikeness if self.model == "basic-likeness" else EnhancedLikeness
        return kind(self.beta, Sensitive.of(table, self.column))


class Average(Section):
    """The mean risk of the rows is at most a limit."""

    model: Literal["average-risk"]
    limit: float

    def of(self, table: Table) -> Model:  # noqa: ARG002
        """Return the model."""
        return AverageRisk(self.limit)


class Uniqueness(Section):
    """At most a share of the rows is expected to be unique in the population (an estimate; needs scipy)."""

    model: Literal["population-uniqueness"]
    limit: float
    fraction: float = Field(description="Rows over people of the population.")
    method: Literal["dankar", "pitman", "snb"] = "dankar"

    def of(self, table: Table) -> Model:  # noqa: ARG002
        """Return the model."""
        return PopulationUniqueness(self.limit, self.fraction, self.method)


PromiseSpec = Annotated[
    Closeness | Entropy | Recursive | Disclosure | Likeness | Average | Uniqueness, Field(discriminator="model")
]
"""k-map and δ-presence need the population's rows and are for programs; a maximum risk of 1/k is k."""
