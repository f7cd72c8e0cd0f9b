"""Postal addresses in English text: street lines of many countries, units, towns, regions, postcodes, boxes, over line ends.

A street line is found by its number. What it is worth is the sum of what speaks for it: the type of street, the number, a unit, a
postcode, a region or country, words such as "lives at". Nothing is an address by a number and a capital alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from wuming.deidentification.english.groups import LETTER, UPPER
from wuming.deidentification.english.lexicon import BIT, words
from wuming.deidentification.lexicon import english_entities as entities
from wuming.deidentification.lexicon.english_streets import (
    FOREIGN,
    FOREIGN_ENDINGS,
    STREETS,
    STREETS_ALSO_WORDS,
    WEAK_ENDINGS,
)
from wuming.deidentification.lexicon.places import STATES
from wuming.deidentification.specification import Candidate

PRIORITY = 66
_LEAST = 3.0  # of the sum that speaks for an address: taken by default
_REACH = 40  # characters before, where words such as "lives at" are looked for

_LINK = "de la|de los|de las|de|da|do|dos|das|di|del|della|dei|delle|des|du|d'|la|le|les|el|los|van der|van den|van de|van|von|der|den|of|the|y|e|i|na|nad|pod|bei|am|an der|im|op|aan den|sous|lès|en|upon|sur|u|and"
_LOWER_TYPES = "rue|via|ul\\.|al\\.|os\\.|pl\\.|av\\.|calle|c/|rua|trg|cesta|chemin|boulevard|avenue|allée|impasse|place|quai|route|út|utca|útja|u\\.|tér|tere|tee|tänav|terrasse|allé|ulice|náměstí|gate|vei|vej|gade|street|road|avenue|lane|drive"
_DOTTED = r"(?:Ste?|Sta|Sto|Dr|Avd?a?|Ave|Blvd|Rd|Ln|Ct|Pl|Sq|Ter|Cir|Hwy|Pkwy|Ft|Mt|Str|Ul|[A-Z])\."
_WORD = (
    rf"(?:{_DOTTED}|[{UPPER}][{LETTER}]*+(?:['’\-][{LETTER}]++)*+(?:(?<=str)\.)?|"
    rf"[0-9]{{1,3}}(?:st|nd|rd|th)(?![{LETTER}]))"
)
_PIECE = rf"(?!(?:Suite|Apt|Unit|Flat|Room|Floor|Ste)(?![{LETTER}]))(?:(?:{_LOWER_TYPES})(?![{LETTER}])|(?:C/)|{_WORD})"
_BODY = rf"{_PIECE}(?: (?:(?:{_LINK}) )?(?:d'|l')?{_PIECE}){{0,5}}"
_HOUSE = r"[0-9]{1,5}[A-Za-z]?(?:[\-/][0-9]{1,4}[A-Za-z]?)?\.?(?![0-9A-Za-z%°])"
_NUMBERED = re.compile(
    rf"[0-9](?<![{LETTER}0-9.,\-/#$€£:+_][0-9])[0-9]{{0,5}}[A-Z]?(?:[\-/][0-9]{{1,4}})? (?:[0-9]{{1,5}}[A-Z]? )?(?:[NSEW]{{1,2}}\.? )?({_BODY})(,? (?:nr\.? ?|n° ?)?{_HOUSE})?"
)
_NAMED = re.compile(
    rf"[{UPPER}](?<![{LETTER}0-9.\-/#_@][{UPPER}])[{LETTER}]*+(?:['’\-][{LETTER}]++)*+(?:(?<=[Ss]tr|.Av|vda)\.)?(?: (?:(?:{_LINK}) )?{_PIECE}){{0,4}},? (?:nr\.? ?|n° ?)?({_HOUSE})"
)
_LOWER_NAMED = re.compile(
    rf"(?<![{LETTER}0-9])(?:rue|via|ul\.|calle|rua|c/) (?:(?:{_LINK}) )?{_WORD}(?: (?:(?:{_LINK}) )?{_WORD}){{0,4}}(?:,? {_HOUSE})?"
)
_STREET_ONLY = re.compile(rf"(?:{_WORD} ){{1,3}}(?:Street|Avenue|Road|Lane|Drive|Boulevard)(?![{LETTER}])")
_UNIT_WORD = "(?:[Ff]lat|FLAT|[Aa]pt|APT|[Aa]partment|[Uu]nit|UNIT|[Ss]uite|SUITE|[Ss]te|STE|[Rr]oom|[Rr]m|[Ff]loor|[Ff]l|[Ll]evel|[Ll]ot|[Bb]uilding|[Bb]ldg|[Bb]lock|[Tt]ower|[Pp]enthouse|[Oo]ffice|[Ss]tudio|[Ss]hop)"
_UNIT = re.compile(
    rf"(?:{_UNIT_WORD}(?:\.|:)? ?#?(?:[0-9]{{1,5}}[A-Za-z]?|[A-Z][0-9]{{0,4}})(?:[\-/][0-9A-Z]{{1,5}})?|#[0-9A-Za-z\-]{{1,6}}|[0-9]{{1,3}}(?:st|nd|rd|th) [Ff]loor)(?![0-9A-Za-z])"
)
_UNIT_BEFORE = re.compile(rf"(?:{_UNIT.pattern}(?:,? |, ?|/| - |,? ?\n)){{1,3}}$|(?<![0-9A-Za-z]){_UNIT_WORD}\.? ?#?$")
_SEPARATOR = re.compile(r"(?:,? ?\n{1,2}[ ?>*\-]{0,6},? ?|,? {1,2}| ?, ?)(?=[^\s,])")
_POSTCODE = re.compile(
    r"(?:[0-9]{5}-[0-9]{3,4}|[0-9]{4,6}|[0-9]{3} [0-9]{2}|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9])(?![0-9A-Za-z\-])(?! ?[A-Z]{2}(?![A-Za-z])[0-9])"
)
_DUTCH = re.compile(r"[0-9]{4} ?[A-Z]{2}(?![0-9A-Za-z])")
_PLACE_WORD = rf"[{UPPER}][{LETTER}]*+(?:['’\-][{LETTER}]++)*+"
_PLACE = re.compile(
    rf"(?:(?:Ste?|Sta|Sto|Ft|Mt)\. )?{_PLACE_WORD}(?![0-9])(?: (?:(?:{_LINK}) )?{_PLACE_WORD}(?![0-9])){{0,5}}"
    rf"(?: \([{LETTER}]+\))?"
)
_CODE = re.compile(r"[A-Z][A-Za-z]{0,2}(?= ?\n? ?[0-9]{4})|[A-Z]{1,3}(?![A-Za-z0-9])|nan(?![a-z])")
_BOX = re.compile(
    r"(?:[0-9]{1,5} )?(?:(?:P\.? ?O\.?|[Pp]ost ?[Oo]ffice|G\.?P\.?O\.?) ?[Bb][Oo][Xx]|[Pp]ostbox|[Pp]ostfach|[Pp]ostboks|[Cc]asilla|[Aa]partado|[Bb]oîte [Pp]ostale) #?[0-9]{1,6}|"
    r"(?:PSC|CMR|Unit|UNIT|psc|unit) [0-9]{1,5},? [Bb][Oo]x [0-9]{1,5}"
)
_MILITARY = re.compile(
    rf"(?:(?:USS|USNS|USNV|USCGC) {_WORD}(?: {_WORD})?\n)?(?:APO|FPO|DPO|apo|fpo|dpo),? (?:AA|AE|AP|aa|ae|ap) [0-9]{{5}}(?:-[0-9]{{4}})?"
)
_CORNER = re.compile(
    rf"(?:the )?corner of ((?:[0-9]{{1,5}} )?{_BODY}(?: {_HOUSE})?) and ((?:[0-9]{{1,5}} )?{_BODY}(?: {_HOUSE})?)"
)
_CODE_LABEL = re.compile(
    r"(?<![A-Za-z])(?:(?:ZIP|[Zz]ip)(?:[ \-]?[Cc]ode)?|[Pp]ost(?:al )?[ \-]?[Cc]ode|POSTCODE|PLZ)(?: is|:|#| :)? {0,2}([0-9]{5}-[0-9]{3,4}|[0-9]{4} ?[A-Z]{2}(?![A-Za-z])|[0-9]{3} [0-9]{2}|[0-9]{4,6}|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9])(?![0-9A-Za-z])"
)
_CONTEXT = re.compile(
    r"(?:addresse?s?(?: is| are|:| are:| was)?:?|(?:it|here they are|street|location|addr|residence)(?: is|:| is:)|liv(?:e|es|ed|ing) (?:at|on|in)|resid(?:e|es|ed|ing) (?:at|on|in)|located (?:at|on|in)|situated (?:at|on|in)|"
    r"ship(?:ped|ping)? (?:it |this |them )?to|sen[dt] (?:\w+ ){0,4}to|deliver(?:ed|y)? (?:it |this |them )?to|return (?:it )?to|meet (?:me|you|us|him|her) (?:at|on)|(?:is|are|was|were|it's) (?:at|on|in)|"
    r"(?:drops?|drop|picks?|pick) (?:you|me|us) (?:off|up) (?:at|on)|moved to|moving to|(?:taxi|cab|ride|drive|directions|way) to|(?:pick up|enter|turn|stay|staying|stop|store|house|home|apartment|office|offices|headquarters|branch|shop) (?:at|on|in)|"
    r"side of|with|user:|refers to|to)[ \n:]*$",
    re.IGNORECASE,
)
_STRONG_CONTEXT = re.compile(
    r"(?:address|liv(?:e|es|ed|ing) |resid|ship|deliver|located|street:|moved|meet |taxi|drops?|user:|side of|refers to|sen[dt] )",
    re.IGNORECASE,
)
_WEAK_CONTEXT = re.compile(r"(?:^|[ \n(])(?:at|on|to|in|is)[ \n:]*$", re.IGNORECASE)
_NOT_STREETS = BIT["DT"] | BIT["PR"]
_ORDINARY = BIT["W1"]
_WORDS = BIT["W1"] | BIT["W2"] | BIT["W3"]
_NAMES = BIT["F1"] | BIT["F2"] | BIT["S1"] | BIT["S2"] | BIT["P1"]
_PLACES = BIT["P1"] | BIT["P2"] | BIT["PM"]
_LARGE_PLACES = BIT["P1"] | BIT["P2"]
_GIVEN = BIT["F1"] | BIT["F2"]
_DIRECTIONS = frozenset("n s e w ne nw se sw north south east west northwest northeast southwest southeast".split())
_CAPITAL = re.compile(f"[{UPPER}]")
_SMALL = re.compile("[a-zß-öø-ÿ]")


@dataclass
class _Line:
    """A possible address.

    Attributes:
        start, end: bounds in the text.
        weight: sum of what speaks for it.
    """

    start: int
    end: int
    weight: float


def find_english_addresses(text: str) -> list[Candidate]:
    """Return candidates of kind ADDRESS in one normalised text."""
    found = [_candidate(text, line) for line in _lines(text)]
    if len(text) < 4000 and (not _CAPITAL.search(text) or not _SMALL.search(text)):
        # Nothing is capitalised, or everything is: read with capitals, and ask for more.
        read = text.title()
        if len(read) == len(text):
            found += [_candidate(text, _Line(line.start, line.end, line.weight - 0.5)) for line in _lines(read)]
    return [one for one in found if one.score > 0]


def _candidate(text: str, line: _Line) -> Candidate:
    end = line.start + len(text[line.start : line.end].rstrip(" ,.\n?-"))
    if text[end : end + 1] == "." and end < line.end and text[max(0, end - 2) : end].lower().strip(" .") in ("u",):
        end += 1
    weight = line.weight
    score = 0.0 if weight < 2 else min(0.95, 0.5 + 0.1 * (weight - _LEAST)) if weight >= _LEAST else 0.3
    return Candidate(line.start, end, "ADDRESS", score, PRIORITY)


def _lines(text: str) -> Iterator[_Line]:
    for match in _NUMBERED.finditer(text):
        yield from _numbered(text, match)
    for match in _NAMED.finditer(text):
        yield from _street_then_number(text, match.start(), match.end(), match.start(1))
    if "rue " in text or "via " in text or "ul. " in text or "calle " in text or "rua " in text or "c/ " in text:
        for match in _LOWER_NAMED.finditer(text):
            yield _extended(text, _Line(match.start(), match.end(), 2.5 + _context(text, match.start())))
    if (
        "ox " in text
        or "OX " in text
        or "Postfach" in text
        or "Postboks" in text
        or "asilla" in text
        or "partado" in text
    ):
        for match in _BOX.finditer(text):
            yield _extended(text, _Line(match.start(), match.end(), 3.5))
    if "PO " in text or "po " in text:
        for match in _MILITARY.finditer(text):
            yield _extended(text, _Line(match.start(), match.end(), 4.0))
    if "corner of" in text or "Corner of" in text:
        for match in _CORNER.finditer(text):
            yield _extended(
                text, _Line(match.start(), match.end(), 3.0 + max(_street(match.group(1)), _street(match.group(2))) / 2)
            )
    if "ip" in text or "IP" in text or "ode" in text or "ODE" in text or "PLZ" in text:
        for match in _CODE_LABEL.finditer(text):
            yield _Line(*match.span(1), 3.5)
    for kind in ("Street", "Avenue", "Road", "Lane", "Boulevard"):
        place = text.find(f" {kind}")
        while place >= 0:
            yield from _without_number(text, place + 1 + len(kind))
            place = text.find(f" {kind}", place + 1)


def _numbered(text: str, match: re.Match[str]) -> Iterator[_Line]:
    """Weigh a number with a street behind it: "12 Main Street", "48010 Paseo del Atlántico 81"."""
    start, end = match.span()
    body = match.group(1)
    names = _split(body)
    known = words()
    if any(known.get(name, 0) & BIT["DT"] and name != "may" for name in names):
        return
    # What follows the type of street is no part of it, unless a direction: "12 Main Street Please".
    cut = _behind_type(names)
    if cut and cut < len(names) and match.group(2) is None:
        end = _place_of(text, match.start(1), cut)
        names = names[:cut]
    street = _street(" ".join(names))
    weight = 1.0 + street + (0.5 if match.group(2) else 0.0) + _context(text, start)
    if not street and not (match.group(2) and _unknown(names)):
        weight -= 0.5
    line = _extended(text, _Line(start, end, weight))
    before = _UNIT_BEFORE.search(text, max(0, start - 48), start)
    if before:
        line.start, line.weight = before.start(), line.weight + 1.0
    yield line


def _street_then_number(text: str, start: int, end: int, number: int) -> Iterator[_Line]:
    """Weigh a street with its number behind it: "Hauptstraße 12", "Via Roma 131"."""
    names = _split(text[start:number])
    known = words()
    if not names or any(known.get(name, 0) & _NOT_STREETS for name in names):
        return
    first = next((place for place, name in enumerate(names) if name in FOREIGN), None)
    street = _street(" ".join(names), english=False)
    if first and known.get(names[0], 0) & BIT["W1"]:
        start = _place_before(text, start, first)
    weight = street + 1.0 + _context(text, start)
    if not street and not _unknown(names):
        weight -= 1.0
    if weight >= 2:
        yield _extended(text, _Line(start, end, weight))


def _without_number(text: str, end: int) -> Iterator[_Line]:
    """Weigh "lives on Marina Street": by the words before it alone."""
    start = max(0, end - 48)
    for match in _STREET_ONLY.finditer(text, start, end):
        if match.end() == end and (context := _context(text, match.start())) >= 1.5:
            yield _Line(match.start(), end, 1.5 + context)


def _extended(text: str, line: _Line) -> _Line:
    """Add units, town, region, country and postcode that follow, over line ends, as far as something certain is reached."""
    place, end, weight = line.end, line.end, line.weight
    tentative, regions, unit_before = 0, 0, False
    for _ in range(8):
        gap = _SEPARATOR.match(text, place)
        if gap is None:
            break
        at = gap.end()
        divided = gap.group() != " "
        if not regions and (found := _UNIT.match(text, at) or _BOX.match(text, at)):
            place = end = found.end()
            weight += 1.5
            tentative, unit_before = 0, True
        elif army := _MILITARY.match(text, at):
            return _Line(line.start, army.end(), weight + 2.0)
        elif (code := _DUTCH.match(text, at) or _POSTCODE.match(text, at)) and (tentative or regions or divided):
            place = end = code.end()
            weight += 1.0
            if regions:
                break
            following = _SEPARATOR.match(text, place)
            town = _PLACE.match(text, following.end()) if following else None
            same_line = following is not None and "\n" not in following.group()
            if town and same_line and not _region(town.group()) and _closing(text, town.end()):
                known = words().get(town.group().lower(), 0) & _PLACES
                if not known and not ("\n" in gap.group() and _town(town.group())):
                    break
                place = end = town.end()
            tentative, regions = 0, 1
        elif name := _PLACE.match(text, at):
            if region := _region(name.group()):
                place = end = at + region
                weight += 1.0
                regions += 1
                if regions > 2:
                    break
                continue
            if regions or tentative > 1 or (tentative and not divided):
                break
            place = name.end()
            below = "\n" in gap.group()
            found_in = words().get(name.group().lower(), 0)
            known = found_in & _LARGE_PLACES and not found_in & _GIVEN
            if (known or not below) and (divided or unit_before) and _town(name.group()) and _closing(text, place):
                # A line below that is one name and no known place is a signature as well.
                end = place
                weight += 0.5
            tentative += 1
            unit_before = False
        elif tentative and (code := _CODE.match(text, at)):
            place = code.end()
        else:
            break
    return _Line(line.start, end, weight)


def _closing(text: str, place: int) -> bool:
    """Tell whether a town may end an address here: it is no label, and no word with a capital follows at once."""
    return text[place : place + 1] != ":" and not (
        text[place : place + 1] == " " and text[place + 1 : place + 2].isupper()
    )


def _region(name: str) -> int:
    """Return the length of `name` up to the country or state that ends it, or that an ordinary word follows; 0: none."""
    lowered = name.lower()
    parts = [match.span() for match in re.finditer(r"[^\s]+", lowered)]
    for last in range(len(parts), 0, -1):
        if (
            last < len(parts)
            and not words().get(lowered[slice(*parts[last])].strip(".,()"), 0) & _ORDINARY
            and "(" not in lowered
        ):
            return 0
        for first in range(max(0, last - 4), last):
            stretch = lowered[parts[first][0] : parts[last - 1][1]].strip(".,")
            if stretch in _regions() or (
                last - first == 1 and name[parts[first][0] : parts[first][1]].strip(".,") in _CODES
            ):
                end = parts[last - 1][1]
                tail = re.match(r" \([^\s()]+\)", name[end:])
                return end + (tail.end() if tail else 0)
    return 0


_CODES = frozenset(
    [
        *STATES,
        "ON",
        "QC",
        "BC",
        "AB",
        "MB",
        "SK",
        "NS",
        "NB",
        "NSW",
        "VIC",
        "QLD",
        "TAS",
        "ACT",
        "USA",
        "UK",
        "U.K",
        "U.S.A",
    ]
) - {"OK", "OR", "ME", "IN", "HI"} | {"OK", "OR", "ME", "IN", "HI"}


@lru_cache(maxsize=1)
def _regions() -> frozenset[str]:
    return frozenset(one.lower() for one in [*entities.COUNTRIES.split("|"), *entities.REGIONS.split("|")[:78]])


def _town(name: str) -> bool:
    """Tell whether a capitalised stretch may be a town: no word that begins a sentence."""
    first = words().get(name.split()[0].lower().strip("."), 0)
    return not first & _ORDINARY or bool(first & _NAMES)


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
    if found := _CONTEXT.search(before):
        return 2.0 if _STRONG_CONTEXT.search(found.group()) else 1.0
    return 0.5 if _WEAK_CONTEXT.search(before) else 0.0
