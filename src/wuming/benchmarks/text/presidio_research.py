"""English sentences of presidio-research (synth_dataset_v2, MIT): read, mapped to our types, split, and scored.

Half of the templates, those with even numbers, is for choosing (`chosen_on`); figures are those of the other half.

How the set's types are read:
- STREET_ADDRESS with the ZIP_CODE and GPE that follow it or stand before it, with nothing but spaces, commas, bullets
  and the marks of quoted mail between them, is one ADDRESS: some templates label the same line whole, others piece by
  piece. Any other ZIP_CODE is an ADDRESS.
- AGE is the numeral alone in the set, and compared so: whether "years old" belongs to it is a convention.
- NRP (nationality, religious or political group) agrees with NATIONALITY, ETHNICITY and RELIGION.
- DATE_TIME, TITLE and DOMAIN_NAME are outside our types: we do not look for dates as such, jobs, or addresses of sites.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from wuming.datasets.registry import locate

Spans = list[tuple[int, int, str]]

KINDS: Mapping[str, str] = {
    "PERSON": "PERSON", "STREET_ADDRESS": "ADDRESS", "ZIP_CODE": "ADDRESS", "GPE": "LOCATION",
    "ORGANIZATION": "ORGANIZATION",
    "PHONE_NUMBER": "PHONE", "CREDIT_CARD": "CREDIT_CARD", "AGE": "AGE", "NRP": "NATIONALITY", "EMAIL_ADDRESS": "EMAIL",
    "IBAN_CODE": "IBAN", "US_SSN": "US_SSN", "IP_ADDRESS": "IP_ADDRESS", "US_DRIVER_LICENSE": "US_DRIVER_LICENSE",
}  # fmt: skip
OUTSIDE = ("DATE_TIME", "TITLE", "DOMAIN_NAME")
"""Types of the set that we have no counterpart for."""

_SAME = {"ETHNICITY": "NATIONALITY", "RELIGION": "NATIONALITY", "BANK_CARD": "CREDIT_CARD"}
_BETWEEN = re.compile(r"[\s,?>]*")
_NUMERAL = re.compile(r"[0-9]+")
_OVERLAP = 0.5  # of the union: least agreement of partial spans


@dataclass(frozen=True)
class Sample:
    """A sentence, its spans, and the template that it was made from."""

    text: str
    spans: Spans
    template: int

    @property
    def chosen_on(self) -> bool:
        """Whether thresholds and templates of our own were chosen with a view to this sentence's template."""
        return self.template % 2 == 0


@dataclass
class Agreement:
    """True, found and right spans.

    Attributes:
        true, found: spans.
        strict: with both ends alike.
        partial: that share at least half of their union, each counted once.
    """

    true: int = 0
    found: int = 0
    strict: int = 0
    partial: int = 0

    def f1(self, *, partial: bool) -> float:
        """The harmonic mean of precision and recall."""
        right = self.partial if partial else self.strict
        return 2 * right / (self.true + self.found) if self.true + self.found else 1.0

    def as_json(self) -> dict[str, float]:
        """Return counts and shares."""
        return {
            "true": self.true, "found": self.found,
            "precision_strict": self.strict / self.found if self.found else 1.0,
            "recall_strict": self.strict / self.true if self.true else 1.0,
            "f1_strict": self.f1(partial=False),
            "precision_partial": self.partial / self.found if self.found else 1.0,
            "recall_partial": self.partial / self.true if self.true else 1.0,
            "f1_partial": self.f1(partial=True),
        }  # fmt: skip


@dataclass
class Agreements:
    """Agreement over all types, and by type."""

    all: Agreement = field(default_factory=Agreement)
    by_kind: dict[str, Agreement] = field(default_factory=dict)


def samples() -> list[Sample]:
    """Read the set.

    Raises:
        UnknownDataset: the set is not installed.
    """
    rows = json.loads((locate("presidio-research") / "synth_dataset_v2.json").read_text(encoding="utf-8"))
    return [
        Sample(
            row["full_text"],
            merged(
                row["full_text"], [(s["start_position"], s["end_position"], s["entity_type"]) for s in row["spans"]]
            ),
            row["template_id"],
        )
        for row in rows
    ]


def merged(text: str, spans: Iterable[tuple[int, int, str]]) -> Spans:
    """Map the set's types to ours, and join the pieces of one address."""
    joined: list[tuple[int, int, set[str]]] = []
    for start, end, kind in sorted(spans):
        if (
            joined
            and joined[-1][2] | {kind} <= {"STREET_ADDRESS", "ZIP_CODE", "GPE"}
            and "STREET_ADDRESS" in joined[-1][2] | {kind}
            and _BETWEEN.fullmatch(text, joined[-1][1], start)
        ):
            joined[-1] = (joined[-1][0], end, joined[-1][2] | {kind})
        else:
            joined.append((start, end, {kind}))
    return [
        (start, end, "ADDRESS" if len(kinds) > 1 else KINDS.get(next(iter(kinds)), next(iter(kinds))))
        for start, end, kinds in joined
    ]


def agreement(
    samples: Sequence[Sample], found: Sequence[Iterable[tuple[int, int, str]]], *, outside: bool
) -> Agreements:
    """Compare the spans found with the true ones, sentence by sentence.

    Args:
        samples, found: of the same length; kinds by our names.
        outside: count the types that we have no counterpart for as well: every one is a miss.

    Spans of types that the set does not know are not counted. ADDRESS and LOCATION found over the true address of the
    other name stay wrong.
    """
    result = Agreements()
    counted = {*KINDS.values(), *(OUTSIDE if outside else ())}
    for sample, spans in zip(samples, found, strict=True):
        true = [span for span in sample.spans if span[2] in counted]
        claimed = sorted({span for span in (_read(sample.text, *one) for one in spans) if span[2] in counted})
        for kind in {span[2] for span in (*true, *claimed)}:
            one = [span for span in true if span[2] == kind]
            other = [span for span in claimed if span[2] == kind]
            strict, partial = len(set(one) & set(other)), _matched(one, other)
            for count in (result.all, result.by_kind.setdefault(kind, Agreement())):
                count.true += len(one)
                count.found += len(other)
                count.strict += strict
                count.partial += partial
    return result


def _read(text: str, start: int, end: int, kind: str) -> tuple[int, int, str]:
    """Return a span found as the set would label it."""
    if kind == "AGE" and (numeral := _NUMERAL.search(text, start, end)):
        start, end = numeral.span()
    return start, end, _SAME.get(kind, kind)


def _matched(true: Spans, claimed: Spans) -> int:
    """Count pairs of spans that agree by half of their union; with one half and more a span has one partner at most."""
    taken: set[int] = set()
    for start, end, _ in true:
        for place, (first, last, _) in enumerate(claimed):
            shared = min(end, last) - max(start, first)
            if place not in taken and shared >= _OVERLAP * (max(end, last) - min(start, first)):
                taken.add(place)
                break
    return len(taken)
