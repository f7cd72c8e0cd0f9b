"""What a recogniser is: a specification that the engine applies.

There are four ways to recognise, from the quickest to the slowest; each is a decorator that registers the function
below it, with its layout and its source, under the name `country.function`:

- `number`: identifiers of digits and letters that hold a digit. The engine finds runs of digits once, joins their
  groups, and asks only the recognisers whose length fits, with the value free of separators.
- `pattern`: a bounded regular expression, tried on runs of digits that hold what it needs.
- `keyword`: what only a word beside it (微信, `password`, `@`) gives away; called at each place of one of its words.
- `free`: what needs the whole text (names, addresses); `together` is its quick form, for many texts at once.

Each returns scores in (0, 1]: pattern, check digits and context together; 0 refuses. From `TAKEN` on a candidate is
taken by default.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from wuming.deidentification.signs import Sign
from wuming.deidentification.surroundings import Context

__all__ = [
    "DECOYS", "LEFT", "REGISTRY", "RIGHT", "SEPARATOR", "TAKEN", "Candidate", "Context", "Free", "Judged", "Keyword",
    "Number", "Pattern", "Registry", "Sign", "Specification", "free", "keyword", "number", "pattern", "together",
]  # fmt: skip

TAKEN = 0.5
"""Least score that is taken by default."""


class Candidate(NamedTuple):
    """A stretch of the normalised text that may be personal data; higher `priority` wins where candidates overlap.

    Priorities: from 80 with check digits; from 60 with a layout of its own; from 40 by words beside it; below: names.
    """

    start: int
    end: int
    kind: str
    score: float
    priority: int = 50


Judgement = Callable[[str, Context], float]
Finder = Callable[[str], Iterable[Candidate]]
BlockFinder = Callable[[Sequence[str]], Iterable[Iterable[Candidate]]]
KeywordFinder = Callable[[str, int, int], Iterable[Candidate]]

# Not preceded, not followed by a letter or digit of ASCII. `\b` is useless here: Chinese characters count as \w.
LEFT = r"(?<![0-9A-Za-z])"
RIGHT = r"(?![0-9A-Za-z])"
SEPARATOR = r"[ \-._/·,，、\n]{0,2}"

DECOYS = (
    "订单号", "订单编号", "订单", "单号", "运单", "快递单", "物流单", "流水号", "流水", "编号", "货号", "批次", "批号",
    "型号", "序列号", "工单", "票号", "案件号", "时间戳", "金额", "合计", "总价", "版本", "商品", "条码", "校验码",
    "取件码", "发票代码", "发票号码", "发票号", "发票",
    "order", "order number", "tracking", "tracking number", "invoice", "ticket", "case", "reference", "ref", "serial",
    "transaction", "timestamp", "hash", "sha256", "sku", "model", "amount", "total", "batch", "version", "build",
    "parcel", "confirmation", "barcode", "job", "pid", "thread", "offset", "trace",
)  # fmt: skip


@dataclass(frozen=True)
class Specification:
    """What every recogniser states of itself.

    Attributes:
        name: `country.function`, unique.
        kinds: entity types that it may give.
        country: `generic`, or the country whose identifiers these are.
        layout: how the value is written, for people.
        source: the standard or authority that says so.
    """

    name: str
    kinds: tuple[str, ...]
    country: str
    layout: str
    source: str


@dataclass(frozen=True)
class Judged(Specification):
    """A recogniser that judges one value by its context.

    Attributes:
        judge: from (value, context) to a score in [0, 1]; 0 refuses.
        support: words that speak for it, in lower case; ASCII ones count as whole words only.
        decoys: words that name the value as something else.
        priority: wins over lower ones where candidates overlap.
    """

    judge: Judgement
    support: frozenset[str]
    decoys: frozenset[str]
    priority: int

    def is_checked(self, written: str, context: Context) -> bool:
        """Say whether a check digit speaks for what is written: any other last digit would be judged lower."""
        score = self.judge(written, context)
        others = (written[:-1] + digit for digit in string.digits if digit != written[-1])
        return score > 0 and all(self.judge(other, context) < score for other in others)


@dataclass(frozen=True)
class Number(Judged):
    """An identifier of digits and ASCII letters, with at least one digit.

    Attributes:
        shape: matches the whole value: upper case, without separators.
        lengths: of the value.
        grouping: which groups it may be written in, by their numbers of characters, such as `3 4 4`; None: any.
        beside: it counts only beside words that speak for it; nothing else is judged.
    """

    shape: re.Pattern[str]
    lengths: tuple[int, ...]
    grouping: re.Pattern[str] | None
    beside: bool = False

    def is_checked(self, written: str, context: Context) -> bool:
        """See `Judged`; separators may stand in it."""
        compact = "".join(filter(str.isalnum, written)).upper()
        return self.shape.fullmatch(compact) is not None and super().is_checked(compact, context)


@dataclass(frozen=True)
class Pattern(Judged):
    """A bounded pattern, tried on runs of digits.

    Attributes:
        pattern: so bounded that matching takes linear time. A last group, where there is one, is the value.
        minimum_digits: runs with fewer digits are not tried.
        shortest: nor runs that are shorter than this less `before` and `reach`.
        needs: a character that the run must hold; empty: none.
        lettered: a letter of ASCII must lie where a match may.
        reach: how many characters beyond the run a match may go.
        before: how many characters before the run a match may begin.
        anywhere: try the whole text, not only runs of digits; then `needs` must be in the text.
    """

    pattern: re.Pattern[str]
    minimum_digits: int
    shortest: int
    needs: str
    lettered: bool
    reach: int
    before: int
    anywhere: bool

    def matches(self, text: str, start: int, end: int) -> Sequence[tuple[int, int]]:
        """Return the bounds of the values that match in `text[start:end]` or beside it, as far as it may reach."""
        match = self.pattern.search(text, start - self.before, end + self.reach)
        return () if match is None else self.values(match, end)

    def values(self, match: re.Match[str], end: int) -> Sequence[tuple[int, int]]:
        """Return the bounds of the value of a match, and of those behind it that begin before `end`."""
        search, text, stop = self.pattern.search, match.string, end + self.reach
        found: list[tuple[int, int]] = []
        following: re.Match[str] | None = match
        while following is not None:
            first, last = following.span(following.lastindex or 0)
            if first >= end:
                break
            found.append((first, last))
            if following.end() >= end:
                break
            following = search(text, max(following.end(), following.start() + 1), stop)
        return found


@dataclass(frozen=True)
class Keyword(Specification):
    """A recogniser that reads on from a word.

    Attributes:
        words: in lower case; those of ASCII letters are found as whole words only.
        find: from (normalised text, start and end of the word) to candidates.
        behind: word → a sign that must follow, and something behind it, before any blank; other words need none.
    """

    words: tuple[str, ...]
    find: KeywordFinder
    behind: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Free(Specification):
    """A recogniser that reads the whole normalised text.

    Attributes:
        find: from normalised texts to the candidates of each, in order.
        signs: a text that holds none of them has nothing to be found; empty: every text is read.
    """

    find: BlockFinder
    signs: tuple[Sign, ...] = ()


@dataclass
class Registry:
    """The recognisers in the order of their registration; filled on import of `recognizers`."""

    all: list[Specification] = field(default_factory=list)

    def add(self, specification: Specification) -> None:
        """Register one.

        Raises:
            ValueError: the name is taken.
        """
        if any(one.name == specification.name for one in self.all):
            raise ValueError(f"two recognisers are named {specification.name}")
        self.all.append(specification)


REGISTRY = Registry()


def number(
    *,
    kind: str,
    country: str,
    layout: str,
    source: str,
    shape: str,
    lengths: tuple[int, ...],
    context: tuple[str, ...] = (),
    decoys: tuple[str, ...] = DECOYS,
    grouping: str = "",
    beside: bool = False,
    priority: int = 50,
) -> Callable[[Judgement], Judgement]:
    """Register the decorated judgement; see `Number`."""

    def register(judge: Judgement) -> Judgement:
        REGISTRY.add(
            Number(
                f"{country}.{judge.__name__}", (kind,), country, layout, source, judge, frozenset(context),
                frozenset(decoys), priority,
                re.compile(shape), lengths, re.compile(grouping) if grouping else None, beside,
            )
        )  # fmt: skip
        return judge

    return register


def pattern(
    *,
    kind: str,
    country: str,
    layout: str,
    source: str,
    pattern: str,
    context: tuple[str, ...] = (),
    decoys: tuple[str, ...] = DECOYS,
    minimum_digits: int = 5,
    shortest: int = 1,
    needs: str = "",
    lettered: bool = False,
    reach: int = 0,
    before: int = 0,
    anywhere: bool = False,
    priority: int = 50,
) -> Callable[[Judgement], Judgement]:
    """Register the decorated judgement; see `Pattern`."""

    def register(judge: Judgement) -> Judgement:
        REGISTRY.add(
            Pattern(
                f"{country}.{judge.__name__}", (kind,), country, layout, source, judge, frozenset(context),
                frozenset(decoys), priority,
                re.compile(pattern), minimum_digits, shortest, needs, lettered, reach, before, anywhere,
            )
        )  # fmt: skip
        return judge

    return register


def keyword(
    *,
    kind: str | tuple[str, ...],
    country: str,
    layout: str,
    source: str,
    words: tuple[str, ...],
    behind: Mapping[str, str] = MappingProxyType({}),
) -> Callable[[KeywordFinder], KeywordFinder]:
    """Register the decorated function; see `Keyword`."""

    def register(find: KeywordFinder) -> KeywordFinder:
        name = f"{country}.{find.__name__}"
        REGISTRY.add(Keyword(name, _kinds(kind), country, layout, source, words, find, behind))
        return find

    return register


def free(
    *, kind: str | tuple[str, ...], country: str, layout: str, source: str, signs: tuple[Sign, ...] = ()
) -> Callable[[Finder], Finder]:
    """Register the decorated function of one text; see `Free`."""

    def register(find: Finder) -> Finder:
        _add_free(find.__name__, lambda texts: map(find, texts), kind, country, layout, source, signs)
        return find

    return register


def together(
    *, kind: str | tuple[str, ...], country: str, layout: str, source: str
) -> Callable[[BlockFinder], BlockFinder]:
    """Register the decorated function of many texts, which shares work among them; see `Free`."""

    def register(find: BlockFinder) -> BlockFinder:
        _add_free(find.__name__, find, kind, country, layout, source)
        return find

    return register


def _add_free(
    name: str,
    find: BlockFinder,
    kind: str | tuple[str, ...],
    country: str,
    layout: str,
    source: str,
    signs: tuple[Sign, ...] = (),
) -> None:
    REGISTRY.add(Free(f"{country}.{name}", _kinds(kind), country, layout, source, find, signs))


def _kinds(kind: str | tuple[str, ...]) -> tuple[str, ...]:
    return (kind,) if isinstance(kind, str) else kind
