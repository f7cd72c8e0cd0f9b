"""What the words around a candidate say: read once a place, however many recognisers ask."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import IntEnum
from itertools import repeat
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuming.deidentification.codepoints import Codes, text_of
from wuming.deidentification.keywords import LETTER, Hits, Keywords

BEFORE, AFTER = 56, 32
"""Characters before and after a candidate that are looked at."""
_FILLERS = ("编号", "number", "num", "no.", "no", "code", "id", "is", "was", *"号码是为:：# =（(，,\"'“")
_BY_END = {end: [word for word in _FILLERS if word[-1] == end] for end in {word[-1] for word in _FILLERS}}
_MOST_FILLERS = 6
_LONGEST_WORD = 64
_NUMBER, _CLOSE = "编号", 14  # 护照编号 is a passport's number


Places = NDArray[np.intp]


class Context(IntEnum):
    """What the words around a candidate say."""

    DECOY = -1  # it is named as something else: an order, a parcel, a case
    NONE = 0
    SUPPORT = 1


class Asking(NamedTuple):
    """Whoever asks what the words around a candidate say.

    Attributes:
        name: of the recogniser.
        support: words that speak for its candidates, in lower case; those of ASCII count as whole words only.
        decoys: words that name a value as something else.
    """

    name: str
    support: frozenset[str]
    decoys: frozenset[str]


class Said:
    """The words of the context in a block of texts; who is meant is a set of bits, one for each who asks.

    Args:
        lowered: the block in lower case.
        places, ends: bounds of the words that speak for a candidate, ascending by place, [n].
        supported: for whom each speaks, [n].
        named: end of a decoy → whom it speaks against, and whether it is 编号 alone.

    Attributes:
        before: place → against whom, then for whom, what stands before it speaks.
        after: place → for whom what stands behind it speaks. Both as far as they have been read.
    """

    def __init__(
        self,
        lowered: str,
        places: Places,
        ends: Places,
        supported: Sequence[int],
        named: Mapping[int, tuple[int, bool]],
    ) -> None:
        self._lowered, self._named = lowered, named
        self._places, self._ends, self._supported = places.tolist(), ends.tolist(), supported
        self._arrays = places, ends
        self._named_ends = sorted(named)
        self.before: dict[int, tuple[int, int]] = {}
        self.after: dict[int, int] = {}

    def read_before(self, place: int, first: int) -> tuple[int, int]:
        """Return, and keep in `before`, what is said before a place of the text that begins at `first`."""
        low = max(first, place - BEFORE)
        naming, near = 0, self._near(low, place)
        if self._names(low, place):
            naming, numbered = self._naming(low, place)
            if numbered and near & naming:
                naming &= ~(near & self._near(max(first, place - _CLOSE), place))
        self.before[place] = naming, near
        return naming, near

    def read_after(self, place: int, last: int) -> int:
        """Return, and keep in `after`, what is said behind a place of the text that ends at `last`."""
        found = self.after[place] = self._near(place, min(last, place + AFTER))
        return found

    def foresee(self, begins: Places, stops: Places, first: Places, last: Places) -> None:
        """Read around many places at once, but where a decoy stands before one.

        Args:
            begins, stops: bounds of candidates, [n].
            first, last: bounds of the text that holds each, [n].
        """
        low, high = np.maximum(begins - BEFORE, first), np.minimum(stops + AFTER, last)
        named = np.array(self._named_ends, dtype=np.intp)
        plain = np.searchsorted(named, begins, side="right") == np.searchsorted(named, low, side="right")
        low, begins = low[plain], begins[plain]
        self.before = dict(zip(begins.tolist(), zip(repeat(0), self._all_near(low, begins)), strict=True))
        self.after = dict(zip(stops.tolist(), self._all_near(stops, high), strict=True))

    def _near(self, start: int, end: int) -> int:
        """Return for whom the words within the bounds speak."""
        who = 0
        for number in range(bisect_left(self._places, start), len(self._places)):
            if self._places[number] >= end:
                break
            if self._ends[number] <= end:
                who |= self._supported[number]
        return who

    def _all_near(self, starts: Places, ends: Places) -> list[int]:
        """Return what `_near` does, [n]."""
        who = [0] * starts.size
        place = np.searchsorted(self._arrays[0], starts)
        beyond = np.searchsorted(self._arrays[0], ends)
        left = np.flatnonzero(place < beyond)
        while left.size:
            spoken = left[self._arrays[1][place[left]] <= ends[left]]
            for one, word in zip(spoken.tolist(), place[spoken].tolist(), strict=True):
                who[one] |= self._supported[word]
            place[left] += 1
            left = left[place[left] < beyond[left]]
        return who

    def _names(self, start: int, end: int) -> bool:
        """Say whether a decoy ends behind `start`, at most at `end`."""
        last = bisect_right(self._named_ends, end)
        return last > 0 and self._named_ends[last - 1] > start

    def _naming(self, first: int, stop: int) -> tuple[int, bool]:
        """Return whom the decoys speak against that end at `stop`, and whether all are 编号.

        At most six fillers (is, number, 号, :) stand between.
        """
        lowered = self._lowered
        who, numbered = 0, True
        for _ in range(_MOST_FILLERS + 1):
            found = self._named.get(stop)
            if found is not None:
                who, numbered = who | found[0], numbered and found[1]
            fillers = _BY_END.get(lowered[stop - 1], ()) if stop > first else ()
            length = next((len(filler) for filler in fillers if lowered.endswith(filler, first, stop)), 0)
            if not length:
                break
            stop -= length
        return who, numbered


class Vocabulary:
    """All words that the recognisers of a detector look for.

    Args:
        asking: recognisers that are told what the words around a candidate say.
        opening: words from which a recogniser reads on; those of ASCII letters count only where no letter, digit or
            `_` stands before them, and no letter after.
        others: words that are found together with them.
        behind: opening word → a sign that must follow, and something behind it, before any blank.

    Attributes:
        bits: name of a recogniser → its bit.
        openers: finds the words from which a recogniser reads on, and the others.
        context: finds the words that are said around a candidate.
    """

    def __init__(
        self,
        asking: Sequence[Asking],
        opening: Iterable[str] = (),
        others: Iterable[str] = (),
        behind: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.bits = {one.name: 1 << number for number, one in enumerate(asking)}
        support: dict[str, int] = {}
        decoys: dict[str, int] = {}
        for one in asking:
            for found, spoken in ((support, one.support), (decoys, one.decoys)):
                for word in spoken:
                    found[word] = found.get(word, 0) | self.bits[one.name]
        # Apart, for many a text holds no candidate, and then nobody asks what is said around it.
        opening, others = frozenset(opening), frozenset(word.lower() for word in others)
        self.openers, self.context = Keywords(opening | others), Keywords({*support, *decoys})
        self._opens = np.array([word in opening for word in self.openers.words], dtype=bool)
        self._behind = {number: behind[word] for number, word in enumerate(self.openers.words) if word in behind}
        self._others = {word: number for number, word in enumerate(self.openers.words) if word in others}
        self._whole_openers, self._whole_context = _Whole(self.openers.words), _Whole(self.context.words)
        words = self.context.words
        self._support, self._decoys = ([found.get(word, 0) for word in words] for found in (support, decoys))
        self._supports, self._names = (
            np.array([who > 0 for who in found], dtype=bool) for found in (self._support, self._decoys)
        )
        self._ascii = np.array([word.isascii() for word in words], dtype=bool)

    def opening(self, hits: Hits, codes: Codes) -> NDArray[np.bool_]:
        """Say from which of the hits of `openers` in a text of such code points a recogniser reads on, [n]."""
        kept: NDArray[np.bool_] = self._whole_openers(hits, hits.before > 0) & self._opens[hits.words]
        for word, sign in self._behind.items():
            some = np.flatnonzero(kept & (hits.words == word))
            if some.size:
                kept[some] = _follows(codes, hits.ends[some], sign)
        return kept

    def places(self, hits: Hits, word: str) -> NDArray[np.intp]:
        """Return where one of the other words stands, in any case of letters, by the hits of `openers`."""
        found: NDArray[np.intp] = hits.places[hits.words == self._others[word.lower()]]
        return found

    def said(self, codes: Codes) -> Said:
        """Return what the words of the context say of whom in a text in lower case, of such code points."""
        hits = self.context.find(codes)
        after_letter = hits.before == LETTER
        whole = self._supports[hits.words] & self._whole_context(hits, after_letter)
        naming = self._names[hits.words] & ~(self._ascii[hits.words] & after_letter)
        named: dict[int, tuple[int, bool]] = {}
        for end, word in zip(hits.ends[naming].tolist(), hits.words[naming].tolist(), strict=True):
            who, numbered = named.get(end, (0, True))
            named[end] = who | self._decoys[word], numbered and self.context.words[word] == _NUMBER
        supported = [self._support[word] for word in hits.words[whole].tolist()]
        return Said(text_of(codes), hits.places[whole], hits.ends[whole], supported, named)


def _follows(codes: Codes, places: Places, sign: str) -> NDArray[np.bool_]:
    """Say behind which places `sign` follows, and something behind it, before any blank, [n]."""
    behind = codes.take(places[:, None] + np.arange(_LONGEST_WORD + 1), mode="clip")
    blank = behind <= ord(" ")
    held, blank = (behind[:, :-1] == ord(sign)) & ~blank[:, 1:], blank[:, :-1]
    found: NDArray[np.bool_] = held.any(axis=1) & ~(blank.any(axis=1) & (blank.argmax(axis=1) < held.argmax(axis=1)))
    return found


class _Whole:
    """Says which words found are whole.

    Args:
        words: in lower case.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._begins, self._ends = (
            np.array(["a" <= word[place] <= "z" for word in words], dtype=bool) for place in (0, -1)
        )

    def __call__(self, hits: Hits, tied: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Say which words no letter goes on, and which are not `tied` to what stands before, [n]."""
        return ~(self._begins[hits.words] & tied) & ~(self._ends[hits.words] & hits.goes_on)


class Surroundings:
    """The words around places of one text.

    Args:
        said: returns what is said in the block that holds it; not called before somebody asks.
        first, last: bounds of the text in the block.
    """

    def __init__(self, said: Callable[[], Said], first: int, last: int) -> None:
        self._said, self._first, self._last = said, first, last

    def context(self, who: int, start: int, end: int) -> Context:
        """Return what the characters before and after say to `who`, one bit.

        An adjacent decoy outweighs a supporting word.
        """
        decoyed, supported = self.say(who, start, end)
        return Context.DECOY if decoyed & who else Context.SUPPORT if supported & who else Context.NONE

    def say(self, whom: int, start: int, end: int) -> tuple[int, int]:
        """Return against whom, then for whom, of the bits `whom` the characters before and after speak."""
        said, start, end = self._said(), start + self._first, end + self._first
        naming, near = said.before.get(start) or said.read_before(start, self._first)
        if whom & ~(naming | near):
            after = said.after.get(end)
            near |= said.read_after(end, self._last) if after is None else after
        return naming, near
