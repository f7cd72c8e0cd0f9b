"""What a recogniser is: a specification that the engine applies.

A recogniser states its layout, its source, a bounded pattern, the words that support it and the words that speak
against it; the decorated function judges one candidate value. The engine finds runs of digits first, tries on each run
only the recognisers that its number of digits allows, and calls the judgement (check digits) last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import IntEnum


class Context(IntEnum):
    """What the words around a candidate say."""

    DECOY = -1  # it is named as something else: an order, a parcel, a case
    NONE = 0
    SUPPORT = 1


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch of the normalised text that may be personal data; higher `priority` wins where candidates overlap."""

    start: int
    end: int
    kind: str
    score: float
    priority: int = 50


Judgement = Callable[[str, Context], float]
Finder = Callable[[str], Iterable[Candidate]]

# Not preceded, not followed by a letter or digit of ASCII. `\b` is useless here: Chinese characters count as \w.
LEFT = r"(?<![0-9A-Za-z])"
RIGHT = r"(?![0-9A-Za-z])"
SEPARATOR = r"[ \-._/·,，、\n]{0,2}"

DECOYS = (
    "订单号", "订单编号", "订单", "单号", "运单", "快递单", "物流单", "流水号", "流水", "编号", "货号", "批次", "批号",
    "型号", "序列号", "工单", "票号", "案件号", "时间戳", "金额", "合计", "总价", "版本", "商品", "条码", "校验码",
    "取件码",
    "order", "order number", "tracking", "tracking number", "invoice", "ticket", "case", "reference", "ref", "serial",
    "transaction", "timestamp", "hash", "sha256", "sku", "model", "amount", "total", "batch", "version", "build",
    "parcel", "confirmation", "barcode",
)  # fmt: skip
_FILLERS = ("编号", "number", "num", "no.", "no", "code", "id", "is", "was", *"号码是为:：# =（(，,\"'“")
_MOST_FILLERS = 6


@dataclass(frozen=True)
class Recognizer:
    """One kind of identifier in one country or in all.

    Attributes:
        kind: entity type, for example `mobile`.
        country: `generic`, `cn` or `us`.
        layout: how the identifier is written, for people.
        source: the standard or authority that says so.
        judge: from (matched text, context) to a score in [0, 1]; 0 refuses.
        pattern: bounded, so that matching takes linear time.
        minimum_digits: runs with fewer digits are not tried.
        reach: how many characters beyond the run of digits a match may go.
        anywhere: try the whole text, not only runs of digits.
        priority: wins over lower ones where candidates overlap.
    """

    kind: str
    country: str
    layout: str
    source: str
    judge: Judgement
    pattern: re.Pattern[str]
    support: re.Pattern[str]
    decoys: tuple[str, ...]
    minimum_digits: int = 5
    reach: int = 0
    anywhere: bool = False
    priority: int = 50

    def candidates(self, text: str, lowered: str, start: int, end: int) -> Iterable[Candidate]:
        """Yield what is recognised in `text[start:end]`."""
        for match in self.pattern.finditer(text, start, min(len(text), end + self.reach)):
            first, last = match.span(match.lastindex or 0)
            if first >= end:
                break
            score = self.judge(text[first:last], self.context(lowered, first, last))
            if score > 0:
                yield Candidate(first, last, self.kind, score, self.priority)

    def context(self, lowered: str, start: int, end: int) -> Context:
        """Return what the 24 characters before and the 8 after say; an adjacent decoy outweighs a supporting word."""
        before = lowered[max(0, start - 24) : start]
        if named_as(before, self.decoys):
            return Context.DECOY
        if self.support.search(before) or self.support.search(lowered, end, end + 8):
            return Context.SUPPORT
        return Context.NONE


@dataclass(frozen=True)
class FreeRecognizer:
    """A recogniser that needs more than a pattern: it reads the normalised text itself."""

    kind: str
    country: str
    layout: str
    source: str
    find: Finder


@dataclass
class Registry:
    """The recognisers in the order of their registration; filled on import of `recognizers`."""

    patterned: list[Recognizer] = field(default_factory=list)
    free: list[FreeRecognizer] = field(default_factory=list)


REGISTRY = Registry()


def named_as(before: str, terms: tuple[str, ...]) -> bool:
    """Say whether `before` ends with one of `terms`, with at most six fillers (is, number, 号, :) after it."""
    for _ in range(_MOST_FILLERS + 1):
        if before.endswith(terms):
            term = max((term for term in terms if before.endswith(term)), key=len)
            whole = not term.isascii() or not before[: -len(term)][-1:].isalpha()
            if whole or not before[: -len(term)][-1:].isascii():
                return True
        filler = next((filler for filler in _FILLERS if before.endswith(filler)), "")
        if not filler:
            return False
        before = before[: -len(filler)]
    return False


def words(terms: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of `terms` (lower case); ASCII terms only as whole words."""
    parts = [
        rf"(?<![a-z]){re.escape(term)}(?![a-z])" if term.isascii() else re.escape(term)
        for term in sorted(terms, key=len, reverse=True)
    ]
    return re.compile("|".join(parts) or r"(?!)")


def recognizer(
    *,
    kind: str,
    country: str,
    layout: str,
    source: str,
    pattern: str,
    context: tuple[str, ...] = (),
    decoys: tuple[str, ...] = DECOYS,
    minimum_digits: int = 5,
    reach: int = 0,
    anywhere: bool = False,
    priority: int = 50,
) -> Callable[[Judgement], Judgement]:
    """Register the decorated judgement as a recogniser; the arguments are those of `Recognizer`."""

    def register(judge: Judgement) -> Judgement:
        compiled = re.compile(pattern)
        REGISTRY.patterned.append(
            Recognizer(
                kind, country, layout, source, judge, compiled, words(context), decoys, minimum_digits, reach, anywhere,
                priority,
            )
        )  # fmt: skip
        return judge

    return register


def free_recognizer(*, kind: str, country: str, layout: str, source: str) -> Callable[[Finder], Finder]:
    """Register the decorated function, from normalised text to candidates, as a recogniser."""

    def register(find: Finder) -> Finder:
        REGISTRY.free.append(FreeRecognizer(kind, country, layout, source, find))
        return find

    return register
