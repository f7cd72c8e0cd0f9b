"""Keyed pseudonyms."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from wuming.core.errors import KeyUnavailable
from wuming.crypto.pseudonyms import pseudonym, pseudonym_hex

KEY = bytes(32)


def test_it_is_hmac_over_length_prefixed_parts() -> None:
    message = b"wuming/pseudonym/1" + b"s" + (2).to_bytes(8, "big") + b"ab" + b"s" + (1).to_bytes(8, "big") + b"c"
    assert pseudonym(KEY, "ab", "c") == hmac.new(KEY, message, hashlib.sha256).digest()


def test_borders_of_parts_count() -> None:
    assert len({pseudonym(KEY, "ab", "c"), pseudonym(KEY, "a", "bc"), pseudonym(KEY, "abc"), pseudonym(KEY)}) == 4


def test_other_key_other_pseudonym() -> None:
    assert pseudonym(KEY, "a") != pseudonym(b"\1" * 32, "a")


def test_hexadecimal_form() -> None:
    assert pseudonym_hex(KEY, "a") == pseudonym(KEY, "a").hex()[:16]
    assert len(pseudonym_hex(KEY, "a", length=64)) == 64


@pytest.mark.parametrize("length", [0, 7, 65])
def test_length_has_bounds(length: int) -> None:
    with pytest.raises(ValueError):
        pseudonym_hex(KEY, "a", length=length)


def test_short_key() -> None:
    with pytest.raises(KeyUnavailable):
        pseudonym(b"", "a")
