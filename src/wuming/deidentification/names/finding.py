"""Names in many texts at once: the likeliest candidates, and the other mentions of those that are beyond doubt.

The texts are read as one, with borders between; nothing is carried from one to the next.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wuming.deidentification.names.candidates import (
    BEFORE_GIVEN,
    BEFORE_SURNAME,
    LONGEST,
    MARGIN,
    Borders,
    Indices,
    borders,
    code_points,
    features,
    spans,
)
from wuming.deidentification.names.context import added, paired
from wuming.deidentification.names.labelled import find_labelled
from wuming.deidentification.names.lexicon import FOREIGN, RARE, Codes, Gazetteer, sections
from wuming.deidentification.names.marks import Mark, marks
from wuming.deidentification.names.model import Weights, choose, evidence, probabilities, weights
from wuming.deidentification.names.organisations import find_organisations
from wuming.deidentification.names.peoples import find_peoples
from wuming.deidentification.names.places import find_places
from wuming.deidentification.names.titled import find_titled
from wuming.deidentification.specification import Candidate

PRIORITY = 30
_MENTION_PRIORITY = 28
_LEAST = -2.2
"""Least logarithm of odds that is reported at all: a probability of 0.1."""
_LEANING, _WORD = np.float32(0.3), np.float32(-0.9)
"""Added to the logarithm of the odds: a name missed costs more than one too many, unless it is a word as well."""
_CERTAIN = 0.9
_MENTION, _CALLED, _GIVEN_ALONE = 0.8, 0.7, 0.55
_FAMILIAR = frozenset(BEFORE_GIVEN + BEFORE_SURNAME)
_HOPELESS = -9.0  # what no usual context saves
_PIECE = 1 << 15  # characters whose candidates are judged together
_CHUNK = 1 << 13  # candidates whose features are made together: they stay in the processor's cache
_SPEECH = re.compile("[一-鿿]")
_HAN = re.compile("[㐀-鿿]")
_BORDER = "\x00" * MARGIN


def find_chinese(texts: Sequence[str]) -> list[list[Candidate]]:
    """Return candidates of kinds `PERSON`, `LOCATION` and `ORGANIZATION` of each normalised text."""
    found: list[list[Candidate]] = [[] for _ in texts]
    chosen = [place for place, text in enumerate(texts) if not text.isascii() and _HAN.search(text)]
    if not chosen:
        return found
    joined = _BORDER.join(texts[place] for place in chosen)
    firsts = np.cumsum([0, *(len(texts[place]) + MARGIN for place in chosen[:-1])])
    candidates = _find(joined)
    owners = np.searchsorted(firsts, [one.start for one in candidates], side="right") - 1
    for owner, one in zip(owners.tolist(), candidates, strict=True):
        first = int(firsts[owner])
        found[chosen[owner]].append(one._replace(start=one.start - first, end=one.end - first))
    for place in chosen:
        mentions = _mentions(texts[place], [one for one in found[place] if one.kind == "PERSON"])
        if mentions:
            covered = bytearray(len(texts[place]))
            for one in mentions:
                covered[one.start : one.end] = b"\x01" * (one.end - one.start)
            found[place] = [one for one in found[place] if not _yields(one, covered)] + mentions
    return found


def _find(text: str) -> list[Candidate]:
    codes = code_points(text)
    around = borders(codes)
    known = marks().find(text, around.keys[MARGIN : MARGIN + len(text)])
    people = _people(text, codes, around, known) + find_titled(text)
    people += find_peoples(text, known) + find_labelled(text, known)
    is_word = _lists()[1].__contains__
    places = find_places(text, known, is_word)
    return people + places + find_organisations(text, known, places, is_word)


def _people(text: str, codes: Codes, around: Borders, known: Sequence[Mark]) -> list[Candidate]:
    parts = [_judged(codes, around, first, len(text)) for first in range(0, len(text), _PIECE)]
    starts, ends, kinds, evident = (np.concatenate(each) for each in zip(*parts, strict=True))
    if not len(starts):
        return []
    own = codes[MARGIN:]
    placed = starts - MARGIN, ends - MARGIN, kinds
    ordinary = _ordinary(around, starts, ends)
    scores = evident + added(text, own, placed, ordinary, known)
    scores += paired(own, placed, scores) + np.where(ordinary, _WORD, _LEANING)
    kept = choose(*placed[:2], scores, _LEAST)
    likely = probabilities(scores[kept])
    return [
        Candidate(start, end, "PERSON", min(score, 0.99), PRIORITY)
        for start, end, score in zip(placed[0][kept].tolist(), placed[1][kept].tolist(), likely.tolist(), strict=True)
    ]


def _yields(one: Candidate, covered: bytearray) -> bool:
    """Return whether a person who is none for certain lies where another mention of one who is has a 1."""
    return one.kind == "PERSON" and one.score < _MENTION and covered.find(1, one.start, one.end) >= 0


def _ordinary(around: Borders, starts: Indices, ends: Indices) -> NDArray[np.bool_]:
    """Return which candidates are an ordinary word."""
    whole = around.whole(starts, ends)
    return np.asarray((whole > RARE) & (whole != FOREIGN), dtype=np.bool_)


def _judged(codes: Codes, around: Borders, first: int, length: int) -> tuple[Indices, Indices, Indices, Weights]:
    """Return the candidates that begin in one piece of a text, and the model's evidence for each.

    A piece after the other, and without those that no context saves: a long text needs no more memory than its length.
    """
    stop = min(length, first + _PIECE)
    reach = min(length, stop + LONGEST)
    found = spans(codes[first : reach + 2 * MARGIN], reach - first)
    here = (found[0] >= MARGIN) & (found[0] < MARGIN + stop - first)
    starts, ends, kinds = found[0][here] + first, found[1][here] + first, found[2][here]
    table = weights()
    scores = np.zeros(len(starts), dtype=np.float32)
    for chunk in range(0, len(starts), _CHUNK):
        some = slice(chunk, chunk + _CHUNK)
        scores[some] = evidence(features(codes, around, starts[some], ends[some], kinds[some]), table)
    alive = scores > _HOPELESS
    return starts[alive], ends[alive], kinds[alive], scores[alive]


def _mentions(text: str, people: Sequence[Candidate]) -> list[Candidate]:
    """Find the other mentions of names beyond doubt: whole, by a given name of two characters, 小 and surname."""
    certain = [one for one in people if one.score >= _CERTAIN]
    surnames, ordinary = _lists()
    wholes = {text[one.start : one.end] for one in certain} - ordinary
    if not wholes:
        return []
    called = {before + whole[0] for whole in wholes if len(whole) < 4 and whole[0] in surnames for before in "小老"}
    givens = {whole[1:] for whole in wholes if len(whole) == 3 and whole[0] in surnames and whole[1:] not in ordinary}
    found = {one.start for one in certain}
    mentions = [
        Candidate(start, end, "PERSON", _MENTION, _MENTION_PRIORITY)
        for start, end in Gazetteer(wholes).find(text)
        if start not in found and (text[start] not in _FAMILIAR or _apart(text, start, end))
    ]
    mentions += [
        Candidate(start, end, "PERSON", _CALLED, _MENTION_PRIORITY - 1)
        for start, end in Gazetteer(called - ordinary).find(text)
        if _apart(text, start, end)
    ]
    mentions += [
        Candidate(start, end, "PERSON", _GIVEN_ALONE, _MENTION_PRIORITY - 2)
        for start, end in Gazetteer(givens).find(text)
        if not _SPEECH.match(text[start - 1 : start])
    ]
    return mentions


def _apart(text: str, start: int, end: int) -> bool:
    """Say whether no ordinary word crosses either border: 小程 is none in 小程序, nor 小钱 in 最小钱数."""
    crossing = text[start - 1 : start + 1], text[end - 1 : end + 1], text[end - 1 : end + 2]
    return _lists()[1].isdisjoint(crossing)


@lru_cache(maxsize=1)
def _lists() -> tuple[frozenset[str], frozenset[str]]:
    """Return the surnames, and the words that no given name alone is told from."""
    lists = sections("words.txt")
    return frozenset(sections("people.txt")["surnames"]), frozenset((*lists["common"], *lists["other"]))
