"""Population uniqueness: few of the table's people are the only ones of their kind in the whole population.

Source: Dankar, El Emam, Neisa and Roffey, "Estimating the re-identification risk of clinical data sets", BMC Medical
Informatics and Decision Making 12:66, 2012, for the choice between estimators; superpopulation.py for these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np

from wuming.anonymization.models.counting import check_classes, sizes_of
from wuming.anonymization.models.measures import Codes
from wuming.anonymization.models.model import Flags, Monotone
from wuming.anonymization.models.parameters import at_most, kept_or_empty, real_number
from wuming.anonymization.models.superpopulation import ClassSizes, pitman, slide_negative_binomial, zayatz
from wuming.core.errors import PrivacyParameterError

Method = Literal["dankar", "pitman", "snb"]
SMALL_FRACTION: Final = 0.1  # Dankar et al.: up to here Pitman, above slide negative binomial or Zayatz


@dataclass(frozen=True)
class Estimate:
    """An estimate and where it comes from.

    Attributes:
        share: of the released rows, expected to be unique in the population; never above the share that is unique
            among the rows themselves, because who is unique in the population is unique in every sample.
        source: "pitman", "snb", "zayatz"; "sample" where the rows' own uniqueness is given instead.
        converged: False where no fit was found. `share` is then the rows' own uniqueness: the highest it can be.
    """

    share: float
    source: str
    converged: bool


@dataclass(frozen=True)
class PopulationUniqueness:
    """At most a share `limit` of the released rows is expected to be unique in the population.

    An estimate from the sample, under a model of how class sizes come about, not a bound; for a bound have the
    population (k_map.py). The released rows are taken as a simple random sample, with `fraction`, of the people who
    fall into the released classes. A promise about the whole table: all classes keep it or none.

    The flags are False: joining classes, or suppressing some, changes the fitted parameters in either direction, and
    suppressing large classes raises the share of those left. Tests hold a counterexample for each.

    Attributes:
        limit: in [0, 1].
        fraction: rows over people, in (0, 1].
        method: "dankar": Pitman up to a fraction of 0.1; above it the lower of slide negative binomial and Zayatz.
            "pitman" and "snb": that one.

    Raises:
        PrivacyParameterError: a parameter is out of range.
        MissingExtra: scipy is not installed; when asked.
    """

    limit: float
    fraction: float
    method: Method = "dankar"

    def __post_init__(self) -> None:
        real_number("limit", self.limit, above=0.0, most=1.0, at=True)
        real_number("fraction", self.fraction, above=0.0, most=1.0)
        if self.method not in get_args(Method):
            raise PrivacyParameterError(
                f"method={self.method!r} is not known", help=f"Choose one of {', '.join(get_args(Method))}."
            )

    @property
    def name(self) -> str:
        """The promise in words."""
        return f"population uniqueness at most {self.limit:g} (sampling fraction {self.fraction:g}, {self.method})"

    @property
    def monotone(self) -> Monotone:
        """Nothing follows."""
        return Monotone(generalisation=False, suppression=False)

    def satisfied(self, classes: Codes, count: int) -> Flags:
        """Tell whether the table is within the limit, the same for every class that is not empty; see `Model`."""
        kept = at_most(np.array([self.figure(classes, count)]), self.limit)
        return kept_or_empty(kept, sizes_of(classes, count))

    def figure(self, classes: Codes, count: int) -> float:
        """Return the estimated share."""
        return self.estimate(classes, count).share

    def estimate(self, classes: Codes, count: int) -> Estimate:
        """Return the estimate with its source.

        Raises:
            TableError: as `Model.satisfied`.
        """
        check_classes(classes, count)
        sizes = sizes_of(classes, count)
        size, number = np.unique(sizes[sizes > 0], return_counts=True)
        counted = ClassSizes(size.astype(np.int64), number.astype(np.int64), self.fraction)
        highest = counted.unique / max(counted.rows, 1)
        if counted.unique == 0 or self.fraction == 1.0:
            return Estimate(highest, "sample", converged=True)
        use_pitman = self.method == "pitman" or (self.method == "dankar" and self.fraction <= SMALL_FRACTION)
        share = pitman(counted) if use_pitman else slide_negative_binomial(counted)
        if share is None:
            return Estimate(highest, "sample", converged=False)
        source = "pitman" if use_pitman else "snb"
        if self.method == "dankar" and not use_pitman and (lower := zayatz(counted)) < share:
            share, source = lower, "zayatz"
        return Estimate(min(share, highest), source, converged=True)
