"""The word lists that names are told by: loaded when first needed, kept as sorted keys to look up many at a time."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parents[1] / "lexicon" / "chinese"
LONGEST = 4
"""Longest word that is looked up, in characters; four fill one key of 64 bits."""

NONE, RARE, OTHER, COMMON, FOREIGN, PLACE, TITLE, ROLE = range(8)
"""Classes of words; where several words cover a border, the highest speaks."""

Codes = NDArray[np.uint64]
Classes = NDArray[np.uint8]


@lru_cache(maxsize=16)
def sections(name: str | Path) -> dict[str, tuple[str, ...]]:
    """Return the sections of a list, given by its name or path: words in order, each once."""
    found: dict[str, dict[str, None]] = {}
    current: dict[str, None] = {}
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        if line.startswith("["):
            current = found.setdefault(line.strip("[]"), {})
            continue
        current.update(dict.fromkeys(line.split()))
    return {section: tuple(words) for section, words in found.items()}


class Gazetteer:
    """Names of two characters or more, found by their first two."""

    def __init__(self, members: Iterable[str]) -> None:
        self._members = frozenset(members)
        self._lengths = sorted({len(name) for name in self._members}, reverse=True)
        self._heads = frozenset(name[:2] for name in self._members)

    def end(self, text: str, start: int) -> int:
        """Return where the longest name that begins at `start` ends; 0: none does."""
        if text[start : start + 2] in self._heads:
            for length in self._lengths:
                if text[start : start + length] in self._members and start + length <= len(text):
                    return start + length
        return 0

    def find(self, text: str, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, int]]:
        """Yield start and end of the names that begin from `start` to before `stop`, the longest, none over another."""
        heads = self._heads
        part = text[start : (len(text) if stop is None else stop) + 1]
        free = start
        for place, pair in enumerate(itertools.pairwise(part), start):
            if pair[0] + pair[1] in heads and place >= free and (end := self.end(text, place)):
                yield place, end
                free = end


_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_SLOTS = 1 << 20


@dataclass(frozen=True)
class Words:
    """Words of two to four characters and their classes, as a table with open addressing: many are looked up at once.

    Attributes:
        keys: of the slots; the code points of a word, 16 bits each, the first highest; 0: the slot is free.
        classes: of the words, in the same slots.
    """

    keys: Codes
    classes: Classes

    @classmethod
    def of(cls, members: Sequence[tuple[int, Sequence[str]]], slots: int = _SLOTS) -> Words:
        """Return the table of classes and their words; a word of several has the highest class."""
        keys, classes = [], []
        for number, names in members:
            for length in range(2, LONGEST + 1):
                packed = _keys([name for name in names if len(name) == length], length)
                keys.append(packed)
                classes.append(np.full(len(packed), number, dtype=np.uint8))
        every, ranks = np.concatenate(keys), np.concatenate(classes)
        order = np.lexsort((ranks, every))
        every, ranks = every[order], ranks[order]
        last = np.append(every[1:] != every[:-1], True)[: len(every)]
        every, ranks = every[last], ranks[last]
        table = cls(np.zeros(slots, dtype=np.uint64), np.zeros(slots, dtype=np.uint8))
        places = table._first(every)
        while len(every):
            free = np.flatnonzero(table.keys[places] == 0)
            _, first = np.unique(places[free], return_index=True)
            seated = free[first]
            table.keys[places[seated]], table.classes[places[seated]] = every[seated], ranks[seated]
            waiting = np.ones(len(every), dtype=np.bool_)
            waiting[seated] = False
            every, ranks, places = every[waiting], ranks[waiting], (places[waiting] + 1) & (slots - 1)
        return table

    def _first(self, keys: Codes) -> NDArray[np.int64]:
        return ((keys * _SPREAD) >> np.uint64(40)).astype(np.int64) & (len(self.keys) - 1)

    def at(self, keys: Codes) -> Classes:
        """Return the class of each key, `NONE` where it is no word."""
        places = self._first(keys)
        held = self.keys[places]
        classes = np.where(held == keys, self.classes[places], NONE).astype(np.uint8)
        waiting = np.flatnonzero((held != keys) & (held != 0))
        places = places[waiting]
        while len(waiting):
            places = (places + 1) & (len(self.keys) - 1)
            held, wanted = self.keys[places], keys[waiting]
            classes[waiting] = np.where(held == wanted, self.classes[places], NONE)
            further = (held != wanted) & (held != 0)
            waiting, places = waiting[further], places[further]
        return classes


def _keys(names: Sequence[str], length: int) -> Codes:
    """Return words of one length as numbers."""
    read = np.frombuffer("".join(names).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    packed = np.zeros(len(names), dtype=np.uint64)
    for column in np.minimum(read, np.uint64(0xFFFF)).reshape(len(names), length).T:
        packed = packed << np.uint64(16) | column
    return packed


def key(word: str) -> int:
    """Return a word of up to four characters as one number."""
    return int(_keys([word], len(word))[0])


def pairs(row: str) -> list[str]:
    """Return the words of a row of rare ones: its first character with each other one."""
    return [row[0] + second for second in row[1:]]


@lru_cache(maxsize=1)
def words() -> Words:
    """Return the words of all lists; what stands in several has its highest class."""
    lists, people = sections("words.txt"), sections("people.txt")
    roles, world, divisions = sections("roles.txt"), sections("world.txt"), sections("divisions.txt")
    return Words.of(
        (
            (RARE, [pair for row in lists["rare"] for pair in pairs(row)]),
            (OTHER, lists["other"]), (COMMON, lists["common"]), (FOREIGN, people["foreign_people"]),
            (PLACE, [place for section in (*world.values(), *divisions.values()) for place in section]),
            (TITLE, roles["titles"]), (ROLE, roles["roles"]),
        )
    )  # fmt: skip
