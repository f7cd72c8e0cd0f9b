"""Texts as the recognisers read them: looked at many at a time, so that short ones cost little.

A block of texts is one array of code points. Table look-ups over it give the spelling, the lower case, the rows of
digits that may be an identifier, the places where a keyword begins and the signs that some recognisers need; only texts
that hold invisible characters, escapes or spoken numbers are read one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wuming.deidentification.codepoints import CHANGED, DIGIT, codes_of, looked_up, text_of
from wuming.deidentification.keywords import Hits
from wuming.deidentification.normalisation import Normalised, need_reading, normalise
from wuming.deidentification.runs import runs
from wuming.deidentification.signs import Sign
from wuming.deidentification.stretches import Stretches
from wuming.deidentification.surroundings import Context, Said, Vocabulary, context_of

_BORDER = "\x00"
_WORTHWHILE = 1 << 13  # characters of a block for which a look at the whole costs less than it saves
_APART = 1 << 9  # characters from one run to the next, where they are many


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
        text: normalised.
        start: where it begins in its block.
        said: returns what the words of the context say in the block.
        runs: start and end of each run of digits that is worth a look, and the number that its stretch was given;
            ascending.
        words: start, end and number of each word from which a recogniser reads on, ascending, longer ones first.
        signs: numbers of those that it may hold.
    """

    __slots__ = ("_block", "_known", "runs", "said", "signs", "start", "text", "words")

    def __init__(
        self,
        block: _Block,
        start: int,
        stop: int,
        known: Normalised | None,
        runs: Sequence[tuple[int, int, int]],
        words: Sequence[tuple[int, int, int]],
        signs: Sequence[int],
    ) -> None:
        self._block, self._known, self.start, self.said = block, known, start, block.said
        self.text = block.joined[start:stop]
        self.runs, self.words, self.signs = runs, words, signs

    @property
    def normalised(self) -> Normalised:
        """The text, with the way back to the original."""
        return self._known or Normalised(self.text)

    @property
    def lowered(self) -> str:
        """The text in lower case, character by character."""
        return text_of(self._block.lowered[self.start : self.start + len(self.text)])

    def context(self, who: int, start: int, end: int) -> Context:
        """Return what the words around `text[start:end]` say to `who`, one bit."""
        ((decoyed,), (supported,)) = self.said().around([self.start + start], [self.start + end])
        return context_of(who, decoyed, supported)


class Readings:
    """Some texts as the recognisers read them; each is made when asked for, since many a text holds nothing.

    Attributes:
        busy: places of those that hold runs, words or signs, ascending.
        signs: place → what the reading says, where there are any.
    """

    def __init__(self, block: _Block, apart: Mapping[int, Reading]) -> None:
        self._block, self._apart = block, apart
        self.signs = {place: held for place, held in block.held.items() if place not in apart}
        self.signs |= {place: one.signs for place, one in apart.items() if one.signs}
        busy = {place for place, one in apart.items() if one.runs or one.words}
        self.busy = sorted(busy.union({*block.busy()}.difference(apart), self.signs))

    def __len__(self) -> int:
        return len(self._block)

    def __iter__(self) -> Iterator[Reading]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, place: int) -> Reading:
        return self._apart.get(place) or self._block.reading(place)

    def text(self, place: int) -> str:
        """Return the normalised text alone."""
        return self._apart[place].text if place in self._apart else self._block.text(place)


def read(
    texts: Sequence[str], vocabulary: Vocabulary, signs: Sequence[Sign] = (), selection: Selection = _every
) -> Readings:
    """Return each text as the recognisers read it, in order.

    Args:
        texts: at least one.
        vocabulary: words to look for; knows those of `signs`.
        signs: to look for; in any case of letters.
        selection: of rows of digits.
    """
    block = _Block(texts, vocabulary, signs, selection)
    if not block.special:
        return Readings(block, {})
    known = [normalise(texts[place]) for place in block.special]
    again = _Block([one.text for one in known], vocabulary, signs, selection)
    return Readings(block, {place: again.reading(number, known[number]) for number, place in enumerate(block.special)})


class _Block:
    """Some texts, at least one, in one array.

    Attributes:
        special: which of them need more than a replacement one for one.
        joined: all of them, each with a border behind.
        lowered: their code points in lower case.
        held: place of a text → the signs that it may hold, where it may hold any.
    """

    def __init__(
        self, texts: Sequence[str], vocabulary: Vocabulary, signs: Sequence[Sign], selection: Selection
    ) -> None:
        joined = _BORDER.join((*texts, ""))
        lengths = np.fromiter(map(len, texts), dtype=np.intp, count=len(texts)) + 1
        self._ends = np.cumsum(lengths)
        self._starts = self._ends - lengths
        self._bounds = list(zip(self._starts.tolist(), (self._ends - 1).tolist(), strict=True))
        classes, self._codes, self.lowered = looked_up(codes_of(joined))
        self.special = need_reading(texts, classes, self._starts)
        self.joined = text_of(self._codes) if bool((classes & CHANGED).any()) else joined
        self._classes, self._vocabulary = classes, vocabulary
        self._worthwhile = len(joined) >= _WORTHWHILE
        self._said: Said | None = None
        self._runs, self._last_runs = self._found_runs(selection)
        # Where runs are many, some are candidates, and what is said around them is found in the same pass.
        many = len(self._runs) * _APART >= len(joined)
        hits = vocabulary.find(self.lowered, around=many)
        self._around = hits if many else None
        self._words, self._last_words = self._found_words(hits)
        self.held = self._found_signs(hits, signs)

    def __len__(self) -> int:
        return self._starts.size

    def reading(self, place: int, known: Normalised | None = None) -> Reading:
        """Return the reading of a text; `known` says where it comes from, None: from itself."""
        start, stop = self._bounds[place]
        runs = self._runs[self._last_runs[place] : self._last_runs[place + 1]]
        words = self._words[self._last_words[place] : self._last_words[place + 1]]
        return Reading(self, start, stop, known, runs, words, self.held.get(place, ()))

    def text(self, place: int) -> str:
        """Return a text, normalised."""
        start, stop = self._bounds[place]
        return self.joined[start:stop]

    def busy(self) -> Iterable[int]:
        """Return the places of texts that hold runs or words."""
        busy: list[int] = np.flatnonzero(np.diff(self._last_runs) + np.diff(self._last_words)).tolist()
        return busy

    def said(self) -> Said:
        """Return what the words of the context say, all over the block."""
        if self._said is None:
            hits = self._around or self._vocabulary.find(self.lowered, around=True)
            self._said = self._vocabulary.said(hits, self.lowered, self._starts)
        return self._said

    def _found_words(self, hits: Hits) -> tuple[list[tuple[int, int, int]], list[int]]:
        """Return bounds and numbers of words from which a recogniser reads on, and which belong to each text."""
        kept = self._vocabulary.opening(hits, self.lowered)
        owners = self._owners(hits.places[kept])
        offsets = self._starts[owners]
        bounds = (hits.places[kept] - offsets).tolist(), (hits.ends[kept] - offsets).tolist()
        return list(zip(*bounds, hits.words[kept].tolist(), strict=True)), self._counted(owners)

    def _found_runs(self, selection: Selection) -> tuple[list[tuple[int, int, int]], list[int]]:
        """Return bounds and numbers of the selected runs, and which belong to each text."""
        digit = (self._classes & DIGIT) > 0
        edges = np.flatnonzero(digit[1:] != digit[:-1]) + 1  # the last character is a border
        edges = np.concatenate((np.zeros(int(digit[0]), dtype=np.intp), edges))
        begins, ends = edges[::2], edges[1::2]
        numbers = np.zeros(begins.size, dtype=np.intp)
        whole = (begins[:0], begins[:0], numbers[:0])  # runs that no expression needs to find
        if self._worthwhile and begins.size:
            stretches = Stretches(self._codes, self._classes, begins, ends)
            selected, alone = selection(stretches), stretches.alone(begins)
            lone = np.flatnonzero(alone & (selected >= 0))
            whole = stretches.starts[lone], stretches.ends[lone], selected[lone]
            read = np.flatnonzero((~alone & (selected >= 0))[stretches.of_row])
            begins, numbers = begins[read], selected[stretches.of_row[read]]
        lasts = self._ends[self._owners(begins)] - 1
        found = list(runs(self.joined, begins.tolist(), lasts.tolist()))
        starts, stops, rows = np.fromiter(chain.from_iterable(found), np.intp, 3 * len(found)).reshape(-1, 3).T
        starts, stops, numbers = map(np.concatenate, zip(whole, (starts, stops, numbers[rows]), strict=True))
        order = np.argsort(starts)
        starts, stops, numbers = starts[order], stops[order], numbers[order]
        owners = self._owners(starts)
        first = self._starts[owners]
        bounds = (starts - first).tolist(), (stops - first).tolist()
        return list(zip(*bounds, numbers.tolist(), strict=True)), self._counted(owners)

    def _found_signs(self, hits: Hits, signs: Sequence[Sign]) -> dict[int, Sequence[int]]:
        if not self._worthwhile:
            return dict.fromkeys(range(len(self)), range(len(signs))) if signs else {}
        held: dict[int, Sequence[int]] = {}
        for number, sign in enumerate(signs):
            places = sign.rows(self._codes) if sign.times > 1 else self._vocabulary.places(hits, sign.written)
            for owner in np.unique(self._owners(places)).tolist() if places.size else ():
                held[owner] = (*held.get(owner, ()), number)
        return held

    def _owners(self, places: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return which text holds each place, [n]."""
        return np.searchsorted(self._starts, places, side="right") - 1

    def _counted(self, owners: NDArray[np.intp]) -> list[int]:
        """Return 0, and how many of the places lie before the end of each text, [texts + 1]."""
        counts: list[int] = np.cumsum(np.bincount(owners + 1, minlength=len(self) + 1)).tolist()
        return counts
