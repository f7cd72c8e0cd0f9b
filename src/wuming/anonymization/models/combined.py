"""Several promises at once, for several sensitive columns or of several kinds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np

from wuming.anonymization.models.counting import check_classes, sizes_of
from wuming.anonymization.models.measures import Codes
from wuming.anonymization.models.model import Flags, Model, Monotone
from wuming.anonymization.models.parameters import whole_number
from wuming.core.errors import PrivacyParameterError


@dataclass(frozen=True)
class All:
    """Every class keeps every one of the promises.

    Proof of the flags: they are the conjunction of the models' own. If all classes keep all promises, then they keep
    each, so each follows for the coarser or the smaller release by its own flag, and then all do. (The conjunction may
    follow where a part does not; that is not claimed.)

    Attributes:
        models: one or more, which all take class numbers of the same rows.

    Raises:
        PrivacyParameterError: no model.
    """

    models: tuple[Model, ...]

    def __post_init__(self) -> None:
        if not self.models:
            raise PrivacyParameterError("no privacy model is named", help="Name at least one.")

    @property
    def name(self) -> str:
        """The promises in words."""
        return " and ".join(model.name for model in self.models)

    @property
    def monotone(self) -> Monotone:
        """See the proof."""
        return reduce(Monotone.__and__, (model.monotone for model in self.models))

    def satisfied(self, classes: Codes, count: int) -> Flags:
        """Tell which classes keep all promises; see `Model`."""
        kept: Flags = np.logical_and.reduce([model.satisfied(classes, count) for model in self.models])
        return kept

    def figure(self, classes: Codes, count: int) -> float:
        """Return the share of the classes with rows that keep all promises, 1 where all do; for parts, `figures`."""
        check_classes(classes, count)
        occupied = sizes_of(classes, count) > 0
        kept = self.satisfied(classes, count) & occupied
        return float(kept.sum() / occupied.sum()) if occupied.any() else 1.0

    def figures(self, classes: Codes, count: int) -> dict[str, float]:
        """Return each model's figure by its name."""
        return {model.name: model.figure(classes, count) for model in self.models}


@dataclass(frozen=True)
class OnSample:
    """A promise about the sample, asked where the population's rows are appended (see population.py).

    Proof of the flags: what happens to classes of all rows happens to their rows of the sample: joined, suppressed
    whole, joined by others or by none. So the flags are the model's own.

    Attributes:
        model: is asked about the first rows only; a class without any of these is empty to it.
        sample_rows: how many these are, at least 1.

    Raises:
        PrivacyParameterError: sample_rows is no whole number ≥ 1.
    """

    model: Model
    sample_rows: int

    def __post_init__(self) -> None:
        whole_number("sample_rows", self.sample_rows, least=1)

    @property
    def name(self) -> str:
        """The model's."""
        return self.model.name

    @property
    def monotone(self) -> Monotone:
        """See the proof."""
        return self.model.monotone

    def satisfied(self, classes: Codes, count: int) -> Flags:
        """Ask the model about the sample; see `Model`."""
        return self.model.satisfied(classes[: self.sample_rows], count)

    def figure(self, classes: Codes, count: int) -> float:
        """Ask the model about the sample."""
        return self.model.figure(classes[: self.sample_rows], count)
