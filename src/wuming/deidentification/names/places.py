"""Places named in Chinese text: gazetteers, and what stands beside names that are ordinary words as well."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from wuming.deidentification.names.lexicon import sections
from wuming.deidentification.names.marks import ALIKE, COUNTY, PLACE, Mark
from wuming.deidentification.specification import Candidate

_PRIORITY = 26
_LISTED, _FULL, _UNSURE, _DOUBTFUL = 0.75, 0.85, 0.6, 0.3
LEVELS = frozenset("省市区县镇乡村州旗盟")
"""With which the full name of a place in China ends."""
_GOING = re.compile("(?:在|到|去|回|往|至|从|来自|位于|住|飞|离开|前往|途经|驻|、|和|与|户籍|籍贯|城市:?|地点:?) ?$")
_NO_PLACE = re.compile("[族语话菜餐]|料理|方向|方言|[角侧风]|(?<=展中国)家|[东南西北中]?(?:路|街|巷|大道|胡同)")
# What stands before and behind a county without its level; beside anything else it may be a part of a word.
_OPENED = re.compile("[在到去从回往于至是住赴抵经离过及的家]")
_CLOSED = re.compile("[的和与及、等市县区站人在是有工出来生读办上]")
_LEVEL = re.compile("[省州岛](?!长)|市(?![场民长委政值容面井区])|[区县镇乡村](?![长别域分间内委里])|半岛|群岛|海峡")
# Of a place that no list knows: what ends its name, and the characters that no name of one holds.
_UNLISTED = re.compile(
    "(?:[村镇乡屯寨](?![长民干支委里上口办])|县(?![长委级政里城太])|[路街](?![上口边段道人程过线费灯况径由障])|大[道街]|胡同|广场|公园"
    "|水库|[半群]岛|海峡|[山河湖江](?![水东西南北川流边湖山庄之]))"
)
_HEAD = 3
_FAMILY = "家"
_STOP = frozenset(
    "的了在是岁我你您他她它这那哪个到去从和与跟及对向把被给让请为由于以将等说称据而但并也都就又还很最不没有所其之"
    "每各该本某位家日年今昨时叫找问入赴往任做进原现前后一两几多条座中下上里外内过走回出开住来只半整全沿爬游逛离因使近比们仅种爱穿点看处实距愁绕指赶无能次人大小件款部桶满登见通如着对网"
)


def find_places(text: str, found: Iterable[Mark], is_word: Callable[[str], bool]) -> list[Candidate]:
    """Return candidates of kind `LOCATION`, none over another, in order; the doubtful ones too.

    Args:
        text: normalised; may be many texts with borders between.
        found: the words of `marks` in it, in order.
        is_word: whether a stretch is an ordinary word.
    """
    places: list[Candidate] = []
    for mark in found:
        if mark.flags & PLACE and (not places or mark.start >= places[-1].end):
            within = bool(places) and places[-1].end == mark.start and places[-1].score > _DOUBTFUL
            score, end = _score(text, mark, within=within), mark.end
            if text.startswith("市民", end - 1) and end - mark.start > 2:
                end -= 1
            level = _LEVEL.match(text, end) if score > _DOUBTFUL and text[end - 1] not in LEVELS else None
            places.append(Candidate(mark.start, level.end() if level else end, "LOCATION", score, _PRIORITY))
    return sorted(places + _unlisted(text, places, is_word))


def _unlisted(text: str, places: Sequence[Candidate], is_word: Callable[[str], bool]) -> list[Candidate]:
    """Return places that no list knows, by the ends of their names (大明村)."""
    found: list[Candidate] = []
    known = [one for one in places if one.score > _DOUBTFUL]
    ends = {one.end for one in known}
    taken = bytearray(len(text) + 1)
    for one in known:
        taken[one.start : one.end] = b"\x01" * (one.end - one.start)
    for ending in _UNLISTED.finditer(text):
        first, end = ending.span()
        start = first
        while (
            first - start <= _HEAD
            and start
            and not taken[start - 1]
            and _may_name(text[start - 1], last=start == first)
        ):
            start -= 1
        head = text[start:first]
        if _is_family(head) or (
            (2 if start not in ends else 1) <= len(head) <= _HEAD
            and not any(is_word(word) for word in (head, text[start:end], text[first - 1 : end], head[:2], head[1:]))
        ):
            found.append(Candidate(start, end, "LOCATION", _UNSURE, _PRIORITY - 1))
    return found


def _may_name(character: str, *, last: bool) -> bool:
    return _speech(character) and (character not in _STOP or (last and character == _FAMILY))


def _is_family(head: str) -> bool:
    """Say whether a village is named after a family: 王家村."""
    return len(head) == len("王家") and head[1] == _FAMILY and head[0] in _surnames()


def _score(text: str, mark: Mark, *, within: bool) -> float:
    """Return how likely a name is one; `within`: that of a larger place stands right before it."""
    start, end, flags = mark
    if _NO_PLACE.match(text, end):
        return _DOUBTFUL  # 南京路 is a road, 蒙古族 a people
    if not flags & (ALIKE | COUNTY):
        return _FULL if text[end - 1] in LEVELS and end - start > 2 else _LISTED
    before, after = text[start - 1 : start], text[end : end + 1]
    if text.startswith("市", end):
        return _LISTED
    closed = not _speech(after) or (_CLOSED.match(after) is not None and (within or not flags & ALIKE))
    opened = within or (_GOING.search(text, max(0, start - 4), start) is not None)
    opened |= not flags & ALIKE and (not _speech(before) or _OPENED.match(before) is not None)
    return _LISTED if opened and closed else _DOUBTFUL


@lru_cache(maxsize=1)
def _surnames() -> frozenset[str]:
    return frozenset(sections("people.txt")["surnames"])


def _speech(character: str) -> bool:
    return "一" <= character <= "鿿"
