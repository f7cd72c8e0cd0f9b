"""Many words found in one pass, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

import numpy as np
from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, Implementation
from numpy.typing import NDArray

from wuming.deidentification.codepoints import Codes

LETTER, TYING = 1, 2
"""What stands before a word: a letter of ASCII; a digit or `_`."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_BYTES = 255  # that stand for characters of words, from 0
_LETTERS = 26
_ASCII, _BEYOND = 0x80, 0x10000


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
        try:
            found = self._search(text, overlapping=True)
        except UnicodeEncodeError:  # a lone surrogate, which is a part of no word
            found = self._search(_SURROGATE.sub("\ufffd", text), overlapping=True)
        for word, start, _ in found:
            places.setdefault(self._words[word], []).append(start)
        return places


class Keywords:
    """Finds words: those that begin with a letter of ASCII where no such letter stands before, others wherever they
    stand. Whether they must be whole is for the reader to say.

    A text is searched with one byte for each character; letters that others precede have bytes of their own. Where the
    words have more characters than there are bytes, some share one, and what is found of those is compared with the
    text.

    Source: Aho and Corasick, Efficient string matching, CACM 18(6), 1975.

    Args:
        words: in lower case, not empty ones.

    Attributes:
        words: each once.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(sorted({*words}))
        written = [np.array([*map(ord, word)], dtype=np.uint32) for word in self.words]
        self._bytes, sharing = _bytes_of(np.unique(np.concatenate([*written, np.zeros(0, dtype=np.uint32)])))
        as_bytes = [self._read(word) for word in written]
        self._unsure = np.array([bool(sharing[word].any()) for word in as_bytes], dtype=bool)
        self._written = np.zeros((len(written), max(map(len, written), default=0)), dtype=np.uint32)
        for row, word in zip(self._written, written, strict=True):
            row[: word.size] = word
        search = BytesAhoCorasick([word.tobytes() for word in as_bytes], implementation=Implementation.DFA)
        self._search = search.find_matches_as_indexes
        self._ties = np.zeros(_ASCII + 1, dtype=np.uint8)  # the last stands for all beyond ASCII
        self._ties[ord("a") : ord("z") + 1] = LETTER
        self._ties[[ord(character) for character in "0123456789_"]] = TYING

    def find(self, codes: Codes) -> Hits:
        """Return where the words stand in a text in lower case, of such code points."""
        found = self._search(self._read(codes).tobytes(), overlapping=True)
        flat = np.fromiter(chain.from_iterable(found), dtype=np.intp, count=3 * len(found))
        words, begin, end = flat.reshape(-1, 3).T
        if not found:
            return Hits(begin, end, words, np.zeros(0, dtype=np.uint8), np.zeros(0, dtype=np.bool_))
        unsure = np.flatnonzero(self._unsure[words])
        if unsure.size:
            wrong = unsure[~self._stands(words[unsure], begin[unsure], codes)]
            words, begin, end = (np.delete(one, wrong) for one in (words, begin, end))
        order = np.lexsort((-end, begin))
        words, begin, end = words[order], begin[order], end[order]
        before = np.where(begin > 0, self._ties.take(codes.take(begin - 1, mode="clip"), mode="clip"), np.uint8(0))
        after = np.where(end < codes.size, codes.take(end, mode="clip"), 0)
        return Hits(begin, end, words, before, (after >= ord("a")) & (after <= ord("z")))

    def _read(self, codes: Codes) -> NDArray[np.uint8]:
        """Return the bytes of a text, [n]."""
        found: NDArray[np.uint8] = self._bytes.take(codes, mode="clip")
        letters = found < _LETTERS  # 0 to 25
        found[1:] += np.uint8(_LETTERS) * (letters[1:] & letters[:-1])
        return found

    def _stands(self, words: NDArray[np.intp], begin: NDArray[np.intp], codes: Codes) -> NDArray[np.bool_]:
        """Say which words really stand where they were found, [n]."""
        written = self._written[words]
        there = codes.take(begin[:, None] + np.arange(written.shape[1]), mode="clip")
        found: NDArray[np.bool_] = ((there == written) | (written == 0)).all(axis=1)
        return found


def _bytes_of(characters: NDArray[np.uint32]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return a byte for each code point, and for each byte whether several characters share it.

    The small letters of ASCII have the first ones, and as many are left free behind them.

    Args:
        characters: that the words hold, ascending; others have the last byte.
    """
    letter = (characters >= ord("a")) & (characters <= ord("z"))
    others = characters[~letter]
    first, alone = 2 * _LETTERS, int(np.searchsorted(others, _ASCII))
    order = np.arange(others.size)
    order = first + np.where(order < alone, order, alone + (order - alone) % (_BYTES - first - alone))
    table = np.full(_BEYOND + 1, _BYTES, dtype=np.uint8)
    table[ord("a") : ord("z") + 1] = np.arange(_LETTERS)
    table[np.minimum(others, _BEYOND)] = order
    sharing = np.bincount(table[np.minimum(others, _BEYOND)], minlength=_BYTES + 1) > 1
    sharing[table[_BEYOND]] = True  # the last of the table stands for all beyond
    return table, sharing
