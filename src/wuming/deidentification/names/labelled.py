"""Whatever stands alone behind a label for persons (`姓名：`, 收件人) is a name, however odd the model finds it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from wuming.deidentification.english.lexicon import BIT, words
from wuming.deidentification.names.lexicon import sections
from wuming.deidentification.names.marks import ALIKE, BRAND, ENDING, EXPLICIT, LABEL, PLACE, WHOLE, Mark
from wuming.deidentification.specification import Candidate

_SCORE, _PRIORITY = 0.75, 31
_VALUE = re.compile('(?:姓名|名字)?[ "“「]{0,2}(?:[:=]|是|叫)?[ "“「]{0,2}([一-鿿·]{2,12})(?![一-鿿·])')
_LATIN = re.compile(
    '(?:姓名|名字)?[ "“「(]{0,2}(?:拼音|英文名?)?[ "“「)]{0,2}(?:[:=]|是|叫)?[ "“「]{0,2}'
    r"([A-Z][A-Za-z'’\-]{1,24}(?:[ /,]{1,2}[A-Z][A-Za-z'’\-]{1,24}){1,3})(?![A-Za-z&]|\.[A-Za-z])"
)
_KIN = (
    "爸", "妈", "爸爸", "妈妈", "父亲", "母亲", "爷爷", "奶奶", "外公", "外婆", "姥姥", "姥爷", "老公", "老婆", "丈夫",
    "妻子", "儿子", "女儿", "孩子", "哥", "姐", "弟弟", "妹妹", "男友", "女友", "男朋友", "女朋友", "对象",
)  # fmt: skip
_CALLED = re.compile("叫做?([一-鿿]{2,4})(?![一-鿿])")
_NAMES = BIT["F1"] | BIT["F2"] | BIT["S1"] | BIT["S2"] | BIT["S3"]
_SHORTEST_SOUND = 3
# Anything may be said behind these.
_SPOKEN = frozenset((
    "我是", "登记的是", "对方叫", "我叫", "名叫", "名叫做", "人叫", "名字叫", "名字是", "名字", "甲方", "乙方", "原告",
    "被告",
))  # fmt: skip


def find_labelled(text: str, known: Sequence[Mark]) -> list[Candidate]:
    """Return what stands between a label and a border: with a surname, written by sound, or in Latin letters.

    What somebody of the family is called (我妈叫安静) may be an ordinary word.

    Args:
        text: normalised.
        known: the marks in it.
    """
    found = [_candidate(match) for match in _called(text) if _has_surname(match.group(1))]
    labels = [mark for mark in known if mark.flags & (LABEL | EXPLICIT)]
    if not labels:
        return found
    others = {mark.start for mark in known if mark.flags & (BRAND | PLACE | WHOLE | ALIKE)}
    others |= {mark.end for mark in known if mark.flags & ENDING}
    for mark in labels:
        spoken = text[mark.start : mark.end] in _SPOKEN
        latin = None if spoken else _LATIN.match(text, mark.end)
        if latin and _may_name(latin.group(1)):
            found.append(_candidate(latin))
        match = _VALUE.match(text, mark.end)
        if not match or match.start(1) in others or match.end(1) in others:
            continue
        value = match.group(1)
        if _by_sound(value) or (not spoken and value not in _lists().words and _has_surname(value)):
            found.append(_candidate(match))
    return found


def _candidate(match: re.Match[str]) -> Candidate:
    return Candidate(*match.span(1), "PERSON", _SCORE, _PRIORITY)


def _called(text: str) -> Iterator[re.Match[str]]:
    """Yield what somebody of a family is called."""
    place = text.find("叫")
    while place >= 0:
        if text.endswith(_KIN, max(0, place - 3), place) and (match := _CALLED.match(text, place)):
            yield match
        place = text.find("叫", place + 1)


def _may_name(latin: str) -> bool:
    """Say whether each word is the name of some people, or no word of English that is known: CHAN TAI MAN."""
    known = words()
    classes = [known.get(word.lower(), 0) for word in re.split("[ /,]+", latin)]
    return all(one & _NAMES or not one for one in classes)


class _Lists(NamedTuple):
    surnames: frozenset[str]
    compound: frozenset[str]
    sounds: frozenset[str]
    words: frozenset[str]


@lru_cache(maxsize=1)
def _lists() -> _Lists:
    people, syllables, words = sections("people.txt"), sections("foreign_syllables.txt"), sections("words.txt")
    parts = [part for section in sections("peoples.txt").values() for part in section]
    written = [*parts, *(part for section in syllables.values() for part in section)]
    return _Lists(
        frozenset(people["surnames"]), frozenset(people["compound_surnames"]), frozenset("·" + "".join(written)),
        frozenset((*words["common"], *words["other"])),
    )  # fmt: skip


def _by_sound(value: str) -> bool:
    lists = _lists()
    return len(value) >= _SHORTEST_SOUND and lists.sounds.issuperset(value) and value not in lists.words


def _has_surname(value: str) -> bool:
    lists = _lists()
    single, double = value[0] in lists.surnames, value[:2] in lists.compound
    return (single and len(value) in (2, 3)) or (double and len(value) in (3, 4))
