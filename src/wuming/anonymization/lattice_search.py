"""The search of a lattice for the node that loses least, and the proof that none loses less.

Nodes are taken in ascending order of what they lose before suppression (`Lattice.ascending`). A suppressed row counts 1
in every column, more than any level, so this is a lower bound of what a node loses in the end; once it reaches the best
loss found, no node that is left can do better.

Where flags allow it, a node stands for all finer ones (`Bounds`): for each node that is not settled yet the search
walks a path up, as far as the path could still hold something better, and looks for the coarsest node of it that rules
the first one out. The coarser the node, the more others it rules out with it.

Of several promises at once only some may have the flags. What breaks one of them breaks all of them together, so nodes
are ruled out by those that have them, and what is left is looked at under all.

Sources: best-first search, Hart, Nilsson and Raphael, IEEE TSSC 1968; judging a lattice by paths that are cut in half,
Samarati, IEEE TKDE 2001, section 4, and Kohlmayer, Prasser, Eckert, Kemper and Kuhn, "Flash: Efficient, Stable and
Optimal K-Anonymity", PASSAT 2012; the bound with suppressed rows is proved in bounds.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from wuming.anonymization.appraisal import Appraisal, Appraiser, penalties
from wuming.anonymization.bounds import Bounds
from wuming.anonymization.grouping import Grouping
from wuming.anonymization.hierarchies.hierarchy import Codes, Hierarchy
from wuming.anonymization.lattice import Key, Node, lattice_of
from wuming.anonymization.models.combined import All
from wuming.anonymization.models.model import Model


@dataclass(frozen=True)
class Standing:
    """How far a search is.

    Attributes:
        nodes, checked: how many the lattice has; of how many the classes were formed.
        seconds: since it began.
        ncp: the best found; None: nothing allowed was found.
        lower_bound: proved: no allowed node has less.
        ended: nothing is left to look at: what was found is the best, or nothing is allowed.
    """

    nodes: int
    checked: int
    seconds: float
    ncp: float | None
    lower_bound: float
    ended: bool


@dataclass(frozen=True, eq=False)
class Found:
    """An allowed node.

    Attributes:
        key: its loss with suppression, in units, the sum of its levels, and its levels.
        suppressed: positions of the rows that are suppressed.
    """

    key: Key
    suppressed: Codes = field(repr=False)


class _TimeUp(Exception):
    pass


class Search:
    """One search of one table's lattice.

    Args:
        codes, hierarchies: [columns]; checked before.
        model: the promise.
        limit: how many rows may be suppressed.
        seconds: when to stop; None: at the end.
        on_progress: is told after every look.

    Attributes:
        best: what was found so far.
        fewest: the smallest number of rows that were seen to break the promise at a node, or fewer than do.
    """

    def __init__(
        self,
        codes: Sequence[Codes],
        hierarchies: Sequence[Hierarchy],
        model: Model,
        *,
        limit: int,
        seconds: float | None,
        on_progress: Callable[[Standing], None] | None,
    ) -> None:
        self._started, self._seconds, self._on_progress = time.monotonic(), seconds, on_progress
        self._codes = codes
        self._lattice = lattice_of(codes, hierarchies)
        self._whole = len(codes[0]) * len(codes) * self._lattice.unit
        self._bounds = Bounds(self._lattice, largest=self._whole)
        grouping = Grouping(codes, hierarchies)
        part = part_that_bounds(model, limit=limit)
        self._all = Appraiser(grouping, model, limit=limit)
        self._part = None if part is None else Appraiser(grouping, part, limit=limit)
        self._same = part is model
        self._looked: set[Node] = set()
        self._probed: set[Node] = set()
        self._reached = 0  # what all nodes that are not settled lose at least
        self._ended = False
        self.best: Found | None = None
        self.fewest = len(codes[0])

    def run(self) -> None:
        """Settle nodes in ascending order until the best is proved, or the time is up."""
        try:
            self._dive()
            self._descend()
            for key in self._lattice.ascending():
                self._reached = key[0]
                self._check_time()
                if self.best is not None and key >= self.best.key:
                    break
                self._settle(key)
            self._ended = True
        except _TimeUp:
            pass

    def standing(self) -> Standing:
        """Tell how far it is."""
        reached = self._reached
        if self.best is not None:
            reached = self.best.key[0] if self._ended else min(reached, self.best.key[0])
        return Standing(
            nodes=self._lattice.nodes,
            checked=len(self._looked | self._probed),
            seconds=time.monotonic() - self._started,
            ncp=None if self.best is None else self.best.key[0] / self._whole,
            lower_bound=reached / self._whole,
            ended=self._ended,
        )

    def _dive(self) -> None:
        """Look for something allowed on one path from the bottom to the top, so that a short time finds something."""
        path = self._lattice.climb((0,) * self._lattice.columns, below=None)
        low, high, middle = 0, len(path) - 1, len(path) - 1
        while low <= high:
            self._look(path[middle])
            if self.best is not None and self.best.key[2] == path[middle]:
                high = middle - 1
            else:
                low = middle + 1
            middle = (low + high) // 2

    def _descend(self) -> None:
        """Go from the best to a finer neighbour as long as one is better."""
        tried: set[Node] = set()
        while self.best is not None and self.best.key[2] not in tried:
            node = self.best.key[2]
            tried.add(node)
            finer = [(*node[:c], level - 1, *node[c + 1 :]) for c, level in enumerate(node) if level]
            for neighbour in sorted(finer, key=self._lattice.key):
                if not self._ruled_out(self._lattice.key(neighbour)):
                    self._look(neighbour)
                if self.best.key[2] != node:
                    break

    def _settle(self, key: Key) -> None:
        """Rule the node of this key out, or look at it."""
        if self._ruled_out(key):
            return
        if self._part is not None:
            path = self._lattice.climb(key[2], below=None if self.best is None else self.best.key)
            low, high, middle = 0, len(path) - 1, len(path) - 1
            while low <= high:
                self._probe(path[middle])
                if self._ruled_out(key):
                    low = middle + 1
                else:
                    high = middle - 1
                middle = (low + high) // 2
            if self._ruled_out(key):
                return
        self._look(key[2])

    def _ruled_out(self, key: Key) -> bool:
        """Tell whether a node is proved to be not allowed, or no better than the best."""
        penalty = self._bounds.penalty(key[2])
        if penalty > self._whole:
            return True
        return self.best is not None and (key[0] + penalty, *key[1:]) > self.best.key

    def _look(self, node: Node) -> None:
        """Look at a node under the whole promise."""
        if node in self._looked:
            return
        self._check_time()
        seen = self._all(node)
        self._looked.add(node)
        costs = self._costs(seen)
        if self._same:
            self._bounds.learn(node, costs)
        if seen.suppressed is not None and costs is not None:
            loss, height, _ = self._lattice.key(node)
            loss += sum(int(cost[level]) for cost, level in zip(costs, node, strict=True))
            if self.best is None or (loss, height, node) < self.best.key:
                self.best = Found((loss, height, node), seen.suppressed)
        self._tell()

    def _probe(self, node: Node) -> None:
        """Look at a node under the part of the promise that says something about finer ones."""
        if self._same or self._part is None:
            self._look(node)
            return
        if node in self._probed:
            return
        self._check_time()
        seen = self._part(node)
        self._probed.add(node)
        self._bounds.learn(node, self._costs(seen))
        self._tell()

    def _costs(self, seen: Appraisal) -> list[Codes] | None:
        self.fewest = min(self.fewest, seen.rows)
        return None if seen.suppressed is None else penalties(self._lattice, self._codes, seen.suppressed)

    def _check_time(self) -> None:
        if self._seconds is not None and time.monotonic() - self._started >= self._seconds:
            raise _TimeUp

    def _tell(self) -> None:
        if self._on_progress is not None:
            self._on_progress(self.standing())


def part_that_bounds(model: Model, *, limit: int) -> Model | None:
    """Return the promises of a model that finer nodes break wherever a coarser one does; None: there are none.

    Proof that a part of several promises will do: let R be what is released of a node under all promises. Every class
    of R keeps the part. Adding the classes that were suppressed leaves that so where the part has the flag `addition`,
    so under the part no class of R is suppressed in any round: a part suppresses no more rows than the whole. Where no
    row may be suppressed, both are asked about the same classes, and the flag `generalisation` is enough.
    """
    parts = [part for part in _flat(model) if part.monotone.generalisation and (limit == 0 or part.monotone.addition)]
    if len(parts) == len(_flat(model)):
        return model
    return All(tuple(parts)) if parts else None


def _flat(model: Model) -> list[Model]:
    if isinstance(model, All):
        return [part for several in model.models for part in _flat(several)]
    return [model]
