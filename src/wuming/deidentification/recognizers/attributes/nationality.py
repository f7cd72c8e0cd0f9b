"""Nationality, where it is stated of a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.recognizers.attributes.countries import CITIZENS, COUNTRIES, ENGLISH, SHORT
from wuming.deidentification.specification import Candidate, keyword

_LABELLED = 31  # above names of places: the label says what is meant
_CHINESE = "|".join(sorted(COUNTRIES, key=len, reverse=True))
_WORDS = "|".join(re.escape(word) for word in sorted((*CITIZENS, *ENGLISH), key=len, reverse=True))
_AFTER_LABEL = re.compile(
    rf"(?:/地区|\(地区\))?[\"'”]?[ \t:=(是为\"'“|]{{0,5}}((?:{_CHINESE})(?:国?籍)?|[A-Z]{{3}}(?![A-Za-z])"
    rf"|(?:{_WORDS})(?![A-Za-z]))",
    re.IGNORECASE,
)
_BEFORE_LABEL = re.compile(rf"({_CHINESE})$")
_ENGLISH_AFTER = re.compile(
    rf"[\"']?(?: ?[:=|] ?| is | of | as )[\"']?(?:an? |the )?((?:{_WORDS})(?![A-Za-z]))", re.IGNORECASE
)
_CITIZEN = re.compile(rf"(?<![A-Za-z])(?:am|is|are|was|as|i'm|he's|she's) an? ((?:{_WORDS}) )$", re.IGNORECASE)


@keyword(
    kind="NATIONALITY",
    country="cn",
    layout="a country after or before 国籍; 美籍, 日籍",
    source="GB/T 2659.1-2022",
    words=("国籍", "国公民", *(f"{country}籍" for country in SHORT)),
)
def nationality(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a country beside 国籍, or a short form that says both."""
    word = text[start:end]
    if word == "国公民":
        match = re.compile(rf"(?:我|他|她|系|是|为)((?:{_CHINESE}))$").search(text[max(0, start - 10) : start + 1])
        if match:
            yield Candidate(start + 1 - len(match.group(1)), start + 1, "NATIONALITY", 0.8, 24)
        return
    if word != "国籍":
        if text[end : end + 1] not in {*"贯入由"} and text[start - 1 : start] not in {*"中古户学"}:
            yield Candidate(start, end, "NATIONALITY", 0.7, 23)
        return
    match = _AFTER_LABEL.match(text, end)
    if match:
        yield Candidate(*match.span(1), "NATIONALITY", 0.9, _LABELLED)
        return
    first = max(0, start - 8)
    earlier = _BEFORE_LABEL.search(text[first : start + 1]) or _BEFORE_LABEL.search(text[first:start])
    if earlier:
        yield Candidate(first + earlier.start(1), first + earlier.end(1), "NATIONALITY", 0.8, 24)


@keyword(
    kind="NATIONALITY",
    country="generic",
    layout="a country or its adjective after nationality, citizenship, or before citizen, national",
    source="ISO 3166-1",
    words=("nationality", "citizenship", "citizen", "national", "citizen of"),
)
def english_nationality(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a country beside its label."""
    match = _ENGLISH_AFTER.match(text, end)
    if match:
        yield Candidate(*match.span(1), "NATIONALITY", 0.85, _LABELLED)
        return
    first = max(0, start - 28)
    earlier = _CITIZEN.search(text[first:start])
    if earlier:
        yield Candidate(first + earlier.start(1), first + earlier.end(1) - 1, "NATIONALITY", 0.8, 24)
