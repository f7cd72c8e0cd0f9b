"""What the words around a candidate say: read once a place, however many recognisers ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuming.deidentification.codepoints import Codes, text_of
from wuming.deidentification.keywords import LETTER, Hits, Keywords

BEFORE, AFTER = 56, 32
"""Characters before and after a candidate that are looked at."""
_FILLERS = ("编号", "number", "num", "no.", "no", "code", "id", "is", "was", *"号码是为:：# =（(，,\"'“")
_BY_END = {end: [word for word in _FILLERS if word[-1] == end] for end in {word[-1] for word in _FILLERS}}
_MOST_FILLERS = 6
_FARTHEST = _MOST_FILLERS * max(map(len, _FILLERS))  # characters between a decoy and a candidate
_LONGEST_WORD = 64
_NUMBER, _CLOSE = "编号", 14  # 护照编号 is a passport's number


Places = NDArray[np.intp]
Sets = NDArray[Any]
"""Who is meant: a bit for each who asks; numbers of 64 bits, or objects where more ask."""
_BITS = 62


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
        lowered: the block in lower case, a border behind each text.
        texts: where each text begins, ascending.
        places, ends: bounds of the words that speak for a candidate, ascending by place, [n].
        supported: for whom each speaks, [n].
        named: end of a decoy → whom it speaks against, and whether it is 编号 alone.
    """

    def __init__(
        self,
        lowered: str,
        texts: Places,
        places: Places,
        ends: Places,
        supported: Sets,
        named: Mapping[int, tuple[int, bool]],
    ) -> None:
        self._lowered, self._named = lowered, named
        self._firsts, self._lasts = texts, np.append(texts[1:], len(lowered)) - 1
        self._places, self._ends, self._supported = places, ends, supported
        self._named_ends = np.array(sorted(named), dtype=np.intp)

    def around(self, starts: Sequence[int], ends: Sequence[int]) -> tuple[Sequence[int], Sequence[int]]:
        """Return against whom, then for whom, the characters before and after candidates speak.

        Args:
            starts, ends: bounds of the candidates in the block, [n].
        """
        begins, stops = np.array(starts, dtype=np.intp), np.array(ends, dtype=np.intp)
        order = np.argsort(begins)  # what is looked for in order is found several times quicker
        begins, stops = begins[order], stops[order]
        text = np.searchsorted(self._firsts, begins, side="right") - 1
        low, high = np.maximum(begins - BEFORE, self._firsts[text]), np.minimum(stops + AFTER, self._lasts[text])
        near = self._near(low, begins)
        against = np.zeros_like(near)
        decoys = np.searchsorted(self._named_ends, (np.maximum(low, begins - _FARTHEST - 1), begins), side="right")
        decoyed = np.flatnonzero(decoys[0] < decoys[1])
        close = self._near(np.maximum(begins - _CLOSE, low)[decoyed], begins[decoyed]).tolist()
        bounds = zip(low[decoyed].tolist(), begins[decoyed].tolist(), strict=True)
        for place, (first, begin), closely in zip(decoyed.tolist(), bounds, close, strict=True):
            who, numbered = self._naming(first, begin)
            against[place] = who & ~closely if numbered else who
        said = np.empty((2, order.size), dtype=near.dtype)
        said[:, order] = against, near | self._near(stops, high)
        decoy, support = said.tolist()
        return decoy, support

    def _near(self, starts: Places, ends: Places) -> Sets:
        """Return for whom the words within the bounds speak, [n]."""
        first = np.searchsorted(self._places, starts)
        count = np.maximum(np.searchsorted(self._places, ends) - first, 0)
        some = np.flatnonzero(count)
        found = np.zeros(starts.size, dtype=self._supported.dtype)
        if some.size:
            first, count = first[some], count[some]
            heads = np.cumsum(count) - count
            words = np.repeat(first - heads, count) + np.arange(int(count.sum()))
            within = self._ends[words] <= np.repeat(ends[some], count)
            found[some] = np.bitwise_or.reduceat(np.where(within, self._supported[words], 0), heads)
        return found

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


def context_of(who: int, decoyed: int, supported: int) -> Context:
    """Return what is said to `who`, one bit; an adjacent decoy outweighs a supporting word."""
    return Context.DECOY if decoyed & who else Context.SUPPORT if supported & who else Context.NONE


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
        words: from which a recogniser reads on, the others, and those that are said around a candidate.
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
        opening, others = frozenset(opening), frozenset(word.lower() for word in others)
        # Many a text holds no candidate, and then nobody asks what is said around it.
        self._all, self._few = Keywords({*opening, *others, *support, *decoys}), Keywords(opening | others)
        self.words = words = self._all.words
        numbers = {word: number for number, word in enumerate(words)}
        self._numbers = np.array([numbers[word] for word in self._few.words], dtype=np.intp)
        self._opens, self._supports, self._names, self._ascii = (
            np.array([*map(told, words)], dtype=bool)
            for told in (opening.__contains__, support.__contains__, decoys.__contains__, str.isascii)
        )
        self._behind = {number: behind[word] for number, word in enumerate(words) if word in behind}
        self._others = {word: number for number, word in enumerate(words) if word in others}
        self._whole = _Whole(words)
        sets = np.int64 if len(asking) <= _BITS else object
        self._support = np.array([support.get(word, 0) for word in words], dtype=sets)
        self._named = [(decoys.get(word, 0), word == _NUMBER) for word in words]

    def find(self, codes: Codes, *, around: bool) -> Hits:
        """Return where the words stand in a text in lower case, of such code points.

        Args:
            codes: of the text.
            around: with those that are said around a candidate.
        """
        if around:
            return self._all.find(codes)
        hits = self._few.find(codes)
        return hits._replace(words=self._numbers[hits.words])

    def opening(self, hits: Hits, codes: Codes) -> NDArray[np.bool_]:
        """Say from which hits in a text of such code points a recogniser reads on, [n]."""
        kept: NDArray[np.bool_] = self._whole(hits, hits.before > 0) & self._opens[hits.words]
        for word, sign in self._behind.items():
            some = np.flatnonzero(kept & (hits.words == word))
            if some.size:
                kept[some] = _follows(codes, hits.ends[some], sign)
        return kept

    def places(self, hits: Hits, word: str) -> NDArray[np.intp]:
        """Return where one of the other words stands, in any case of letters."""
        found: NDArray[np.intp] = hits.places[hits.words == self._others[word.lower()]]
        return found

    def said(self, hits: Hits, codes: Codes, texts: Places) -> Said:
        """Return what the words of the context say of whom in a block of texts.

        Args:
            hits: with the words around.
            codes: code points in lower case, with a border behind each text.
            texts: where each text begins, ascending.
        """
        after_letter = hits.before == LETTER
        whole = self._supports[hits.words] & self._whole(hits, after_letter)
        naming = self._names[hits.words] & ~(self._ascii[hits.words] & after_letter)
        named: dict[int, tuple[int, bool]] = {}
        for end, word in zip(hits.ends[naming].tolist(), hits.words[naming].tolist(), strict=True):
            one, other = self._named[word], named.get(end)
            named[end] = one if other is None else (one[0] | other[0], one[1] and other[1])
        supported = self._support[hits.words[whole]]
        return Said(text_of(codes), texts, hits.places[whole], hits.ends[whole], supported, named)


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
