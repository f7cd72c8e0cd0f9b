"""mask: the shape stays, the characters go. Of long numbers the last four stay, of everything else nothing."""

from __future__ import annotations

from wuming.deidentification.operators.stream import Stream

KEPT = 4
# Four of fewer than twelve characters would be too much of a value.
_SHORTEST = 12
_KEEP = frozenset({"BANK_CARD", "CREDIT_CARD", "IBAN"})


def mask(value: str, kind: str, language: str, stream: Stream) -> str:
    """Return `value` with letters and digits as `*`; of card and account numbers of 12 or more the last 4 stay."""
    del language, stream
    if kind in ("PERSON", "ADDRESS"):
        return "*" * 3
    places = [place for place, character in enumerate(value) if character.isalnum()]
    kept = set(places[-KEPT:]) if kind in _KEEP and len(places) >= _SHORTEST else set()
    return "".join(
        "*" if character.isalnum() and place not in kept else character for place, character in enumerate(value)
    )
