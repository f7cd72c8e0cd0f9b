"""Texts as the recognisers read them: looked at many at a time, so that short ones cost little.

A block of texts is one array of code points. Table look-ups over it give the spelling, the lower case, the rows of
digits and the places where a keyword may begin; only texts that hold invisible characters, escapes or spoken numbers
are read one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuming.deidentification.codepoints import CHANGED, DIGIT, codes_of, looked_up, text_of
from wuming.deidentification.normalisation import Normalised, need_reading, normalise
from wuming.deidentification.surroundings import Said, Surroundings, Vocabulary

_BORDER = "\x00"


class Reading(NamedTuple):
    """A text as the recognisers read it.

    Attributes:
        normalised: the text, with the way back to the original.
        lowered: in lower case, character by character.
        firsts: where each row of digits begins, ascending.
        words: start, end and number of each word from which a recogniser reads on, ascending, longer ones first.
        around: returns what the words around a place say.
    """

    normalised: Normalised
    lowered: str
    firsts: Sequence[int]
    words: Sequence[tuple[int, int, int]]
    around: Callable[[], Surroundings]


def read(texts: Sequence[str], vocabulary: Vocabulary) -> Iterator[Reading]:
    """Yield each text as the recognisers read it, in order."""
    block = _Block(texts, vocabulary)
    apart = {place: normalise(texts[place]) for place in block.special}
    if not apart:
        yield from block.readings([None] * len(texts))
        return
    again = _Block([one.text for one in apart.values()], vocabulary).readings(list(apart.values()))
    for place, reading in enumerate(block.readings([None] * len(texts))):
        yield next(again) if place in apart else reading


class _Block:
    """Some texts, at least one, in one array.

    Attributes:
        special: which of them need more than a replacement one for one.
    """

    def __init__(self, texts: Sequence[str], vocabulary: Vocabulary) -> None:
        joined = _BORDER.join((*texts, ""))
        lengths = np.fromiter(map(len, texts), dtype=np.intp, count=len(texts)) + 1
        self._ends = np.cumsum(lengths)
        self._starts = self._ends - lengths
        classes, codes, small = looked_up(codes_of(joined))
        self.special = need_reading(texts, classes, self._starts)
        if not joined.isascii() and bool((classes & CHANGED).any()):
            joined = text_of(codes)
        self._joined, self._lowered = joined, joined.lower() if joined.isascii() else text_of(small)
        digit = classes & DIGIT
        firsts = digit.copy()
        firsts[1:] &= ~digit[:-1]
        self._firsts = np.flatnonzero(firsts)
        self._vocabulary, self._hits = vocabulary, vocabulary.keywords.find(small)

    def readings(self, normalised: Sequence[Normalised | None]) -> Iterator[Reading]:
        """Yield a reading of each text; `normalised` says where the text comes from, None: from itself."""
        joined, small, hits = self._joined, self._lowered, self._hits
        opening = self._vocabulary.opening(hits)
        places, ends, words = hits.places[opening], hits.ends[opening], hits.words[opening]
        owners = self._owners(places)
        offsets = self._starts[owners]
        found = list(zip((places - offsets).tolist(), (ends - offsets).tolist(), words.tolist(), strict=True))
        firsts = self._firsts
        first_owners = self._owners(firsts)
        own_firsts = (firsts - self._starts[first_owners]).tolist()
        bounds = zip(self._starts.tolist(), self._ends.tolist(), normalised, strict=True)
        last_word = last_first = 0
        word_ends, first_ends = self._counted(owners), self._counted(first_owners)
        for place, (start, end, known) in enumerate(bounds):
            kept = known or Normalised(joined[start : end - 1])
            lowered = small[start : end - 1]
            yield Reading(
                kept, lowered, own_firsts[last_first : first_ends[place]], found[last_word : word_ends[place]],
                partial(self._around, lowered, start),
            )  # fmt: skip
            last_first, last_word = first_ends[place], word_ends[place]

    def _around(self, lowered: str, start: int) -> Surroundings:
        return Surroundings(lowered, self._said, start)

    @cached_property
    def _said(self) -> Said:
        return self._vocabulary.said(self._hits)

    def _owners(self, places: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return which text holds each place, [n]."""
        return np.searchsorted(self._starts, places, side="right") - 1

    def _counted(self, owners: NDArray[np.intp]) -> list[int]:
        """Return how many of the places lie before the end of each text, [texts]."""
        counts: list[int] = np.cumsum(np.bincount(owners, minlength=len(self._starts))).tolist()
        return counts
