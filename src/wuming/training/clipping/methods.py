"""Which way to a norm is the cheapest for a weight's shape, by counted operations and bytes.

Shapes: U units, K rows (tokens × records of a unit), m × n the weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Method = Literal["auto", "ghost", "instantiate"]

FLOPS = 90e9  # of a float32 matrix product, a second; only the ratio to BANDWIDTH matters; usual figures of one core
BANDWIDTH = 10e9  # bytes a second read from or written to memory
CACHED = 40e9  # the same for one unit's room that stays in the cache, being used for one unit after the other
_CACHE = 1 << 24  # bytes of a room up to which it does
_PASSES = 4  # over a unit's gradient: written, read for its norm, read and added to the sum
_TINY = 1 << 14  # size of a weight up to which instantiating costs nothing worth counting
_STREAMED = 1 << 18  # size of a weight from which units are instantiated one by one where that is possible


@dataclass(frozen=True)
class LayerMethod:
    """How one parameter's gradients were clipped in the last pass, for people.

    Attributes:
        path: the parameter's name.
        kind: of the layer that used it, or of the layers.
        shape: (units, rows a unit, m, n), or (units, size) for a parameter that is no matrix.
        method: `ghost`, `instantiate`, `instantiate one by one`, `ghost with cross term`, or `unused`.
        why: the reason.
    """

    path: str
    kind: str
    shape: tuple[int, ...]
    method: str
    why: str


def ghost_seconds(rows: int, m: int, n: int) -> float:
    """Return the counted time of one unit's norm by Gram matrices."""
    return 2 * rows**2 * (m + n) / FLOPS


def instantiate_seconds(m: int, n: int, *, one_by_one: bool = False) -> float:
    """Return the counted time that one unit's own gradient takes beside the product that is needed in any case."""
    return _PASSES * 4 * m * n / (CACHED if one_by_one and 4 * m * n <= _CACHE else BANDWIDTH)


def extra_bytes(rows: int, m: int, n: int) -> int:
    """Return what keeping one unit's gradient takes beyond keeping its inputs and output gradients; may be negative."""
    return 4 * (m * n - rows * (m + n))


def prefers_instantiating(rows: int, m: int, n: int, *, one_by_one: bool = False) -> bool:
    """Tell whether instantiating is the better way: the faster one, or exact at no cost worth counting."""
    return instantiate_seconds(m, n, one_by_one=one_by_one) < ghost_seconds(rows, m, n) or (rows > 1 and m * n <= _TINY)


STREAM = "instantiate one by one"


@dataclass(frozen=True)
class Choice:
    """A method and the reason for it."""

    method: str
    why: str


class Chooser:
    """Chooses for each weight and shape, within a memory bound for one pass.

    Args:
        method: `auto`, or one that is forced.
        memory_bytes: what kept gradients may take in one pass, beside those that take no more than the inputs and
            output gradients that they replace.
        streaming: True where a weight is clipped by itself, so that units can be instantiated one by one.
        exact: True where every gradient must be instantiated (grid).
    """

    def __init__(self, method: Method, memory_bytes: int, *, streaming: bool, exact: bool) -> None:
        self._method: Method = "instantiate" if exact else method
        self._left, self._streaming = memory_bytes, streaming and not exact

    def choose(self, units: int, rows: int, m: int, n: int) -> Choice:
        """Return the method for a weight of m × n and `units` units of `rows` rows each."""
        if self._method == "ghost":
            return Choice("ghost", "forced")
        one_by_one = self._streaming and m * n >= _STREAMED
        if self._method == "instantiate":
            return Choice(STREAM if one_by_one else "instantiate", "forced")
        if not prefers_instantiating(rows, m, n, one_by_one=one_by_one):
            return Choice("ghost", f"counted time: rows² ({rows}²) is small against the weight")
        if one_by_one:
            return Choice(STREAM, "counted time; clipped by itself, so that one unit's room is enough")
        if extra_bytes(rows, m, n) <= 0:
            return Choice("instantiate", "counted time, and takes less memory than inputs and output gradients")
        if units * 4 * m * n > self._left:
            return Choice("ghost", "instantiating would be faster, but memory_bytes forbids it")
        self._left -= units * 4 * m * n
        return Choice("instantiate", "counted time")


def units_at_once(weights: list[tuple[int, int]], rows: int, memory_bytes: int) -> int | None:
    """Return with how many units in one pass all weights that prefer it can be instantiated.

    Args:
        weights: (m, n) of each.
        rows: K.
        memory_bytes: as in `Chooser`.

    Returns:
        None: any number, since nothing prefers it or nothing extra is needed; or since not even one unit fits.
    """
    sizes = [4 * m * n for m, n in weights if prefers_instantiating(rows, m, n) and extra_bytes(rows, m, n) > 0]
    if not sizes or sum(sizes) > memory_bytes:
        return None
    return memory_bytes // sum(sizes)
