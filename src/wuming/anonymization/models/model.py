"""What every privacy model answers: does each class of rows that look alike keep the promise?

A model is a value. It holds its parameters and what it must know about the original table (a sensitive column, a
population), and it is asked about one way to put rows into classes after another. Nothing here decides how rows are
put into classes.

The table of the search
    P   a release: every row has a class 0 … count - 1, or -1 where it is suppressed.
    Promises are judged on what is released. What a model compares a class with (the distribution of a sensitive column)
    is that of the *original* table, all its rows, suppressed ones too; it stays the same throughout the search.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from wuming.anonymization.models.measures import Codes

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Monotone:
    """What follows, for every table, once all classes of a release keep the promise. False: it does not follow.

    Attributes:
        generalisation: all classes still keep it after classes are joined, in whatever way; suppressed rows stay
            suppressed. Allows to accept all that is coarser, where nothing is suppressed in between.
        suppression: the classes that are left still keep it after any whole classes are suppressed.
        addition: a class with rows that keeps it still does after any others join it, rows of classes that broke the
            promise and suppressed rows among them. This is what a search with suppression needs: only with it do
            coarser releases suppress no more rows than finer ones, because what was suppressed for breaking the promise
            comes back one level up and may spoil the class it comes to.
    """

    generalisation: bool
    suppression: bool
    addition: bool = False

    def __and__(self, other: Monotone) -> Monotone:
        """Return what follows for two promises kept at once."""
        return Monotone(
            self.generalisation and other.generalisation,
            self.suppression and other.suppression,
            self.addition and other.addition,
        )


class Model(Protocol):
    """A promise about every class of rows that look alike."""

    @property
    def name(self) -> str:
        """What is promised, as a reader would write it: "5-anonymity"; parameters and column names, no values."""
        ...

    @property
    def monotone(self) -> Monotone:
        """What follows from a kept promise; proved beside each model, or False."""
        ...

    def satisfied(self, classes: Codes, count: int) -> Flags:
        """Tell which classes keep the promise.

        Args:
            classes: [rows] class number of each row, 0 … count - 1; -1 for a suppressed row.
            count: number of classes, empty ones among them.

        Returns:
            [count]; an empty class keeps every promise. A promise about the whole table is kept by all or by none.

        Raises:
            TableError: class numbers out of range, or of another number of rows than the model knows.
        """
        ...

    def figure(self, classes: Codes, count: int) -> float:
        """Return the worst class's figure, in the unit of the model's parameter; for reports.

        Where nothing is released: the figure that keeps every promise, inf (at least …) or 0 (at most …).

        Raises:
            TableError: as `satisfied`.
        """
        ...
