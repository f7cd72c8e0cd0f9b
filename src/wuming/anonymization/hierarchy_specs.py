"""How a plan says where the hierarchy of a column comes from: a file of ARX, or a builder with its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from wuming.anonymization.hierarchies import (
    Hierarchy,
    Proposal,
    date_periods,
    division_codes,
    intervals_from_cuts,
    intervals_from_width,
    masked_codes,
    read_arx,
    redacted,
    tree_from_mapping,
)
from wuming.anonymization.hierarchies.dates import PERIODS, Period

Number = int | float


class Section(BaseModel):
    """Base of all sections of a plan: unknown keys are refused, values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class FromFile(Section):
    """A file of ARX: value;level 1;level 2;…"""

    builder: Literal["file"]
    path: Path = Field(description="The file; relative paths start from the plan's folder.")

    def build(self, column: str, cells: Sequence[str], folder: Path) -> Hierarchy:  # noqa: ARG002
        """Read it."""
        return read_arx(folder / self.path, column)


class Intervals(Section):
    """Numbers, by intervals of a width that grows level by level."""

    builder: Literal["intervals"]
    low: Number = Field(description="Begin of the public domain; no value of the data.")
    high: Number = Field(description="End of the public domain.")
    width: Number = Field(description="Of the intervals of the first level, counted from `low`.")
    factor: int = Field(default=2, description="How many intervals of a level make one of the next.")
    levels: int | None = Field(default=None, description="At most so many levels of intervals.")

    def build(self, column: str, cells: Sequence[str], folder: Path) -> Hierarchy:  # noqa: ARG002
        """Build it."""
        return intervals_from_width(
            column, cells, low=self.low, high=self.high, width=self.width, factor=self.factor, levels=self.levels
        )


class Cuts(Section):
    """Numbers, by cut points that are stated for every level."""

    builder: Literal["cuts"]
    low: Number = Field(description="Begin of the public domain.")
    high: Number = Field(description="End of the public domain.")
    cuts: tuple[tuple[Number, ...], ...] = Field(description="For each level, from fine to coarse, its cut points.")

    def build(self, column: str, cells: Sequence[str], folder: Path) -> Hierarchy:  # noqa: ARG002
        """Build it."""
        return intervals_from_cuts(column, cells, low=self.low, high=self.high, cuts=self.cuts)


class Masked(Section):
    """Codes that count from one side, such as postcodes."""

    builder: Literal["masked"]
    length: int | None = Field(default=None, description="The longest code that the scheme allows.")
    side: Literal["right", "left"] = Field(default="right", description="Which characters are hidden first.")
    kept: tuple[int, ...] | None = Field(default=None, description="For each level how many characters stay.")

    def build(self, column: str, cells: Sequence[str], folder: Path) -> Hierarchy:  # noqa: ARG002
        """Build it."""
        return masked_codes(column, cells, side=self.side, length=self.length, kept=self.kept)


class Dates(Section):
    """ISO dates, by calendar periods."""

    builder: Literal["dates"]
    low: str = Field(description="First day of the public domain, such as 1990-01-01.")
    high: str = Field(description="Last day of the public domain.")
    periods: tuple[Period, ...] = Field(default=PERIODS, description="Levels, from short to long.")

    def build(self, column: str, cells: Sequence[str], folder: Path) -> Hierarchy:  # noqa: ARG002
        """Build it."""
        return date_periods(column, cells, low=self.low, high=self.high, periods=self.periods)


class Tree(Section):
    """Categories with a tree."""

    builder: Literal["tree"]
    tree: dict[str, Any] = Field(description="Name: names below it, as mappings or lists. All leaves are values.")

    def build(self, column: str, cells: Sequence[str], folder: Path) -> Hierarchy:  # noqa: ARG002
        """Build it."""
        return tree_from_mapping(column, self.tree, missing="" in cells)


class Divisions(Section):
    """Six digits of GB/T 2260: county, city, province, region."""

    builder: Literal["divisions"]

    def build(self, column: str, cells: Sequence[str], folder: Path) -> Hierarchy:  # noqa: ARG002
        """Build it."""
        return division_codes(column, cells)


class Redacted(Section):
    """The value or nothing."""

    builder: Literal["redacted"]

    def build(self, column: str, cells: Sequence[str], folder: Path) -> Hierarchy:  # noqa: ARG002
        """Build it."""
        return redacted(column, cells)


HierarchySpec = Annotated[
    FromFile | Intervals | Cuts | Masked | Dates | Tree | Divisions | Redacted, Field(discriminator="builder")
]

_NAMES = {
    "intervals_from_width": "intervals",
    "date_periods": "dates",
    "division_codes": "divisions",
    "masked_codes": "masked",
    "redacted": "redacted",
}


def fields_of(proposal: Proposal) -> dict[str, int | float | str]:
    """Return what a plan says to get the hierarchy that is proposed."""
    return {"builder": _NAMES[proposal.builder], **proposal.parameters}
