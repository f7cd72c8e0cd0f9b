"""Many words found in one pass: by their first four characters at once, then one by one."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from wuming.deidentification.codepoints import Codes

Item = TypeVar("Item")
_SLOTS = 1 << 16
_FACTOR = 2531
_BEGINNING = 4  # characters of a word that are looked up at once


class Keywords(Generic[Item]):
    """Finds words, and what belongs to each.

    Words that begin with a letter of ASCII are found only where neither a letter nor what `glue` holds stands before;
    words that end with one only where no letter follows. Other words (Chinese, `@`) are found anywhere.

    Args:
        items: word in lower case → what belongs to it.
        glue: other characters of ASCII that tie a word to what is before it.
    """

    def __init__(self, items: Mapping[str, Sequence[Item]], *, glue: str = "0123456789_") -> None:
        self._items = {word: tuple(found) for word, found in items.items()}
        self._by_pair: dict[str, list[str]] = {}
        self._pairs, self._singles = np.zeros(_SLOTS, dtype=bool), np.zeros(_SLOTS, dtype=bool)
        self._beginnings = {size: np.zeros(_SLOTS, dtype=bool) for size in range(2, _BEGINNING + 1)}
        for word in sorted(items, key=len, reverse=True):
            if len(word) == 1:
                self._singles[ord(word)] = True
                continue
            self._by_pair.setdefault(word[:2], []).append(word)
            self._pairs[_slot(map(ord, word[:2]))] = True
            beginning = word[:_BEGINNING]
            self._beginnings[len(beginning)][_slot(map(ord, beginning))] = True
        self._any_single = bool(self._singles.any())
        self._tying = frozenset(string.ascii_lowercase + glue)
        self._ties = np.zeros(0x81, dtype=bool)  # the last stands for all beyond ASCII
        self._ties[[ord(character) for character in self._tying]] = True

    def places(self, codes: Codes) -> NDArray[np.intp]:
        """Return where a word may begin in a text whose code points, in lower case, are `codes`, [n]; ascending."""
        if codes.size < 2:
            return np.zeros(0, dtype=np.intp)
        short = codes.astype(np.uint16)  # products wrap at 2^16, the number of slots
        begins = self._pairs.take(short[:-1] * np.uint16(_FACTOR) + short[1:])
        if self._any_single:
            begins |= self._singles.take(short[:-1])
        return self._looked_at_again(codes, short, np.flatnonzero(begins))

    def at(self, lowered: str, start: int) -> Iterator[tuple[int, Item]]:
        """Yield end and item of each word that begins at `start` of a text in lower case, longer words first."""
        for word in self._by_pair.get(lowered[start : start + 2], ()):
            if lowered.startswith(word, start) and self._whole(lowered, start, word):
                for item in self._items[word]:
                    yield start + len(word), item
        for item in self._items.get(lowered[start : start + 1], ()):
            yield start + 1, item

    def _looked_at_again(self, codes: Codes, short: NDArray[np.uint16], places: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the places where the first four characters are those of a word, and its first may begin one."""
        first = short[places]
        slots, likely = first.copy(), np.zeros(places.size, dtype=bool)
        padded = np.concatenate((short, np.zeros(_BEGINNING - 1, dtype=np.uint16)))
        for size, beginnings in self._beginnings.items():
            slots = slots * np.uint16(_FACTOR) + padded[places + size - 1]
            likely |= beginnings.take(slots)
        tied = self._ties.take(codes[places - 1], mode="clip") & (places > 0)
        likely &= ~(tied & (first >= ord("a")) & (first <= ord("z")))
        if self._any_single:
            likely |= self._singles.take(first)
        return places[likely]

    def _whole(self, lowered: str, start: int, word: str) -> bool:
        if start and "a" <= word[0] <= "z" and lowered[start - 1] in self._tying:
            return False
        return not "a" <= word[-1] <= "z" or not "a" <= lowered[start + len(word) : start + len(word) + 1] <= "z"


def _slot(codes: Iterable[int]) -> int:
    slot = 0
    for code in codes:
        slot = (slot * _FACTOR + code) % _SLOTS
    return slot
