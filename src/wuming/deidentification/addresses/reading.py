"""Reads addresses: one part at a time from the large to the small, without going back, so that time is linear.

An address begins at a known place, after a word for addresses, or, found by its number, at the nearest character that
cannot be part of the name of a road.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from wuming.deidentification.addresses.grammar import (
    AFTER_CITY,
    AFTER_DISTRICT,
    AFTER_PROVINCE,
    AFTER_SHORT_DISTRICT,
    ANCHOR,
    CHAIN,
    COUNTED,
    CROSSING,
    ESTATE,
    HINT,
    LABEL,
    NAMED,
    NUMBER,
    ROAD,
    ROAD_NEXT,
    ROOM,
    STOP,
    STREET_NUMBER,
    TOWN,
    UNIT,
    UNKNOWN_CITY,
    UNKNOWN_DISTRICT,
    Grammar,
    grammar,
)
from wuming.deidentification.specification import Candidate

PRIORITY = 66
_MOST_TOWNS, _MOST_PARTS = 3, 14
_BEFORE_NUMBER, _MOST_COUNTED = 14, 5
_REACH = 48
"""Characters before a number within which the place that begins the address is looked for."""
# Of these words too names of roads are made, though no name holds their first or last character by itself.
_NAMES = frozenset(
    ("和平", "和谐", "和睦", "和顺", "永和", "太和", "祥和", "人和", "中和", "三和", "同和",
     "义和", "来安", "来福", "都市", "友好", "美好", "至善", "为民")
)  # fmt: skip


@dataclass(slots=True)
class _Parse:
    """What was read: how many levels of places, roads and estates, and numbers."""

    end: int
    places: int = 0
    details: int = 0
    numbers: int = 0


def find_chinese_addresses(text: str) -> list[Candidate]:
    """Return candidates of kind `ADDRESS` in one normalised text."""
    if not HINT.search(text):
        return []
    patterns = grammar()
    candidates: list[Candidate] = []
    position = 0
    for start, labelled in _starts(text, patterns):
        if start < position:
            continue
        parse = _read(text, start, patterns, labelled=labelled)
        if _convincing(parse, labelled=labelled):
            end = parse.end
            while end > start and text[end - 1] in " ,、·-":
                end -= 1
            candidates.append(Candidate(start, end, "ADDRESS", 0.9 if parse.numbers > 1 else 0.7, PRIORITY))
            position = end
    return candidates


def _starts(text: str, patterns: Grammar) -> list[tuple[int, bool]]:
    """Return where an address may begin, in order, and whether a word for addresses stands before it."""
    labelled = {match.end() for match in LABEL.finditer(text)}
    starts = dict.fromkeys(labelled, True)
    anchors = [match.start() for match in ANCHOR.finditer(text)]
    hits = sorted((*labelled, *anchors, *(match.start() for match in CHAIN.finditer(text))))
    looked = 0
    known: list[int] = []
    for hit in hits:
        # Nothing begins before the word that announces it.
        for place, end in patterns.all.find(text, max(looked, hit - _REACH), min(len(text), hit + 1)):
            starts.setdefault(place, False)
            if not ROAD_NEXT.match(text, end):
                known.append(place)
            looked = end
        looked = max(looked, hit)
    for start in anchors:
        number = start
        while start > 0 and number - start < _MOST_COUNTED and text[start - 1] in COUNTED:
            start -= 1
        number = start
        while start > 0 and start not in labelled and number - start < _BEFORE_NUMBER:
            if not _part_of_name(text[start - 1]):
                # 和平路 and 永和路: the name begins with the word.
                start -= 1 if text[start - 1 : start + 1] in _NAMES else 2 if text[start - 2 : start] in _NAMES else 0
                break
            start -= 1
        # What stands before the first known place is no part of the address (快递放温州市).
        first = bisect_left(known, start)
        if first < len(known) and known[first] < number:
            start = known[first]
        starts.setdefault(start, False)
    return sorted(starts.items())


def _part_of_name(character: str) -> bool:
    return "一" <= character <= "鿿" and character not in STOP


def _read(text: str, start: int, patterns: Grammar, *, labelled: bool) -> _Parse:
    parse = _Parse(start)
    _read_places(text, parse, patterns)
    for _ in range(_MOST_TOWNS):
        town = TOWN.match(text, parse.end)
        if town is None:
            break
        parse.end, parse.places = town.end(), parse.places + 1
    inside = False  # a building has been read: only numbers follow
    for _ in range(_MOST_PARTS):
        position = parse.end
        while position < len(text) and position - parse.end < 2 and text[position] in " ,、-·":
            position += 1
        number = UNIT.match(text, position) or NUMBER.match(text, position)
        if number:
            parse.end, parse.numbers = number.end(), parse.numbers + 1
            inside = not number.group().endswith(STREET_NUMBER)
            if number.group().endswith(ROOM):
                break
            continue
        if parse.details and (crossing := CROSSING.match(text, parse.end)):
            parse.end = crossing.end()
            continue
        named = None
        if (labelled or start < parse.end) and not inside and text[parse.end : position] in ("", " "):
            named = NAMED.match(text, position)
        name = named or ROAD.match(text, position) or ESTATE.match(text, position)
        # After a building only numbers follow; a name there is already the next sentence.
        if name is None or (text[parse.end : position].strip() or (position > parse.end and parse.numbers > 1)):
            break
        parse.end, parse.details = name.end(), parse.details + 1
    return parse


def _read_places(text: str, parse: _Parse, patterns: Grammar) -> None:
    """Read province, city and district, each if it is there."""
    levels = (
        (patterns.provinces, AFTER_PROVINCE, None),
        (patterns.cities, AFTER_CITY, UNKNOWN_CITY),
        (patterns.districts, AFTER_DISTRICT, UNKNOWN_DISTRICT),
        (patterns.short_districts, AFTER_SHORT_DISTRICT, None),
    )
    for names, after, unknown in levels:
        end = 0
        if place := names.end(text, parse.end):
            rest = after.match(text, place)
            end = rest.end() if rest else 0
        if not end and unknown and (match := unknown.match(text, parse.end)):
            end = match.end()
        if end:
            parse.end, parse.places = end, parse.places + 1


def _convincing(parse: _Parse, *, labelled: bool) -> bool:
    if parse.numbers and parse.places + parse.details:
        return parse.numbers > 1 or parse.details > 0 or parse.places > 1
    if labelled and parse.numbers > 1:
        return True
    if parse.places >= 3 or (parse.places == 2 and parse.details):
        return True
    return labelled and parse.places + parse.details >= 2 and parse.places > 0
