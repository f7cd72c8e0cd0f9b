"""Texts as the recognisers read them: looked at many at a time, so that short ones cost little.

A block of texts is one array of code points. Table look-ups over it give the spelling, the lower case, the rows of
digits that may be an identifier, the places where a keyword begins and the signs that some recognisers need; only texts
that hold invisible characters, escapes or spoken numbers are read one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wuming.deidentification.codepoints import CHANGED, DIGIT, codes_of, looked_up, text_of
from wuming.deidentification.keywords import Hits
from wuming.deidentification.normalisation import Normalised, need_reading, normalise
from wuming.deidentification.signs import Sign
from wuming.deidentification.stretches import Stretches
from wuming.deidentification.surroundings import Said, Surroundings, Vocabulary

_BORDER = "\x00"
_WORTHWHILE = 1 << 13  # characters of a block for which a look at the whole costs less than it saves


class Selection(Protocol):
    """Says which stretches of a block are worth a closer look, and what for."""

    def __call__(self, stretches: Stretches, /) -> NDArray[np.intp]:
        """Return a number for each stretch; 0: everything; negative: it is not worth a look."""
        ...


def _every(stretches: Stretches) -> NDArray[np.intp]:
    return np.zeros(stretches.starts.size, dtype=np.intp)


class Reading:
    """A text as the recognisers read it.

    Attributes:
        rows: where each row of digits begins that is worth a look, and the number that its stretch was given;
            ascending.
        words: start, end and number of each word from which a recogniser reads on, ascending, longer ones first.
        signs: numbers of those that it may hold.
    """

    __slots__ = ("_block", "_known", "_start", "_stop", "rows", "signs", "words")

    def __init__(
        self,
        block: _Block,
        start: int,
        stop: int,
        known: Normalised | None,
        rows: Sequence[tuple[int, int]],
        words: Sequence[tuple[int, int, int]],
        signs: Sequence[int],
    ) -> None:
        self._block, self._start, self._stop, self._known = block, start, stop, known
        self.rows, self.words, self.signs = rows, words, signs

    @property
    def normalised(self) -> Normalised:
        """The text, with the way back to the original."""
        if self._known is None:
            self._known = Normalised(self._block.joined[self._start : self._stop])
        return self._known

    @property
    def lowered(self) -> str:
        """The text in lower case, character by character."""
        return self._block.lowered[self._start : self._stop]

    def around(self) -> Surroundings:
        """Return what the words around a place say."""
        return Surroundings(lambda: (self.lowered, self._block.said), self._start)


def read(
    texts: Sequence[str], vocabulary: Vocabulary, signs: Sequence[Sign] = (), selection: Selection = _every
) -> list[Reading]:
    """Return each text as the recognisers read it, in order.

    Args:
        texts: at least one.
        vocabulary: words to look for; knows those of `signs`.
        signs: to look for; in any case of letters.
        selection: of rows of digits.
    """
    block = _Block(texts, vocabulary, signs, selection)
    apart = {place: normalise(texts[place]) for place in block.special}
    readings = block.readings([None] * len(texts))
    if apart:
        again = _Block([one.text for one in apart.values()], vocabulary, signs, selection)
        for place, reading in zip(apart, again.readings(list(apart.values())), strict=True):
            readings[place] = reading
    return readings


class _Block:
    """Some texts, at least one, in one array.

    Attributes:
        special: which of them need more than a replacement one for one.
        joined, lowered: all of them, each with a border behind; `lowered` in lower case.
    """

    def __init__(
        self, texts: Sequence[str], vocabulary: Vocabulary, signs: Sequence[Sign], selection: Selection
    ) -> None:
        joined = _BORDER.join((*texts, ""))
        lengths = np.fromiter(map(len, texts), dtype=np.intp, count=len(texts)) + 1
        self._ends = np.cumsum(lengths)
        self._starts = self._ends - lengths
        classes, self._codes, self._small = looked_up(codes_of(joined))
        self.special = need_reading(texts, classes, self._starts)
        plain = joined.isascii()
        if not plain and bool((classes & CHANGED).any()):
            joined = text_of(self._codes)
        self.joined, self.lowered = joined, joined.lower() if plain else text_of(self._small)
        self._classes, self._vocabulary = classes, vocabulary
        self._signs, self._selection = signs, selection
        self._looked_at = (np.zeros(0, dtype=np.intp),) * 3
        self._worthwhile = len(joined) >= _WORTHWHILE

    def readings(self, normalised: Sequence[Normalised | None]) -> list[Reading]:
        """Return a reading of each text; `normalised` says where the text comes from, None: from itself."""
        hits = self._vocabulary.openers.find(self.lowered, self._small)
        words, word_ends = self._words(hits)
        rows, row_ends = self._rows()
        held = self._held(hits)
        bounds = zip(
            range(len(normalised)), self._starts.tolist(), (self._ends - 1).tolist(), normalised,
            pairwise((0, *row_ends)), pairwise((0, *word_ends)), strict=True,
        )  # fmt: skip
        return [
            Reading(self, start, end, known, rows[row:row_end], words[word:word_end], held.get(place, ()))
            for place, start, end, known, (row, row_end), (word, word_end) in bounds
        ]

    def _words(self, hits: Hits) -> tuple[list[tuple[int, int, int]], list[int]]:
        """Return bounds and numbers of words from which a recogniser reads on, and how many there are up to each text's
        end.
        """
        kept = self._vocabulary.opening(hits, self._small)
        owners = self._owners(hits.places[kept])
        offsets = self._starts[owners]
        bounds = (hits.places[kept] - offsets).tolist(), (hits.ends[kept] - offsets).tolist()
        return list(zip(*bounds, hits.words[kept].tolist(), strict=True)), self._counted(owners)

    def _rows(self) -> tuple[list[tuple[int, int]], list[int]]:
        """Return beginning and number of each selected row of digits, and how many there are up to each text's end."""
        digit = (self._classes & DIGIT) > 0
        edges = np.flatnonzero(digit[1:] != digit[:-1]) + 1  # the last character is a border
        edges = np.concatenate((np.zeros(int(digit[0]), dtype=np.intp), edges))
        begins, stops = edges[::2], edges[1::2]
        if not begins.size:
            return [], [0] * len(self._starts)
        numbers = np.zeros(begins.size, dtype=np.intp)
        if self._worthwhile:
            stretches = Stretches(self._codes, self._classes, begins)
            numbers = self._selection(stretches)[stretches.of_row]
            kept = numbers >= 0
            begins, stops, numbers = begins[kept], stops[kept], numbers[kept]
        owners = self._owners(begins)
        self._looked_at = begins, stops, owners
        own = begins - self._starts[owners]
        return list(zip(own.tolist(), numbers.tolist(), strict=True)), self._counted(owners)

    def _held(self, hits: Hits) -> dict[int, Sequence[int]]:
        """Return the signs that each text may hold, where it may hold any."""
        if not self._worthwhile:
            return dict.fromkeys(range(self._starts.size), range(len(self._signs)))
        held: dict[int, Sequence[int]] = {}
        for number, sign in enumerate(self._signs):
            places = sign.twice(self._codes) if sign.most else self._vocabulary.places(hits, sign.written)
            for owner in np.unique(self._owners(places)).tolist() if places.size else ():
                held[owner] = (*held.get(owner, ()), number)
        return held

    @cached_property
    def said(self) -> Said:
        """What the words of the context say, all over the block."""
        said = self._vocabulary.said(self._vocabulary.context.find(self.lowered, self._small))
        begins, stops, owners = self._looked_at
        said.foresee(begins, stops, self._starts[owners], self._ends[owners] - 1)
        return said

    def _owners(self, places: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return which text holds each place, [n]."""
        return np.searchsorted(self._starts, places, side="right") - 1

    def _counted(self, owners: NDArray[np.intp]) -> list[int]:
        """Return how many of the places lie before the end of each text, [texts]."""
        counts: list[int] = np.cumsum(np.bincount(owners, minlength=len(self._starts))).tolist()
        return counts
