"""Names that the tagger found, corrected by what stands beside them: parts of one name, lists, films, cards of contact.

A tagger that sees a few words around takes "Eutropio" in "In Cardiff, Eutropio Prat" for a place, and one founder of
three for a company. What is corrected here follows from the names beside it alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from wuming.deidentification.english.lexicon import BIT

_GIVEN = BIT["F1"] | BIT["F2"]
_SURNAMES = BIT["S1"] | BIT["S2"] | BIT["S3"]
_LARGE = BIT["PC"] | BIT["P1"]
_PLACES = _LARGE | BIT["P2"]
_KNOWN = _LARGE | BIT["OK"]

_DIVIDING = re.compile(r"(?:, (?:and |or )?|,? (?:and|or|&) )")
_WORK_BEHIND = re.compile(
    r" (?:is|was) (?:an?|the) (?:[0-9]{4} )?(?:[A-Za-z\-]+ ){0,4}(?:album|comedy|documentary|drama|film|movie|musical|"
    r"novel|opera|sitcom|song|thriller|trilogy|video game|western)"
    r"(?= (?:about|by|directed|from|in|of|set|starring|that|which|with|where|written|and)(?![a-z])|[.,;:!?\n]|$)"
)
"""What is said of films, books and songs, which are no names of somebody."""
_ORGANISATION_SAID = re.compile(
    r" (?:is the brainchild|is an? (?:[a-z\-]+ ){0,3}"
    r"(?:agency|bank|brand|business|charity|company|consultancy|firm|manufacturer|nonprofit|organi[sz]ation|platform|"
    r"provider|publisher|retailer|start-?up|studio|supplier)"
    r"(?= (?:and|based|for|from|in|of|that|which|with)(?![A-Za-z])|[.,;:!?\n]| ?$))(?![A-Za-z])",
    re.IGNORECASE,
)
"""What is said of organisations alone: the words before it name one."""
_BULLET = r"(?:[?>*•\-]{1,3} )?"
_LINE_BEFORE = re.compile(rf"(?:^|\n){_BULLET}([^\n]+)\n{_BULLET}$")
_NUMBERED_BEHIND = re.compile(rf"\n{_BULLET}[^\n]{{0,24}}[0-9]")
_LONGEST_LINE = 60  # characters of a line that may be a name alone


class Named(NamedTuple):
    """A stretch of text tagged as a name.

    Attributes:
        start, end, kind: as in a span.
        probability: that all its words belong to a name.
        classes: of its words, in order.
    """

    start: int
    end: int
    kind: str
    probability: float
    classes: tuple[int, ...]


def corrected(text: str, names: Sequence[Named]) -> list[Named]:
    """Return the names of one group of words, joined, of one kind in lists, without films."""
    kept = [one for one in names if not _is_work(text, one)]
    if len(kept) > 1:
        kept = list(_alike(text, _joined(text, kept)))
    return list(_said_of(text, kept)) if any(text.startswith(" is ", one.end) for one in kept) else kept


def on_cards(text: str, names: Sequence[Named]) -> list[Named]:
    """Return all names of a text; between the line of a person and one with a number, a line names an organisation."""
    persons = {(one.start, one.end) for one in names if one.kind == "PERSON" and len(one.classes) > 1}
    kept: list[Named] = []
    for one in names:
        if one.kind != "ORGANIZATION" and not any(classes & _PLACES for classes in one.classes):
            before = _LINE_BEFORE.search(text, max(0, one.start - _LONGEST_LINE), one.start)
            if before and before.span(1) in persons and _NUMBERED_BEHIND.match(text, one.end):
                one = one._replace(kind="ORGANIZATION")
        kept.append(one)
    return kept


def _is_work(text: str, name: Named) -> bool:
    if not text.startswith((" is ", " was "), name.end) or (name.kind == "PERSON" and len(name.classes) > 1):
        return False
    return _WORK_BEHIND.match(text, name.end) is not None


def _joined(text: str, names: Sequence[Named]) -> list[Named]:
    """Join the parts of one name that were taken for two: a given name and a surname, a place and an institution."""
    kept = [names[0]]
    for name in names[1:]:
        before = kept[-1]
        kind = _kind_of_both(before, name) if text[before.end : name.start] == " " else ""
        if kind:
            probability = min(before.probability, name.probability)
            kept[-1] = Named(before.start, name.end, kind, probability, (*before.classes, *name.classes))
        else:
            kept.append(name)
    return kept


def _kind_of_both(before: Named, name: Named) -> str:
    """Return the kind of two names with nothing but a space between them, where they are one; or nothing."""
    first, second = before.classes[-1], name.classes[0]
    if name.kind == "ORGANIZATION":
        joined = before.kind != "ORGANIZATION" and len(before.classes) == 1 and not second & BIT["OK"]
        return "ORGANIZATION" if joined and not first & BIT["PC"] else ""
    return "PERSON" if _one_person(before, name, first, second) else ""


def _one_person(before: Named, name: Named, first: int, second: int) -> bool:
    kinds = (before.kind, name.kind)
    if kinds == ("PERSON", "PERSON"):
        return len(before.classes) == len(name.classes) == 1
    if kinds == ("LOCATION", "PERSON") and len(before.classes) == 1:
        if first & _GIVEN and not first & BIT["PC"]:
            return not (first & BIT["P1"] and second & _GIVEN)
        return not first & _PLACES and not second & _GIVEN
    if kinds == ("PERSON", "LOCATION") and len(name.classes) == 1:
        given = len(before.classes) == 1 and bool(first & _GIVEN)
        return given and not second & _LARGE and bool(second & _SURNAMES or not second & _PLACES)
    if kinds == ("PERSON", "LOCATION"):
        return not any(one & _PLACES for one in name.classes)  # Nguyễn Thị Minh Khai
    return False


def _alike(text: str, names: Sequence[Named]) -> Iterator[Named]:
    """Yield the names; the single words of a list are of one kind."""
    run: list[Named] = []
    for name in names:
        if run and not (len(name.classes) == 1 and _DIVIDING.fullmatch(text, run[-1].end, name.start)):
            yield from _of_one_kind(run)
            run = []
        if len(name.classes) == 1:
            run.append(name)
        else:
            yield name
    yield from _of_one_kind(run)


def _of_one_kind(run: Sequence[Named]) -> Iterator[Named]:
    kinds = {one.kind for one in run}
    if len(kinds) > 1:
        persons = sum(
            one.kind == "PERSON" or bool(one.classes[0] & (_GIVEN | _SURNAMES) and not one.classes[0] & _KNOWN)
            for one in run
        )  # fmt: skip
        places = sum(one.kind == "LOCATION" and bool(one.classes[0] & _LARGE) for one in run)
        if len(run) == 2 and "ORGANIZATION" in kinds:
            pass
        elif "PERSON" in kinds and persons >= max(2, len(run) - (len(run) > 2)):
            run = [one._replace(kind="PERSON") for one in run]
        elif places > 1 and places >= len(run) - 1:
            run = [one._replace(kind="LOCATION") for one in run]
    yield from run


def _said_of(text: str, names: Sequence[Named]) -> Iterator[Named]:
    """Yield the names; of what is said to be an agency or a bank, all words beside each other name one."""
    waiting: Named | None = None
    for place, name in enumerate(names):
        one = name
        if waiting is not None:
            one = Named(waiting.start, one.end, one.kind, one.probability, (*waiting.classes, *one.classes))
            waiting = None
        follows = place + 1 < len(names) and text[one.end : names[place + 1].start] == " "
        if follows and one.kind != "PERSON" and _ORGANISATION_SAID.match(text, names[place + 1].end):
            waiting = one
            continue
        if _ORGANISATION_SAID.match(text, one.end) and not _surely_other(one):
            one = one._replace(kind="ORGANIZATION")
        yield one


def _surely_other(name: Named) -> bool:
    """Tell whether a name stays what it is, whatever is said of it: Anna, Anna Moss, France."""
    first = name.classes[0]
    if name.kind == "PERSON":
        return bool(first & _GIVEN)
    return len(name.classes) == 1 and bool(first & _LARGE)
