"""What a bench is: rows that measure, and figures that say what came out. Values only; nothing here runs anything."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from wuming.core.errors import MalformedRecord

if TYPE_CHECKING:
    from wuming.benchmarks.house.running import Hall


@dataclass(frozen=True)
class Goal:
    """A figure's goal.

    Attributes:
        relation: on which side of `value` a figure must lie; both sides include `value` itself.
        value: in the figure's unit.
    """

    relation: Literal[">=", "<="]
    value: float

    def reached(self, figure: float) -> bool:
        """Tell whether `figure` lies on the right side; a figure that is no number never does."""
        return figure >= self.value if self.relation == ">=" else figure <= self.value

    def __str__(self) -> str:
        """Write the goal as `≥ 0.90`."""
        return f"{'≥' if self.relation == '>=' else '≤'} {self.value:g}"


@dataclass(frozen=True)
class Figure:
    """One measured quantity.

    Attributes:
        what: the quantity, in words.
        unit: of every value; `×` for a ratio.
        values: one a repeat, in the order they were measured; at least one, all finite.
        goal: None where nothing was promised, or where the measurement is too small to be compared.
        note: what a reader must know to read the figure.
    """

    what: str
    unit: str
    values: tuple[float, ...]
    goal: Goal | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if not self.values or not all(math.isfinite(value) for value in self.values):
            raise ValueError(f"{self.what}: {len(self.values)} values; at least one is needed and all must be finite")

    @property
    def median(self) -> float:
        """The middle value."""
        return statistics.median(self.values)

    @property
    def quartiles(self) -> tuple[float, float]:
        """Lower and upper quartile, by linear interpolation between the values in order."""
        if len(self.values) == 1:
            return self.values[0], self.values[0]
        lower, _, upper = statistics.quantiles(self.values, n=4, method="inclusive")
        return lower, upper

    @property
    def reached(self) -> bool | None:
        """Whether the median reaches the goal; None where there is no goal."""
        return None if self.goal is None else self.goal.reached(self.median)

    def as_json(self) -> dict[str, Any]:
        """Return the figure as a JSON object, with median, quartiles and raw values."""
        lower, upper = self.quartiles
        return {
            "what": self.what,
            "unit": self.unit,
            "median": self.median,
            "quartiles": [lower, upper],
            "values": list(self.values),
            "goal": None if self.goal is None else asdict(self.goal),
            "reached": self.reached,
            "note": self.note,
        }

    @classmethod
    def from_json(cls, value: Any) -> Figure:
        """Read what `as_json` wrote; median and quartiles are computed again.

        Raises:
            MalformedRecord: for anything else.
        """
        try:
            goal = None if value["goal"] is None else Goal(value["goal"]["relation"], float(value["goal"]["value"]))
            values = tuple(float(one) for one in value["values"])
            return cls(str(value["what"]), str(value["unit"]), values, goal, str(value["note"]))
        except (KeyError, TypeError, ValueError) as error:
            raise MalformedRecord("a figure of the result file is not one that was written here") from error


@dataclass(frozen=True)
class Outcome:
    """What one row measured.

    Attributes:
        figures: in the order they are shown.
        raw: everything that was measured, for those who want to compute something else; JSON.
        notes: what went otherwise than meant, and what a reader must know of the whole row.
    """

    figures: tuple[Figure, ...]
    raw: dict[str, Any]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings:
    """How to measure; the same for all rows.

    Attributes:
        repeats: measured rounds, at least 1; each contestant runs once a round, in turn.
        threads: of each contestant.
        quick: shrunken workloads that show that everything works; their figures are compared with no goal.
    """

    repeats: int = 5
    threads: int = 1
    quick: bool = False


@dataclass(frozen=True)
class Row:
    """One thing to measure.

    Attributes:
        name: words joined by hyphens; unique in its bench.
        groups: `--rows` also selects by these.
        title: for the table.
        measure: does it.
        minutes: rough time at five repeats on one core, for those who wait.
        optional: measured only when it is asked for by name or group.
    """

    name: str
    groups: tuple[str, ...]
    title: str
    measure: Callable[[Hall], Outcome]
    minutes: float
    optional: bool = False


@dataclass(frozen=True)
class Bench:
    """A set of rows about one room of the house."""

    name: str
    title: str
    rows: Sequence[Row]
