"""Names of persons, organisations and places in English text: groups of words, tagged, corrected by what is certain."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.english.address_tail import DISTRICT, LETTERED_DISTRICT
from wuming.deidentification.english.beside import Named, corrected, on_cards
from wuming.deidentification.english.capitals import plainly_written
from wuming.deidentification.english.certainties import (
    OPENINGS,
    VERBS,
    aged,
    code_around,
    coined_before_and,
    countries,
    institutions,
    legal_form,
    organisation_start,
    places_of_several_words,
    titled,
)
from wuming.deidentification.english.cues import called, employers, initials, surname_again, uncapitalised_places
from wuming.deidentification.english.groups import BEFORE, CAPITALS, LETTERS, LOWER, Group, groups
from wuming.deidentification.english.lexicon import BIT, words
from wuming.deidentification.english.tagger import TAGS, tagger
from wuming.deidentification.specification import Candidate

PRIORITIES = {"PERSON": 30, "ORGANIZATION": 28, "LOCATION": 27}
_CERTAIN_PRIORITY = 31
_MENTION_PRIORITY = 29
_EMPLOYER, _EMPLOYER_PRIORITY = 0.6, 26
_MENTION, _GAZETTEER, _LEGAL_FORM, _TITLED, _INSTITUTION = 0.6, 0.8, 0.85, 0.85, 0.7
_LEAST = 0.05
_SURE = 0.7  # a name found this surely lends its words to the rest of the text
_CAPITALS_ALONE = 0.5  # factor for single words in capitals that no words in small letters lead up to
_UNCAPITALISED, _UNCAPITALISED_UNKNOWN = 0.8, 0.65  # factors where nothing is capitalised
_IN_CODE = 0.5
_BEHIND_ORDINARY = 0.5  # factor for a rare name alone that a capitalised ordinary word stands before
_COMMON_NAMES = BIT["F1"] | BIT["S1"]
_ORDINARY = BIT["W1"] | BIT["W2"] | BIT["W3"] | BIT["W4"]
_NO_MENTION = _ORDINARY | BIT["DT"] | BIT["TI"] | BIT["PC"] | BIT["P1"]
_GIVEN = BIT["F1"] | BIT["F2"]
_LISTED = {
    "PERSON": _GIVEN | BIT["S1"] | BIT["S2"] | BIT["S3"], "ORGANIZATION": BIT["OK"] | BIT["OE"],
    "LOCATION": BIT["PC"] | BIT["P1"] | BIT["P2"],
}  # fmt: skip
_VIETNAMESE = frozenset(
    "Nguyen Nguyễn Tran Trần Pham Phạm Huynh Huỳnh Hoang Hoàng Dang Đặng Bui Bùi Duong Dương".split()
)
_SURNAMES = BIT["S1"] | BIT["S2"] | BIT["S3"]
_ENDS_WITH_DOT = frozenset({"inc", "ltd", "co", "corp", "jr", "sr", "esq"})


_FORM_BEHIND = re.compile(
    r"(?:\.(?:com|org|net|io|ai|co\.uk)"
    r"|,? (?:A/S|S\.A\.|S\.p\.A\.|N\.V\.|B\.V\.|S\.L\.|Pty\.? Ltd|Inc|LLC|Ltd|GmbH|PLC|plc|inc\.?|llc|ltd\.?|gmbh))"
    r"(?![A-Za-z])"
)
"""What ends the name of a company and is no part of a group of words."""
_WORKPLACE = re.compile(
    r"(?<![A-Za-z])(?:work(?:s|ed|ing)? (?:for|at)|(?:intern(?:s|ed|ing)?|job|position|engineer|manager|director|"
    r"employees?|ceo) (?:at|of)|(?:employed|hired|acquired) by|(?:co-?)?found(?:er|ed) (?:of )?|shares (?:of|in)|"
    r"account (?:with|at)|invoice from|stake in) ?$",
    re.IGNORECASE,
)
"""What comes before a workplace: a place in no list is one there. A person may stand there, too."""
_ORGANISATION_BEHIND = re.compile(
    r"(?:(?: ?['’]s?)? (?:offices?|headquarters|hq|employees|ceo|cfo|cto|shareholders|net sales|revenues?|market share|"
    r"(?:operating|net|pre-?tax) (?:profit|loss|income)|subsidiar(?:y|ies)|board of directors|annual report|"
    r"managing director)| (?:said|says|announced) (?:that )?it (?:has|will|would|expects|plans|is to))(?![A-Za-z])",
    re.IGNORECASE,
)
"""What only organisations have, or say: a name in no list before such words is one."""
_NUMBER_BEFORE = re.compile(r"(?:^|\n|(?<![A-Za-z])(?:for|at|from|with|by|of|to) )([0-9]{1,3}) $")
"""A number that begins the name of a company, not one that counts: "I work for 48 Factoring Inc"."""
_LABEL = re.compile(r"-(?:ID|Id|Nr|Nummer|Number|Code)$")
_NUMBER = re.compile(
    r"(?:NHS|D\.O\.B\.?|amex)(?=\.?:? (?:(?:number|no\.?|card|id)(?: is| was)?:? )?[0-9])|MAC(?= addr)"
    r"|National Insurance(?= n)",
    re.IGNORECASE,
)
"""What a number behind it is called: NHS 485 777 3456."""
_NUMBERED = re.compile("-[0-9]{3}")
_PROSE = re.compile(r"[a-z]{2,},? $|[A-Za-z]: $|^$")
_CAMEL = re.compile("(?<!Mc)(?<!Mac)(?<!De)(?<!Di)(?<!Le)(?<!La)(?<=[a-z])[A-Z]")


def find_english_names(text: str) -> list[Candidate]:
    """Return candidates of kinds PERSON, ORGANIZATION and LOCATION in one normalised text."""
    if not LETTERS.search(text):
        return []
    text = plainly_written(text)
    found = list(groups(text))
    candidates = list(_by_cues(text))
    if not found:
        return candidates
    names: list[Named] = []
    marks: dict[int, str] = {}
    single: dict[str, list[tuple[int, int]]] = {}
    for group, tags in zip(found, tagger().tag([group.words for group in found]), strict=True):
        stretches = corrected(text, list(_stretches(text, group, list(tags))))
        longer = [one for one in stretches if one.kind == "ORGANIZATION"]
        candidates += (
            one
            for one in _certain(text, group, tags)
            if not any(first.start < one.start and one.end <= first.end for first in longer)
        )
        names += stretches
        marks.update((one.start, group.words[BEFORE][:1]) for one in stretches)
        for (start, end), (tag, _) in zip(group.bounds, tags, strict=True):
            if TAGS[tag][2:] != "PERSON" and (len(tags) == 1 or tag == 0):
                single.setdefault(text[start:end], []).append((start, end))
    mentioned: set[tuple[int, int]] = set()
    for named in on_cards(text, names) if "\n" in text else names:
        score = _score(text, named, marks[named.start])
        if score >= _LEAST:
            candidates.append(Candidate(named.start, named.end, named.kind, score, PRIORITIES[named.kind]))
        if named.kind == "PERSON" and score >= _SURE:
            mentioned.update(_mentions(text, named, single))
    for start, end in mentioned:
        if not code_around(text, start, end):
            candidates.append(Candidate(start, end, "PERSON", _MENTION, _MENTION_PRIORITY))
    return candidates


def _by_cues(text: str) -> Iterator[Candidate]:
    """Yield what the words before, or dots, tell alone."""
    for start, end in employers(text):
        yield Candidate(start, end, "ORGANIZATION", _EMPLOYER, _EMPLOYER_PRIORITY)
    for start, end in called(text):
        yield Candidate(start, end, "PERSON", _TITLED, _CERTAIN_PRIORITY)
    for start, end in initials(text):
        yield Candidate(start, end, "ORGANIZATION", _GAZETTEER, _CERTAIN_PRIORITY)
    if len(text) < 4000 and text.islower():
        for start, end in uncapitalised_places(text):
            yield Candidate(start, end, "LOCATION", _GAZETTEER, PRIORITIES["LOCATION"])


def _mentions(text: str, named: Named, single: dict[str, list[tuple[int, int]]]) -> Iterator[tuple[int, int]]:
    """Yield where words of a name that was found surely name the same person elsewhere in the text."""
    parts = text[named.start : named.end].split()
    for part in _lasting(parts):
        yield from single.get(part, ())
    if len(parts) > 1 and named.classes[-1] & _SURNAMES and named.classes[-1] & _ORDINARY and parts[-1].isalpha():
        yield from surname_again(text, parts[-1])


def _lasting(names: list[str]) -> Iterator[str]:
    """Yield the words of a name that name the same person elsewhere in the text."""
    known = words()
    for name in names:
        if len(name) > 2 and not known.get(name.lower(), 0) & _NO_MENTION:
            yield name


def _score(text: str, named: Named, mark: str) -> float:
    """Return the score of a stretch: its probability, less where lists, capitals or the text around say otherwise."""
    score = named.probability
    listed = any(classes & _LISTED[named.kind] for classes in named.classes)
    if mark == LOWER:
        score *= _UNCAPITALISED if listed else _UNCAPITALISED_UNKNOWN
    elif len(named.classes) == 1:
        word = text[named.start : named.end]
        if word.isupper() and mark != CAPITALS and not _PROSE.search(text, max(0, named.start - 12), named.start):
            score *= _CAPITALS_ALONE
        if not listed and (named.classes[0] & _ORDINARY or _CAMEL.search(word)):
            score *= 0.85 if named.classes[0] else 0.6
    full_name = named.kind == "PERSON" and len(named.classes) > 1 and named.classes[0] & _GIVEN
    if score > _IN_CODE and not full_name and code_around(text, named.start, named.end):
        score *= _IN_CODE
    return min(1.0, score)


def _certain(text: str, group: Group, tags: list[tuple[int, float]]) -> Iterator[Candidate]:
    """Yield organisations by their legal form, and countries and regions of several words."""
    for start, end in countries(text, group.bounds, [tag for tag, _ in tags]):
        if not code_around(text, start, end):
            yield Candidate(start, end, "LOCATION", _GAZETTEER, PRIORITIES["LOCATION"])
    if len(group.bounds) < 2:
        return
    for place, (start, end) in enumerate(group.bounds):
        if place and legal_form(text[start:end]):
            first = organisation_start(text, group.bounds, [tag for tag, _ in tags], place)
            if first < place:
                if text[end : end + 1] == "." and text[start:end].lower() in _ENDS_WITH_DOT:
                    end += 1
                begin = group.bounds[first][0]
                number = _NUMBER_BEFORE.search(text, max(0, begin - 12), begin) if first == 0 else None
                begin = number.start(1) if number else begin
                yield Candidate(begin, end, "ORGANIZATION", _LEGAL_FORM, _CERTAIN_PRIORITY)
    for start, end in titled(text, group.bounds):
        yield Candidate(start, end, "PERSON", _TITLED, _CERTAIN_PRIORITY)
    if told := aged(text, group.bounds):
        yield Candidate(*told, "PERSON", _TITLED, _CERTAIN_PRIORITY)
    for start, end in institutions(text, group.bounds):
        if not code_around(text, start, end):
            yield Candidate(start, end, "ORGANIZATION", _INSTITUTION, _CERTAIN_PRIORITY)
    for start, end in places_of_several_words(text, group.bounds):
        yield Candidate(start, end, "LOCATION", _GAZETTEER, PRIORITIES["LOCATION"])


def _stretches(text: str, group: Group, tags: list[tuple[int, float]]) -> Iterator[Named]:
    """Yield the tagged stretches of a group, without punctuation at their ends."""
    known = words()
    place = 0
    dividing: frozenset[int] = frozenset()
    while place < len(tags):
        tag, probability = tags[place]
        place += 1
        if tag == 0:
            continue
        first, kind = place - 1, TAGS[tag][2:]
        if kind == "ORGANIZATION" and first - 1 not in dividing:
            dividing |= _dividing(text, group, tags, first)
        while place < len(tags) and TAGS[tags[place][0]] == f"I-{kind}":
            divides = place in dividing if kind == "ORGANIZATION" else text[group.bounds[place][0]] == ","
            if divides and place + 1 < len(tags):
                # A list: the next begins a name of its own.
                tags[place] = (0, 1.0)
                if tags[place + 1][0]:
                    tags[place + 1] = (TAGS.index(f"B-{kind}"), tags[place + 1][1])
                break
            probability = min(probability, tags[place][1])
            place += 1
        last = place - 1
        if last > first and text[slice(*group.bounds[first])] == "and":
            first += 1
        if last > 1 > first and kind == "ORGANIZATION" and text[slice(*group.bounds[0])].lower() in VERBS:
            first = 1  # "Ask Gradient Research LLC"
        while last > first and not text[group.bounds[last][0]].isalpha():
            last -= 1
        if not text[group.bounds[last][0]].isalnum():
            continue  # a comma
        start, end = group.bounds[first][0], group.bounds[last][1]
        if _NUMBERED.match(text, end) and text[slice(*group.bounds[last])].isupper():
            continue  # "Invoice INV-20241009"
        classes = tuple(known.get(text[slice(*bounds)].lower(), 0) for bounds in group.bounds[first : last + 1])
        if len(classes) == 1 and (_names_nothing(classes[0], kind) or _told(text, start)):
            continue
        if kind == "PERSON" and len(classes) == 1 and not classes[0] & _COMMON_NAMES and first:
            before = text[slice(*group.bounds[first - 1])]
            ordinary = before[:1].isupper() and known.get(before.lower(), 0) & (BIT["W1"] | BIT["W2"])
            if ordinary and before.lower() not in OPENINGS | VERBS and not known[before.lower()] & BIT["TI"]:
                probability *= _BEHIND_ORDINARY  # "Little Luan" is a product
        word = text[group.bounds[last][0] : end].lower()
        if (
            (kind != "PERSON" and word == "day" and last > first)
            or text[start:end] == "St"
            or end - start == 1
            or _LABEL.search(text, start, end)
            or _NUMBER.match(text, start)
        ):
            continue  # a holiday; what a street ends with; one letter; what a number is called
        if not any(one & _LISTED[kind] for one in classes):
            if _of_an_organisation(text, start, end, kind):
                kind = "ORGANIZATION"
            elif len(classes) > 2 and text[slice(*group.bounds[first])] in _VIETNAMESE:
                kind = "PERSON"  # "for Nguyen Thi Minh Khai"
            elif len(classes) == 1 and not classes[0] and _COMPANY.search(text, max(0, start - 24), start):
                kind = "PERSON"
        if text[end : end + 1] == "." and (word in _ENDS_WITH_DOT or (last > first and len(word) == 1)):
            end += 1
        yield Named(start, _with_rest(text, end, kind, classes[-1]), kind, probability, classes)


def _dividing(text: str, group: Group, tags: list[tuple[int, float]], first: int) -> frozenset[int]:
    """Return where commas and "and" divide organisations: not in "Hale, Moss and Ortega", nor before "Inc"."""
    stop = first + 1
    while stop < len(tags) and TAGS[tags[stop][0]] == "I-ORGANIZATION":
        stop += 1
    spelled = [text[slice(*bounds)] for bounds in group.bounds[first:stop]]
    commas = [place for place, word in enumerate(spelled[:-1]) if word == ","]
    classes = [words().get(word.lower(), 0) for word in spelled]
    if not commas and first > 1 and text[group.bounds[first - 1][0]] == "," and tags[first - 2][0]:
        return frozenset(first + place for place, word in enumerate(spelled) if word == "and")
    if not commas:
        coined = len(spelled) > 2 and spelled[1] == "and" and coined_before_and(spelled[0], spelled[2])
        return frozenset({first + 1} if coined else ())
    partners = len(spelled) > 4 and commas == [1] and spelled[3] in ("and", "&")
    if partners and sum(bool(classes[place] & _SURNAMES) for place in (0, 2, 4)) > 1:
        return frozenset()
    if any(legal_form(spelled[place + 1]) for place in commas):
        return frozenset()
    last = [place for place, word in enumerate(spelled) if word == "and" and place > commas[-1] + 1]
    return frozenset(first + place for place in (*commas, *last))


def _with_rest(text: str, end: int, kind: str, classes: int) -> int:
    """Return where a name ends with what is no part of a group: a legal form, the number of a district."""
    if kind == "ORGANIZATION":
        rest = _FORM_BEHIND.match(text, end)
    else:
        rest = (_PLACE_BEHIND.match(text, end) or _district(text, end, classes)) if kind == "LOCATION" else None
    return rest.end() if rest else end


def _district(text: str, end: int, classes: int) -> re.Match[str] | None:
    """Return the number or letter of a district behind its town: Praha 4, København K."""
    return None if classes & BIT["PC"] else DISTRICT.match(text, end) or LETTERED_DISTRICT.match(text, end)


_PLACE_BEHIND = re.compile(
    r" \((?:Greek|Turkish|British|French|Dutch|American|U\.?S\.?|North|South|East|West"
    r"|(?:[A-Z][a-z]+ ){0,3}Republic(?: of)?|Federated States(?: of)?)\)"
)
"""What tells one of two countries of a name from the other: Cyprus (Greek), Korea (Republic of)."""


_TOLD = re.compile(
    r"(?:Mark|Rob|Sue|Pat|Jack|Bill|Drew|Chase|Grant|Peg|Nick|Skip|Chuck|Cash|Lance|Trip|Wade|Frank) "
    r"(?:the|this|that|these|those|it|them|him|her|us|me|all|any|each|my|your|our|their|up|down|discussions?|access)"
    r"(?![A-Za-z])"
)
_TELLING = re.compile(r"(?:^|[\n.!?:;\"(*\-] {0,2}|(?:[Pp]lease|[Tt]o|[Aa]nd|[Tt]hen|[Dd]on't|[Cc]an you|[Nn]ot) )$")


def _told(text: str, start: int) -> bool:
    """Tell whether somebody is told to do something in a word that is a name too: "Mark this as read"."""
    return _TOLD.match(text, start) is not None and _TELLING.search(text, max(0, start - 9), start) is not None


_COMPANY = re.compile(
    r"(?<![A-Za-z])(?:work(?:s|ed|ing)?|stud(?:y|ies|ied)|danced?|danc(?:es|ing)|sang|sings?|singing|sleeps?|slept|flirt(?:s|ed)|"
    r"chat(?:s|ted|ting)?|lunch|dinner|coffee|in love|friends|divorced|related) (?:closely |together )?with $"
)
"""What is done with people: a name in no list behind it is that of a person."""


def _of_an_organisation(text: str, start: int, end: int, kind: str) -> bool:
    """Tell whether the words beside a name are said of organisations alone."""
    workplace = kind == "LOCATION" and _WORKPLACE.search(text, max(0, start - 24), start) is not None
    return workplace or _ORGANISATION_BEHIND.match(text, end) is not None


def _names_nothing(classes: int, kind: str) -> bool:
    """Tell whether a single word cannot be a name: a demonym, a day, a title, "Southern"."""
    if classes & (BIT["TI"] | BIT["NS"] | BIT["OE"]) and not classes & (BIT["PC"] | BIT["P1"] | _GIVEN | BIT["OK"]):
        return True
    if classes & (BIT["DM"] | BIT["DT"]) and not classes & (BIT["PC"] | _GIVEN | BIT["OK"]):
        return True
    return kind == "LOCATION" and bool(classes & BIT["W1"]) and not classes & (BIT["PC"] | BIT["P1"])


__all__ = ["find_english_names"]
