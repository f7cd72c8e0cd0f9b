"""A spaCy pipeline as a detector; imported when it is used."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from wuming.core.errors import MissingExtra, MissingFile
from wuming.core.ports import Span

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "PERSON": "PERSON",
        "PER": "PERSON",
        "ORG": "ORGANIZATION",
        "GPE": "LOCATION",
        "LOC": "LOCATION",
        "FAC": "LOCATION",
    }
)
"""Label of a pipeline → entity type; other labels are left out."""


class SpacyDetector:
    """Finds the named entities of a pipeline.

    Args:
        pipeline: called with a text, gives a document with `ents`.
        labels: of the pipeline → entity type.
        score: of every span; pipelines state none.
    """

    def __init__(self, pipeline: Any, *, labels: Mapping[str, str] = LABELS, score: float = 0.6) -> None:
        self._pipeline, self._labels, self._score = pipeline, labels, score

    @classmethod
    def load(cls, model: str) -> SpacyDetector:
        """Load a pipeline by its name or folder; nothing is downloaded.

        Raises:
            MissingExtra: spaCy is not installed.
            MissingFile: there is no such pipeline.
        """
        try:
            import spacy
        except ImportError:
            raise MissingExtra("a spaCy pipeline needs spaCy", help="pip install spacy") from None
        try:
            return cls(spacy.load(model))
        except OSError as error:
            raise MissingFile(f"no spaCy pipeline {model}", help="Install it, or give its folder.") from error

    def find(self, text: str) -> list[Span]:
        """Return the entities whose label has a type, in order; spaCy's never overlap."""
        return [
            Span(entity.start_char, entity.end_char, self._labels[entity.label_], self._score, "spacy")
            for entity in self._pipeline(text).ents
            if entity.label_ in self._labels
        ]
