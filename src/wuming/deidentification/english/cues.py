"""Names known by the words before them alone: employers, what somebody is called; initials with dots; mentions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from wuming.deidentification.english.groups import LETTER, UPPER
from wuming.deidentification.english.lexicon import BIT, words
from wuming.deidentification.lexicon import english_entities as entities

_WORD = rf"[{UPPER}][{LETTER}]*(?:[-'’][{LETTER}]+)*"
_EMPLOYER = re.compile(
    rf"work(?<![A-Za-z]work)(?:s|ed|ing)? (?:for|at) (?:the )?({_WORD}(?: (?:(?:of|and|&|for) )?{_WORD}){{0,4}})"
)
_CALLED = re.compile(
    r"name(?<=aiden name|.last name|amily name|first name|given name|iddle name|rried name|...surname)"
    r"(?: is| was|['’]s|:) "
    rf"({_WORD})(?=[.,;:!?)\n]| (?:and|but)(?![a-z])|$)",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"(?:first|last|full|given|family|middle|sur|customer|contact|recipient|patient)[_\-]?name"
    r"(?:=|[\"']: ?[\"']|: [\"'])"
    rf"({_WORD}(?:[ +]{_WORD}){{0,2}})(?=[&\"',;\n)}}]|$)",
    re.IGNORECASE,
)
_FIELD_ENDS = tuple(name + end for name in ("name", "Name", "NAME") for end in ("=", '"', "'", ': "', ": '"))
"""One of these stands where `_FIELD` matches."""
_INITIALS = re.compile(r"[A-Z]\.(?<![A-Za-z0-9.][A-Z]\.)[A-Z]\.(?:[A-Z]\.){0,4}(?![A-Za-z0-9])")
_NO_EMPLOYER = sum(BIT[one] for one in ("DT", "TI", "RL", "DM", "PC", "P1", "P2", "F1", "F2", "JB"))
_ORDINARY = BIT["W1"] | BIT["W2"] | BIT["DT"]
_PRONOUNS = frozenset("i it he she we they you".split())

Stretch = tuple[int, int]


def employers(text: str) -> Iterator[Stretch]:
    """Yield what somebody works for or at, by its capitals: "I work for Chemical Abstracts Service"."""
    if "work" not in text:
        return
    known = words()
    for match in _EMPLOYER.finditer(text):
        first = match.group(1).split(" ", 1)[0].lower()
        if first not in _PRONOUNS and not known.get(first, 0) & _NO_EMPLOYER:
            yield match.span(1)


def called(text: str) -> Iterator[Stretch]:
    """Yield what somebody's maiden, last or first name is said to be, also in a field: `first_name=Dmitry`."""
    if "ame" in text or "AME" in text:
        for match in _FIELD.finditer(text) if any(end in text for end in _FIELD_ENDS) else ():
            if match.group(1)[0].isupper() and not words().get(match.group(1).lower(), 0) & _ORDINARY:
                yield match.span(1)
        for match in _CALLED.finditer(text):
            if match.group(1)[0].isupper() and not words().get(match.group(1).lower(), 0) & BIT["DT"]:
                yield match.span(1)


def initials(text: str) -> Iterator[Stretch]:
    """Yield organisations known by their initials, written with dots: "U.N."."""
    for match in _INITIALS.finditer(text):
        if words().get(match.group().replace(".", "").lower(), 0) & BIT["OK"]:
            yield match.span()


def uncapitalised_places(text: str) -> Iterator[Stretch]:
    """Yield countries and regions of several words in a text that has no capital letter."""
    for match in _places().finditer(text):
        yield match.span()


@lru_cache(maxsize=1)
def _places() -> re.Pattern[str]:
    names = [one.lower() for one in (*entities.COUNTRIES.split("|"), *entities.REGIONS.split("|")) if " " in one]
    either = "|".join(re.escape(one) for one in sorted(names, key=lambda one: (-len(one), one)))
    return re.compile(rf"(?<![{LETTER}0-9_@/.\-])(?:{either})(?![{LETTER}0-9_@/\-])")


def surname_again(text: str, surname: str) -> Iterator[Stretch]:
    """Yield the other places of a surname that is an ordinary word too: with its capital, within a sentence."""
    pattern = rf"(?<=[a-z,] )(?<!the )(?<!an )(?<! a ){re.escape(surname)}(?![{LETTER}0-9\-]| [{UPPER}])"
    for match in re.finditer(pattern, text):
        yield match.span()
