"""Words that stand in or beside names, found in many texts at once: places, brands, endings, labels, titles.

A table of first pairs of characters says where such a word may begin; only there is it looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from wuming.deidentification.names.lexicon import Codes, Words, sections

(
    PLACE, BRAND, ENDING, WEAK_ENDING, LABEL, EXPLICIT, SPEAKER, TITLE, PERSONAL, WHOLE, VENUE, SHARED, ALIKE, PART,
    INTRODUCED,
) = (1 << bit for bit in range(15))  # fmt: skip
"""What a word is. `SPEAKER`: what it says may follow as well as its name; `TITLE`: of a trade, `PERSONAL`: of anybody
(女士); `WHOLE`: a name of itself; `VENUE`: how names of restaurants and sights go on; `SHARED`: what two people do
(一起); `ALIKE`: an ordinary word as well (开封, 小米), a name only beside others; `PART`: of names put together;
`INTRODUCED`: what is said of somebody alone (是一位)."""


_PEOPLES = ("turkic", "tibetan", "mongol", "yi")


class Mark(NamedTuple):
    """A word found: `flags` says what it is."""

    start: int
    end: int
    flags: int


class Marks:
    """Words of two characters or more with their flags."""

    def __init__(self, members: Mapping[int, Iterable[str]]) -> None:
        flags: dict[str, int] = {}
        for flag, words in members.items():
            for word in words:
                flags[word] = flags.get(word, 0) | flag
        lengths: dict[str, set[int]] = {}
        for word in flags:
            lengths.setdefault(word[:2], set()).add(len(word))
        self._flags = flags
        self._lengths = {head: tuple(sorted(sizes, reverse=True)) for head, sizes in lengths.items()}
        self._heads = Words.of([(1, tuple(lengths))], 1 << 16)

    def find(self, text: str, pairs: Codes) -> list[Mark]:
        """Return the longest word at each place, also where words overlap; `pairs` are the characters two by two."""
        found = []
        flags, lengths = self._flags, self._lengths
        written = np.flatnonzero((pairs >> np.uint64(16) >= 0x3400) & (pairs & np.uint64(0xFFFF) >= 0x3400))
        for place in written[self._heads.at(pairs[written]) > 0].tolist():
            for length in lengths[text[place : place + 2]]:
                known = flags.get(text[place : place + length], 0)
                if known and place + length <= len(text):
                    found.append(Mark(place, place + length, known))
                    break
        return found


@lru_cache(maxsize=1)
def marks() -> Marks:
    """Return the words of all lists."""
    words, organisations = sections("words.txt"), sections("organisations.txt")
    labels = sections("labels.txt")
    brands = sections(Path(__file__).parent / "vocabulary.txt")["brand"]
    ordinary = {*words["common"], *words["other"], *(row[0] + second for row in words["rare"] for second in row[1:])}
    common = {*words["common"], *words["other"]}
    sure, unsure = _places(ordinary)
    return Marks(
        {
            PLACE: (*sure, *unsure), BRAND: (*brands, *organisations["brands"]), ENDING: organisations["endings"],
            WEAK_ENDING: organisations["weak"], LABEL: labels["labels"], EXPLICIT: labels["explicit"],
            WHOLE: organisations["whole"], SPEAKER: labels["speakers"], TITLE: labels["titles"],
            PERSONAL: labels["personal"], VENUE: labels["venues"], SHARED: labels["shared"],
            INTRODUCED: labels["introduced"],
            PART: [part for people in _PEOPLES for part in sections("peoples.txt")[people]],
            ALIKE: (*unsure, *organisations["alike"], *((common & {*brands}) - {*organisations["brands"]})),
        }
    )  # fmt: skip


def _places(ordinary: set[str]) -> tuple[set[str], set[str]]:
    """Return names of places, and those among them that are ordinary words too."""
    world, divisions = sections("world.txt"), sections("divisions.txt")
    known = (
        {*world["countries"]} | {_bare(name) for name in divisions["provinces"]} | {*sections("labels.txt")["cities"]}
    )
    full = {name for section in ("provinces", "cities", "districts") for name in divisions[section]}
    cities = {name.removesuffix("市") for name in divisions["cities"] if name.endswith("市")}
    short = {*cities, *divisions["short"], *world["world_places"], *world["china_places"]}
    # A county without its level is too short to be told from parts of words (阿莫西林).
    unsure = {name for name in short - known if len(name) < 3 and name in ordinary} | {*sections("labels.txt")["alike"]}
    unsure |= {name for name in {*divisions["short"]} - known - cities if len(name) < 3}
    return {*known, *full, *(short - unsure)}, unsure


def _bare(province: str) -> str:
    return re.sub("(?:特别行政区|(?:维吾尔|壮族|回族)?自治区|省|市)$", "", province)
