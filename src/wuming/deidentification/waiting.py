"""What waits in a block of texts until the words around are read, for all of it at once."""

from __future__ import annotations

from collections import defaultdict
from typing import Generic, TypeVar

from wuming.deidentification.resolution import Found
from wuming.deidentification.selection import Fitting
from wuming.deidentification.specification import Pattern

Run = tuple[str, str, int, int, int, list[Found]]
"""A text, a run of it, its bounds, where the text begins in its block, and where to put what is found."""
Value = tuple[str, list[Found], int, int, str, bool, bool, Fitting]
"""A value: the text, where to put what is found, start, end, its characters without separators in upper case, whether
it hangs together loosely, whether it is a date, and the numbers, at least one, whose shape it has."""
Match = tuple[str, list[Found], int, int, Pattern, int]
"""What a pattern matched: the text, where to put what is found, start, end, the pattern, its bit in the surroundings.
"""
T = TypeVar("T")


class Waiting(Generic[T]):
    """Values, or matches, that wait.

    Attributes:
        what: of each: what is needed to judge it.
        starts, ends: bounds of each in the block.
    """

    def __init__(self) -> None:
        self.what: list[T] = []
        self.starts: list[int] = []
        self.ends: list[int] = []


class Block:
    """What waits in a block: values, matches, and by the bit of each pattern the runs on which it is to be tried."""

    def __init__(self) -> None:
        self.values, self.matches = Waiting[Value](), Waiting[Match]()
        self.tried: defaultdict[int, list[Run]] = defaultdict(list)
