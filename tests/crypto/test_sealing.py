"""Seals bind and hide."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import VerificationFailed
from wuming.crypto.sealing import open_seal, seal


@given(payload=st.binary(max_size=64), position=st.integers(0, 10_000), bit=st.integers(0, 7))
@settings(max_examples=50, deadline=None)
def test_only_what_was_sealed_opens(payload: bytes, position: int, bit: int) -> None:
    commitment, opening = seal(payload)
    assert open_seal(commitment, opening, payload) == payload
    parts = bytearray(opening + payload)
    parts[position % len(parts)] ^= 1 << bit
    with pytest.raises(VerificationFailed):
        open_seal(commitment, bytes(parts[:32]), bytes(parts[32:]))


def test_moving_the_border_between_opening_and_payload_fails() -> None:
    commitment, opening = seal(b"ab")
    with pytest.raises(VerificationFailed):
        open_seal(commitment, opening + b"a", b"b")


def _guess(commitment: str, candidates: list[bytes]) -> bytes | None:
    return next((c for c in candidates if "sha256:" + hashlib.sha256(c).hexdigest() == commitment), None)


def test_low_entropy_payload_cannot_be_guessed_but_a_bare_hash_can() -> None:
    candidates = [bytes([i]) for i in range(2)]
    assert _guess(seal(candidates[1])[0], candidates) is None
    assert _guess("sha256:" + hashlib.sha256(candidates[1]).hexdigest(), candidates) == candidates[1]
    assert seal(b"x")[0] != seal(b"x")[0]
