"""What an intent is, in any language."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Intent:
    """One reason to contact the service.

    Attributes:
        name: short English name.
        user: templates of what the user wants.
        agent: templates of the answer, with the rule that applies.
        items: personal items that come up naturally, by name; repeated ones are likelier.
    """

    name: str
    user: tuple[str, ...]
    agent: tuple[str, ...]
    items: tuple[str, ...]


def number(rng: Random, count: int) -> str:
    """Return `count` random digits that do not look like a mobile or a card (they start with 20–29, 7 or 8)."""
    head = rng.choice(("20", "21", "23", "24", "25", "26", "70", "81"))
    return head + "".join(rng.choice("0123456789") for _ in range(count - 2))
