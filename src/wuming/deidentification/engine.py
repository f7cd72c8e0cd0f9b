"""The detector: candidate runs first, each run classified once, check digits last."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from wuming.core.canonical import digest
from wuming.core.errors import PlanError
from wuming.core.ports import Span
from wuming.deidentification import keywords, normalisation, recognizers, runs, specification
from wuming.deidentification.keywords import Keywords
from wuming.deidentification.kinds import KINDS
from wuming.deidentification.normalisation import normalise
from wuming.deidentification.resolution import Found, resolve
from wuming.deidentification.runs import RUN, values
from wuming.deidentification.specification import (
    REGISTRY,
    TAKEN,
    Candidate,
    Context,
    Free,
    Keyword,
    Number,
    Pattern,
    Specification,
)

_DIGIT = re.compile("[0-9]")
_COUNTRIES = {"zh": ("cn", "hk", "mo", "tw"), "en": ("us", "uk")}
_CHECKED = 76  # from this priority on a recogniser has check digits or a layout as strong
_LOOKALIKES = str.maketrans("OoIlSBZ", "0011582")
_LOOKALIKE = re.compile("[OoIlSBZ]")
_MONEY = frozenset("元块万%％")


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a span was taken.

    Attributes:
        span: as `find` returns it.
        layout, source: of its recogniser.
        checked: whether the recogniser has check digits or a layout as strong.
        context: what the words around say: `support`, `none`, `decoy`; empty where the recogniser reads by itself.
        competing: spans that gave way to it.
    """

    span: Span
    layout: str
    source: str
    checked: bool
    context: str
    competing: tuple[Span, ...]


class Detector:
    """Finds personal data in one text at a time; holds no state between texts.

    Args:
        languages: of `zh`, `en`; which countries' identifiers and which grammars of names and addresses are tried.
            Identifiers that are the same everywhere are always tried.
        kinds: entity types to look for; None: all.
        min_score: in (0, 1]; candidates below are left.

    Raises:
        PlanError: for an unknown language or kind, or none.

    Guarantee: spans are sorted, disjoint and within bounds; time is linear in the length of the text. What is not found
    may still be there.
    """

    def __init__(
        self,
        languages: Sequence[str] = ("zh", "en"),
        *,
        kinds: Iterable[str] | None = None,
        min_score: float = TAKEN,
    ) -> None:
        if not languages or any(language not in _COUNTRIES for language in languages):
            raise PlanError(
                f"languages={list(languages)} holds none or an unknown one", help=f"Use some of {sorted(_COUNTRIES)}."
            )
        self.kinds = frozenset(KINDS if kinds is None else kinds)
        if not self.kinds or not self.kinds <= set(KINDS):
            raise PlanError(
                f"kinds={sorted(self.kinds - set(KINDS))} are unknown, or none is given",
                help="Use some of wuming.deidentification.KINDS.",
            )
        if not 0 < min_score <= 1:
            raise PlanError(f"min_score={min_score} must lie in (0, 1]", help=f"{TAKEN} is usual.")
        assert recognizers  # its import fills the registry
        self.languages, self.min_score = tuple(languages), min_score
        countries = {"generic", *(country for language in languages for country in _COUNTRIES[language])}
        self.specifications = tuple(
            one for one in REGISTRY.all if one.country in countries and not self.kinds.isdisjoint(one.kinds)
        )
        self._by_length: dict[int, tuple[Number, ...]] = {}
        for one in self.specifications:
            for length in one.lengths if isinstance(one, Number) else ():
                self._by_length[length] = (*self._by_length.get(length, ()), one)  # type: ignore[arg-type]
        patterns = [one for one in self.specifications if isinstance(one, Pattern)]
        self._by_run = tuple(one for one in patterns if not one.anywhere)
        self._anywhere = tuple(one for one in patterns if one.anywhere)
        self._free = tuple(one for one in self.specifications if isinstance(one, Free))
        by_word: dict[str, list[Keyword]] = {}
        for one in self.specifications:
            for word in one.words if isinstance(one, Keyword) else ():
                by_word.setdefault(word, []).append(one)  # type: ignore[arg-type]
        self._keywords = Keywords(by_word) if by_word else None
        self._fewest = min((*(one.minimum_digits for one in self._by_run), *self._by_length), default=0)

    def find(self, text: str) -> list[Span]:
        """Return the spans of personal data in `text`, sorted, disjoint, within bounds."""
        normalised = normalise(text)
        found = list(self._candidates(normalised.text))
        if not found:
            return []
        original = normalised.original
        return [
            Span(*original(one.candidate.start, one.candidate.end), one.candidate.kind, one.candidate.score, one.name)
            for one in resolve(found)
        ]

    def explain(self, text: str) -> list[Explained]:
        """Return the same spans, with why each was taken and which others gave way."""
        normalised = normalise(text)
        lowered = _lower(normalised.text)
        found = list(self._candidates(normalised.text))
        by_name = {one.name: one for one in self.specifications}

        def span(one: Found) -> Span:
            candidate = one.candidate
            return Span(
                *normalised.original(candidate.start, candidate.end), candidate.kind, candidate.score, one.name
            )

        explained = []
        for one in resolve(found):
            start, end = one.candidate.start, one.candidate.end
            specified = by_name[one.name]
            context = ""
            if isinstance(specified, Number | Pattern):
                context = specified.context(lowered, start, end).name.lower()
            others = {span(o) for o in found if o.candidate.start < end and o.candidate.end > start} - {span(one)}
            checked = one.candidate.priority >= _CHECKED
            explained.append(
                Explained(span(one), specified.layout, specified.source, checked, context, tuple(sorted(others)))
            )
        return explained

    @cached_property
    def ruleset_digest(self) -> str:
        """SHA-256 over the code and word lists of the rules in use; changes when any of them changes."""
        modules = {normalisation, keywords, runs, specification}
        sources = sorted(inspect.getsource(module) for module in modules)
        rules = sorted((one.name, *_sources(one)) for one in self.specifications)
        return digest([list(self.languages), sorted(self.kinds), self.min_score, sources, [list(rule) for rule in rules]])

    def _candidates(self, text: str) -> Iterator[Found]:
        lowered = _lower(text)
        least, kinds = self.min_score, self.kinds
        for one, candidate in self._all(text, lowered):
            if candidate.score >= least and candidate.kind in kinds:
                yield Found(candidate, one.name)

    def _all(self, text: str, lowered: str) -> Iterator[tuple[Specification, Candidate]]:
        for match in RUN.finditer(text):
            start, end = match.span()
            if end - start >= self._fewest:
                yield from self._in_run(text, lowered, start, end)
        for pattern in self._anywhere:
            if not pattern.needs or pattern.needs in text:
                for candidate in pattern.candidates(text, lowered, 0, len(text)):
                    yield pattern, candidate
        if self._keywords is not None:
            for start, end, keyword in self._keywords.find(lowered):
                for candidate in keyword.find(text, start, end):
                    yield keyword, candidate
        for free in self._free:
            for candidate in free.find(text):
                yield free, candidate

    def _in_run(self, text: str, lowered: str, start: int, end: int) -> Iterator[tuple[Specification, Candidate]]:
        run = text[start:end]
        found = False
        for specified, candidate in self._numbers(text, lowered, start, end):
            found = True
            yield specified, candidate
        digits = len(_DIGIT.findall(run))
        if not found and 2 * digits > end - start and _LOOKALIKE.search(run):
            # Letters for digits: read again, and taken only with check digits, or the words for it.
            read = text[:start] + run.translate(_LOOKALIKES) + text[end:]
            for specified, candidate in self._numbers(read, lowered, start, end):
                if specified.priority >= _CHECKED or _supported(specified, lowered, candidate):
                    yield specified, candidate._replace(score=0.9 * candidate.score)
        for pattern in self._by_run:
            if digits >= pattern.minimum_digits and (not pattern.needs or pattern.needs in run):
                for candidate in pattern.candidates(text, lowered, start, end):
                    yield pattern, candidate

    def _numbers(self, text: str, lowered: str, start: int, end: int) -> Iterator[tuple[Number, Candidate]]:
        for value in values(text, start, end, self._by_length):
            compact = value.compact.upper()
            for number in self._by_length[len(compact)]:
                if number.shape.fullmatch(compact) is None:
                    continue
                if number.grouping and len(value.sizes) > 1 and not number.grouping.fullmatch(_words(value.sizes)):
                    continue
                context = number.context(lowered, value.start, value.end)
                if text[value.end : value.end + 1] in _MONEY and context is Context.NONE:
                    context = Context.DECOY
                if value.loose and context is not Context.SUPPORT and number.priority < _CHECKED:
                    continue
                score = number.judge(compact, context)
                if score > 0:
                    yield number, Candidate(*_bracketed(text, value.start, value.end), number.kinds[0], score, number.priority)


def _supported(specified: Number, lowered: str, candidate: Candidate) -> bool:
    return specified.context(lowered, candidate.start, candidate.end) is Context.SUPPORT


def _bracketed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds with a bracket that belongs to the value: A123456(3), (010) 6234 5678."""
    inside = text[start:end]
    if "(" in inside and ")" not in inside and text[end : end + 1] == ")":
        return start, end + 1
    if ")" in inside and "(" not in inside and start and text[start - 1] == "(":
        return start - 1, end
    return start, end


def _words(sizes: tuple[int, ...]) -> str:
    return " ".join(map(str, sizes))


def _lower(text: str) -> str:
    """Return the text in lower case, of the same length."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _sources(one: Specification) -> tuple[str, ...]:
    function = one.judge if isinstance(one, Number | Pattern) else one.find  # type: ignore[attr-defined]
    module = inspect.getmodule(function)
    return (one.layout, one.source, inspect.getsource(module or function))
