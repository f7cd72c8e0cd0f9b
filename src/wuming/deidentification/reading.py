"""Texts as the recognisers read them: looked at many at a time, so that short ones cost little.

A block of texts is one array of code points. Table look-ups over it give the spelling, the lower case, the rows of
digits and the places where a keyword may begin; only texts that hold invisible characters, escapes or spoken numbers
are read one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuming.deidentification.codepoints import CHANGED, DIGIT, codes_of, looked_up, text_of
from wuming.deidentification.keywords import Keywords
from wuming.deidentification.normalisation import Normalised, need_reading, normalise

_BORDER = "\x00"


class Reading(NamedTuple):
    """A text as the recognisers read it.

    Attributes:
        normalised: the text, with the way back to the original.
        lowered: in lower case, character by character.
        firsts: where each row of digits begins, ascending.
        words: where a keyword may begin, ascending.
        context: returns where a word of the context may begin, ascending; worked out for a block when first asked.
    """

    normalised: Normalised
    lowered: str
    firsts: Sequence[int]
    words: Sequence[int]
    context: Callable[[], Sequence[int]]


def read(texts: Sequence[str], keywords: Keywords[Any], context: Keywords[Any]) -> Iterator[Reading]:
    """Yield each text as the recognisers read it, in order."""
    block = _Block(texts, keywords, context)
    apart = {place: normalise(texts[place]) for place in block.special}
    if not apart:
        yield from block.readings([None] * len(texts))
        return
    again = _Block([one.text for one in apart.values()], keywords, context).readings(list(apart.values()))
    for place, reading in enumerate(block.readings([None] * len(texts))):
        yield next(again) if place in apart else reading


class _Block:
    """Some texts, at least one, in one array.

    Attributes:
        special: which of them need more than a replacement one for one.
    """

    def __init__(self, texts: Sequence[str], keywords: Keywords[Any], context: Keywords[Any]) -> None:
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
        self._words = keywords.places(small)
        self._context, self._small = context, small

    def readings(self, normalised: Sequence[Normalised | None]) -> Iterator[Reading]:
        """Yield a reading of each text; `normalised` says where the text comes from, None: from itself."""
        joined, small = self._joined, self._lowered
        firsts, words = self._by_text(self._firsts), self._by_text(self._words)
        bounds = zip(self._starts.tolist(), self._ends.tolist(), normalised, firsts, words, strict=True)
        for start, end, known, own_firsts, own_words in bounds:
            kept = known or Normalised(joined[start : end - 1])
            yield Reading(
                kept, small[start : end - 1], own_firsts, own_words, partial(self._context_between, start, end)
            )

    @cached_property
    def _context_words(self) -> NDArray[np.intp]:
        return self._context.places(self._small)

    def _context_between(self, start: int, end: int) -> Sequence[int]:
        first, last = np.searchsorted(self._context_words, (start, end))
        own: list[int] = (self._context_words[first:last] - start).tolist()
        return own

    def _by_text(self, places: NDArray[np.intp]) -> Iterator[Sequence[int]]:
        """Yield the places of each text, counted from its own beginning."""
        owners = np.searchsorted(self._starts, places, side="right") - 1
        own = (places - self._starts[owners]).tolist()
        last = np.cumsum(np.bincount(owners, minlength=len(self._starts))).tolist()
        first = 0
        for end in last:
            yield own[first:end]
            first = end
