"""Strong context of a name: a label before it, a title after it, another name beside it.

The model learns what stands beside names one character at a time; these rules say what several together mean. Each is
an amount added to the logarithm of the odds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wuming.deidentification.names.candidates import TRANSLITERATED, Indices
from wuming.deidentification.names.lexicon import Codes
from wuming.deidentification.names.marks import (
    ALIKE,
    BRAND,
    COUNTY,
    EXPLICIT,
    INTRODUCED,
    LABEL,
    PERSONAL,
    PLACE,
    SHARED,
    SPEAKER,
    TITLE,
    VENUE,
    Mark,
)

_LABELLED, _EXPLICIT, _CLOSED = 1.0, 2.0, 3.5
"""A word that announces names; with a colon, or 我叫; and a border behind the name."""
_TITLE, _TITLE_ALONE, _TRADE = 1.0, 4.0, -6.0
_JOINED = 4.0
_VENUE_BEHIND = -4.0
_COUNTED = -8.0
"""The 万 of a number is no surname: 两万五; nor the 于 before a place (就职于中国银行), nor the 程 of 携程."""
_PAIRED, _TOGETHER = 1.0, 2.5
_COLON = re.compile('(?:姓名|名字|名)?[ "“「(]{0,2}(?:[:=]|叫做?|是|为|改成|改为|填的?|写的?)[ "“「]{0,2}')
_ASSIGNED = re.compile("[:=] ?[\"']?(?=[一-鿿])")
_FIELD = re.compile("(?:name|contact|recipient|consignee|customer)[\"']? ?$", re.IGNORECASE)
_LONGEST_FIELD = 12
_TITLE_END = re.compile("(?![一-鿿])|[您你好请的已说反来电预要想签收是在]")
_PARTICULARS = re.compile(r",(?=[0-9]{1,3}岁|[男女][,性]|一[位名])|\((?=[男女],)")
"""What is told of somebody behind the name: 卢斌,53岁; 马丽(女,1990年生)."""
_ANNOUNCING = LABEL | EXPLICIT | SPEAKER
_BRANCH = re.compile(r" ?\([^()\n]{1,12}店\)")  # 康福瑞(北京西站店)
_NUMERALS = np.array(list(map(ord, "一二两三四五六七八九十百千几数")), dtype=np.uint64)
_BEFORE_OTHERS = np.array(list(map(ord, "于向从和同由连比买全祝")), dtype=np.uint64)
_JOINTS = np.array(list(map(ord, "·•・‧∙")), dtype=np.uint64)
_LINKS = np.array(list(map(ord, "和与跟及、")), dtype=np.uint64)

Weights = NDArray[np.float32]


def added(
    text: str, codes: Codes, spans: tuple[Indices, Indices, Indices], ordinary: NDArray[np.bool_], found: Sequence[Mark]
) -> Weights:
    """Return what strong context adds for each candidate.

    Args:
        text: normalised.
        codes: its code points, and a few zeros.
        spans: starts, ends and kinds of the candidates.
        ordinary: whether a candidate is an ordinary word.
        found: the marks in the text.
    """
    starts, ends, kinds = spans
    labelled, titled, traded = _strengths(text, found)
    venue, shared = _begins(text, found, VENUE), _begins(text, found, SHARED)
    venue[[match.start() for match in _BRANCH.finditer(text)]] = True
    han = (codes >= 0x4E00) & (codes <= 0x9FA5)
    label, title, trade = labelled[starts], titled[ends], traded[ends]
    closed = ~han[ends] | (title > 0) | ((trade > 0) & ~ordinary)
    extra = label + np.where((label >= _EXPLICIT) & closed, _CLOSED, 0.0)
    opened = (starts == 0) | ~han[starts - 1] | (label > 0)
    extra += np.where(opened, title, np.minimum(title, _TITLE))
    # A title of a trade speaks for the word (安装师傅), one of a person for the name (明白女士).
    extra += np.where(ordinary & (trade > 0), _TRADE, np.minimum(trade, _TITLE))
    # Behind 我和 and before 一起 only somebody can stand.
    extra += np.where(shared[ends] & links(codes)[starts - 1] & (starts > 0), _TOGETHER, 0.0)
    extra += np.where(venue[ends] | (codes[ends] == ord("店")), _VENUE_BEHIND, 0.0)
    counted = np.isin(codes[starts - 1], _NUMERALS) & (starts > 0) & (codes[starts] == ord("万"))
    extra += np.where(counted, _COUNTED, 0.0)
    others = [one for one in found if one.flags & (PLACE | BRAND) and not one.flags & (ALIKE | COUNTY)]
    before = np.isin(codes[starts], _BEFORE_OTHERS) & _begins(text, others, PLACE | BRAND)[starts + 1]
    extra += np.where(before | _within(text, others)[starts], _COUNTED, 0.0)
    joints = np.concatenate(([0], np.cumsum(np.isin(codes, _JOINTS))))
    extra += np.where((kinds == TRANSLITERATED) & (joints[ends] > joints[starts]), _JOINED, 0.0)
    return extra.astype(np.float32)


def paired(codes: Codes, spans: tuple[Indices, Indices, Indices], scores: Weights) -> Weights:
    """Return what a likely name on the other side of a link (张伟和李娜) adds for each candidate."""
    starts, ends, _ = spans
    likely = scores > 0
    linked = links(codes)
    ends_here, starts_here = np.zeros(len(codes) + 2, dtype=np.bool_), np.zeros(len(codes) + 2, dtype=np.bool_)
    ends_here[ends[likely]] = True
    starts_here[starts[likely]] = True
    behind = linked[starts - 1] & ends_here[starts - 1] & (starts > 0)
    before = linked[ends] & starts_here[ends + 1]
    return np.where(behind | before, np.float32(_PAIRED), np.float32(0.0)).astype(np.float32)


def _begins(text: str, found: Sequence[Mark], flag: int) -> NDArray[np.bool_]:
    """Return where a mark of a sort begins."""
    begins = np.zeros(len(text) + 1, dtype=np.bool_)
    begins[[start for start, _, flags in found if flags & flag]] = True
    return begins


def _within(text: str, found: Sequence[Mark]) -> NDArray[np.bool_]:
    """Return which places lie within marks, behind their beginning."""
    edges = np.zeros(len(text) + 2, dtype=np.int32)
    np.add.at(edges, [start + 1 for start, _, _ in found], 1)
    np.add.at(edges, [end for _, end, _ in found], -1)
    return np.asarray(np.cumsum(edges) > 0, dtype=np.bool_)


def _strengths(text: str, found: Sequence[Mark]) -> tuple[Weights, Weights, Weights]:
    """Return at each place how strongly a label ends there, a title of anybody begins, and one of a trade."""
    labelled, titled, traded = dict[int, float](), dict[int, float](), dict[int, float]()
    for start, end, flags in found:
        if flags & _ANNOUNCING:
            colon = _COLON.match(text, end)
            announced = flags & EXPLICIT or (flags & LABEL and colon and not colon.group().isspace())
            place = colon.end() if colon else end
            labelled[place] = max(labelled.get(place, 0.0), _EXPLICIT if announced else _LABELLED)
        if flags & (TITLE | PERSONAL):
            strengths = titled if flags & PERSONAL else traded
            strengths[start] = _TITLE_ALONE if _TITLE_END.match(text, end) else _TITLE
        if flags & INTRODUCED:
            titled[start] = _TITLE_ALONE
    titled |= {match.start(): _TITLE_ALONE for match in _PARTICULARS.finditer(text)}
    for assigned in _ASSIGNED.finditer(text):
        if _FIELD.search(text[max(0, assigned.start() - _LONGEST_FIELD) : assigned.start()]):
            labelled[assigned.end()] = _EXPLICIT
    return _filled(text, labelled), _filled(text, titled), _filled(text, traded)


def _filled(text: str, strengths: dict[int, float]) -> Weights:
    filled = np.zeros(len(text) + 1, dtype=np.float32)
    filled[list(strengths)] = list(strengths.values())
    return filled


def links(codes: Codes) -> NDArray[np.bool_]:
    """Return where a character joins two names."""
    return np.isin(codes, _LINKS)
