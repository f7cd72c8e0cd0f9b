"""The candidates of texts: whatever a recogniser takes for personal data, before overlaps are resolved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from wuming.deidentification.plans import Plans
from wuming.deidentification.reading import Reading
from wuming.deidentification.resolution import Found
from wuming.deidentification.runs import is_date
from wuming.deidentification.selection import Tried
from wuming.deidentification.specification import Candidate, Free, Keyword
from wuming.deidentification.surroundings import Context, context_of
from wuming.deidentification.waiting import Block, Match, Run, Value

CHECKED = 76
"""From this priority on a recogniser has check digits or a layout as strong."""
Freely = Sequence[tuple[Free, Iterable[Candidate]]]
"""What recognisers that read whole texts found in one, for those that read it."""
_MONEY = frozenset("元块万%％")
_OPENING = frozenset("+(")
_NEVER = 2.0  # more than any score
_DECOY, _NONE, _SUPPORT = Context.DECOY, Context.NONE, Context.SUPPORT


class Candidates:
    """Finds the candidates of texts.

    Args:
        plans: of runs of digits.
        patterns: all of them; those that are tried anywhere are tried on whole texts.
        openers: by number of an opening word: those that read on from it.
        least: kind → least score that counts; other kinds do not count.
    """

    def __init__(
        self,
        plans: Plans,
        patterns: Sequence[Tried],
        openers: Sequence[Sequence[Keyword]],
        least: Mapping[str, float],
    ) -> None:
        self._plans, self._patterns, self._openers, self._least = plans, patterns, openers, least

    def of(self, readings: Sequence[Reading], freely: Sequence[Freely], *, every: bool) -> list[list[Found]]:
        """Return what is found in each text and counts.

        Args:
            readings: of the texts.
            freely: what was found in each by those that read whole texts.
            every: with what another of the same bounds outdoes.
        """
        # One stage, one pattern and one word after the other for all texts: what each needs stays in the processor's
        # cache.
        found: list[list[Found]] = [[] for _ in readings]
        for said in dict.fromkeys(reading.said for reading in readings):
            block = Block()
            own = [(reading, some) for reading, some in zip(readings, found, strict=True) if reading.said == said]
            self._plans.look(own, block)
            self._try(own, block)
            values, matches = block.values, block.matches
            if values.what or matches.what:
                around = said().around(values.starts + matches.starts, values.ends + matches.ends)
                spoken = list(zip(*around, strict=True))
                self._judge_values(values.what, spoken[: len(values.what)], every=every)
                self._judge_matches(matches.what, spoken[len(values.what) :])
        opened: dict[int, list[tuple[str, int, int, list[Found]]]] = {}
        in_order: list[tuple[list[Found], list[Found]]] = []  # of two that find the same, the first word's counts
        for reading, some in zip(readings, found, strict=True):
            for start, end, word in reading.words:
                behind: list[Found] = []
                opened.setdefault(word, []).append((reading.text, start, end, behind))
                in_order.append((some, behind))
        for word, places in opened.items():
            for keyword in self._openers[word]:
                for text, start, end, behind in places:
                    self._count(keyword.find(text, start, end), keyword.name, behind)
        for some, behind in in_order:
            some += behind
        for those, some in zip(freely, found, strict=True):
            for free, candidates in those:
                self._count(candidates, free.name, some)
        return found

    def _count(self, candidates: Iterable[Candidate], name: str, found: list[Found]) -> None:
        for one in candidates:
            if one.score >= self._least.get(one.kind, _NEVER):
                found.append((*one, name))

    def _try(self, readings: Sequence[tuple[Reading, list[Found]]], block: Block) -> None:
        """Try each pattern where it is to be tried."""
        what, begin, end_of = block.matches.what.append, block.matches.starts.append, block.matches.ends.append
        for each in self._patterns:
            pattern, who, _, search, before, reach = each
            runs: Iterable[Run] = block.tried.get(who, ())
            if pattern.anywhere:
                texts = ((one.text, one.start, found) for one, found in readings if pattern.needs in one.text)
                runs = ((text, text, 0, len(text), offset, found) for text, offset, found in texts)
            for text, _, start, end, offset, found in runs:
                match = search(text, start - before, end + reach)
                for first, last in pattern.values(match, end) if match else ():
                    what((text, found, first, last, pattern, who))
                    begin(first + offset)
                    end_of(last + offset)

    def _judge_matches(self, matches: Sequence[Match], spoken: Sequence[tuple[int, int]]) -> None:
        least = self._least
        for (text, found, start, end, pattern, who), (decoyed, supported) in zip(matches, spoken, strict=True):
            score, kind = pattern.judge(text[start:end], context_of(who, decoyed, supported)), pattern.kinds[0]
            if score > 0 and score >= least.get(kind, _NEVER) and (pattern.anywhere or not is_date(text, start, end)):
                found.append((start, end, kind, score, pattern.priority, pattern.name))

    def _judge_values(self, values: Sequence[Value], spoken: Sequence[tuple[int, int]], *, every: bool) -> None:
        least = self._least
        for value, (decoyed, supported) in zip(values, spoken, strict=True):
            text, found, start, end, compact, loose, dated, numbers = value
            behind = text[end : end + 1]
            priced, marked = dated or behind in _MONEY, behind == ")" or text[start - 1 : start] in _OPENING
            outdone = 0  # priorities below do not count against what was found
            for number, who in numbers:
                priority = number.priority
                if priority < outdone:
                    break
                if supported & who and not decoyed & who and not dated:
                    context = _SUPPORT
                elif number.beside:
                    continue
                else:
                    context = _DECOY if priced or decoyed & who else _NONE
                    if loose and priority < CHECKED:
                        continue
                score, kind = number.judge(compact, context), number.kinds[0]
                if score > 0 and score >= least.get(kind, _NEVER):
                    bounds = _bracketed(text, start, end) if marked else (start, end)
                    found.append((*bounds, kind, score, priority, number.name))
                    if not every:
                        outdone = priority


def _bracketed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds with the marks that belong to the value: +86 138…, A123456(3), (010) 6234 5678."""
    before, opened = text[start - 1 : start], text.find("(", start, end) >= 0
    if before == "+":
        start -= 1
    if opened and text[end : end + 1] == ")" and text.find(")", start, end) < 0:
        return start, end + 1
    if before == "(" and not opened and text.find(")", start, end) >= 0:
        return start - 1, end
    return start, end
