"""Where the people of the population fall when the sample is generalised.

Class numbers of the sample's rows alone cannot say how many people of the population share a class, because people
nobody sampled have values that no sampled row has. So the population is generalised with the sample: the table that
is recoded holds the sample's rows first and the population's after them, in a fixed order, and class numbers of all
these rows are what models get (`Appended`). The same recoding then meets both, and each class knows its rows and its
people. A holder that has counts and no rows (a statistical office's table) gives a function (`Counted`).

Whoever suppresses a class gives -1 to all of its rows, the population's too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from wuming.anonymization.models.counting import check_classes, sizes_of
from wuming.anonymization.models.measures import Codes
from wuming.anonymization.models.parameters import whole_number
from wuming.core.errors import TableError


class Population(Protocol):
    """Rows of the sample and people of the population, class by class."""

    @property
    def additive(self) -> bool:
        """Whether people are counted one by one, so that a joined class has the sum of the people of its parts."""
        ...

    def sizes(self, classes: Codes, count: int) -> tuple[Codes, Codes]:
        """Return [count] the sample's rows and [count] the population's people of each class.

        Raises:
            TableError: class numbers out of range, or a class with more rows than people.
        """
        ...


@dataclass(frozen=True)
class Appended:
    """A population whose rows follow the sample's. The sample's people are among them: they are there twice.

    Attributes:
        sample_rows: how many of the first rows are the sample, at least 1.

    Raises:
        PrivacyParameterError: sample_rows is no whole number ≥ 1.
    """

    sample_rows: int

    def __post_init__(self) -> None:
        whole_number("sample_rows", self.sample_rows, least=1)

    @property
    def additive(self) -> bool:
        """Rows are counted, so yes."""
        return True

    def sizes(self, classes: Codes, count: int) -> tuple[Codes, Codes]:
        """Count both; see `Population`."""
        check_classes(classes, count)
        if len(classes) < 2 * self.sample_rows:
            raise TableError(
                f"{len(classes):,} rows cannot hold a sample of {self.sample_rows:,} and its population",
                help="Append the population's rows, the sample's people among them.",
            )
        ours = sizes_of(classes[: self.sample_rows], count)
        theirs = sizes_of(classes[self.sample_rows :], count)
        return _checked(ours, theirs)


@dataclass(frozen=True)
class Counted:
    """A population known by a function.

    Attributes:
        people: takes class numbers of the sample's rows and their count; returns [count] people of each class.
        additive: the holder's word that `people` counts fixed people, each in one class at most, so that joined
            classes have the sum of their parts and a class has the same people whatever happens to the others. Say
            False for an estimate that does not add up: nothing is then pruned on its account.
    """

    people: Callable[[Codes, int], Codes] = field(repr=False)
    additive: bool

    def sizes(self, classes: Codes, count: int) -> tuple[Codes, Codes]:
        """Count the sample and ask for the people; see `Population`."""
        check_classes(classes, count)
        people = np.asarray(self.people(classes, count))
        if people.shape != (count,) or not np.issubdtype(people.dtype, np.integer):
            raise TableError("the population's counts are not one whole number a class", help="Return [count] counts.")
        return _checked(sizes_of(classes, count), people.astype(np.int64))


def _checked(ours: Codes, theirs: Codes) -> tuple[Codes, Codes]:
    if (ours > theirs).any():
        wrong = int((ours > theirs).sum())
        raise TableError(
            f"{wrong:,} classes have more rows than the population has people",
            help="Give the population the sample was drawn from, generalised and suppressed with it.",
        )
    return ours, theirs
