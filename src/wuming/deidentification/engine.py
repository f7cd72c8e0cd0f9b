"""The detector: candidate runs first, each run classified once, check digits last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from wuming.core.canonical import digest
from wuming.core.errors import PlanError
from wuming.core.ports import Span
from wuming.core.storage import file_digest
from wuming.deidentification import recognizers
from wuming.deidentification.candidates import CHECKED, Candidates, Freely
from wuming.deidentification.kinds import KINDS
from wuming.deidentification.plans import Plans
from wuming.deidentification.policy.rules import Rules
from wuming.deidentification.reading import Reading, Readings, read
from wuming.deidentification.resolution import Found, resolve
from wuming.deidentification.selection import ByRun, BySizes, Tried
from wuming.deidentification.specification import (
    REGISTRY,
    TAKEN,
    Candidate,
    Free,
    Judged,
    Keyword,
    Number,
    Pattern,
)
from wuming.deidentification.surroundings import Asking, Vocabulary

NO_RULES = Rules()
_COUNTRIES = {"zh": ("cn", "hk", "mo", "tw"), "en": ("us", "uk")}
_BLOCK = 1 << 18  # characters
_NEW = tuple.__new__  # half the time of a call of the class
_LONG, _OVERLAP = 1 << 20, 1 << 13  # characters of a window of a long text; common to two neighbours


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a span was taken.

    Attributes:
        span: as `find` returns it.
        layout, source: of its recogniser.
        checked: whether a check digit speaks for it: any other last digit would be judged lower; of what is no number,
            whether its recogniser has check digits or a layout as strong.
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
    """Finds personal data in one text at a time; what it finds in one never depends on another.

    It remembers how numbers were written, to be quicker the next time, but none of them (see `plans`).

    Args:
        languages: of `zh`, `en`; which countries' identifiers and which grammars of names and addresses are tried.
            Identifiers that are the same everywhere are always tried.
        kinds: entity types to look for; None: those of the policy, or all.
        min_score: in (0, 1]; candidates below are left.
        policy: one's own recognisers, lists and thresholds; see `policy.rules`.

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
        policy: Rules = NO_RULES,
    ) -> None:
        if not languages or any(language not in _COUNTRIES for language in languages):
            raise PlanError(
                f"languages={list(languages)} holds none or an unknown one", help=f"Use some of {sorted(_COUNTRIES)}."
            )
        known = {*KINDS, *policy.own_kinds}
        self.kinds = frozenset(known if kinds is None and not policy.kinds else kinds or policy.kinds)
        if not self.kinds or not self.kinds <= known:
            raise PlanError(
                f"kinds={sorted(self.kinds - known)} are unknown, or none is given",
                help="Use some of wuming.deidentification.KINDS, or those of the policy.",
            )
        if not 0 < min_score <= 1:
            raise PlanError(f"min_score={min_score} must lie in (0, 1]", help=f"{TAKEN} is usual.")
        assert recognizers  # its import fills the registry
        self.languages, self.min_score, self.policy = tuple(languages), min_score, policy
        countries = {"generic", *(country for language in languages for country in _COUNTRIES[language])}
        self.specifications = tuple(
            one
            for one in (*REGISTRY.all, *policy.specifications)
            if one.country in countries and not self.kinds.isdisjoint(one.kinds)
        )
        judged = [one for one in self.specifications if isinstance(one, Judged)]
        opening: dict[str, list[Keyword]] = {}
        for one in self.specifications:
            for word in one.words if isinstance(one, Keyword) else ():
                opening.setdefault(word, []).append(one)  # type: ignore[arg-type]
        self._free = tuple(one for one in self.specifications if isinstance(one, Free))
        self._signs = tuple(dict.fromkeys(sign for one in self._free for sign in one.signs))
        self._read_where = [frozenset(map(self._signs.index, one.signs)) for one in self._free]
        self._vocabulary = Vocabulary(
            [Asking(one.name, one.support, one.decoys) for one in judged],
            opening,
            (sign.written for sign in self._signs if sign.times == 1),
            {word: one.behind[word] for word, (one, *others) in opening.items() if word in one.behind and not others},
        )
        bits = self._vocabulary.bits
        numbers = BySizes((one, bits[one.name]) for one in judged if isinstance(one, Number))
        shortest = min(numbers.lengths, default=_LONG)
        patterns = [Tried.of(one, bits[one.name]) for one in self.specifications if isinstance(one, Pattern)]
        on_runs = [one for one in patterns if not one.pattern.anywhere]
        in_runs = ByRun(on_runs, shortest)
        self._select = in_runs.select
        self._everywhere = len(on_runs) < len(patterns) or any(not one.signs for one in self._free)
        self._finder = Candidates(
            Plans(in_runs, numbers, min([shortest, *(one.pattern.minimum_digits for one in on_runs)])),
            patterns,
            [tuple(opening.get(word, ())) for word in self._vocabulary.words],
            {kind: policy.threshold(kind, min_score) for kind in self.kinds},
        )

    def find(self, text: str) -> list[Span]:
        """Return the spans of personal data in `text`, sorted, disjoint, within bounds."""
        return next(self.find_many((text,)))

    def find_many(self, texts: Iterable[str]) -> Iterator[list[Span]]:
        """Yield the spans of each text, in order; quicker than one by one for short texts. Memory stays bounded."""
        for block in _blocks(texts):
            if len(block[0]) > _LONG:
                yield self._find_in_long(block[0])
                continue
            readings, freely = self._read(block)
            busy = range(len(block)) if self._everywhere else readings.busy
            some = [readings[place] for place in busy]
            found = self._candidates(some, [freely.get(place, ()) for place in busy])
            spans = {place: _spans(one, resolve(those)) for place, one, those in zip(busy, some, found, strict=True)}
            for place in range(len(block)):
                yield spans.get(place) or []

    def explain(self, text: str) -> list[Explained]:
        """Return the same spans, with why each was taken and which others gave way."""
        (reading,), freely = self._read((text,))
        (found,) = self._candidates([reading], [freely.get(0, ())], every=True)
        by_name = {one.name: one for one in self.specifications}
        explained = []
        for one in resolve(found):
            start, end, _, _, priority, name = one
            specified = by_name[name]
            checked, said = not isinstance(specified, Number) and priority >= CHECKED, ""
            if isinstance(specified, Judged):
                context = reading.context(self._vocabulary.bits[name], start, end)
                checked |= specified.is_checked(reading.normalised.text[start:end], context)
                said = context.name.lower()
            (span,) = _spans(reading, (one,))
            beside = [other for other in found if other[0] < end and other[1] > start]
            others = {*_spans(reading, beside)} - {span}
            explained.append(Explained(span, specified.layout, specified.source, checked, said, tuple(sorted(others))))
        return explained

    def _find_in_long(self, text: str) -> list[Span]:
        """Find window by window, so that memory stays bounded; what a window's border cuts lies whole in the next."""
        found: list[Span] = []
        for start in range(0, len(text), _LONG):
            first = max(0, start - _OVERLAP)
            border = start + _LONG - _OVERLAP // 2 if start + _LONG < len(text) else len(text)
            for span in self.find(text[first : start + _LONG]):
                moved = span._replace(start=span.start + first, end=span.end + first)
                if moved.start < border and (not found or moved.start >= found[-1].end):
                    found.append(moved)
        return found

    @cached_property
    def ruleset_digest(self) -> str:
        """SHA-256 over the code and word lists of the room, and over what is looked for."""
        asked = [list(self.languages), sorted(self.kinds), self.min_score, self.policy.digest]
        return digest([*asked, room_digest()])

    def _read(self, block: Sequence[str]) -> tuple[Readings, Mapping[int, Freely]]:
        """Return each text as it is read, and by place what is found by the recognisers that read whole texts."""
        readings = read(block, self._vocabulary, self._signs, self._select)
        freely: dict[int, list[tuple[Free, Iterable[Candidate]]]] = {}
        for one, where in zip(self._free, self._read_where, strict=True):
            held = [place for place, signs in readings.signs.items() if not where.isdisjoint(signs)]
            places: Sequence[int] = held if where else range(len(readings))
            if places:
                found = one.find([*map(readings.text, places)])
                for place, candidates in zip(places, found, strict=True):
                    freely.setdefault(place, []).append((one, candidates))
        return readings, freely

    def _candidates(
        self, readings: Sequence[Reading], freely: Sequence[Freely], *, every: bool = False
    ) -> list[list[Found]]:
        """Return what may be taken of each text; `every`: with what another of the same bounds outdoes."""
        allow, allows = self.policy.allow, self.policy.allows
        found = self._finder.of(readings, freely, every=every or bool(allow))
        if allow:
            return [
                [one for one in those if not allows(reading.text[one[0] : one[1]], one[2])]
                for reading, those in zip(readings, found, strict=True)
            ]
        return found


def _blocks(texts: Iterable[str]) -> Iterator[list[str]]:
    """Yield the texts in blocks whose arrays stay in the processor's cache; a long text is a block of its own."""
    block: list[str] = []
    size = 0
    for text in texts:
        if block and len(text) > _LONG:
            yield block
            block, size = [], 0
        block.append(text)
        size += len(text)
        if size >= _BLOCK:
            yield block
            block, size = [], 0
    if block:
        yield block


def _spans(reading: Reading, found: Iterable[Found]) -> list[Span]:
    normalised = reading.normalised
    if normalised.starts is None:  # nothing has moved
        return [_NEW(Span, (start, end, kind, score, name)) for start, end, kind, score, _, name in found]
    original = normalised.original
    return [Span(*original(start, end), kind, score, name) for start, end, kind, score, _, name in found]


@lru_cache(maxsize=1)
def room_digest() -> str:
    """Return the SHA-256 over all files of this room: code, word lists, weights."""
    root = Path(__file__).parent
    files = sorted(path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return digest([[path.relative_to(root).as_posix(), file_digest(path)] for path in files])
