"""Stretches of a block of texts that may hold an identifier with digits: found by whole arrays, judged by their counts.

A stretch is a row of words that hold a digit, and of single letters, with at most three signs between them that may
stand between groups of digits. Every run (see `runs`) lies in one stretch, so what a stretch is too short for, or holds
too few digits for, is in none of its runs. Most stretches (3 days, 12.50) are left at this point.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wuming.deidentification.codepoints import DIGIT, LETTER, Classes, Codes
from wuming.deidentification.outlines import DIGIT as ANY_DIGIT
from wuming.deidentification.runs import JOINING, LONGEST_LABEL

AROUND = 12
"""Characters before a stretch where its runs may begin: a sign or bracket, letters that the end of a line cuts off."""
_WIDEST = 3  # signs between two groups
_CUT_OFF = 10  # letters that the end of a line cuts off
_JOINING = np.zeros(0x3003, dtype=bool)  # the last stands for all beyond
_JOINING[[ord(sign) for sign in JOINING]] = True

Places = NDArray[np.intp]


class Stretches:
    """The stretches of a block, [n], and what stands in and around them.

    Args:
        codes: of the block as the recognisers read it; it begins and ends with no letter or digit of ASCII, [m].
        classes: of the same characters, [m].
        firsts, lasts: bounds of each row of digits, ascending.

    Attributes:
        starts, ends: bounds.
        characters: letters and digits in each, and those that the end of a line cuts off before it.
        digits: in each.
        of_row: the stretch of each row of digits.
    """

    def __init__(self, codes: Codes, classes: Classes, firsts: Places, lasts: Places) -> None:
        self._codes, self._classes = codes, classes
        member = (classes & (DIGIT | LETTER)) > 0
        edges = np.flatnonzero(member[1:] != member[:-1]) + 1
        if member[0]:
            edges = np.concatenate((np.zeros(1, dtype=np.intp), edges))
        begins, stops = edges[::2], edges[1::2]
        owners = np.searchsorted(begins, firsts, side="right") - 1
        digits = np.zeros(begins.size, dtype=bool)
        digits[owners] = (begins[owners] == firsts) & (stops[owners] == lasts)
        self._lettered = begins[~digits], stops[~digits]
        good = (stops - begins) == 1
        good[owners] = True
        words = np.flatnonzero(good)
        begins, stops = begins[words], stops[words]
        linked = (words[1:] - words[:-1] == 1) & self._joined(stops[:-1], begins[1:])
        heads = np.concatenate((np.ones(1, dtype=bool), ~linked))[: words.size]
        number = np.cumsum(heads) - 1
        first = np.flatnonzero(heads)
        self.of_row = number[np.searchsorted(words, owners)]
        self.starts, self.ends = begins[first], stops[np.append(first[1:], words.size)[: first.size] - 1]
        self._one_word = np.diff(np.append(first, words.size)) == 1
        self.characters = np.add.reduceat(stops - begins, first) if first.size else first
        before = codes.take(self.starts - 2, mode="clip")
        cut = (codes.take(self.starts - 1, mode="clip") == ord("\n")) & (before >= ord("A")) & (before <= ord("Z"))
        self.characters = self.characters + _CUT_OFF * cut
        self.digits = np.bincount(self.of_row, lasts - firsts, self.starts.size).astype(np.intp)

    def _joined(self, stops: Places, begins: Places) -> NDArray[np.bool_]:
        """Say whether nothing but a few signs stands between two words, [n - 1]."""
        gap = begins - stops
        near: NDArray[np.bool_] = gap <= _WIDEST
        for place in range(_WIDEST):
            near &= (gap <= place) | _JOINING.take(self._codes.take(stops + place, mode="clip"), mode="clip")
        return near

    def alone(self, firsts: Places) -> NDArray[np.bool_]:
        """Say which stretches are runs: one word that holds a digit, nothing before it that may belong to it, [n].

        Args:
            firsts: where the rows of digits begin.
        """
        before = self._codes.take(self.starts - 1, mode="clip")
        found: NDArray[np.bool_] = self._one_word & (before != ord("+")) & (before != ord("(")) & (before != ord("\n"))
        labelled = np.zeros(found.size, dtype=bool)
        labelled[self.of_row[firsts - self.starts[self.of_row] < LONGEST_LABEL]] = True
        return found & labelled

    def holding(self, some: Places, signs: Mapping[str, int], before: int, reach: int) -> NDArray[np.bool_]:
        """Say which of some stretches hold so many of each sign, within so many characters before and beyond, [some].

        Args:
            some: their numbers.
            signs: as `required` returns them, but no digits alone.
            before, reach: characters.
        """
        enough = np.ones(some.size, dtype=bool)
        low, high = self.starts[some] - (before + AROUND), self.ends[some] + reach
        for sign, least in signs.items():
            places = self._places[sign] if sign in self._places else self._found(sign)
            enough &= np.searchsorted(places, high) - np.searchsorted(places, low) >= least
        return enough

    def lettered(self, some: Places, before: int, reach: int) -> NDArray[np.bool_]:
        """Say of which of some stretches a word with letters lies in or within so many characters around, [some]."""
        if not before and not reach:
            return self.characters[some] > self.digits[some]
        begins, stops = self._lettered
        low, high = self.starts[some] - (before + AROUND), self.ends[some] + reach
        found: NDArray[np.bool_] = np.searchsorted(begins, high) > np.searchsorted(stops, low, side="right")
        return found

    def _found(self, sign: str) -> Places:
        """Return where a sign stands, as `required` names it: digits behind it, or one of several characters."""
        if set(sign[1:]) <= {ANY_DIGIT}:
            places = self._places[sign[0]] if sign[0] in self._places else np.flatnonzero(self._codes == ord(sign[0]))
            for place in range(1, len(sign)):  # the last character is no digit
                places = places[(self._classes.take(places + place, mode="clip") & DIGIT) > 0]
        else:
            table = np.zeros(max(map(ord, sign)) + 2, dtype=bool)  # the last stands for all beyond
            table[[*map(ord, sign)]] = True
            places = np.flatnonzero(table.take(self._codes, mode="clip"))
        self._places[sign] = places
        return places

    @cached_property
    def _places(self) -> dict[str, Places]:
        return {}
