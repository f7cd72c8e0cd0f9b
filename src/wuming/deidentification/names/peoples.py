"""Names of Uyghurs, Kazakhs, Tibetans, Mongols and Yi in Chinese characters: parts put together, without a surname."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from wuming.deidentification.names.lexicon import sections
from wuming.deidentification.names.marks import EXPLICIT, LABEL, PART, SPEAKER, Mark
from wuming.deidentification.specification import Candidate

# The model takes pieces of such names for names: many parts together win over it, one part does not.
_SEVERAL, _ENDED, _ALONE = (0.9, 31), (0.75, 31), (0.7, 29)
_MOST = 4  # parts of a name
_KEPT = frozenset(("江", "汗", "罕", "古丽", "尼沙", "别克"))
_COLONS = (":", " ")
_JOINTS = frozenset("·•・‧∙")
_LONG = 3  # characters of a part to which an ending may be added
_PLACES = frozenset("县市旗镇乡村沙湖山河寺苏盟州区路草")


def find_peoples(text: str, known: Sequence[Mark]) -> list[Candidate]:
    """Return names of several parts, or of one: with an ending, after a label, or where it is a name by itself.

    Args:
        text: normalised.
        known: the marks in it.
    """
    parts = {mark.start: mark.end for mark in known if mark.flags & PART}
    if not parts:
        return []
    labelled = {mark.end for mark in known if mark.flags & (LABEL | EXPLICIT | SPEAKER)}
    alone, endings = _lists()
    found, free = [], 0
    for start in sorted(parts):
        if start < free:
            continue
        end, count = parts[start], 1
        while count < _MOST and (following := _next(text, end, parts)):
            end, count = following, count + 1
        ending = next((one for one in endings if text.startswith(one, end)), "")
        announced = start in labelled or (text[start - 1 : start] in _COLONS and start - 1 in labelled)
        if count > 1:
            strength = _SEVERAL
            ending = ending if ending in _KEPT else ""  # behind many parts the others begin the next word
        elif ending and end - start >= _LONG:
            strength = _ENDED
        elif announced or text[start:end] in alone:
            strength, ending = _ALONE, ""
        else:
            continue
        free = end + len(ending)
        if text[free : free + 1] not in _PLACES:
            found.append(Candidate(start, free, "PERSON", *strength))
    return found


def _next(text: str, end: int, parts: dict[int, int]) -> int:
    """Return where the part that follows ends; 0: none does."""
    return parts.get(end, 0) or (parts.get(end + 1, 0) if text[end : end + 1] in _JOINTS else 0)


@lru_cache(maxsize=1)
def _lists() -> tuple[frozenset[str], tuple[str, ...]]:
    lists = sections("peoples.txt")
    return frozenset(lists["alone"]), tuple(sorted(lists["endings"], key=len, reverse=True))
