"""What stands for what: the pairs that a vault keeps and that restoring needs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """In a document of `subject`, `replacement` stands for `originals`. Its repr shows no value.

    Attributes:
        subject: whose text it is.
        kind: entity type.
        replacement: as written in the new text.
        originals: as written in the old text: one, or where spellings differ one for each occurrence, in order.
        document: which text; empty where texts are not told apart.
    """

    subject: str
    kind: str
    replacement: str
    originals: tuple[str, ...]
    document: str = ""

    def __repr__(self) -> str:
        """Return the kind only."""
        return f"Entry(kind={self.kind})"
