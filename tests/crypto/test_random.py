"""Key streams: published values, a block-by-block implementation, and streams that must differ."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import KeyUnavailable
from wuming.crypto.random import SecureStream, derive_key, encode_context, hkdf, new_key

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "crypto.json").read_bytes())
KEY = bytes(range(32))


@pytest.mark.parametrize("case", VECTORS["hkdf_sha256"]["cases"])
def test_hkdf_published_values(case: dict[str, object]) -> None:
    key, salt, info, output = (bytes.fromhex(str(case[name])) for name in ("key", "salt", "info", "output"))
    assert hkdf(key, info=info, length=int(str(case["length"])), salt=salt) == output


def plain_stream(key: bytes, context: str, n: int) -> bytes:
    """Encrypt one counter block after another."""
    block = Cipher(algorithms.AES(derive_key(key, "stream", context)), modes.ECB()).encryptor()  # noqa: S305
    return b"".join(block.update(i.to_bytes(16, "big")) for i in range(n // 16 + 1))[:n]


@given(sizes=st.lists(st.integers(0, 100), max_size=6), context=st.text(max_size=20))
@settings(max_examples=30, deadline=None)
def test_stream_equals_the_plain_one_however_it_is_cut(sizes: list[int], context: str) -> None:
    stream = SecureStream(KEY, context)
    assert b"".join(stream.bytes(size) for size in sizes) == plain_stream(KEY, context, sum(sizes))


def test_long_reads_are_cut_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wuming.crypto.random._CHUNK", 64)
    assert SecureStream(KEY, "a").bytes(1000) == plain_stream(KEY, "a", 1000)


def test_contexts_and_keys_are_independent() -> None:
    streams = {
        SecureStream(KEY, "a").bytes(32),
        SecureStream(KEY, "b").bytes(32),
        SecureStream(new_key(), "a").bytes(32),
    }
    assert len(streams) == 3


_PART = st.text(max_size=4) | st.binary(max_size=4) | st.integers(-300, 300)


@given(first=st.lists(_PART, max_size=4), second=st.lists(_PART, max_size=4))
@settings(max_examples=200, deadline=None)
def test_context_encoding_is_injective(first: list[str | bytes | int], second: list[str | bytes | int]) -> None:
    same = [(type(x), x) for x in first] == [(type(x), x) for x in second]
    assert (encode_context(*first) == encode_context(*second)) == same


def test_plain_joining_would_not_be_injective() -> None:
    assert "/".join(["a/b", "c"]) == "/".join(["a", "b/c"])
    assert derive_key(KEY, "a/b", "c") != derive_key(KEY, "a", "b/c")


def test_a_boolean_is_no_context() -> None:
    with pytest.raises(TypeError):
        derive_key(KEY, True)


def test_short_keys_are_refused() -> None:
    with pytest.raises(KeyUnavailable):
        SecureStream(b"short", "a")


def _looks_uniform(values: np.ndarray) -> bool:
    counts = np.histogram(values, bins=64, range=(0, 1))[0]
    expected = len(values) / 64
    # χ² with 63 degrees of freedom exceeds 127 with probability 3·10⁻⁶.
    return bool(((counts - expected) ** 2 / expected).sum() < 127 and values.min() > 0 and values.max() <= 1)


def test_uniform_numbers_and_a_broken_twin() -> None:
    values = SecureStream(KEY, "u").uniform(200_000)
    assert _looks_uniform(values)
    assert not _looks_uniform(values**1.05)


def test_uniform_never_gives_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = SecureStream(KEY, "u")
    for byte, expected in ((b"\0", 2.0**-65), (b"\xff", 1.0)):
        monkeypatch.setattr(stream, "bytes", lambda n, byte=byte: byte * n)
        assert stream.uniform(1)[0] == expected


def test_uint64_takes_eight_bytes_little_endian() -> None:
    expected = np.frombuffer(plain_stream(KEY, "i", 80), dtype="<u8")
    assert (SecureStream(KEY, "i").uint64(10) == expected).all()
