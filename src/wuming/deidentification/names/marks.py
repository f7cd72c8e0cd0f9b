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
    INTRODUCED, COUNTY, LEADING, STOPPING,
) = (1 << bit for bit in range(18))  # fmt: skip
"""What a word is. `SPEAKER`: what it says may follow as well as its name; `TITLE`: of a trade, `PERSONAL`: of anybody
(女士); `WHOLE`: a name of itself; `VENUE`: how names of restaurants and sights go on; `SHARED`: what two people do
(一起); `ALIKE`: an ordinary word as well (开封, 小米), a name only beside others; `PART`: of names put together;
`INTRODUCED`: what is said of somebody alone (是一位); `COUNTY`: a county without its level, too short to be told from
parts of words (阿莫西林); `LEADING`: how names of organisations begin, but for places (全国, 华东); `STOPPING`: what
stands in no name of an organisation (举行, 主席)."""


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
    common = {*words["common"], *words["other"]}
    sure, counties, unsure = _places(common)
    return Marks(
        {
            PLACE: (*sure, *counties, *unsure), COUNTY: counties,
            BRAND: (*brands, *organisations["brands"]), ENDING: organisations["endings"],
            WEAK_ENDING: organisations["weak"], LABEL: labels["labels"], EXPLICIT: labels["explicit"],
            WHOLE: organisations["whole"], SPEAKER: labels["speakers"], TITLE: labels["titles"],
            PERSONAL: labels["personal"], VENUE: labels["venues"], SHARED: labels["shared"],
            INTRODUCED: labels["introduced"], LEADING: organisations["leading"], STOPPING: _stopping(),
            PART: [part for people in _PEOPLES for part in sections("peoples.txt")[people]],
            ALIKE: (*unsure, *organisations["alike"], *((common & {*brands}) - {*organisations["brands"]})),
        }
    )  # fmt: skip


def _stopping() -> set[str]:
    """Return verbs, roles and words that join sentences, but for those that names of organisations hold."""
    vocabulary, roles = sections(Path(__file__).parent / "vocabulary.txt"), sections("roles.txt")
    words = {*vocabulary["verb"], *vocabulary["adverb"], *vocabulary["connective"], *roles["roles"], *roles["say"]}
    return words - {*sections("organisations.txt")["within"]}


def _places(ordinary: set[str]) -> tuple[set[str], set[str], set[str]]:
    """Return names of places: those beyond doubt, counties without their level, and ordinary words."""
    world, divisions, labels = sections("world.txt"), sections("divisions.txt"), sections("labels.txt")
    full = {name for section in ("provinces", "cities", "districts") for name in divisions[section]}
    cities = {name.removesuffix("市") for name in divisions["cities"] if name.endswith("市")}
    known = {name for section in world.values() for name in section} | {_bare(name) for name in divisions["provinces"]}
    known |= cities | {name for name in divisions["short"] if len(name) > 2}
    short = {*divisions["short"]} - known
    alike = (short & ordinary) | {*labels["alike"]}
    return (known | full) - alike, short - alike, alike


def _bare(province: str) -> str:
    return re.sub("(?:特别行政区|(?:维吾尔|壮族|回族)?自治区|省|市)$", "", province)
