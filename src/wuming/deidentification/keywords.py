"""Many words found in one pass, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import chain
from typing import NamedTuple

import numpy as np
from ahocorasick_rs import AhoCorasick, Implementation
from numpy.typing import NDArray

from wuming.deidentification.codepoints import Codes

LETTER, TYING = 1, 2
"""What stands before a word: a letter of ASCII; a digit or `_`."""
_SURROGATE = re.compile("[\ud800-\udfff]")


class Hits(NamedTuple):
    """Where words stand in a text, [n] each; ascending by place, longer words first.

    Attributes:
        places, ends: bounds.
        words: number of the word in `Keywords.words`.
        before: `LETTER` or `TYING` where one of those stands before the word, else 0.
        goes_on: whether a small letter of ASCII follows.
    """

    places: NDArray[np.intp]
    ends: NDArray[np.intp]
    words: NDArray[np.intp]
    before: NDArray[np.uint8]
    goes_on: NDArray[np.bool_]


class Marks:
    """Finds which of some words a text holds, case for case.

    Args:
        words: not empty ones.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(sorted({*words}))
        self._search = AhoCorasick(self._words, implementation=Implementation.DFA).find_matches_as_indexes

    def find(self, text: str) -> dict[str, list[int]]:
        """Return where each word stands that does, ascending."""
        places: dict[str, list[int]] = {}
        for word, start, _ in _matches(self._search, text):
            places.setdefault(self._words[word], []).append(start)
        return places


def _matches(search: Callable[..., list[tuple[int, int, int]]], text: str) -> list[tuple[int, int, int]]:
    try:
        return search(text, overlapping=True)
    except UnicodeEncodeError:  # a lone surrogate, which is a part of no word
        return search(_SURROGATE.sub("\ufffd", text), overlapping=True)


class Keywords:
    """Finds words, wherever they stand; whether they must be whole is for the reader to say.

    Source: Aho and Corasick, Efficient string matching, CACM 18(6), 1975.

    Args:
        words: in lower case, not empty ones.

    Attributes:
        words: each once.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(sorted({*words}))
        self._search = AhoCorasick(self.words, implementation=Implementation.DFA).find_matches_as_indexes
        self._ties = np.zeros(0x81, dtype=np.uint8)  # the last stands for all beyond ASCII
        self._ties[ord("a") : ord("z") + 1] = LETTER
        self._ties[[ord(character) for character in "0123456789_"]] = TYING

    def find(self, text: str, codes: Codes) -> Hits:
        """Return where the words stand in a text in lower case; `codes`: its code points, [n]."""
        found = _matches(self._search, text)
        flat = np.fromiter(chain.from_iterable(found), dtype=np.intp, count=3 * len(found)).reshape(-1, 3)
        words, begin, end = flat[np.lexsort((-flat[:, 2], flat[:, 1]))].T
        if not begin.size:
            return Hits(begin, end, words, np.zeros(0, dtype=np.uint8), np.zeros(0, dtype=np.bool_))
        before = np.where(begin > 0, self._ties.take(codes[begin - 1], mode="clip"), np.uint8(0))
        after = np.where(end < codes.size, codes.take(end, mode="clip"), 0)
        return Hits(begin, end, words, before, (after >= ord("a")) & (after <= ord("z")))
