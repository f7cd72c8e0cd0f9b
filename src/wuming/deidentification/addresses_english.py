"""Postal addresses in English: street lines with the unit before or after, town, region and postcode; post boxes.

An address is read line by line and never across the end of a sentence: a full stop is crossed only behind an
abbreviation ("St.") that a unit, a region or a postcode follows. A line below belongs to the address only if it holds
nothing but a unit, or a town with region or postcode; it becomes a span of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.lexicon.places import PROVINCES_ABROAD, STATE_NAMES, STATES
from wuming.deidentification.specification import Candidate

PRIORITY = 76
_ABBREVIATED = "St|Ave|Rd|Blvd|Ln|Dr|Ct|Pl|Ter|Cir|Pkwy|Hwy|Sq|Trl"
_STREET = (
    "Street|Avenue|Road|Boulevard|Lane|Drive|Court|Place|Terrace|Way|Circle|Parkway|Highway|Square|Trail|Plaza|Row|"
    "Crescent|Close|Alley|Broadway|Loop|Path|Point|Ridge|Run|View|Walk|Grove|Heights|Gardens|Mews|Quay|Turnpike|Pike|Crossing|Hill|Rise|Vale|Wharf|Esplanade|Promenade|Expressway|Freeway|Meadows"
)
_REGION = (
    "(?:"
    + "|".join([*STATE_NAMES, *PROVINCES_ABROAD, "New York", "New Jersey", "New Mexico", "New Hampshire",
                "North Carolina", "South Carolina", "North Dakota", "South Dakota", "West Virginia", "Rhode Island",
                *STATES])
    + ")(?![A-Za-z])"
)  # fmt: skip
# United States, Canada, United Kingdom.
_POSTCODE = (
    "(?:[0-9]{5}(?:-[0-9]{4})?|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2})(?![0-9A-Za-z])"
)
_COUNTRY = (
    r"(?:, (?:USA|United States|US|U\.S\.A?\.?|Canada|UK|United Kingdom|England|Scotland|Ireland|Australia|"
    r"New Zealand|Singapore)(?![A-Za-z]))?"
)
_TOWN = (
    r"(?!(?:Thanks|Thank|Please|And|But|Or|So|My|The|I|Can|Is|It|We|You|He|She|They|This|That|If|When|What|Agent|"
    r"Customer|User|Phone|Tel|Email|Order|Ref|Not|No|Yes|Hi|Hello|Dear|Call|Then|There|Could|Would|Will|Do)(?![a-z]))"
    r"(?:(?:St|Ft|Mt)\. )?[A-Z][A-Za-z'’\-]{1,20}(?: [A-Z][A-Za-z'’\-]{1,20}){0,2}(?![A-Za-z:])"
)
_BETWEEN = "Northwest|Northeast|Southwest|Southeast"
_UNIT_WORD = (
    "(?:[Ff]lat|[Aa]pt|[Aa]partment|[Uu]nit|[Ss]uite|[Ss]te|[Rr]oom|[Rr]m|[Ff]loor|[Ff]l|[Ll]evel|[Ll]ot|[Bb]uilding|"
    "[Bb]ldg|[Bb]lock|[Tt]ower|[Ss]tudio|[Ss]hop|[Oo]ffice|[Pp]enthouse)"
)
_UNIT_NUMBER = r"(?:[0-9]{1,5}[A-Za-z]?|[A-Z][0-9]{0,4})(?:[\-/][0-9A-Z]{1,5})?(?![0-9A-Za-z])"
_UNIT = rf"(?:{_UNIT_WORD}(?:\.|:)? ?#?{_UNIT_NUMBER}|#[0-9A-Za-z\-]{{1,6}}|[0-9]{{1,3}}(?:st|nd|rd|th) [Ff]loor)"
# Searched only before a street line that was found, so that ordinary text pays nothing.
_BEFORE = re.compile(rf"(?<![0-9A-Za-z#])(?:{_UNIT}(?:,? |, ?|/| - )){{1,3}}$|(?<![0-9A-Za-z#]){_UNIT_WORD}\.? ?#?$")
_BEFORE_REACH = 48
_ABOVE = re.compile(rf"(?<![^\n])({_UNIT}),? ?\n$")
_REGION_AND_CODE = rf"(?:{_REGION}(?:,? {_POSTCODE})?|{_POSTCODE})"
_LINE = re.compile(
    r"(?<![0-9A-Za-z\-.#])(?:[0-9]{1,4}/)?[0-9]{1,6}[A-Z]?(?:-[0-9]{1,4})? "
    rf"(?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West|{_BETWEEN})\.? )?"
    rf"(?:(?:(?:[A-Z][A-Za-z'’\-]{{1,20}}|[0-9]{{1,3}}(?:st|nd|rd|th)|St\.|Dr\.) ){{1,4}}?"
    rf"(?:(?:{_STREET})(?![a-z])|(?:{_ABBREVIATED})(?![a-z])\.?)|Broadway(?![a-z]))"
    rf"(?: (?:(?:{_STREET})(?![a-z])|(?:{_ABBREVIATED})(?![a-z])\.?)){{0,2}}"
    rf"(?: (?:N|S|E|W|NE|NW|SE|SW|North|South|East|West|{_BETWEEN})(?![A-Za-z]))?"
    rf"(?:(?:,? |, ?){_UNIT}){{0,2}}"
)
# After the street: a town with its region or postcode with or without a comma, a bare town only behind a comma.
_AFTER = re.compile(rf"(?:,? (?:{_TOWN},? )?{_REGION_AND_CODE}|, {_TOWN}(?:, {_REGION_AND_CODE})?){_COUNTRY}")
_LINES_BELOW = re.compile(
    rf",? ?\n ?(?:{_UNIT}|{_TOWN} ?,? ?\n? ?,? ?{_REGION_AND_CODE}|{_REGION_AND_CODE}){_COUNTRY}(?=[,.;!?]?(?:\s|$))"
)
_LABELLED = re.compile(
    r"(?:[Aa]ddress(?: is|:|: is)?|[Ll]ive at|[Ll]iving at|[Ss]hip (?:it )?to|[Dd]eliver(?:ed)? (?:it )?to|[Mm]oved "
    r"to|[Ss]end it to)[ :\n]{0,3}"
    rf"(?:{_UNIT}(?:,? |, ?|/| - )){{0,2}}"
    r"([0-9]{1,6}[A-Z]? [A-Z][A-Za-z'’\-]{1,20}(?: [A-Z][A-Za-z'’\-]{1,20}){0,3}(?: [0-9]{1,5}[A-Z]?)?(?![0-9A-Za-z])"
    rf"(?:(?:,? |, ?){_UNIT})?(?:, {_TOWN}){{0,2}}(?:,? {_REGION_AND_CODE}|,? [0-9]{{4,6}}(?![0-9]))?)"
)
_BOX = re.compile(
    rf"(?:P\.? ?O\.? ?Box|PO Box) [0-9]{{1,6}}(?:, [A-Z][A-Za-z ]{{1,24}})?(?:,? {_REGION})?(?:,? {_POSTCODE})?"
)


def find_english_addresses(text: str) -> list[Candidate]:
    """Return candidates of kind `address`: American, British and Commonwealth street lines, and post boxes."""
    found: list[Candidate] = []
    for match in _LINE.finditer(text):
        after = _AFTER.match(text, match.end())
        found += _spans(text, match.start(), after.end() if after else match.end())
    for pattern in (_BOX, _LABELLED):
        for match in pattern.finditer(text):
            found += _spans(text, *match.span(match.lastindex or 0))
    return found


def _spans(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Give the line with the unit before it, and each line below that belongs to the same address."""
    before = _BEFORE.search(text, max(0, start - _BEFORE_REACH), start)
    above = None if before else _ABOVE.search(text, max(0, start - _BEFORE_REACH), start)
    if above:
        yield _candidate(text, *above.span(1))
    yield _candidate(text, before.start() if before else start, end)
    below = _LINES_BELOW.match(text, end)
    for _ in range(3):
        if below is None:
            return
        for line in re.finditer(r"[^\n]+", text[end : below.end()]):
            first = end + line.start() + len(line.group()) - len(line.group().lstrip(" ,"))
            if first < end + line.end():
                yield _candidate(text, first, end + line.end())
        end = below.end()
        below = _LINES_BELOW.match(text, end)


def _candidate(text: str, start: int, end: int) -> Candidate:
    end = start + len(text[start:end].rstrip(" ,.\n"))
    return Candidate(start, end, "ADDRESS", 0.85, PRIORITY)


__all__ = ["find_english_addresses"]
