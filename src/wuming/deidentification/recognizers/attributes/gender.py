"""Gender, where it is stated of a person: in a label, a list of particulars, beside an age or 患者."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.specification import Candidate, keyword

_VALUE = re.compile(
    r"[\"'”]?[ \t:=(是为\"'“|]{1,5}((?:男|女)(?:性|士|生)?(?![\u4e00-\u9fff])|(?:男|女)性?(?=年|出|民|身|电|手|汉)"
    r"|(?:non-?binary|transgender|female|male|woman|man|boy|girl|[fm])(?![A-Za-z/]))|((?:男"
    r"|女)性?(?![\u4e00-\u9fff/、]))",
    re.IGNORECASE,
)
_LISTED = re.compile(r"[ ]?([男女]性?)(?= ?[,、;。]| ?$)")
_PATIENT = re.compile(r"[ ,]{0,2}([男女]性?)(?=[,、 患者]|[0-9])")
_OF_YEARS = re.compile(r"([男女]性?)(?![儿友装神篮排足乒双单团队朋])")
_STATED = re.compile(r"(?:一[名位个])?([男女]性)(?![\u4e00-\u9fff])")
_IDENTIFIES = re.compile(
    r"(?: as)?(?: an?)? (non-?binary|transgender|trans|female|male|woman|man)(?![A-Za-z])", re.IGNORECASE
)
_AGED = re.compile(
    r"(?:(?<![A-Za-z])(?:i['’]?m|am|is|was|aged|s?he['’]s) [1-9][0-9]?"
    r"|(?<![0-9A-Za-z.\-/])[1-9][0-9]?[ -]?(?:(?:years?|yrs?)[ -]old|y/?o))$",
    re.IGNORECASE,
)
_OF_AGE = re.compile(
    r"[, ]{1,2}(?:[a-z]{3,12} )?(female|male|woman|man|girl|boy|lady|gentleman)(?![A-Za-z])", re.IGNORECASE
)


@keyword(
    kind="GENDER",
    country="generic",
    layout="男, 女, 男性, 女性; male, female, M, F, non-binary after a label",
    source="GB/T 2261.1-2003; ISO/IEC 5218",
    words=("性别", "gender", "sex", "gender identity"),
)
def gender(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find the value after its label."""
    match = _VALUE.match(text, end)
    if match:
        place = 1 if match.group(1) else 2
        if place == 1 or text[start] == "性":
            yield Candidate(*match.span(place), "GENDER", 0.9, 25)


@keyword(
    kind="GENDER",
    country="cn",
    layout="男 or 女 between commas or after a bracket among particulars; 他是男性; 患者女性; 43岁的女性, 一名男性",
    source="usage of case records and court papers",
    words=(
        ",男", ",女", "、男", "、女", "(男", "(女", ", 男", ", 女", "患者", "我是女", "我是男", "是男性", "是女性",
        "为男性", "为女性", "岁男", "岁女", "岁的男", "岁的女", "名男性", "名女性", "位男性", "位女性",
    ),
)  # fmt: skip
def listed_gender(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find the value in a list, after 患者, or said of somebody."""
    word = text[start:end]
    if word == "患者":
        match = _PATIENT.match(text, end)
    elif word[0] in "岁名位":
        match = _OF_YEARS.match(text, start + (2 if word[1] == "的" else 1))
    elif word[0] in ",、(":
        match = _LISTED.match(text, start + 1)
    else:
        match = _STATED.match(text, text.index("是" if "是" in word else "为", start) + 1)
    if match:
        yield Candidate(*match.span(1), "GENDER", 0.8, 24)


@keyword(
    kind="GENDER",
    country="generic",
    layout="female or male behind an age: I'm 34, female",
    source="usage",
    words=(", female", ", male"),
)
def gender_behind_age(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find the word behind an age in years."""
    if _AGED.search(text[max(0, start - 24) : start]) and not text[end : end + 1].isalnum():
        yield Candidate(start + 2, end, "GENDER", 0.7, 24)


@keyword(
    kind="GENDER",
    country="generic",
    layout="identifies as female; a 35-year-old man",
    source="usage",
    words=("identifies", "identify as", "year-old", "year old", "years old"),
)
def stated_gender(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find the value after the phrase."""
    match = (_OF_AGE if text[start] in "yY" else _IDENTIFIES).match(text, end)
    if match:
        yield Candidate(*match.span(1), "GENDER", 0.7, 24)
