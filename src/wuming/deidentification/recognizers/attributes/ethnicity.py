"""Ethnicity: the 56 nationalities of China and the usual terms of English forms, where stated of a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.specification import Candidate, keyword

_NAMES = (
    "汉", "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗", "瑶", "白", "土家", "哈尼",
    "哈萨克", "傣", "黎", "傈僳", "佤", "畲", "高山", "拉祜", "水", "东乡", "纳西", "景颇", "柯尔克孜", "土", "达斡尔",
    "仫佬", "羌", "布朗", "撒拉", "毛南", "仡佬", "锡伯", "阿昌", "普米", "塔吉克", "怒", "乌孜别克", "俄罗斯",
    "鄂温克", "德昂", "保安", "裕固", "京", "塔塔尔", "独龙", "鄂伦春", "赫哲", "门巴", "珞巴", "基诺",
)  # fmt: skip
_ANY = "|".join(sorted(_NAMES, key=len, reverse=True))
_AFTER_LABEL = re.compile(
    rf"[\"'”]?[ \t:=(是为\"'“|]{{0,5}}((?:{_ANY})族?)(?![\u4e00-\u9fff](?<![出身性男女年生籍住电手民政学]))"
)
_BEFORE = re.compile(r"(?:^|[是为系,、;| \t:(]|我|他|她|作为|个|名|位)$")
_AFTER = re.compile(r"[,。;、!|\t\n) ]|$|人(?![民口])|女|男|同胞|姑娘|小伙|学生|干部|妇女|老人|,|\.")
_ENGLISH = (
    "han chinese|han|hui|uyghur|uighur|tibetan|mongol(?:ian)?|manchu|zhuang|miao|hmong|yi|korean|kazakh|dai|asian|black"
    "|white|caucasian|hispanic|latino|latina|latinx|african american|african|native american|pacific islander|arab"
    "|middle eastern|jewish|south asian|east asian|roma|mixed race|biracial|chinese|japanese|indian|vietnamese|filipino"
)
_LABELLED = re.compile(rf"[\"']?(?: ?[:=|] ?| is | as |/ethnicity: ?)[\"']?((?:{_ENGLISH})(?![A-Za-z]))", re.IGNORECASE)
_ETHNIC = re.compile(rf" ((?:{_ENGLISH})(?:s|n)?(?![A-Za-z]))", re.IGNORECASE)
_OF = re.compile(rf"(?:of|is|am|'m) ((?:{_ENGLISH}) )$", re.IGNORECASE)


@keyword(
    kind="ETHNICITY",
    country="cn",
    layout="one of 56 names after 民族, with or without 族",
    source="GB/T 3304-1991",
    words=("民族", "族别", "族裔"),
)
def ethnicity(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a name after its label."""
    del start
    match = _AFTER_LABEL.match(text, end)
    if match:
        yield Candidate(*match.span(1), "ETHNICITY", 0.9, 25)


@keyword(
    kind="ETHNICITY",
    country="cn",
    layout="one of 56 names with 族, said of somebody or among particulars: 他是藏族, 男,汉族,",
    source="as above",
    words=tuple(f"{name}族" for name in _NAMES),
)
def stated_ethnicity(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a name that stands by itself; not 藏族自治州, 苗族银饰."""
    if _BEFORE.search(text[max(0, start - 2) : start]) and _AFTER.match(text, end):
        yield Candidate(start, end, "ETHNICITY", 0.7, 24)


@keyword(
    kind="ETHNICITY",
    country="generic",
    layout="a usual term after ethnicity or race, after ethnic, or before ethnicity",
    source="OMB Statistical Policy Directive 15 (2024); GB/T 3304-1991",
    words=("ethnicity", "ethnic", "race", "ethnic group", "racial identity"),
)
def english_ethnicity(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a term beside its label."""
    word = text[start:end].lower()
    match = (_ETHNIC if word == "ethnic" else _LABELLED).match(text, end)
    if match:
        yield Candidate(*match.span(1), "ETHNICITY", 0.85, 25)
    elif word == "ethnicity":
        first = max(0, start - 24)
        earlier = _OF.search(text[first:start])
        if earlier:
            yield Candidate(first + earlier.start(1), first + earlier.end(1) - 1, "ETHNICITY", 0.75, 24)
