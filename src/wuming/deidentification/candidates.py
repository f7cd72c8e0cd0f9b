"""The candidates of one text: whatever a recogniser takes for personal data, before overlaps are resolved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from wuming.deidentification.plans import Asked, Plans
from wuming.deidentification.reading import Reading
from wuming.deidentification.resolution import Found
from wuming.deidentification.runs import is_date
from wuming.deidentification.specification import Candidate, Free, Keyword, Pattern
from wuming.deidentification.surroundings import Context, Surroundings

CHECKED = 76
"""From this priority on a recogniser has check digits or a layout as strong."""
Freely = Sequence[tuple[Free, Iterable[Candidate]]]
"""What recognisers that read whole texts found in one, for those that read it."""
_MONEY = frozenset("元块万%％")
_NEVER = 2.0  # more than any score
_DECOY, _NONE, _SUPPORT = Context.DECOY, Context.NONE, Context.SUPPORT


class Candidates:
    """Finds the candidates of texts.

    Args:
        plans: of runs of digits.
        anywhere: patterns that are tried on whole texts, with the bit of each in its surroundings.
        openers: by number of an opening word: those that read on from it.
        least: kind → least score that counts; other kinds do not count.
    """

    def __init__(
        self,
        plans: Plans,
        anywhere: Sequence[tuple[Pattern, int]],
        openers: Sequence[Sequence[Keyword]],
        least: Mapping[str, float],
    ) -> None:
        self._plans, self._anywhere, self._openers, self._least = plans, anywhere, openers, least

    def of(self, readings: Sequence[Reading], freely: Sequence[Freely], *, every: bool) -> list[list[Found]]:
        """Return what is found in each text and counts.

        Args:
            readings: of the texts.
            freely: what was found in each by those that read whole texts.
            every: with what another of the same bounds outdoes.
        """
        # One stage after the other for all texts: what a stage needs stays in the processor's cache.
        found: list[list[Found]] = [[] for _ in readings]
        places = list(zip([one.text for one in readings], [one.around() for one in readings], found, strict=True))
        plan = self._plans.of
        runs = [
            (text, around, some, start, end, plan(number, text, start, end))
            for reading, (text, around, some) in zip(readings, places, strict=True)
            for start, end, number in reading.runs
        ]
        for text, around, some, _, _, (_, values) in runs:
            for value in values:
                self._judge(text, around, value, some, every=every)
        for text, around, some, start, end, (patterns, _) in runs:
            for pattern, who, _ in patterns:
                for one in self._counting(pattern.candidates(text, around, who, start, end), pattern.name):
                    if not is_date(text, one[0], one[1]):
                        some.append(one)
        for pattern, who in self._anywhere:
            for text, around, some in places:
                if not pattern.needs or pattern.needs in text:
                    some += self._counting(pattern.candidates(text, around, who, 0, len(text)), pattern.name)
        for reading, (text, _, some) in zip(readings, places, strict=True):
            for start, end, word in reading.words:
                for keyword in self._openers[word]:
                    some += self._counting(keyword.find(text, start, end), keyword.name)
        for (_, _, some), those in zip(places, freely, strict=True):
            for free, candidates in those:
                some += self._counting(candidates, free.name)
        return found

    def _counting(self, candidates: Iterable[Candidate], name: str) -> list[Found]:
        least = self._least
        return [(*one, name) for one in candidates if one.score >= least.get(one.kind, _NEVER)]

    def _judge(self, text: str, around: Surroundings, value: Asked, found: list[Found], *, every: bool) -> None:
        start, end, compact, loose, dated, (numbers, everybody) = value
        decoyed, supported = (-1, 0) if dated else around.say(everybody, start, end)
        priced = text[end : end + 1] in _MONEY
        outdone = 0  # priorities below do not count against what was found
        for number, who in numbers:
            priority = number.priority
            if priority < outdone:
                break
            if supported & who and not decoyed & who:
                context = _SUPPORT
            else:
                context = _DECOY if priced or decoyed & who else _NONE
                if loose and priority < CHECKED:
                    continue
            score, kind = number.judge(compact, context), number.kinds[0]
            if score > 0 and score >= self._least.get(kind, _NEVER):
                found.append((*_bracketed(text, start, end), kind, score, priority, number.name))
                if not every:
                    outdone = priority


def _bracketed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds with the marks that belong to the value: +86 138…, A123456(3), (010) 6234 5678."""
    if start and text[start - 1] == "+":
        start -= 1
    inside = text[start:end]
    if "(" in inside and ")" not in inside and text[end : end + 1] == ")":
        return start, end + 1
    if ")" in inside and "(" not in inside and start and text[start - 1] == "(":
        return start - 1, end
    return start, end
