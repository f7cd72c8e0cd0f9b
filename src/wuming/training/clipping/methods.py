"""Which way to a norm is the cheapest for a weight's shape, by counted operations and bytes.

Shapes: U units, K rows (tokens × records of a unit), m × n the weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Method = Literal["auto", "ghost", "instantiate"]

# Only their ratios matter. Measured on one core that multiplies matrices at 80 to 110 GFLOP/s, around whole layers.
GRAM_FLOPS = 70e9  # of a Gram matrix counted in full, a second, with all that is done to it
FRESH = 8e9  # bytes a second of a unit's own gradient in memory that was not used just before
CHUNKED = 16e9  # the same in a room that is used again and again, by all layers
CHUNK_BYTES = 1 << 23  # of such a room, at most, unless one unit needs more
_PASSES = 4  # over a unit's gradient: written, read for its norm, read and added to the sum
_TINY = 1 << 14  # size of a weight up to which instantiating costs nothing worth counting


@dataclass(frozen=True)
class LayerMethod:
    """How one parameter's gradients were clipped in the last pass, for people.

    Attributes:
        path: the parameter's name.
        kind: of the layer that used it, or of the layers.
        shape: (units, rows a unit, m, n), or (units, size) for a parameter that is no matrix.
        method: `ghost`, `instantiate`, `instantiate in chunks`, `ghost with cross term`, or `unused`.
        why: the reason.
    """

    path: str
    kind: str
    shape: tuple[int, ...]
    method: str
    why: str


def ghost_seconds(rows: int, m: int, n: int) -> float:
    """Return the counted time of one unit's norm by Gram matrices."""
    return 2 * rows**2 * (m + n) / GRAM_FLOPS


def instantiate_seconds(m: int, n: int, *, in_chunks: bool = False) -> float:
    """Return the counted time that one unit's own gradient takes beside the product that is needed in any case."""
    return _PASSES * 4 * m * n / (CHUNKED if in_chunks and 4 * m * n <= CHUNK_BYTES else FRESH)


def extra_bytes(rows: int, m: int, n: int) -> int:
    """Return what keeping one unit's gradient takes beyond keeping its inputs and output gradients; may be negative."""
    return 4 * (m * n - rows * (m + n))


def prefers_instantiating(rows: int, m: int, n: int, *, in_chunks: bool = False) -> bool:
    """Tell whether instantiating is the better way: the faster one, or exact at no cost worth counting."""
    return instantiate_seconds(m, n, in_chunks=in_chunks) < ghost_seconds(rows, m, n) or (rows > 1 and m * n <= _TINY)


IN_CHUNKS = "instantiate in chunks"


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
        by_itself: True where a weight is clipped by itself, so that units can be instantiated some after others.
        exact: True where every gradient must be instantiated (grid).
    """

    def __init__(self, method: Method, memory_bytes: int, *, by_itself: bool, exact: bool) -> None:
        self._method: Method = "instantiate" if exact else method
        self._left, self._in_chunks = memory_bytes, by_itself and not exact

    def choose(self, units: int, rows: int, m: int, n: int) -> Choice:
        """Return the method for a weight of m × n and `units` units of `rows` rows each."""
        if self._method == "ghost":
            return Choice("ghost", "forced")
        if self._method == "instantiate":
            return Choice(IN_CHUNKS if self._in_chunks else "instantiate", "forced")
        if not prefers_instantiating(rows, m, n, in_chunks=self._in_chunks):
            return Choice("ghost", f"counted time: rows² ({rows}²) is small against the weight")
        if self._in_chunks:
            return Choice(IN_CHUNKS, "counted time; clipped by itself, so that a room for some units is enough")
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
