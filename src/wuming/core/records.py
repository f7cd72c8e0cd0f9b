"""The record: one document of one subject."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Record:
    """One document.

    Attributes:
        id: unique within its source.
        subject: the person it is about (for unit `document`: the document's own id).
        text: what is to be learned from; Unicode.
        created_at: day of collection, ISO 8601 (`2026-03-14`).
        language: `zh`, `en`, or empty when unknown.
        silo: which party of a federation holds it; empty where nothing is federated.
    """

    id: str
    subject: str
    text: str
    created_at: str
    language: str = ""
    silo: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the record as a JSON object; without `silo` where it has none."""
        fields = {
            "id": self.id,
            "subject": self.subject,
            "text": self.text,
            "created_at": self.created_at,
            "language": self.language,
        }
        return fields | ({"silo": self.silo} if self.silo else {})
