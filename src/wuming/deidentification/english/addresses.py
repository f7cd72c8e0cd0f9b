"""Postal addresses in English text: street lines of many countries, units, towns, regions, postcodes, boxes.

A street line is found by its number. What it is worth is the sum of what speaks for it: the type of street, the number,
a unit, a postcode, a region or country, words such as "lives at". Nothing is an address by a number and a capital
alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from wuming.deidentification.english import address_patterns as patterns
from wuming.deidentification.english.address_tail import CODES, Line, extended, known_town, region
from wuming.deidentification.english.groups import LETTERS, UPPER
from wuming.deidentification.english.lexicon import BIT, words
from wuming.deidentification.keywords import Marks
from wuming.deidentification.lexicon.english_streets import (
    FOREIGN,
    FOREIGN_ENDINGS,
    STREETS,
    STREETS_ALSO_WORDS,
    WEAK_ENDINGS,
)
from wuming.deidentification.specification import Candidate

PRIORITY = 66
_LEAST = 3.0  # of the sum that speaks for an address: taken by default
_REACH = 40  # characters before, where words such as "lives at" are looked for
_COMMA = 1.5  # less for a comma between the number and its street
_LONGEST_STREET, _LONGEST_NUMBER = 120, 16  # characters before the first digit of the number of a house, and from it

_NOT_STREETS = BIT["DT"] | BIT["PR"]
_ORDINARY = BIT["W1"]
_WORDS = BIT["W1"] | BIT["W2"] | BIT["W3"]
_NAMES = BIT["F1"] | BIT["F2"] | BIT["S1"] | BIT["S2"] | BIT["P1"]
_DIRECTIONS = frozenset("n s e w ne nw se sw north south east west northwest northeast southwest southeast".split())
_TOWN_BEHIND = re.compile(
    r",? ?\n?(?!(?:19|20)[0-9]{2} )(?:[A-Z]{1,2}-)?[0-9][0-9 \-]{2,5}[A-Z ]{0,3} [A-Z]|, [A-Z][a-z]+ [0-9]{4,6}"
)
"""A town and its postcode, the only thing that makes an address of "Nyhavn 17"; a year is none."""
_RESIDING = re.compile(
    r"(?<![A-Za-z])(?:resid(?:e|es|ed|ing)|liv(?:e|es|ed|ing)|home|address) (?:at|is) $", re.IGNORECASE
)
"""What only an address follows, whatever the street is called."""
_DAY_IN_MAY = re.compile("[0-9]{1,2} May (?:19|20)[0-9]{2}")
_HOUSE_BEHIND = re.compile(r" [0-9]{1,4}[a-z]?(?=[.,;!?)\n]|$)")
_CAPITAL = re.compile(f"[{UPPER}]")
_FIVE_DIGITS = re.compile("[0-9]{5}")
_CODE_IN_SMALL_LETTERS = re.compile("(?<![A-Za-z0-9])[A-Z][a-z]?[0-9][0-9A-Za-z]? ?[0-9][A-Z][a-z](?![A-Za-z0-9])")
_SMALL = re.compile("[a-zß-öø-ÿ]")

# Words of which one must stand in a text for a pattern to match there.
_TYPES = ("rue ", "via ", "ul. ", "calle ", "rua ", "c/ ")
_FIRST = tuple(f"{first} " for first in patterns.LOWER_FIRST)
_BOXES = ("ox ", "OX ", "Postfach", "Postboks", "asilla", "partado")
_OFFICES = ("PO ", "po ")
_CORNERS = ("corner of",)
_CODES = ("zip", "Zip", "ZIP", "ode", "POSTCODE", "PLZ")
_ADDRESSES = ("ddress",)
_LIVING = (
    "liv", "weather", "forecast", "locat", "based", "store", "shop", "ship", "mov", "resid", "born",
)  # fmt: skip
_MARKS = Marks((*_TYPES, *_FIRST, *_BOXES, *_OFFICES, *_CORNERS, *_CODES, *_ADDRESSES, *_LIVING))


def find_english_addresses(text: str) -> list[Candidate]:
    """Return candidates of kind ADDRESS in one normalised text."""
    if not LETTERS.search(text):
        return []
    found = [_candidate(text, line) for line in _lines(text)]
    if len(text) < 4000 and (not _CAPITAL.search(text) or not _SMALL.search(text)):
        # Nothing is capitalised, or everything is: read with capitals, and ask for more.
        read = _CODE_IN_SMALL_LETTERS.sub(lambda code: code.group().upper(), text.title())
        if len(read) == len(text):
            found += [_candidate(text, Line(line.start, line.end, line.weight - 0.5)) for line in _lines(read)]
    return [one for one in found if one.score > 0]


def _candidate(text: str, line: Line) -> Candidate:
    end = line.start + len(text[line.start : line.end].rstrip(" ,.\n?-"))
    if text[end : end + 1] == "." and (
        (end < line.end and text[max(0, end - 2) : end].lower().strip(" .") == "u")
        or patterns.HUNGARIAN_NUMBER.search(text, max(0, end - 24), end)
    ):
        end += 1
    weight = line.weight
    score = 0.0 if weight < 2 else min(0.95, 0.5 + 0.1 * (weight - _LEAST)) if weight >= _LEAST else 0.3
    return Candidate(line.start, end, "ADDRESS", score, PRIORITY)


def _lines(text: str) -> Iterator[Line]:
    for match in patterns.NUMBERED.finditer(text):
        yield from _numbered(text, match)
    for match in _named(text):
        yield from _street_then_number(text, match.start(), match.end(), match.start(1))
    marks = _MARKS.find(text)
    if marks:
        yield from _marked(text, marks)
    for match in patterns.CODE_LAST.finditer(text):
        before = match.start() - 1
        town = patterns.TOWN_BEFORE.search(text, max(0, before - _REACH), before)
        if town and (town.group(2) in CODES or known_town(town.group(1)) or region(town.group()) == len(town.group())):
            yield Line(*match.span(), 3.5)
    for match in patterns.TYPE.finditer(text):
        yield from _without_number(text, match.end())


def _marked(text: str, marks: Mapping[str, Sequence[int]]) -> Iterator[Line]:
    """Yield what is worth a look only where a word of it stands."""
    held = marks.keys()
    if not held.isdisjoint(_TYPES):
        for match in patterns.LOWER_NAMED.finditer(text):
            numbered = 0.5 if text[match.end() - 1].isdigit() else 0.0
            yield extended(text, Line(match.start(), match.end(), 2.5 + numbered + _context(text, match.start())))
    for first in _FIRST:
        for place in marks.get(first, ()):
            whole = patterns.LOWER_NUMBERED.match(text, place)
            if whole and not text[max(0, place - 1) : place].isalnum():
                yield extended(text, Line(place, whole.end(), 3.0 + _context(text, place)))
    if not held.isdisjoint(_BOXES):
        for match in patterns.BOX.finditer(text):
            yield extended(text, Line(match.start(), match.end(), 3.5))
    if not held.isdisjoint(_OFFICES):
        for match in patterns.MILITARY.finditer(text):
            yield extended(text, Line(match.start(), match.end(), 4.0))
    if not held.isdisjoint(_CORNERS):
        for match in patterns.CORNER.finditer(text):
            weight = 3.0 + max(_street(match.group(1)), _street(match.group(2))) / 2
            yield extended(text, Line(match.start(), match.end(), weight))
    if not held.isdisjoint(_CODES):
        for match in patterns.CODE_LABEL.finditer(text):
            yield Line(*match.span(1), 3.5)
    if not held.isdisjoint(_ADDRESSES):
        for match in patterns.ADDRESSED.finditer(text):
            yield Line(*match.span(1), 3.5)
    if not held.isdisjoint(_LIVING) and _FIVE_DIGITS.search(text):
        for match in patterns.LIVING_IN.finditer(text):
            yield Line(*match.span(1), 3.5)


def _named(text: str) -> Iterator[re.Match[str]]:
    """Yield the streets with their number behind them. Only around numbers is it worth the time to look for one."""
    done = 0
    for number in patterns.NUMBER_BEHIND.finditer(text):
        place = number.start()
        if place < done:
            continue
        first = max(done, place - _LONGEST_STREET)
        last = text[max(text.rfind(mark, first, place - 1) for mark in " \n") + 1 : place]
        if not last[:1].isupper() and not _in_small_letters(text[first:place]):
            continue
        first = max(first, text.rfind("\n", first, place) + 1)
        near = patterns.NAMED.search(text, first, place + _LONGEST_NUMBER)
        if near and (match := patterns.NAMED.match(text, near.start())):
            done = match.end()
            yield match


def _in_small_letters(before: str) -> bool:
    """Tell whether a street may end here whose last word has no capital: "rue tachkent", "Kossuth utca", "Lane nr."."""
    words_before = before.split()[-4:]
    if not words_before:
        return False
    last = words_before[-1]
    return last in patterns.LOWER_TYPES or last[0] in "n0123456789" or not patterns.SMALL.isdisjoint(words_before)


def _numbered(text: str, match: re.Match[str]) -> Iterator[Line]:
    """Weigh a number with a street behind it: "12 Main Street", "48010 Paseo del Atlántico 81"."""
    start, end = match.span()
    body = match.group(1)
    names = _split(body)
    known = words()
    dated = any(known.get(name, 0) & BIT["DT"] and name != "may" for name in names)
    if dated or _DAY_IN_MAY.fullmatch(text, start, end):
        return
    # What follows the type of street is no part of it, unless a direction: "12 Main Street Please".
    cut = 0 if match.group(2) else _behind_type(names) or _before_region(match.group(1))
    if 0 < cut < len(names):
        end = _place_of(text, match.start(1), cut)
        names = names[:cut]
    if not match.group(2) and (again := patterns.TYPE_AGAIN.search(text, start, end)) and _has_type(names[:-1]):
        end, names = again.start(), names[:-1]  # "90 Whitchurch Road street"
    street = _street(" ".join(names))
    weight = 1.0 + street + (0.5 if match.group(2) else 0.0) + _context(text, start)
    if text[match.start(1) - 2] == ",":
        weight -= _COMMA  # "In 2012, Oak Street was closed", and "12, MG Road, Bengaluru 560001"
    if not street:
        # Two numbers around a name that is no word: 87818 Dalmatinova 68.
        residing = _RESIDING.search(text, max(0, start - _REACH), start)
        weight += 0.5 if match.group(2) and _unknown(names) else 0.0 if residing else -0.5
    line = extended(text, Line(start, end, weight))
    before = patterns.UNIT_BEFORE.search(text, max(0, start - 48), start)
    if before:
        line.start, line.weight = before.start(), line.weight + 1.0
    yield line


def _has_type(names: list[str]) -> bool:
    """Tell whether a type of street stands behind a name, or, of another language, before one."""
    return len(names) > 1 and (names[-1].strip(".") in STREETS | STREETS_ALSO_WORDS or names[0] in FOREIGN)


def _before_region(body: str) -> int:
    """Return how many words of a street line stand before the country that it ends with; 0: none."""
    parts = body.split()
    for count in range(1, len(parts)):
        tail = " ".join(parts[count:])
        if region(tail) == len(tail) and not tail.isupper():
            return count
    return 0


def _street_then_number(text: str, start: int, end: int, number: int) -> Iterator[Line]:
    """Weigh a street with its number behind it: "Hauptstraße 12", "Via Roma 131"."""
    names = _split(text[start:number])
    known = words()
    if not names or any(known.get(name, 0) & _NOT_STREETS for name in names):
        return
    first = next((place for place, name in enumerate(names) if name in FOREIGN), None)
    street = _street(" ".join(names), english=False)
    if names[-1] in patterns.LOWER_TYPES and text[number - 2].islower() and len(names) > 1:
        street = max(street, 2.0 if text[start:number].split()[-1] in patterns.LOWER_TYPES else 0.0)
    if first and known.get(names[0], 0) & BIT["W1"]:
        # What begins the sentence is no part of the street, in whose name its type may be first or last.
        start = _place_before(
            text, start, max(place for place in range(first) if known.get(names[place], 0) & BIT["W1"]) + 1
        )
    weight = street + 1.0 + _context(text, start)
    if not street and (text[start:number].isupper() or not _unknown(names)):
        weight -= 1.0  # "Boeing 747", "RFC 2060"
    if weight >= 2 or (weight >= 1 and _TOWN_BEHIND.match(text, end)):
        yield extended(text, Line(start, end, weight))


def _without_number(text: str, end: int) -> Iterator[Line]:
    """Weigh "lives on Marina Street": by the words before it alone."""
    start = max(0, end - 48)
    for match in patterns.STREET_ONLY.finditer(text, start, end):
        if match.end() != end:
            continue
        unit = patterns.UNIT_BEFORE.search(text, max(0, match.start() - 48), match.start())
        if unit and "," in unit.group():
            yield extended(text, Line(unit.start(), end, 3.0))
        elif (context := _context(text, match.start())) >= 1.5:
            house = _HOUSE_BEHIND.match(text, end)
            yield Line(match.start(), house.end() if house else end, 1.5 + context)


def _unknown(names: list[str]) -> bool:
    """Tell whether none is an ordinary word."""
    known = words()
    return not any(known.get(name, 0) & _WORDS for name in names)


def _street(body: str, *, english: bool = True) -> float:
    """Return how much the words of a street line speak for it."""
    names = _split(body)
    known = words()
    weight = 0.0
    for place, name in enumerate(names):
        bare = name.rstrip(".")
        if english and place and bare in STREETS:
            weight = max(weight, 2.5)
        elif english and place and bare in STREETS_ALSO_WORDS:
            before = known.get(names[place - 1], 0)
            weight = max(weight, 1.5 if before & _ORDINARY and not before & _NAMES else 2.0)
        elif name in FOREIGN and len(names) > 1:
            weight = max(weight, 2.0 if len(name) > 2 or name.endswith(".") or place in (0, len(names) - 1) else 1.0)
        elif name.endswith(FOREIGN_ENDINGS) and len(name) > 6:
            weight = max(weight, 2.0 if not known.get(name, 0) else 0.5)
        elif name.endswith(WEAK_ENDINGS) and len(name) > 5 and not known.get(name, 0):
            weight = max(weight, 0.5)
    if names == ["broadway"]:
        return 2.0
    return weight


def _split(body: str) -> list[str]:
    return [name.rstrip(".,") if len(name) > 3 else name.rstrip(",") for name in body.lower().replace("'", " ").split()]


def _behind_type(names: list[str]) -> int:
    """Return how many words there are up to the last type of street, directions included; 0: no type."""
    for place in range(len(names) - 1, 0, -1):
        if names[place].strip(".") in STREETS or names[place].strip(".") in STREETS_ALSO_WORDS:
            return place + 2 if place + 1 < len(names) and names[place + 1] in _DIRECTIONS else place + 1
    return 0


def _place_of(text: str, start: int, count: int) -> int:
    """Return the end of the first `count` words from `start`."""
    end = start
    for match in re.finditer(r"[^\s']+'?", text[start : start + 200]):
        count -= 1
        end = start + match.end()
        if count == 0:
            break
    return end


def _place_before(text: str, start: int, count: int) -> int:
    """Return where the word number `count` from `start` begins."""
    for place, match in enumerate(re.finditer(r"[^\s']+'?", text[start : start + 200])):
        if place == count:
            return start + match.start()
    return start


def _context(text: str, start: int) -> float:
    """Return how much the words before speak for an address."""
    before = text[max(0, start - _REACH) : start]
    if "\n" in before and not before.rstrip(" ").endswith("\n"):
        before = before[before.rindex("\n") :]
    leading = patterns.LEADING.search(before)
    if leading is None:
        return 0.3 if not before or before[-1] == "\n" else 0.0
    return 2.0 if patterns.SPEAKING.search(before[: leading.end()]) else 0.5
