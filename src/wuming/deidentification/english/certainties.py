"""What is certain about groups of capitalised words without learning: legal forms, countries of several words, code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from wuming.deidentification.english.lexicon import BIT, words
from wuming.deidentification.lexicon import english_entities as entities

_FORMS = frozenset(
    [
        "inc",
        "incorporated",
        "llc",
        "llp",
        "ltd",
        "limited",
        "corp",
        "corporation",
        "plc",
        "gmbh",
        "oyj",
        "oy",
        "spa",
        "srl",
        "sarl",
        "pty",
        "pte",
        "bhd",
        "kft",
        "kk",
        "aps",
        "asa",
    ]
)
_WITHIN = frozenset(("&", "and", ",", "-", "of", "de", "for", "the"))
_CODE = re.compile(
    r"[{}\[\]=;<>\\|`]|[A-Za-z0-9]_[A-Za-z0-9_]|\w\(|\.\w+\(|->|::|^[ \t]*(?:def|class|import|from|return|raise|except|elif|assert|yield|del)[ (]|^[ \t]*(?:#|//|\*)"
)
_MAIL = re.compile(r"<[^<>\s]+@[^<>\s]+>")
_REACH = 90  # characters of a line


def legal_form(word: str) -> bool:
    """Tell whether a word is the legal form of a company."""
    return word.lower() in _FORMS


def organisation_start(text: str, bounds: Sequence[tuple[int, int]], tags: Sequence[int], place: int) -> int:
    """Return the first word of the organisation whose legal form is word number `place` of a group."""
    known = words()
    first = place
    while first > 0:
        word = text[slice(*bounds[first - 1])]
        if not (word[:1].isupper() or word[:1].isdigit() or word in _WITHIN) or legal_form(word):
            break
        first -= 1
    while first < place:
        word = text[slice(*bounds[first])]
        ordinary = first == 0 and tags[first] == 0 and known.get(word.lower(), 0) & BIT["W1"] and place - first > 1
        if word[:1].isupper() and not ordinary:
            break
        first += 1
    return first


def places_of_several_words(text: str, bounds: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the countries and regions of several words within a group, longer ones first."""
    known = _several()
    place = 0
    while place < len(bounds) - 1:
        start = bounds[place][0]
        for last in range(min(place + 4, len(bounds) - 1), place, -1):
            if text[start : bounds[last][1]].lower() in known:
                yield start, bounds[last][1]
                place = last
                break
        place += 1


@lru_cache(maxsize=1)
def _several() -> frozenset[str]:
    names = [*entities.COUNTRIES.split("|"), *entities.REGIONS.split("|"), *entities.CITIES.split("|")]
    return frozenset(name.lower() for name in names if " " in name)


def code_around(text: str, start: int, end: int) -> bool:
    """Tell whether the line around a stretch reads as the code of a program, or a stretch touches marks of one."""
    first = max(text.rfind("\n", max(0, start - _REACH), start) + 1, start - _REACH, 0)
    last = text.find("\n", end, end + _REACH)
    line = text[first : last if last >= 0 else end + _REACH]
    return _CODE.search(_MAIL.sub("", line) if "@" in line else line) is not None
