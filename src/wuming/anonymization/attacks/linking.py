"""Finding a target's row, and linking what two parties know of him through the table.

Source: WP29, Opinion 05/2014 (WP216), section 2.2, first and second criterion. The line-up: Giomi et al., PoPETs 2023,
section 4.2 links two parts of a record by whether their nearest synthetic rows agree; here he chooses among ten.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wuming.anonymization.attacks.attack import Knowing, Tries
from wuming.anonymization.attacks.matching import Candidates, Classes, Codes, View
from wuming.anonymization.attacks.trial import Trial
from wuming.core.tables import Table

LINE_UP = 10


@dataclass(frozen=True)
class Isolation(Knowing):
    """He knows some of the target's values exactly, and succeeds if one published row alone fits them.

    Of a member that row is his own (linked: what else stands in it is known now). Of somebody who is not in the table
    it is another's; that this happens as often shows that a fit proves nothing.

    Attributes:
        by: what he knows, in a word or two.
    """

    by: str

    @property
    def name(self) -> str:
        """See `Attack`."""
        return f"isolation by {self.by}"

    @property
    def advice(self) -> str:
        """See `Attack`."""
        return "Make the named columns coarser (round, group), give them the role of quasi-identifiers, or drop them."

    def tries(self, trial: Trial) -> tuple[Tries, Tries]:
        """See `Attack`."""
        return self._on(trial.view, trial.members), self._on(trial.view, trial.controls)

    def _on(self, view: View, targets: Table) -> Tries:
        classes, candidates = view.classes(self.known), view.candidates(self.known, targets)
        fitting = np.add.reduceat(classes.sizes[candidates.classes], candidates.starts[:-1])
        alone: Tries = ((fitting == 1) & candidates.covered).astype(np.int8)
        return alone


@dataclass(frozen=True)
class SinglingOut(Knowing):
    """He sees nothing but the table, takes a row at random, and claims that exactly one person is as it says.

    Judged among as many people who are in the table as who are not. The first is singled out by the table, the second
    by chance.

    Source: Cohen and Nissim, "Towards formalizing the GDPR's notion of singling out", PNAS 117(15), 2020.
    """

    @property
    def name(self) -> str:
        """See `Attack`."""
        return "singling out"

    @property
    def advice(self) -> str:
        """See `Attack`."""
        return "Make the named columns coarser (round, group) or drop them: together they describe single people."

    def tries(self, trial: Trial) -> tuple[Tries, Tries]:
        """See `Attack`."""
        classes = trial.view.classes(self.known)
        rng = np.random.default_rng(trial.seed)
        chosen = classes.of_row[rng.permutation(trial.view.rows)[: trial.members.rows]]
        return self._among(trial, trial.members)[chosen], self._among(trial, trial.controls)[chosen]

    def _among(self, trial: Trial, people: Table) -> Tries:
        """Return [classes] 1 where exactly one person fits."""
        candidates = trial.view.candidates(self.known, people)
        fits = candidates.classes[candidates.covered[candidates.targets]]
        described: Tries = (np.bincount(fits, minlength=trial.view.classes(self.known).count) == 1).astype(np.int8)
        return described


@dataclass(frozen=True)
class Linkability(Knowing):
    """One party knows half of the columns of the target, another the other half of ten people's, his among them.

    They want to find him among the ten, and pick the one whose half occurs most above chance in the published rows that
    fit his. Without a table they are right one time in ten. What can be told about sensitive values is for `Inference`.

    Attributes:
        other: the columns of the second party.
    """

    other: tuple[str, ...]

    @property
    def name(self) -> str:
        """See `Attack`."""
        return "linkability"

    @property
    def advice(self) -> str:
        """See `Attack`."""
        return f"Make these columns coarser, or {', '.join(self.other)}; or ask for a larger k."

    def tries(self, trial: Trial) -> tuple[Tries, Tries]:
        """See `Attack`."""
        return self._on(trial, trial.members), self._on(trial, trial.controls)

    def _on(self, trial: Trial, targets: Table) -> Tries:
        view, rng = trial.view, np.random.default_rng(trial.seed)
        ours, theirs = view.classes(self.known), view.classes(self.other)
        fits, holds = view.candidates(self.known, targets), view.candidates(self.other, targets)
        both = Classes.of([ours.of_row, theirs.of_row], view.rows)
        keys = ours.of_row[both.first_rows] * theirs.count + theirs.of_row[both.first_rows]  # rising
        decoys = rng.integers(1, targets.rows, size=(targets.rows, LINE_UP - 1))
        people = (np.arange(targets.rows)[:, None] + np.pad(decoys, ((0, 0), (1, 0)))) % targets.rows
        score = np.stack(
            [_rows_in_both(fits, holds, people[:, place], theirs.count, keys, both.sizes) for place in range(LINE_UP)],
            axis=1,
        )
        score = score / np.add.reduceat(theirs.sizes[holds.classes], holds.starts[:-1])[people]
        ties = np.where(score == score.max(axis=1, keepdims=True), rng.random(score.shape), -1.0)
        found: Tries = (ties.argmax(axis=1) == 0).astype(np.int8)
        return found


def _rows_in_both(
    fits: Candidates, holds: Candidates, people: Codes, count: int, keys: Codes, sizes: Codes
) -> npt.NDArray[np.float64]:
    """Return [targets] how many published rows are in a class of the target's and in one of the other person's.

    Args:
        fits: classes of the targets.
        holds: classes of the others.
        people: [targets] the other person.
        count: number of classes of the others.
        keys, sizes: the pairs of classes that occur, as ours x count + theirs in rising order, and their rows.
    """
    begins, many = holds.starts[people], np.diff(holds.starts)[people]
    owner = fits.targets
    repeats = many[owner]
    entry = np.repeat(np.arange(len(owner)), repeats)
    within = np.arange(len(entry)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    wanted = fits.classes[entry] * count + holds.classes[begins[owner[entry]] + within]
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    rows = np.where(keys[place] == wanted, sizes[place], 0)
    return np.bincount(owner[entry], weights=rows, minlength=len(people)).astype(np.float64)
