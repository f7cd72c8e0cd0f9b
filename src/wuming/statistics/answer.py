"""What a question costs and how far off its answer will be, before it is drawn; the answer, with error bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from wuming.statistics.query import Scalar

CONFIDENCE: Final = 0.95
"""Each interval holds the figure of the counted rows with at least this probability, over the noise alone."""

ERROR_WORDS: Final = (
    "intervals hold with 95% probability each, over the noise alone: what the limits leave out or move (max_rows, "
    "max_groups, bounds, keys) is not in them"
)


@dataclass(frozen=True)
class Cost:
    """What an answer costs: (ε, δ) for everything in it together.

    Attributes:
        epsilon: of the answer by itself.
        delta: of the answer by itself; 0 where it is pure.
        noise: `laplace` or `gaussian`; of the smooth median, `cauchy`.
        charge: how much the account's charge would grow by it, in ε at the account's δ.
        unit: unit of privacy.
        relation: neighbouring relation.
    """

    epsilon: float
    delta: float
    noise: str
    charge: float
    unit: str = "subject"
    relation: str = "add-or-remove-one"

    def as_json(self) -> dict[str, Any]:
        """Return the cost as a JSON object; there is no sampling, and it says so."""
        return {**vars(self), "sampler": "none"}

    def words(self) -> str:
        """Return the cost in one line."""
        return (
            f"epsilon {self.epsilon:.4g}, delta {self.delta:g}, unit {self.unit}, {self.relation}, "
            f"{self.noise} noise, no sampling"
        )


@dataclass(frozen=True)
class ExpectedError:
    """How far off one figure will be, known before it is drawn.

    Attributes:
        name: of the figure in the query.
        half_width: the answer is within so much of the figure with 95% probability; None where it depends on the data.
        of: in words: in which group, or on what the error depends.
    """

    name: str
    half_width: float | None
    of: str


@dataclass(frozen=True)
class Quote:
    """What a question costs and how far off it will be. Nothing was drawn and nothing charged.

    Attributes:
        cost: of the answer.
        errors: one a figure.
        groups: number of groups where keys are public; None where they are found privately.
        threshold: subjects that a group needs to be shown, about; None where keys are public.
        fits: the account can bear it now.
    """

    cost: Cost
    errors: tuple[ExpectedError, ...]
    groups: int | None
    threshold: int | None
    fits: bool

    def as_json(self) -> dict[str, Any]:
        """Return the quote as a JSON object."""
        return {
            "cost": self.cost.as_json(),
            "errors": [vars(error) for error in self.errors],
            "groups": self.groups,
            "threshold": self.threshold,
            "fits": self.fits,
        }


@dataclass(frozen=True)
class Estimate:
    """One noisy figure.

    Attributes:
        value: the figure; None where nothing useful can be said (a mean of a group that may be empty).
        low, high: ends of the 95% interval; None for a quantile, whose error is stated in rank.
    """

    value: float | int | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Row:
    """One group of an answer: the values of its keys, and its figures in the order of the query."""

    keys: tuple[Scalar, ...]
    figures: tuple[Estimate, ...]


@dataclass(frozen=True)
class Answer:
    """Noisy figures of every group. All of it may be shown.

    Attributes:
        keys: columns that make the groups.
        names: of the figures.
        rows: groups, in the order that the query asks for.
        cost: what the answer cost.
        errors: how far off each figure is, as it was known before.
    """

    keys: tuple[str, ...]
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    cost: Cost
    errors: tuple[ExpectedError, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the answer as a JSON object."""
        return {
            "rows": [self._row(row) for row in self.rows],
            "cost": self.cost.as_json(),
            "errors": [vars(error) for error in self.errors],
            "intervals": ERROR_WORDS,
        }

    def column(self, name: str) -> Sequence[Estimate]:
        """Return one figure of all groups."""
        position = self.names.index(name)
        return [row.figures[position] for row in self.rows]

    def _row(self, row: Row) -> dict[str, Any]:
        keys = dict(zip(self.keys, row.keys, strict=True))
        figures = {name: vars(figure) for name, figure in zip(self.names, row.figures, strict=True)}
        return {"keys": keys, "figures": figures}
