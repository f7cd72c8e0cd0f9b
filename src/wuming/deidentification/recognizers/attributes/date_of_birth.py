"""Dates of birth. A date alone is none: a word for birth must stand beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.specification import Candidate, keyword

_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_NUMERAL = "[〇零一二三四五六七八九十]"
_DATE = (
    r"(?:(?:1[89]|20)?[0-9]{2} ?年 ?[01]?[0-9] ?月(?: ?份)?(?: ?[0-3]?[0-9] ?[日号])?|(?:1[89]|20)[0-9]{2}年(?!代|级)"
    rf"|(?:{_NUMERAL}{{4}}|{_NUMERAL}{{2}}|[0-9]{{4}})年{_NUMERAL}{{1,3}}月(?:{_NUMERAL}{{1,3}}[日号])?"
    rf"|[01]?[0-9] ?月 ?[0-3]?[0-9] ?[日号]|(?:正|腊|冬|{_NUMERAL}{{1,3}})月(?:初?{_NUMERAL}{{1,3}}[日号]?)"
    r"|(?:1[89]|20)[0-9]{2} ?[-/.] ?[01]?[0-9](?: ?[-/.] ?[0-3]?[0-9])?(?![0-9])|(?:1[89]|20)[0-9]{2} [01][0-9] "
    r"[0-3][0-9](?![0-9])"
    r"|(?:1[89]|20)[0-9]{2}[01][0-9][0-3][0-9](?![0-9])|[0-3]?[0-9] ?[-/.] ?[0-3]?[0-9] ?[-/.] ?(?:(?:1[89]"
    r"|20)[0-9]{2}|[0-9]{2})(?![0-9])"
    rf"|{_MONTH} ?[0-3]?[0-9](?:st|nd|rd|th)?(?:,? ?(?:1[89]|20)[0-9]{{2}})?(?![0-9])"
    rf"|(?:the )?[0-3]?[0-9](?:st|nd|rd|th)?[ -](?:of )?{_MONTH}(?:[ ,-]{{1,2}}(?:(?:1[89]|20)[0-9]{{2}}"
    rf"|[0-9]{{2}}(?![0-9])))?"
    rf"|{_MONTH},? (?:1[89]|20)[0-9]{{2}})"
)
_AFTER_LABEL = re.compile(
    r"(?:[ \t:=(\[\"'|_]|日期|年月日?|时间|日|是|为|在|于|农历|阴历|阳历|公历|大约|date|is|was|on|in|:){0,8}"
    rf"(?<![0-9A-Za-z])({_DATE})(?![A-Za-z])",
    re.IGNORECASE,
)
_BORN_IN = re.compile(r"(?: in|:)? ?((?:1[89]|20)[0-9]{2})(?![0-9A-Za-z年\-/])")
_BEFORE_LABEL = re.compile(rf"(?<![0-9A-Za-z])({_DATE})[,( ]{{0,2}}$", re.IGNORECASE)
_FAMILY_DAY = re.compile(rf"(?<![0-9A-Za-z])({_DATE})$", re.IGNORECASE)
_REACH = 24
_PRODUCTION = frozenset("产效活成日意动命态")


@keyword(
    kind="DATE_OF_BIRTH",
    country="generic",
    layout="a date in any usual form, in digits or words, right after a word for birth; a year alone after born in",
    source="GB/T 7408-2005; ISO 8601-1; CLDR date patterns of zh and en",
    words=(
        "出生日期", "出生年月", "出生时间", "出生", "生于", "生日", "生辰", "诞生于", "出生于", "dob", "d.o.b",
        "d.o.b.", "date of birth", "date_of_birth", "birth date", "birthdate", "birth_date", "birthday", "birth day",
        "born on", "born in", "born:", "born", "b-day", "bday",
    ),
)  # fmt: skip
def date_of_birth(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a date after a word for birth, or right before 出生."""
    match = _AFTER_LABEL.match(text, end)
    if match:
        yield Candidate(*match.span(1), "DATE_OF_BIRTH", 0.9, 46)
        return
    word = text[start:end].lower()
    if word == "出生":
        first = max(0, start - _REACH)
        earlier = _BEFORE_LABEL.search(text[first:start])
        if earlier:
            yield Candidate(first + earlier.start(1), first + earlier.end(1), "DATE_OF_BIRTH", 0.9, 46)
    elif word in ("born", "born in", "born:"):
        year = _BORN_IN.match(text, end)
        if year:
            yield Candidate(*year.span(1), "DATE_OF_BIRTH", 0.6, 22)


@keyword(
    kind="DATE_OF_BIRTH",
    country="cn",
    layout="a date, then 生",
    source="usage of official letters: 1990年5月1日生",
    words=("日生", "月生", "年生"),
)
def dated_birth(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a date right before 生."""
    if text[end : end + 1] in _PRODUCTION and end < len(text):
        return
    first = max(0, start - _REACH)
    match = _FAMILY_DAY.search(text[first : start + 1])
    if match:
        yield Candidate(first + match.start(1), first + match.end(1), "DATE_OF_BIRTH", 0.8, 46)
