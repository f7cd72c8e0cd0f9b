"""Whatever stands alone behind a label for persons (`姓名：`, 收件人) is a name, however odd the model finds it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from wuming.deidentification.names.lexicon import sections
from wuming.deidentification.names.marks import ALIKE, BRAND, ENDING, EXPLICIT, LABEL, PLACE, WHOLE, Mark
from wuming.deidentification.specification import Candidate

_SCORE, _PRIORITY = 0.75, 31
_VALUE = re.compile('(?:姓名|名字)?[ "“「]{0,2}(?:[:=]|是|叫)?[ "“「]{0,2}([一-鿿·]{2,12})(?![一-鿿·])')
_SHORTEST_SOUND = 3
# Anything may be said behind these.
_SPOKEN = frozenset((
    "我是", "登记的是", "对方叫", "我叫", "名叫", "名叫做", "人叫", "名字叫", "名字是", "名字", "甲方", "乙方", "原告",
    "被告",
))  # fmt: skip


def find_labelled(text: str, known: Sequence[Mark]) -> list[Candidate]:
    """Return what stands between a label and a border, where it begins with a surname or is written by sound.

    Args:
        text: normalised.
        known: the marks in it.
    """
    labels = [mark for mark in known if mark.flags & (LABEL | EXPLICIT)]
    if not labels:
        return []
    others = {mark.start for mark in known if mark.flags & (BRAND | PLACE | WHOLE | ALIKE)}
    others |= {mark.end for mark in known if mark.flags & ENDING}
    found = []
    for mark in labels:
        match = _VALUE.match(text, mark.end)
        if not match or match.start(1) in others or match.end(1) in others:
            continue
        value, spoken = match.group(1), text[mark.start : mark.end] in _SPOKEN
        if _by_sound(value) or (not spoken and _by_surname(value)):
            found.append(Candidate(*match.span(1), "PERSON", _SCORE, _PRIORITY))
    return found


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


def _by_surname(value: str) -> bool:
    lists = _lists()
    if value in lists.words:
        return False
    single, double = value[0] in lists.surnames, value[:2] in lists.compound
    return (single and len(value) in (2, 3)) or (double and len(value) in (3, 4))
