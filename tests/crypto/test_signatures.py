"""Signatures: published values, every changed byte of an envelope, and keys of the wrong kind."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import KeyUnavailable, VerificationFailed
from wuming.crypto.signatures import (
    SigningKey,
    VerifyingKey,
    envelope_bytes,
    open_envelope,
    parse_envelope,
    pre_authentication_encoding,
    sign_envelope,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "crypto.json").read_bytes())
KEY = SigningKey.from_bytes(bytes(range(32)))
TYPE = "application/vnd.wuming.test+json"


@pytest.mark.parametrize("case", VECTORS["ed25519"]["cases"])
def test_published_signatures(case: dict[str, str]) -> None:
    key, message = SigningKey.from_bytes(bytes.fromhex(case["secret"])), bytes.fromhex(case["message"])
    assert key.public.raw.hex() == case["public"]
    assert key.sign(message).hex() == case["signature"]
    assert VerifyingKey.from_bytes(bytes.fromhex(case["public"])).verify(bytes.fromhex(case["signature"]), message)
    assert not key.public.verify(bytes.fromhex(case["signature"]), message + b"x")


def test_published_encoding() -> None:
    case = VECTORS["dsse"]
    assert pre_authentication_encoding(case["type"], case["payload"].encode()) == case["encoding"].encode()


def test_envelope_round_trip() -> None:
    envelope = sign_envelope(b"payload", TYPE, KEY)
    assert open_envelope(parse_envelope(envelope_bytes(envelope)), KEY.public, TYPE) == b"payload"


@given(position=st.integers(0, 10_000), byte=st.integers(0, 255), payload=st.binary(max_size=20))
@settings(max_examples=300, deadline=None)
def test_no_byte_of_an_envelope_changes_unseen(position: int, byte: int, payload: bytes) -> None:
    data = bytearray(envelope_bytes(sign_envelope(payload, TYPE, KEY)))
    position %= len(data)
    if data[position] == byte:
        return
    data[position] = byte
    with pytest.raises(VerificationFailed):
        open_envelope(parse_envelope(bytes(data)), KEY.public, TYPE)


def _lenient(data: bytes) -> bytes:
    """A reader that takes any JSON and any base64: what the test above must reject."""
    import base64

    envelope = json.loads(data)
    payload = base64.b64decode(envelope["payload"])
    signature = base64.b64decode(envelope["signatures"][0]["sig"])
    assert KEY.public.verify(signature, pre_authentication_encoding(envelope["payloadType"], payload))
    return payload


def test_a_lenient_reader_would_miss_changes() -> None:
    data = envelope_bytes(sign_envelope(b"p", TYPE, KEY))
    changed = data.replace(b"cA==", b"cB==")  # the same byte, its unused bits set
    assert changed != data
    assert _lenient(changed) == b"p"
    with pytest.raises(VerificationFailed):
        open_envelope(parse_envelope(changed), KEY.public, TYPE)


def _changed(**changes: Any) -> dict[str, Any]:
    return {**sign_envelope(b"p", TYPE, KEY), **changes}


@pytest.mark.parametrize(
    "envelope",
    [
        None,
        [],
        {},
        _changed(extra=1),
        _changed(payload=None),
        _changed(payload="cQ=="),
        _changed(payload="é"),
        _changed(payloadType="other"),
        _changed(signatures=[]),
        _changed(signatures=sign_envelope(b"p", TYPE, KEY)["signatures"] * 2),
        _changed(signatures=[{"sig": "AA=="}]),
        _changed(signatures=[{"keyid": KEY.public.fingerprint, "sig": "AA=="}]),
        sign_envelope(b"p", "other", KEY),
        sign_envelope(b"p", TYPE, SigningKey.generate()),
    ],
)
def test_bad_envelopes(envelope: Any) -> None:
    with pytest.raises(VerificationFailed):
        open_envelope(envelope, KEY.public, TYPE)


@pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b"{}", b"[" * 100_000])
def test_bad_files(data: bytes) -> None:
    with pytest.raises(VerificationFailed):
        parse_envelope(data)


def test_save_and_load(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    KEY.save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SigningKey.load(path).public.fingerprint == KEY.public.fingerprint
    assert b"PRIVATE" in path.read_bytes()
    assert "PRIVATE" not in repr(KEY)
    public = tmp_path / "key.pub"
    public.write_text(KEY.public.pem)
    assert VerifyingKey.load(public).raw == VerifyingKey.load(KEY.public.pem).raw == KEY.public.raw
    assert KEY.public.fingerprint.startswith("SHA256:")


def test_wrong_keys(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    other = ec.generate_private_key(ec.SECP256R1())
    path.write_bytes(
        other.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    path.chmod(0o600)
    public = other.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    empty = tmp_path / "empty.pem"
    empty.touch(mode=0o600)
    for bad in (path, empty, tmp_path / "absent.pem", tmp_path):
        with pytest.raises(KeyUnavailable):
            SigningKey.load(bad)
        with pytest.raises(KeyUnavailable):
            VerifyingKey.load(bad)
    with pytest.raises(KeyUnavailable):
        VerifyingKey.load(public.decode())
    for make in (SigningKey.from_bytes, VerifyingKey.from_bytes):
        with pytest.raises(KeyUnavailable):
            make(b"short")


def test_open_key_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    KEY.save(path)
    path.chmod(0o640)
    with pytest.raises(KeyUnavailable, match="0640"):
        SigningKey.load(path)
