"""How spans are counted: what was found whole and under its name, and what was taken for something it is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from wuming.benchmarks.text.documents import Document
from wuming.benchmarks.text.scanner import Found
from wuming.benchmarks.text.values import accepted


@dataclass
class Count:
    """Values and spans of one type, or of one spelling, or of all.

    Attributes:
        values: true values.
        found: those of which every character is covered by spans of its type or an accepted alias.
        covered: those of which every character is covered by spans of any type.
        spans: structured spans.
        right: structured spans that touch a true value.
    """

    values: int = 0
    found: int = 0
    covered: int = 0
    spans: int = 0
    right: int = 0

    @property
    def recall(self) -> float:
        """Found among true values."""
        return self.found / self.values if self.values else 1.0

    @property
    def precision(self) -> float:
        """Right among structured spans."""
        return self.right / self.spans if self.spans else 1.0

    def as_json(self) -> dict[str, float]:
        """Return counts and shares."""
        return vars(self) | {"recall": self.recall, "precision": self.precision}


@dataclass
class Score:
    """Counts over documents.

    Attributes:
        all: over everything.
        by_kind: values by their type, spans by theirs.
        by_form: values by type and form.
        missed: documents whose value was not found.
        wrong: spans that touch nothing, with their documents.
    """

    all: Count = field(default_factory=Count)
    by_kind: dict[str, Count] = field(default_factory=dict)
    by_form: dict[str, Count] = field(default_factory=dict)
    missed: list[tuple[Document, Found]] = field(default_factory=list)
    wrong: list[tuple[Document, tuple[int, int, str]]] = field(default_factory=list)

    def add(self, document: Document, found: Found, structured: frozenset[str]) -> None:
        """Count one document."""
        value = document.value
        names = accepted(value.kind)
        whole = covers(document.start, document.end, (span for span in found if span[2] in names))
        anyhow = covers(document.start, document.end, found)
        kind = self.by_kind.setdefault(value.kind, Count())
        for count in (self.all, kind, self.by_form.setdefault(f"{value.kind}, {value.form}", Count())):
            count.values += 1
            count.found += whole
            count.covered += anyhow
        if not whole:
            self.missed.append((document, found))
        for span in found:
            if span[2] in structured:
                right = span[0] < document.end and document.start < span[1]
                for count in (self.all, self.by_kind.setdefault(span[2], Count())):
                    count.spans += 1
                    count.right += right
                if not right:
                    self.wrong.append((document, span))


def score(documents: Sequence[Document], found: Sequence[Found], structured: Iterable[str]) -> Score:
    """Count over documents, with the spans found in each."""
    result, kinds = Score(), frozenset(structured)
    for document, spans in zip(documents, found, strict=True):
        result.add(document, [(start, end, kind) for start, end, kind in spans], kinds)
    return result


def covers(start: int, end: int, spans: Iterable[tuple[int, int, str]]) -> bool:
    """Tell whether spans leave no character between `start` and `end` uncovered."""
    place = start
    for first, last, _ in sorted(spans):
        if first > place:
            break
        place = max(place, last)
    return place >= end


@dataclass(frozen=True)
class Strict:
    """Agreement of exact spans."""

    true: int
    found: int
    right: int

    @property
    def precision(self) -> float:
        """Right among found."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Right among true."""
        return self.right / self.true if self.true else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / (self.true + self.found) if self.right else 0.0

    def as_json(self) -> dict[str, float]:
        """Return counts and shares."""
        return vars(self) | {"precision": self.precision, "recall": self.recall, "f1": self.f1}


def strict(truth: Sequence[Iterable[tuple[int, int]]], found: Sequence[Iterable[tuple[int, int]]]) -> Strict:
    """Compare spans, text by text: only those with both ends alike are right."""
    counts: Counter[str] = Counter()
    for one, other in zip(truth, found, strict=True):
        true, claimed = set(one), set(other)
        counts.update({"true": len(true), "found": len(claimed), "right": len(true & claimed)})
    return Strict(counts["true"], counts["found"], counts["right"])
