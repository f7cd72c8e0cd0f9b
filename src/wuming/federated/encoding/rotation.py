"""A random rotation that anybody can undo: it spreads every coordinate over its block, so that a range can be small.

Each block x of 2^k coordinates becomes H·D·x/√2^k: D a diagonal of random signs from a public seed, H the Hadamard
matrix of Sylvester. Norms and distances stay. The seed is public and fresh for each round; privacy does not rest on it,
only how seldom a coordinate is beyond the range that was planned for.

Source: Kairouz, Liu and Steinke, "The distributed discrete Gaussian mechanism for federated learning with secure
aggregation" (ICML 2021), section 4.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wuming.crypto.random import SecureStream

LARGEST_BLOCK: Final = 1 << 16
_SMALLEST_BLOCK = 1 << 10

Vector = NDArray[np.float64]


def block_size(dimension: int) -> int:
    """Return the number of coordinates that are rotated together: 2¹⁶, or less where that would need much padding.

    Up to 2¹⁰ it is the least power of two that holds all; above, the largest from 2¹⁶ down to 2¹⁰ whose padding is at
    most an eighth of the vector. Small blocks spread less, so they need a wider range.
    """
    if dimension <= _SMALLEST_BLOCK:
        return 1 << max(0, dimension - 1).bit_length()
    block = LARGEST_BLOCK
    while block > _SMALLEST_BLOCK and -dimension % block > dimension // 8:
        block //= 2
    return block


def padded_dimension(dimension: int) -> int:
    """Return the number of coordinates after rotation: whole blocks."""
    block = block_size(dimension)
    return -(-dimension // block) * block


def rotate(vector: Vector, seed: bytes) -> Vector:
    """Return the rotated vector, [padded_dimension], padded with zeros before.

    Args:
        vector: [d], float64; left as it is.
        seed: public, 32 bytes.
    """
    size = padded_dimension(vector.size)
    rotated = np.zeros(size)
    rotated[: vector.size] = vector
    rotated *= _signs(size, seed)
    _transform(rotated, block_size(vector.size))
    return rotated


def rotate_back(rotated: Vector, seed: bytes, dimension: int) -> Vector:
    """Return the vector, [dimension], that `rotate` turned; `rotated` is used up.

    Args:
        rotated: [padded_dimension(dimension)], float64.
        seed: the same.
        dimension: d.
    """
    _transform(rotated, block_size(dimension))
    rotated *= _signs(rotated.size, seed)
    return rotated[:dimension]


def _transform(vector: Vector, block: int) -> None:
    """Apply H/√block to each block in place, as two matrix products: H of 2^(a+b) is H of 2^a times H of 2^b."""
    bits = block.bit_length() - 1
    left, right = _hadamard(bits // 2), _hadamard(bits - bits // 2)
    for one in vector.reshape(-1, left.shape[0], right.shape[0]):
        one[...] = left @ (one @ right)


@lru_cache(maxsize=8)
def _hadamard(bits: int) -> Vector:
    matrix = np.ones((1, 1))
    for _ in range(bits):
        matrix = np.block([[matrix, matrix], [matrix, -matrix]]) * np.sqrt(0.5)
    return matrix


def _signs(size: int, seed: bytes) -> NDArray[np.int8]:
    stream = SecureStream(seed, "wuming/rotation/1")
    bits = np.unpackbits(np.frombuffer(stream.bytes(-(-size // 8)), dtype=np.uint8), count=size)
    return (1 - 2 * bits.view(np.int8)).astype(np.int8)
