"""Many words found in one pass: by the pairs of characters that they begin with, then one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from wuming.deidentification.codepoints import Codes

Item = TypeVar("Item")
_SLOTS = 1 << 16
_FACTOR = 2531


class Keywords(Generic[Item]):
    """Finds words, and what belongs to each.

    Words that begin with a letter of ASCII are found only where no letter, digit or `_` stands before; words that end
    with one only where no letter follows. Other words (Chinese, `@`) are found anywhere.

    Args:
        items: word in lower case → what belongs to it.
    """

    def __init__(self, items: Mapping[str, Sequence[Item]]) -> None:
        self._items = {word: tuple(found) for word, found in items.items()}
        self._by_pair: dict[str, list[str]] = {}
        self._pairs, self._singles = np.zeros(_SLOTS, dtype=bool), np.zeros(_SLOTS, dtype=bool)
        for word in sorted(items, key=len, reverse=True):
            if len(word) == 1:
                self._singles[ord(word)] = True
                continue
            self._by_pair.setdefault(word[:2], []).append(word)
            self._pairs[(ord(word[0]) * _FACTOR + ord(word[1])) % _SLOTS] = True
        self._any_single = bool(self._singles.any())

    def places(self, codes: Codes) -> NDArray[np.intp]:
        """Return where a word may begin in a text whose code points, in lower case, are `codes`, [n]; ascending."""
        if codes.size < 2:
            return np.zeros(0, dtype=np.intp)
        short = codes.astype(np.uint16)  # products wrap at 2^16, the number of slots
        begins = self._pairs.take(short[:-1] * np.uint16(_FACTOR) + short[1:])
        if self._any_single:
            begins |= self._singles.take(short[:-1])
        return np.flatnonzero(begins)

    def at(self, lowered: str, start: int) -> Iterator[tuple[int, Item]]:
        """Yield end and item of each word that begins at `start` of a text in lower case, longer words first."""
        for word in self._by_pair.get(lowered[start : start + 2], ()):
            if lowered.startswith(word, start) and _whole(lowered, start, word):
                for item in self._items[word]:
                    yield start + len(word), item
        for item in self._items.get(lowered[start], ()):
            yield start + 1, item


def _whole(lowered: str, start: int, word: str) -> bool:
    if start and "a" <= word[0] <= "z":
        before = lowered[start - 1]
        if "a" <= before <= "z" or "0" <= before <= "9" or before == "_":
            return False
    if "a" <= word[-1] <= "z":
        after = lowered[start + len(word) : start + len(word) + 1]
        return not "a" <= after <= "z"
    return True
