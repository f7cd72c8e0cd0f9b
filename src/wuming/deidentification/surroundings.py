"""What the words around a candidate say: read once a place, however many recognisers ask."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from functools import cached_property

from wuming.deidentification.keywords import Keywords

BEFORE, AFTER = 56, 32
"""Characters before and after a candidate that are looked at."""
_FILLERS = ("编号", "number", "num", "no.", "no", "code", "id", "is", "was", *"号码是为:：# =（(，,\"'“")
_MOST_FILLERS = 6
_NUMBER, _CLOSE = frozenset({"编号"}), 14  # 护照编号 is a passport's number
_NONE: frozenset[str] = frozenset()


class Context(IntEnum):
    """What the words around a candidate say."""

    DECOY = -1  # it is named as something else: an order, a parcel, a case
    NONE = 0
    SUPPORT = 1


class Vocabulary:
    """All words that any recogniser looks for around a candidate.

    Args:
        support: words that speak for a candidate, in lower case; those of ASCII count as whole words only.
        decoys: words that name a value as something else.
    """

    def __init__(self, support: Iterable[str], decoys: Iterable[str]) -> None:
        self.words = Keywords({word: (word,) for word in support}, glue="")
        self._decoys = tuple({*decoys})
        self._decoy_ends = frozenset(word[-1] for word in self._decoys)
        self._filler_ends = frozenset(word[-1] for word in _FILLERS)

    def near(self, lowered: str, places: Sequence[int], start: int, end: int) -> frozenset[str]:
        """Return the words within the bounds of a text in lower case; `places`: where one may begin, ascending."""
        found = []
        for number in range(bisect_left(places, start), len(places)):
            place = places[number]
            if place >= end:
                break
            found += [word for last, word in self.words.at(lowered, place) if last <= end]
        return frozenset(found) if found else _NONE

    def naming(self, before: str) -> frozenset[str]:
        """Return the decoys that `before` ends with, with at most six fillers (is, number, 号, :) after them."""
        found = []
        for _ in range(_MOST_FILLERS + 1):
            last = before[-1:]
            if last in self._decoy_ends and before.endswith(self._decoys):
                for term in self._decoys:
                    if before.endswith(term):
                        rest = before[: -len(term)][-1:]
                        if not term.isascii() or not rest.isascii() or not rest.isalpha():
                            found.append(term)
            if last not in self._filler_ends or not before.endswith(_FILLERS):
                break
            before = before[: -len(next(filler for filler in _FILLERS if before.endswith(filler)))]
        return frozenset(found) if found else _NONE


class Surroundings:
    """The words around places of one text; remembers what it has read.

    Args:
        lowered: text in lower case.
        vocabulary: what is looked for.
        places: returns where a word of the vocabulary may begin, ascending; asked only when a candidate is judged.
    """

    def __init__(self, lowered: str, vocabulary: Vocabulary, places: Callable[[], Sequence[int]]) -> None:
        self.lowered, self._vocabulary = lowered, vocabulary
        self._ask = places
        self._before: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
        self._after: dict[int, frozenset[str]] = {}

    @cached_property
    def _places(self) -> Sequence[int]:
        return self._ask()

    def context(self, support: frozenset[str], decoys: frozenset[str], start: int, end: int) -> Context:
        """Return what the characters before and after say; an adjacent decoy outweighs a supporting word."""
        known = self._before.get(start)
        if known is None:
            first = max(0, start - BEFORE)
            known = (
                self._vocabulary.near(self.lowered, self._places, first, start),
                self._vocabulary.naming(self.lowered[first:start]),
            )
            self._before[start] = known
        near, naming = known
        if naming and not naming.isdisjoint(decoys):
            whose = naming == _NUMBER and near and not near.isdisjoint(support)
            if whose and not support.isdisjoint(
                self._vocabulary.near(self.lowered, self._places, max(0, start - _CLOSE), start)
            ):
                return Context.SUPPORT
            return Context.DECOY
        if near and not near.isdisjoint(support):
            return Context.SUPPORT
        if not support:
            return Context.NONE
        after = self._after.get(end)
        if after is None:
            last = min(len(self.lowered), end + AFTER)
            after = self._after[end] = self._vocabulary.near(self.lowered, self._places, end, last)
        return Context.SUPPORT if after and not after.isdisjoint(support) else Context.NONE
