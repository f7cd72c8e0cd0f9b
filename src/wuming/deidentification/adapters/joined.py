"""Several detectors as one: their spans are resolved together, by the rule that the recognisers are resolved by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from wuming.core.ports import PersonalDataDetector, Span
from wuming.deidentification.kinds import ATTRIBUTES, NAMED
from wuming.deidentification.resolution import resolve


class Priority:
    """Of spans whose recogniser did not state one: as the recognisers of those types have it."""

    STRUCTURED: Final = 75
    ADDRESS: Final = 66
    PERSON: Final = 30
    PLACE: Final = 27
    ATTRIBUTE: Final = 22

    @classmethod
    def of(cls, kind: str) -> int:
        """Return the priority of a type."""
        if kind in ATTRIBUTES:
            return cls.ATTRIBUTE
        if kind not in NAMED:
            return cls.STRUCTURED
        return {"ADDRESS": cls.ADDRESS, "PERSON": cls.PERSON}.get(kind, cls.PLACE)


class Joined:
    """A detector that finds what any of several finds.

    Args:
        own: where two spans are of one priority and length, its span wins by its score.
        others: asked for each text as well.

    Guarantee: spans are sorted, disjoint and within bounds, whatever the others return; what is not is left out.
    """

    def __init__(self, own: PersonalDataDetector, others: Sequence[PersonalDataDetector]) -> None:
        self._all = (own, *others)
        self.kinds: frozenset[str] = getattr(own, "kinds", frozenset())

    def find(self, text: str) -> list[Span]:
        """Return the spans of personal data in `text`."""
        found = [
            (span.start, span.end, span.kind, span.score, Priority.of(span.kind), span.recognizer)
            for detector in self._all
            for span in detector.find(text)
            if 0 <= span.start < span.end <= len(text) and (not self.kinds or span.kind in self.kinds)
        ]
        return [Span(start, end, kind, score, name) for start, end, kind, score, _, name in resolve(found)]
