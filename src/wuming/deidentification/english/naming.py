"""Names of persons, organisations and places in one English text: groups of words, tagged, and their later mentions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from wuming.deidentification.english.groups import Group, groups
from wuming.deidentification.english.lexicon import BIT, words
from wuming.deidentification.english.tagger import TAGS, tagger
from wuming.deidentification.specification import Candidate

PRIORITIES = {"PERSON": 30, "ORGANIZATION": 28, "LOCATION": 27}
_MENTION_PRIORITY = 26
_MENTION = 0.6
_LEAST = 0.05
_SURE = 0.7  # a name found this surely lends its words to the rest of the text
_NO_MENTION = BIT["W1"] | BIT["W2"] | BIT["W3"] | BIT["DT"] | BIT["TI"] | BIT["PC"] | BIT["P1"]
_ENDS_WITH_DOT = frozenset({"inc", "ltd", "co", "corp", "jr", "sr", "s.a", "esq"})


class Named(NamedTuple):
    """A stretch of text tagged as a name."""

    start: int
    end: int
    kind: str
    probability: float


def find_english_names(text: str) -> list[Candidate]:
    """Return candidates of kinds PERSON, ORGANIZATION and LOCATION in one normalised text."""
    found = list(groups(text))
    if not found:
        return []
    candidates = []
    single: dict[str, list[tuple[int, int]]] = {}
    parts: set[str] = set()
    known = words()
    for group, tags in zip(found, tagger().tag([group.words for group in found]), strict=True):
        for named in _stretches(text, group, tags):
            if named.probability >= _LEAST:
                candidates.append(
                    Candidate(named.start, named.end, named.kind, min(1.0, named.probability), PRIORITIES[named.kind])
                )
            if named.kind == "PERSON" and named.probability >= _SURE:
                parts.update(
                    word
                    for word in text[named.start : named.end].split()
                    if len(word) > 2 and not known.get(word.lower(), 0) & _NO_MENTION
                )
        for (start, end), (tag, probability) in zip(group.bounds, tags, strict=True):
            if tag == 0 or probability < _SURE:
                single.setdefault(text[start:end], []).append((start, end))
    for part in parts:
        for start, end in single.get(part, ()):
            candidates.append(Candidate(start, end, "PERSON", _MENTION, _MENTION_PRIORITY))
    return candidates


def _stretches(text: str, group: Group, tags: list[tuple[int, float]]) -> Iterator[Named]:
    """Yield the tagged stretches of a group, without punctuation at their ends."""
    place = 0
    while place < len(tags):
        tag, probability = tags[place]
        place += 1
        if tag == 0:
            continue
        first, kind = place - 1, TAGS[tag][2:]
        while place < len(tags) and TAGS[tags[place][0]] == f"I-{kind}":
            probability = probability * tags[place][1]
            place += 1
        start, end = group.bounds[first][0], group.bounds[place - 1][1]
        last = place - 1
        while last > first and not text[group.bounds[last][0]].isalpha():
            last -= 1
            end = group.bounds[last][1]
        # The dot of an abbreviation belongs to it, unless the sentence ends there.
        if (text[end : end + 1] == "." and text[group.bounds[last][0] : end].lower() in _ENDS_WITH_DOT) or (
            last > first and text[end : end + 1] == "." and end - group.bounds[last][0] == 1
        ):
            end += 1
        yield Named(start, end, kind, probability)


__all__ = ["find_english_names"]
