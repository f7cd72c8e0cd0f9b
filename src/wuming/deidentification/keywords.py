"""Many words found in one pass.

Words that begin with a letter of ASCII are found whole; others (Chinese, `@`) anywhere. Both sets become one pattern each,
a tree of their characters, so that at each place only what can still match is tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Keywords(Generic[Item]):
    """Finds words, and what belongs to each.

    Args:
        items: word in lower case → what belongs to it.
    """

    def __init__(self, items: Mapping[str, Sequence[Item]]) -> None:
        self._items = {word: tuple(found) for word, found in items.items()}
        latin = [word for word in items if _latin(word[0])]
        self._latin = re.compile(rf"(?<![a-z0-9_])(?:{_tree(latin)})(?![a-z])") if latin else None
        self._firsts = re.compile("|".join(sorted({re.escape(word[:2]) for word in latin}))) if latin else None
        other = [word for word in items if not _latin(word[0])]
        self._other = re.compile(_tree(other)) if other else None
        # A word found hides those that it begins with: 微信号 hides 微信.
        self._hidden = {word: [short for short in items if word.startswith(short)] for word in items}

    def find(self, lowered: str) -> Iterator[tuple[int, int, Item]]:
        """Yield start, end and item of each word in a text in lower case, longer words first at one place."""
        for pattern in (self._other, self._latin):
            if pattern is None:
                continue
            found = pattern.search(lowered)
            while found:
                start, end = found.span()
                for word in self._hidden[lowered[start:end]]:
                    if not _latin(word[0]) or not lowered[start + len(word) : start + len(word) + 1].isascii() or (
                        not lowered[start + len(word) : start + len(word) + 1].isalpha()
                    ):
                        for item in self._items[word]:
                            yield start, start + len(word), item
                found = pattern.search(lowered, start + 1)


def _latin(character: str) -> bool:
    return "a" <= character <= "z"


def _tree(words: Iterable[str]) -> str:
    """Return a pattern that matches the longest of the words, branching character by character."""
    branches: dict[str, list[str]] = {}
    for word in words:
        if word:
            branches.setdefault(word[0], []).append(word[1:])
    parts = [re.escape(first) + _rest(rests) for first, rests in sorted(branches.items())]
    return parts[0] if len(parts) == 1 else "(?:" + "|".join(parts) + ")"


def _rest(rests: list[str]) -> str:
    longer = [rest for rest in rests if rest]
    if not longer:
        return ""
    return _tree(longer) if len(longer) == len(rests) else f"(?:{_tree(longer)})?"
