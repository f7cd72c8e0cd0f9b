"""The texts of one record: its leaves, read together as one document and written back one by one.

Together, because the messages of a dialogue speak of the same people: a name that one of them makes sure of is found in
the others, and is replaced by the same surrogate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from wuming.core.ports import Span

Path = tuple[str | int, ...]

# No recogniser reads across it: a record separator (ASCII 30) within line ends.
BORDER = "\n\x1e\n"


class Leaf(NamedTuple):
    """One text of a record.

    Attributes:
        path: of keys and places, outermost first; empty for a record that is one text.
        text: what stands there.
        number: whether it is written as a number.
    """

    path: Path
    text: str
    number: bool = False


class LeafSpan(NamedTuple):
    """A span within one leaf."""

    leaf: int
    span: Span


def joined(leaves: Sequence[Leaf]) -> str:
    """Return the leaves as one text."""
    return leaves[0].text if len(leaves) == 1 else BORDER.join(leaf.text for leaf in leaves)


def dotted(path: Path) -> str:
    """Return a path as it is written in policies: `messages.0.content`."""
    return ".".join(map(str, path))


def by_leaf(leaves: Sequence[Leaf], spans: Iterable[Span]) -> Iterator[LeafSpan]:
    """Yield the spans of the joined text leaf by leaf; one that reaches over a border becomes two."""
    starts = _starts(leaves)
    place = 0
    for span in spans:
        while place + 1 < len(leaves) and starts[place + 1] <= span.start:
            place += 1
        here = place
        while here < len(leaves) and starts[here] < span.end:
            first = max(span.start - starts[here], 0)
            last = min(span.end - starts[here], len(leaves[here].text))
            if first < last:
                yield LeafSpan(here, Span(first, last, span.kind, span.score, span.recognizer))
            here += 1


def in_joined(leaves: Sequence[Leaf], found: Iterable[LeafSpan]) -> list[Span]:
    """Return spans of leaves as spans of the joined text, in order."""
    starts = _starts(leaves)
    return sorted(
        Span(starts[leaf] + span.start, starts[leaf] + span.end, span.kind, span.score, span.recognizer)
        for leaf, span in found
    )


def _starts(leaves: Sequence[Leaf]) -> list[int]:
    starts, position = [], 0
    for leaf in leaves:
        starts.append(position)
        position += len(leaf.text) + len(BORDER)
    return starts
