"""A private table as a person declares it: whose rows these are, how much one person counts, what is public."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from wuming.core.errors import PrivacyParameterError
from wuming.statistics.query import Scalar

LARGEST_ROWS = 1 << 20
"""Largest `max_rows` of one subject: in cells of `noise_plan` a sensitivity of 2⁴⁰."""


@dataclass(frozen=True)
class Contract:
    """What is public about a private table. Nothing here may be read off the data.

    Attributes:
        subject: column that names the person; each row is about one.
        max_rows: rows of one subject that count in one answer; the rest are left out at random. ≥ 1.
        max_groups: groups of one subject that count in one grouped answer; the rest are left out at random. ≥ 1.
        bounds: column → (low, high); values outside are moved to the nearer one. Sums, means, variances and quantiles
            need them.
        keys: column → the public list of its values; rows with other values are in no group. A grouped answer over a
            column without a list finds its keys privately and needs a δ.

    Raises:
        PrivacyParameterError: for a limit that is no whole number ≥ 1, bounds that are not finite or not in order, an
            empty list of keys or one with duplicates.
    """

    subject: str
    max_rows: int
    max_groups: int = 1
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    keys: Mapping[str, tuple[Scalar, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check and freeze."""
        if not self.subject:
            raise PrivacyParameterError("the column of the subject has no name", help="Name it: --subject user_id.")
        for name, value in (("max_rows", self.max_rows), ("max_groups", self.max_groups)):
            if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LARGEST_ROWS:
                raise PrivacyParameterError(
                    f"{name}={value!r} is no whole number from 1 to {LARGEST_ROWS}",
                    help="Say how much of one person may count; more needs more noise.",
                )
        object.__setattr__(self, "bounds", MappingProxyType({c: _bounds(c, b) for c, b in self.bounds.items()}))
        object.__setattr__(self, "keys", MappingProxyType({c: _keys(c, k) for c, k in self.keys.items()}))

    def for_columns(self, columns: Mapping[str, str]) -> Contract:
        """Return the contract with keys as the columns hold them: numbers that were listed for a text column are text.

        A list of postcodes in a file or an option reads as numbers; what it writes is kept, so nothing is lost.

        Args:
            columns: name → kind.
        """
        keys = {
            column: tuple(map(str, listed)) if columns.get(column) == "text" and type(listed[0]) is int else listed
            for column, listed in self.keys.items()
        }
        return replace(self, keys=keys)


def _bounds(column: str, bounds: tuple[float, float]) -> tuple[float, float]:
    low, high = (float(bound) for bound in bounds)
    if not (math.isfinite(low) and math.isfinite(high) and low < high) or max(abs(low), abs(high)) > 1e100:
        raise PrivacyParameterError(
            f"bounds of column {column!r} are no two finite numbers in order", help="Write them as spend=0:5000."
        )
    return low, high


def _keys(column: str, keys: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
    found = tuple(keys)
    if not found or len(set(found)) != len(found) or len({type(key) for key in found}) != 1:
        raise PrivacyParameterError(
            f"the public keys of column {column!r} are empty, repeated, or of several types",
            help="List every key once, all of them text or all of them numbers.",
        )
    if any(isinstance(key, float) and not math.isfinite(key) for key in found):
        raise PrivacyParameterError(f"a public key of column {column!r} is not finite", help="Leave NaN out.")
    return found
