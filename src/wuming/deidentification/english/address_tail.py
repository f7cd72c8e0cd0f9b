"""What follows a street line: units, town, region, country, postcode, over line ends, up to the last certain piece."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from wuming.deidentification.english.address_patterns import BOX, CODE, MILITARY, PLACE, POSTCODE, SEPARATOR, UNIT
from wuming.deidentification.english.lexicon import BIT, words
from wuming.deidentification.lexicon import english_entities as entities
from wuming.deidentification.lexicon.places import STATES

_ORDINARY = BIT["W1"]
_GIVEN = BIT["F1"]
_PERSONS = _GIVEN | BIT["F2"] | BIT["S1"] | BIT["S2"]
_TOWNS = BIT["P1"] | BIT["P2"]
_MOST = 10  # pieces of an address
DISTRICT = re.compile(r" [0-9]{1,2}(?=[,.;)\n]|$)")
"""The number of a district behind its town: Praha 1."""
LETTERED_DISTRICT = re.compile(
    "(?:(?<=København)|(?<=Copenhagen)|(?<=Frederiksberg)|(?<=Aalborg)|(?<=Aarhus)|(?<=Århus)|(?<=Odense)|(?<=Esbjerg)|(?<=Randers)|(?<=Kolding))"
    " (?:C|K|M|N|NV|NØ|S|SV|SØ|V|Ø)(?![A-Za-z0-9'’])"
)
"""The letters of a district behind its town, as Danish postcodes have them: København K."""
CODES = frozenset([*STATES, *"ON QC BC AB MB SK NS NB NL PE YT NT NSW VIC QLD TAS ACT SA WA USA UK U.K U.S.A".split()])


@dataclass
class Line:
    """A possible address.

    Attributes:
        start, end: bounds in the text.
        weight: sum of what speaks for it.
    """

    start: int
    end: int
    weight: float


def extended(text: str, line: Line) -> Line:
    """Return the line with what belongs to it behind it, and what that adds to its weight."""
    place, end, weight = line.end, line.end, line.weight
    town = code = False
    regions = tentative = 0
    unit_before = False
    for _ in range(_MOST):
        gap = SEPARATOR.match(text, place)
        if gap is None:
            break
        at, divided, below = gap.end(), gap.group() != " ", "\n" in gap.group()
        if not (town or code or regions) and (found := UNIT.match(text, at) or BOX.match(text, at)):
            place = end = found.end()
            weight += 1.5
            tentative, unit_before = 0, True
        elif army := MILITARY.match(text, at):
            return Line(line.start, army.end(), weight + 2.0)
        elif (
            not code
            and (found := POSTCODE.match(text, at))
            and (divided or tentative or town or regions or _sure(found))
        ):
            place = end = found.end()
            weight += 1.0
            # The town before a postcode is one, whatever it was taken for; a town may also follow.
            town, code, tentative = town or bool(tentative), True, 0
        elif (name := PLACE.match(text, at)) and regions < 2 and (length := region(name.group())):
            place = end = at + length
            weight += 1.0
            regions, tentative = regions + 1, 0
        elif (tentative or town) and (short := CODE.match(text, at)):
            place = short.end()
            tentative += 1
        elif name:
            if town or regions or tentative > 1 or (tentative and not divided):
                break
            place = name.end()
            if not _may_be_town(name.group(), below=below and not code) or not _closing(text, place):
                tentative += 1
            elif (divided and "\n\n" not in gap.group()) or unit_before or code or known_town(name.group()):
                if code and (district := DISTRICT.match(text, place)):
                    place = district.end()
                end = place
                weight += 1.0 if code else 0.5
                town = not below or code
                tentative += not town
            else:
                tentative += 1
            unit_before = False
        else:
            break
    return Line(line.start, end, weight)


def _sure(code: re.Match[str]) -> bool:
    """Tell whether a postcode needs no town before it: SW1A 1AA, 90210, 2913-513."""
    return len(code.group()) > 4


def known_town(name: str) -> bool:
    """Tell whether a list of towns holds a name that is no given name."""
    classes = words().get(name.lower(), 0)
    return bool(classes & _TOWNS) and not classes & _GIVEN


def _may_be_town(name: str, *, below: bool) -> bool:
    """Tell whether a capitalised stretch may be a town: no word that begins a sentence; below, no person's name."""
    first = words().get(name.split()[0].lower().strip("."), 0)
    if below and first & _PERSONS:
        return known_town(name)
    return not first & _ORDINARY or bool(first & (_PERSONS | BIT["P1"]))


def _closing(text: str, place: int) -> bool:
    """Tell whether a town may end an address here: it is no label, and no word with a capital follows at once."""
    return text[place : place + 1] != ":" and not (
        text[place : place + 1] == " " and text[place + 1 : place + 2].isupper()
    )


def region(name: str) -> int:
    """Return the length of `name` up to the country or state that ends it, or stands before an ordinary word; or 0."""
    lowered = name.lower()
    parts = [match.span() for match in re.finditer(r"[^\s]+", lowered)]
    for last in range(len(parts), 0, -1):
        following = lowered[slice(*parts[last])].strip(".,()") if last < len(parts) else ""
        if following and "(" not in lowered and not words().get(following, 0) & _ORDINARY:
            return 0
        for first in range(max(0, last - 4), last):
            stretch = lowered[parts[first][0] : parts[last - 1][1]].strip(".,")
            short = last - first == 1 and name[parts[first][0] : parts[first][1]].strip(".,") in CODES
            if stretch in _regions() or short:
                end = parts[last - 1][1]
                tail = re.match(r" \([^\s()]+\)", name[end:])
                return end + (tail.end() if tail else 0)
    return 0


@lru_cache(maxsize=1)
def _regions() -> frozenset[str]:
    return frozenset(one.lower() for one in [*entities.COUNTRIES.split("|"), *entities.REGIONS.split("|")[:78]])
