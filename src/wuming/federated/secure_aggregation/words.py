"""Vectors of integers modulo 2^b in machine words, and their form on the wire: b bits a value, nothing between them.

Memory holds each value in the smallest word of 16, 32 or 64 bits that has room for b. Sums are taken modulo the word,
which is right because 2^b divides it; the bits above b are dropped when a vector is packed or read.

On the wire, W values (W the bits of a word) take b little-endian words: value i stands at bits i·b … i·b + b − 1 of the
block, lowest first. A last block that is not full is filled with zeros.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Words = NDArray[Any]  # uint16, uint32 or uint64

SMALLEST_BITS: Final = 2
LARGEST_BITS: Final = 62
_CHUNK = 1 << 15  # values; a chunk and its words stay in the second-level cache


def least_bits(members: int, value_bound: int) -> int:
    """Return the least b with 2^b > 2 · members · value_bound: sums of so many values of that size cannot wrap."""
    return (2 * members * value_bound).bit_length()


def word_bits(bits: int) -> int:
    """Return 16, 32 or 64: the bits of the words that hold values modulo 2^bits."""
    return 16 if bits <= 16 else 32 if bits <= 32 else 64


def word_type(bits: int) -> np.dtype[Any]:
    """Return the little-endian unsigned type of such words."""
    return np.dtype(f"<u{word_bits(bits) // 8}")


def packed_length(dimension: int, bits: int) -> int:
    """Return the number of bytes that `dimension` values modulo 2^bits take on the wire."""
    width = word_bits(bits)
    return -(-dimension // width) * bits * width // 8


def to_words(values: NDArray[np.integer[Any]], bits: int) -> Words:
    """Return signed integers as words, modulo 2^W; the caller has checked their range."""
    return values.astype(f"<i{word_bits(bits) // 8}").view(word_type(bits))


def to_signed(words: Words, bits: int) -> NDArray[np.signedinteger[Any]]:
    """Return the values in [−2^(bits−1), 2^(bits−1)) that words stand for, in the words' own memory."""
    shift = word_bits(bits) - bits
    np.left_shift(words, words.dtype.type(shift), out=words)
    signed = words.view(f"<i{word_bits(bits) // 8}")
    np.right_shift(signed, signed.dtype.type(shift), out=signed)
    return signed


def pack(words: Words, bits: int) -> bytearray:
    """Return the wire form of the words, modulo 2^bits.

    Args:
        words: [d], of `word_type(bits)`; left as they are.
        bits: b.
    """
    width, kind = word_bits(bits), word_type(bits)
    out = bytearray(packed_length(words.size, bits))
    blocks = np.frombuffer(out, dtype=kind).reshape(-1, bits)
    mask = kind.type((1 << bits) - 1)
    for start in range(0, words.size, _CHUNK):
        part = words[start : start + _CHUNK] & mask
        if part.size % width:
            part = np.concatenate([part, np.zeros(-part.size % width, dtype=kind)])
        columns = np.ascontiguousarray(part.reshape(-1, width).T)
        packed = np.zeros((bits, columns.shape[1]), dtype=kind)
        for value in range(width):
            word, offset = divmod(value * bits, width)
            packed[word] |= columns[value] << kind.type(offset)
            if offset + bits > width:
                packed[word + 1] |= columns[value] >> kind.type(width - offset)
        blocks[start // width : start // width + columns.shape[1]] = packed.T
    return out


def add_packed(total: Words, data: bytes | bytearray | memoryview, bits: int) -> None:
    """Add a packed vector to `total`, modulo the word, in place; a chunk is unpacked at a time.

    Args:
        total: [d], of `word_type(bits)`.
        data: `packed_length(d, bits)` bytes.
        bits: b.

    Raises:
        ValueError: for another length.
    """
    width, kind = word_bits(bits), word_type(bits)
    if len(data) != packed_length(total.size, bits):
        raise ValueError(f"a packed vector must be {packed_length(total.size, bits)} bytes, length={len(data)}")
    blocks = np.frombuffer(data, dtype=kind).reshape(-1, bits)
    mask = kind.type((1 << bits) - 1)
    for start in range(0, total.size, _CHUNK):
        target = total[start : start + _CHUNK]
        columns = np.ascontiguousarray(blocks[start // width : (start + target.size - 1) // width + 1].T)
        values = np.empty((width, columns.shape[1]), dtype=kind)
        for value in range(width):
            word, offset = divmod(value * bits, width)
            np.right_shift(columns[word], kind.type(offset), out=values[value])
            if offset + bits > width:
                values[value] |= columns[word + 1] << kind.type(width - offset)
        values &= mask
        target += values.T.reshape(-1)[: target.size]
