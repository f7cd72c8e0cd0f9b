"""Many words found in one pass: by their first characters at once, then by a hash of the whole word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuming.deidentification.codepoints import Codes

LETTER, TYING = 1, 2
"""What stands before a word: a letter of ASCII; a digit or `_`."""
_SLOTS = 1 << 16
_FACTOR = 2531
_BEGINNING = 4  # characters of a word that are looked up at once
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(48)  # leaves the 16 bits that number a slot


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


class Keywords:
    """Finds words, wherever they stand; whether they must be whole is for the reader to say.

    Args:
        words: in lower case.

    Attributes:
        words: each once.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(sorted({*words}))
        self._longest = max(map(len, self.words), default=0)
        self._wide = any(ord(character) >= _SLOTS for word in self.words for character in word)
        by_length: dict[int, dict[str, int]] = {}
        for number, word in enumerate(self.words):
            by_length.setdefault(len(word), {})[word] = number
        self._of_length = {size: _Table(own) for size, own in by_length.items()}
        self._prefixes = {
            size: _Table({word[:size]: 0 for word in self.words if len(word) > size})
            for size in (1 << power for power in range(3, self._longest.bit_length()))
        }
        self._pairs, self._singles = np.zeros(_SLOTS, dtype=bool), np.zeros(_SLOTS, dtype=bool)
        self._beginnings = {size: np.zeros(_SLOTS, dtype=bool) for size in range(2, _BEGINNING + 1)}
        for word in self.words:
            if len(word) == 1:
                self._singles[_slot(word)] = True
                continue
            self._pairs[_slot(word[:2])] = True
            beginning = word[:_BEGINNING]
            self._beginnings[len(beginning)][_slot(beginning)] = True
        self._any_single = bool(self._singles.any())
        self._ties = np.zeros(0x81, dtype=np.uint8)  # the last stands for all beyond ASCII
        self._ties[ord("a") : ord("z") + 1] = LETTER
        self._ties[[ord(character) for character in "0123456789_"]] = TYING

    def find(self, codes: Codes) -> Hits:
        """Return where the words stand in a text whose code points, in lower case, are `codes`, [n]."""
        short = codes.astype(np.uint16, copy=False)  # products wrap at 2^16, the number of slots
        padded = np.concatenate((short, np.zeros(self._longest + _BEGINNING, dtype=np.uint16)))
        begin, end, word = self._found(padded, self._likely(padded, codes.size))
        order = np.lexsort((-end, begin))
        begin, end, word = begin[order], end[order], word[order]
        if codes.dtype.itemsize > 2 or self._wide:  # characters beyond the first 2^16 have the slots of others
            same = [_same(codes[a:b], self.words[w]) for a, b, w in zip(begin, end, word, strict=True)]
            kept = np.array(same, dtype=bool)
            begin, end, word = begin[kept], end[kept], word[kept]
        before = np.where(begin > 0, self._ties.take(codes[begin - 1], mode="clip"), 0) if begin.size else begin
        after = padded[end]
        return Hits(begin, end, word, before.astype(np.uint8), (after >= ord("a")) & (after <= ord("z")))

    def _found(self, padded: NDArray[np.uint16], places: NDArray[np.intp]) -> Sequence[NDArray[np.intp]]:
        """Return bounds and number of each word that begins at one of `places`."""
        found = [(places[:0], places[:0], places[:0])]
        hashes = np.zeros(places.size, dtype=np.uint64)
        for size in range(1, self._longest + 1):
            hashes = hashes * _MULTIPLIER + padded[places + (size - 1)]
            if size in self._of_length:
                rows, words = self._of_length[size].find(hashes)
                if rows.size:
                    found.append((places[rows], places[rows] + size, words))
            if size in self._prefixes:
                rows, _ = self._prefixes[size].find(hashes)
                places, hashes = places[rows], hashes[rows]
            if not places.size:
                break
        return [np.concatenate(column) for column in zip(*found, strict=True)]

    def _likely(self, padded: NDArray[np.uint16], size: int) -> NDArray[np.intp]:
        """Return the places where the first characters are those of a word, ascending."""
        begins = self._pairs.take(padded[:size] * np.uint16(_FACTOR) + padded[1 : size + 1])
        if self._any_single:
            begins |= self._singles.take(padded[:size])
        places = np.flatnonzero(begins)
        slots = first = padded[places]
        likely = self._singles.take(first)
        for offset, beginnings in enumerate(self._beginnings.values(), 1):
            slots = slots * np.uint16(_FACTOR) + padded[places + offset]
            likely |= beginnings.take(slots)
        return places[likely]


class _Table:
    """Words of one length, found by a hash of theirs.

    Args:
        words: word → its number.
    """

    def __init__(self, words: Mapping[str, int]) -> None:
        hashes = np.array([_hash(word) for word in words], dtype=np.uint64)
        order = np.argsort(hashes)
        self._hashes, self._numbers = hashes[order], np.array([*words.values()], dtype=np.intp)[order]
        self._any = np.zeros(_SLOTS, dtype=bool)
        self._any[_spread(hashes)] = True

    def find(self, hashes: NDArray[np.uint64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return which of `hashes` are of a word, ascending, and the number of each."""
        likely = np.flatnonzero(self._any.take(_spread(hashes)))
        if not likely.size:
            return likely, likely
        rows = np.minimum(np.searchsorted(self._hashes, hashes[likely]), self._hashes.size - 1)
        same = self._hashes[rows] == hashes[likely]
        return likely[same], self._numbers[rows[same]]


def _spread(hashes: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Return a slot for each hash that depends on all its bits."""
    return ((hashes * _MULTIPLIER) >> _SHIFT).astype(np.intp)


def _hash(word: str) -> int:
    value = 0
    for character in word:
        value = (value * int(_MULTIPLIER) + ord(character) % _SLOTS) % (1 << 64)
    return value


def _slot(beginning: str) -> int:
    slot = 0
    for character in beginning:
        slot = (slot * _FACTOR + ord(character)) % _SLOTS
    return slot


def _same(codes: Codes, word: str) -> bool:
    return bool((codes == [ord(character) for character in word]).all())
