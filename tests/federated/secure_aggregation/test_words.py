"""Packing against plain integers of Python, and masks against a key stream made in one piece."""

from __future__ import annotations

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.federated.secure_aggregation.masks import add_mask
from wuming.federated.secure_aggregation.words import (
    add_packed,
    pack,
    packed_length,
    to_signed,
    to_words,
    word_bits,
    word_type,
)


def packed_plainly(values: list[int], bits: int) -> bytes:
    """Each value at its place in one large integer."""
    whole = sum((value % (1 << bits)) << (bits * place) for place, value in enumerate(values))
    return whole.to_bytes(packed_length(len(values), bits), "little")


@settings(max_examples=120, deadline=None)
@given(st.integers(2, 62), st.integers(1, 200), st.integers(0, 2**32))
def test_packing_is_plain_and_comes_back(bits, size, seed):
    half = 1 << (bits - 1)
    values = np.random.default_rng(seed).integers(-half, half, size=size)
    words = to_words(values, bits)
    packed = pack(words, bits)
    assert bytes(packed) == packed_plainly(values.tolist(), bits)
    total = np.zeros(size, dtype=word_type(bits))
    add_packed(total, packed, bits)
    assert to_signed(total, bits).tolist() == values.tolist()


@pytest.mark.parametrize("bits", [2, 15, 16, 17, 18, 31, 32, 33, 62])
def test_more_than_one_chunk_and_sums_modulo_the_word(bits):
    half = 1 << (bits - 1)
    first, second = (np.random.default_rng(s).integers(-half, half, size=70_001) for s in (1, 2))
    total = to_words(first, bits)
    add_packed(total, pack(to_words(second, bits), bits), bits)
    expected = (first + second + half) % (2 * half) - half
    assert np.array_equal(to_signed(total, bits), expected)


def test_a_packed_vector_of_another_length_is_refused():
    with pytest.raises(ValueError):
        add_packed(np.zeros(10, dtype=np.uint16), bytes(21), 16)


def test_no_more_bytes_than_one_block_over():
    for bits in range(2, 63):
        for dimension in (1, 63, 64, 65, 1000):
            over = packed_length(dimension, bits) * 8 - dimension * bits
            assert 0 <= over < bits * word_bits(bits)


@pytest.mark.parametrize("kind", [np.uint16, np.uint32, np.uint64])
@pytest.mark.parametrize("size", [1, 7, 65_536, 200_003])
def test_a_mask_is_the_key_stream_and_goes_away_again(kind, size):
    key = bytes(range(32))
    start = np.arange(size).astype(kind)
    words = start.copy()
    add_mask(words, key)
    stream = Cipher(algorithms.AES256(key), modes.CTR(bytes(16))).encryptor().update(bytes(start.nbytes))
    assert np.array_equal(words, start + np.frombuffer(stream, dtype=kind))
    add_mask(words, key, negative=True)
    assert np.array_equal(words, start)
