"""Codes whose characters count from coarse to fine, masked from one side: 10001, 1000*, 100**, 10***, 1****, `*`.

Codes of unequal length are aligned at the side that is kept. A star stands for one character or none, and a masked
label is always as long as the longest code, so it does not tell how long the code was. A code that is shorter than what
a level keeps stands there as it is, like a leaf that hangs high in a tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal

from wuming.anonymization.hierarchies.assembly import assemble, distinct, refuse
from wuming.anonymization.hierarchies.hierarchy import Hierarchy

MASK = "*"


def masked_codes(
    column: str,
    values: Iterable[str],
    *,
    side: Literal["right", "left"] = "right",
    length: int | None = None,
    kept: Sequence[int] | None = None,
) -> Hierarchy:
    """Mask codes from the right (postcodes) or from the left (where the end is the coarse part).

    Args:
        column: name of the column.
        values: cells of the column, as written; "" is missing.
        side: which characters are masked first.
        length: the longest code that the scheme allows; by default the longest that occurs.
        kept: for each level, how many characters stay, decreasing, below `length` and at least 1; by default one less
            at every level.

    Returns:
        Levels: the codes, one for each number in `kept`, then `*`. What share a label covers is counted in codes that
        occur.

    Raises:
        TableError: a code that is longer than `length` or holds a star, or `kept` does not fit as said above.
    """
    present, missing = distinct(values)
    longest = max(map(len, present), default=1) if length is None else length
    if wrong := sum(MASK in value or len(value) > longest for value in present):
        raise refuse(
            column,
            f"{wrong:,} of {len(present):,} codes hold a star or have more than {longest} characters",
            help="Repair or empty these cells, or state the right length.",
        )
    counts = range(longest - 1, 0, -1) if kept is None else kept
    if not all(1 <= count < longest for count in counts) or any(a <= b for a, b in pairwise(counts)):
        raise refuse(
            column,
            f"kept {', '.join(map(str, counts))} does not fit codes of {longest} characters",
            help="State how many characters stay, decreasing, below the length and at least 1.",
        )
    codes = sorted(present)
    levels = [[_mask(code, count, longest, side=side) for code in codes] for count in counts]
    return assemble(column, codes, levels, missing=missing)


def _mask(code: str, count: int, longest: int, *, side: Literal["right", "left"]) -> str:
    if len(code) < count:
        return code
    stars = MASK * (longest - count)
    return code[:count] + stars if side == "right" else stars + code[len(code) - count :]
