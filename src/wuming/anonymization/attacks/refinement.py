"""Downcoding by what the algorithm would have done otherwise: combinatorial refinement and minimality.

An algorithm that loses as little as it can tells something by what it did not do. The attacks assume such an algorithm;
where the release was made by another, their claims are simply no truer of members than of the control.

Sources: Chhillar, Righi, Sutter and Kornaropoulos, "Combinatorial Refinement Attacks on k-Anonymity Without Auxiliary
Information", arXiv 2509.03350 (2025); Cohen, "Attacks on Deidentification's Defenses", USENIX Security 2022, section 4;
Wong, Fu, Wang and Pei, "Minimality Attack in Privacy Preserving Data Publishing", VLDB 2007.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wuming.anonymization.attacks.attack import Knowing, Tries
from wuming.anonymization.attacks.inference import Values
from wuming.anonymization.attacks.matching import Candidates, Classes
from wuming.anonymization.attacks.trial import Trial
from wuming.anonymization.models import factorize
from wuming.core.tables import Table

Codes = npt.NDArray[np.int64]

_MOST_PAIRS = 20_000_000


@dataclass(frozen=True)
class Refinement(Knowing):
    """He sees nothing but the table, takes a row of a class that holds finer classes, and claims that the row's person
    is in none of these: else he would have been published there, at less loss.

    That a class holds a finer one is seen from the people of the trial run: all whom the finer one fits, the coarser
    one fits too, but not the other way round. The claim is one family of constraints of the paper's linear program.

    Judged by counts, since the table does not say who stands where: of the people whom a finer class fits, those beyond
    its number of rows may stand in the coarse class, so at least the rest of that class's rows keep the claim. The
    control are people of the held-out rows whom the coarse class fits.
    """

    @property
    def name(self) -> str:
        """See `Attack`."""
        return "combinatorial refinement"

    @property
    def advice(self) -> str:
        """See `Attack`."""
        return "Publish boxes that do not lie in each other: strict local recoding, or one level for the whole table."

    def tries(self, trial: Trial) -> tuple[Tries, Tries]:
        """See `Attack`."""
        classes = trial.view.classes(self.known)
        register = trial.view.covering(self.known, trial.people)
        outside = trial.view.covering(self.known, trial.controls)
        members, controls = [], []
        rng = np.random.default_rng(trial.seed)
        chosen = classes.of_row[rng.permutation(trial.view.rows)[: trial.members.rows]]
        nested = _nested(register, classes)
        for coarse, rows in zip(*np.unique(chosen, return_counts=True), strict=True):
            inner = nested.get(int(coarse))
            held_out = _whom(outside, coarse)
            if inner is None or not len(held_out):
                continue
            people = _whom(register, coarse)
            in_inner = _in_any(register, people, inner)
            strayed = max(0, int(in_inner.sum()) - int(classes.sizes[list(inner)].sum()))
            true = max(0, int(classes.sizes[coarse]) - strayed) / int(classes.sizes[coarse])
            members.append(np.arange(rows) < round(true * rows))
            kept = ~_in_any(outside, held_out, inner)
            controls.append(kept[rng.integers(0, len(kept), size=rows)])
        if not members:
            return np.zeros(0, dtype=np.int8), np.zeros(0, dtype=np.int8)
        return np.concatenate(members).astype(np.int8), np.concatenate(controls).astype(np.int8)


def _whom(candidates: Candidates, one: int) -> Codes:
    """Return the targets whom a class fits."""
    fitted: Codes = candidates.targets[candidates.classes == one]
    return fitted


def _in_any(candidates: Candidates, targets: Codes, classes: set[int]) -> npt.NDArray[np.bool_]:
    """Tell which targets one of the classes fits."""
    hits = np.unique(candidates.targets[np.isin(candidates.classes, list(classes))])
    return np.isin(targets, hits)


def _nested(register: Candidates, classes: Classes) -> dict[int, set[int]]:
    """Return for each class the classes that lie inside it, where there are any."""
    fitting = np.bincount(register.classes, minlength=classes.count)
    several = np.flatnonzero(np.diff(register.starts) > 1)
    sizes = np.diff(register.starts)[several]
    kept = np.cumsum(sizes**2) <= _MOST_PAIRS
    together: dict[int, int] = {}
    for size in np.unique(sizes[kept]).tolist():
        found = np.stack([register.of(target) for target in several[kept & (sizes == size)].tolist()])
        inner, outer = np.repeat(found, size, axis=1).reshape(-1), np.tile(found, size).reshape(-1)
        inside = fitting[inner] < fitting[outer]
        pairs, counts = np.unique(inner[inside] * classes.count + outer[inside], return_counts=True)
        for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
            together[pair] = together.get(pair, 0) + count
    out: dict[int, set[int]] = {}
    for pair, count in together.items():
        inner_class, outer_class = divmod(pair, classes.count)
        if count == fitting[inner_class]:
            out.setdefault(outer_class, set()).add(inner_class)
    return out


@dataclass(frozen=True)
class Minimality(Knowing):
    """He knows everybody's quasi-identifiers, and that the table was to have l = 2, and asks why a class was not cut.

    Where both sides of a cut would have k rows, one side must have lacked a second sensitive value. If only the
    target's side can be that one, and only one value occurs often enough to fill it, he claims that value.

    Attributes:
        column: what he tells.
        k: rows that a side needs.
    """

    column: str
    k: int

    @property
    def name(self) -> str:
        """See `Attack`."""
        return f"minimality of {self.column}"

    @property
    def advice(self) -> str:
        """See `Attack`."""
        return f"Ask for t-closeness of '{self.column}', or for a larger k; use global recoding."

    def tries(self, trial: Trial) -> tuple[Tries, Tries]:
        """See `Attack`."""
        register = trial.view.covering(self.known, trial.people)
        whole = (np.diff(register.starts) == 1) & register.covered
        home = np.full(trial.people.rows, -1, dtype=np.int64)
        home[whole] = register.classes[register.starts[:-1][whole]]
        values = Values.of(trial.view, self.column)
        columns = [factorize(trial.people.columns[name]) for name in self.known]
        claims = _Claims(trial.view.classes(self.known), values, home, [codes for codes, _ in columns], self.k)
        return self._on(trial, values, claims, trial.members), self._on(trial, values, claims, trial.controls)

    def _on(self, trial: Trial, values: Values, claims: _Claims, targets: Table) -> Tries:
        candidates = trial.view.candidates(self.known, targets)
        homes = candidates.classes[candidates.starts[:-1]]  # a target has at least one
        alone = (np.diff(candidates.starts) == 1) & candidates.covered
        guesses = np.full(targets.rows, -1, dtype=np.int64)
        places = [_places(trial.people.columns[name], targets.columns[name]) for name in self.known]
        for target in np.flatnonzero(alone).tolist():
            guesses[target] = claims.of(int(homes[target]), [int(column[target]) for column in places])
        right = values.right(np.maximum(guesses, 0), targets.columns[self.column])
        return np.where(guesses >= 0, right, -1).astype(np.int8)


class _Claims:
    """What can be said about people of a class, from the cuts that were not made."""

    def __init__(self, classes: Classes, values: Values, home: Codes, columns: list[Codes], k: int) -> None:
        self._order = np.argsort(home, kind="stable")
        self._starts = np.searchsorted(home[self._order], np.arange(classes.count + 1))
        known = values.of_row >= 0
        pairs = classes.of_row[known] * values.count + values.of_row[known]
        self._counts = np.bincount(pairs, minlength=classes.count * values.count).reshape(classes.count, values.count)
        self._columns, self._k = columns, k
        self._cuts: dict[int, list[tuple[int, int, bool, int]]] = {}

    def of(self, one: int, places: list[int]) -> int:
        """Return the claimed value of somebody of a class at a place in each column; -1: no claim."""
        for column, cut, left, value in self._telling(one):
            if (places[column] < cut) == left:
                return value
        return -1

    def _telling(self, one: int) -> list[tuple[int, int, bool, int]]:
        """Return the cuts that tell something: column, first place on the right, whether the left side, the value."""
        if one not in self._cuts:
            rows = self._order[self._starts[one] : self._starts[one + 1]]
            counts = np.sort(self._counts[one])[::-1]
            largest, second = int(counts[0]), int(counts[1]) if len(counts) > 1 else 0
            value, found = int(self._counts[one].argmax()), []
            for number, column in enumerate(self._columns):
                places, sizes = np.unique(column[rows], return_counts=True)
                left = np.cumsum(sizes)[:-1]
                right = len(rows) - left
                allowed = (left >= self._k) & (right >= self._k)
                for side, size, other in ((True, left, right), (False, right, left)):
                    certain = allowed & (size <= largest) & (size > second) & (other > largest)
                    found += [(number, int(places[cut + 1]), side, value) for cut in np.flatnonzero(certain).tolist()]
            self._cuts[one] = found
        return self._cuts[one]


def _places(register: npt.NDArray[np.generic], targets: npt.NDArray[np.generic]) -> Codes:
    """Return where the targets' values stand among the register's codes; between two codes, at the upper one."""
    codes, _ = factorize(register)
    present = np.flatnonzero(codes >= 0)
    numbers, first = np.unique(codes[present], return_index=True)
    values = register[present[first]]
    gap = targets == "" if targets.dtype == object else targets != targets
    out = np.searchsorted(values, np.where(gap, values[0], targets) if len(values) else targets)
    return np.where(gap, -1, np.append(numbers, len(numbers))[out])
