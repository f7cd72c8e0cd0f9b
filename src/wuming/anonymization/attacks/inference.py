"""Inference: guessing a sensitive value from the published rows that fit a target.

Source: WP29, Opinion 05/2014 on anonymisation techniques (WP216), section 2.2, third criterion; homogeneity and
background knowledge: Machanavajjhala et al., "l-Diversity", TKDD 2007, section 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wuming.anonymization.attacks.attack import Knowing, Tries
from wuming.anonymization.attacks.matching import Candidates, Classes, View
from wuming.anonymization.attacks.trial import Trial
from wuming.core.tables import Column, Table

Codes = npt.NDArray[np.int64]

_MOST_VALUES = 1000
_BINS = 20
_COUNTS_AT_ONCE = 4_000_000


@dataclass(frozen=True, eq=False)
class Values:
    """What can be guessed of a sensitive column.

    Numbers count as guessed when they are guessed to a twentieth of the middle 90% of what is published: values that
    are nearly equal tell nearly the same. They are counted in bins of half that width, and two neighbouring bins are
    one guess, so nearly equal values are never parted by a border.

    Attributes:
        of_row: [published rows] number of the row's value or bin, -1 for a value that is too rare to be guessed.
        count: number of values or bins.
    """

    of_row: Codes
    count: int
    _edges: npt.NDArray[np.float64] | None
    _labels: Codes
    _view: View
    _column: str

    @classmethod
    def of(cls, view: View, column: str) -> Values:
        """Number the published values of a column."""
        published = view.release.table.columns[column]
        if published.dtype != object and view.original.columns[column].dtype != object:
            present = published[~np.isnan(published)] if published.dtype == np.float64 else published
            low, high = np.quantile(present, [0.05, 0.95]) if len(present) else (0.0, 0.0)
            edges = np.linspace(low, high, 2 * _BINS + 1) if high > low else np.array([low])
            return cls(_bins(published, edges), len(edges) + 3, edges, np.zeros(0, dtype=np.int64), view, column)
        codes = view.readings[column].codes
        kept = np.argsort(-np.bincount(codes), kind="stable")[:_MOST_VALUES]
        number = np.full(view.readings[column].size, -1, dtype=np.int64)
        number[kept] = np.arange(len(kept))
        return cls(number[codes], len(kept), None, kept, view, column)

    def guesses(self, counts: Codes) -> Codes:
        """Return [targets, guesses] how many rows speak for each guess, from [targets, values] rows of each value."""
        return counts if self._edges is None else counts[:, :-1] + counts[:, 1:]

    def right(self, guesses: Codes, truth: Column) -> npt.NDArray[np.bool_]:
        """Tell which guesses are right.

        Args:
            guesses: [targets] numbers of guesses.
            truth: [targets] the original values.
        """
        if self._edges is not None:
            above = _bins(truth, self._edges) - guesses
            flags: npt.NDArray[np.bool_] = (above == 0) | (above == 1)
            return flags
        out = np.zeros(len(guesses), dtype=np.bool_)
        for start in range(0, len(guesses), 1000):
            part = slice(start, start + 1000)
            distance = self._view.readings[self._column].distance(truth[part])
            labels = self._labels[guesses[part]]
            out[part] = distance[labels, np.arange(len(labels))] == 0
        return out


@dataclass(frozen=True)
class Inference(Knowing):
    """He knows the target's quasi-identifiers and what is passed unchanged, sees the table, and guesses a sensitive
    value: the most frequent one among the rows that fit best.

    Attributes:
        column: what is guessed.
        background: he also knows the target's other sensitive values.
    """

    column: str
    background: bool = False

    @property
    def name(self) -> str:
        """See `Attack`."""
        return f"{'background knowledge' if self.background else 'inference'} of {self.column}"

    @property
    def advice(self) -> str:
        """See `Attack`."""
        return (
            f"Ask for a larger k, or for t-closeness of '{self.column}'; publish fewer or coarser columns"
            f"{'; leave out one of the sensitive columns' if self.background else ''}."
        )

    def tries(self, trial: Trial) -> tuple[Tries, Tries]:
        """See `Attack`."""
        values = Values.of(trial.view, self.column)
        return (
            self._on(trial.view, values, trial.members),
            self._on(trial.view, values, trial.controls),
        )

    def _on(self, view: View, values: Values, targets: Table) -> Tries:
        counts = values.guesses(value_counts(view.classes(self.known), values, view.candidates(self.known, targets)))
        return values.right(counts.argmax(axis=1), targets.columns[self.column]).astype(np.int8)


@dataclass(frozen=True)
class Homogeneity(Knowing):
    """He knows as much as for inference, but speaks only when all rows that fit have one sensitive value.

    Counted are those of whom he speaks, so a weakness of few rows is not lost among many.

    Attributes:
        column: what he tells.
    """

    column: str

    @property
    def name(self) -> str:
        """See `Attack`."""
        return f"homogeneity of {self.column}"

    @property
    def advice(self) -> str:
        """See `Attack`."""
        return f"Ask for l of at least 2, better for t-closeness, of '{self.column}'."

    def tries(self, trial: Trial) -> tuple[Tries, Tries]:
        """See `Attack`."""
        values = Values.of(trial.view, self.column)
        return (
            self._on(trial.view, values, trial.members),
            self._on(trial.view, values, trial.controls),
        )

    def _on(self, view: View, values: Values, targets: Table) -> Tries:
        classes, candidates = view.classes(self.known), view.candidates(self.known, targets)
        counts = values.guesses(value_counts(classes, values, candidates))
        fitting = np.add.reduceat(classes.sizes[candidates.classes], candidates.starts[:-1])
        speaks = (counts.max(axis=1) == fitting) & candidates.covered
        right = values.right(counts.argmax(axis=1), targets.columns[self.column])
        return np.where(speaks, right, -1).astype(np.int8)


def value_counts(classes: Classes, values: Values, candidates: Candidates) -> Codes:
    """Return [targets, values] how often each value occurs in the rows that each target may be."""
    known = values.of_row >= 0
    pairs = classes.of_row[known] * values.count + values.of_row[known]
    table = np.bincount(pairs, minlength=classes.count * values.count).reshape(classes.count, values.count)
    targets = len(candidates.covered)
    out = np.zeros((targets, values.count), dtype=np.int64)
    start = 0
    while start < targets:
        limit = candidates.starts[start] + max(1, _COUNTS_AT_ONCE // values.count)
        stop = max(start + 1, int(np.searchsorted(candidates.starts, limit, side="right")) - 1)
        entries = slice(candidates.starts[start], candidates.starts[stop])
        begins = candidates.starts[start:stop] - candidates.starts[start]
        out[start:stop] = np.add.reduceat(table[candidates.classes[entries]], begins, axis=0)
        start = stop
    return out


def _bins(column: Column, edges: npt.NDArray[np.float64]) -> Codes:
    """Number each value's bin; missing has the last, apart from the others."""
    numbers = column.astype(np.float64)
    return np.where(np.isnan(numbers), len(edges) + 2, np.searchsorted(edges, numbers, side="right")).astype(np.int64)
