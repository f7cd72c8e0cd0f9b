"""Ed25519 signatures, and DSSE envelopes that say what kind of thing was signed.

Source: RFC 8032 (Ed25519); DSSE protocol v1 (pre-authentication encoding).
Adversary: changes, replaces or re-signs what was signed, but has no private key. The verifier takes the public key from
outside the signed thing; a key that comes along with it proves nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import stat
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from wuming.core.canonical import canonical_json
from wuming.core.errors import KeyUnavailable, VerificationFailed
from wuming.core.storage import write_atomically

_REFUSE = "Do not trust it: it was changed, or signed by someone else."


class VerifyingKey:
    """A public Ed25519 key."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key

    @classmethod
    def load(cls, source: Path | str) -> VerifyingKey:
        """Read a public key: a path, or the PEM text itself.

        Raises:
            KeyUnavailable: missing, unreadable, or no Ed25519 public key.
        """
        if isinstance(source, str) and source.lstrip().startswith("-----BEGIN"):
            return cls._from_pem(source.encode(), "the given text")
        try:
            return cls._from_pem(Path(source).read_bytes(), str(source))
        except OSError as error:
            raise KeyUnavailable(
                f"cannot read the public key {source}: {os.strerror(error.errno or 0)}", help="Check the path."
            ) from error

    @classmethod
    def _from_pem(cls, pem: bytes, where: str) -> VerifyingKey:
        try:
            key = serialization.load_pem_public_key(pem)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise KeyUnavailable(f"no PEM public key in {where}", help="Pass the .pub file of the signer.") from error
        if not isinstance(key, Ed25519PublicKey):
            raise KeyUnavailable(f"the public key in {where} is not Ed25519", help="Pass the .pub file of the signer.")
        return cls(key)

    @classmethod
    def from_bytes(cls, raw: bytes) -> VerifyingKey:
        """Make a key from its 32 raw bytes (RFC 8032 §5.1.5).

        Raises:
            KeyUnavailable: not 32 bytes.
        """
        try:
            return cls(Ed25519PublicKey.from_public_bytes(raw))
        except ValueError as error:
            raise KeyUnavailable(f"an Ed25519 public key has 32 bytes, length={len(raw)}") from error

    @property
    def raw(self) -> bytes:
        """The 32 raw bytes."""
        return self._key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)

    @property
    def pem(self) -> str:
        """PEM text (SubjectPublicKeyInfo)."""
        return self._key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode()

    @property
    def fingerprint(self) -> str:
        """`SHA256:<base64>` of the raw key: what people compare over another channel."""
        return "SHA256:" + base64.b64encode(hashlib.sha256(self.raw).digest()).decode().rstrip("=")

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Say whether `signature` is this key's over `message`."""
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


class SigningKey:
    """A private Ed25519 key. Its representation shows the public fingerprint only."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def __repr__(self) -> str:
        return f"SigningKey({self.public.fingerprint})"

    @classmethod
    def generate(cls) -> SigningKey:
        """Make a new key from the operating system's CSPRNG."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_bytes(cls, raw: bytes) -> SigningKey:
        """Make a key from its 32-byte seed (RFC 8032 §5.1.5).

        Raises:
            KeyUnavailable: not 32 bytes.
        """
        try:
            return cls(Ed25519PrivateKey.from_private_bytes(raw))
        except ValueError as error:
            raise KeyUnavailable(f"an Ed25519 private key has 32 bytes, length={len(raw)}") from error

    @classmethod
    def load(cls, path: Path) -> SigningKey:
        """Read a private key from PEM (PKCS8, no password).

        Raises:
            KeyUnavailable: missing, unreadable, of the wrong kind, or readable by group or others.
        """
        data = read_secret_file(path)
        try:
            key = serialization.load_pem_private_key(data, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise KeyUnavailable(
                f"no PEM private key in {path}", help="Give an Ed25519 key without password."
            ) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyUnavailable(f"the private key in {path} is not Ed25519", help="Give an Ed25519 key.")
        return cls(key)

    def save(self, path: Path) -> None:
        """Write the key as PEM (PKCS8), mode 0600, atomically.

        Raises:
            StorageError: the folder cannot be written.
        """
        write_atomically(path, self.pem)

    @property
    def pem(self) -> bytes:
        """PEM (PKCS8); secret."""
        return self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def public(self) -> VerifyingKey:
        """The public half."""
        return VerifyingKey(self._key.public_key())

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature over `message` (deterministic)."""
        return self._key.sign(message)


def read_secret_file(path: Path) -> bytes:
    """Return the bytes of a secret file that nobody but its owner can read.

    Raises:
        KeyUnavailable: missing, unreadable, not a plain file, or open to group or others.
    """
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise KeyUnavailable(f"{path} is no plain file", help="Point to the key file itself.")
            if status.st_mode & 0o077:
                raise KeyUnavailable(
                    f"others can read or change {path}, mode={stat.S_IMODE(status.st_mode):04o}",
                    help=f"Run: chmod 600 {path}; if others had access, make a new key.",
                )
            return file.read()
    except OSError as error:
        raise KeyUnavailable(
            f"cannot read the key {path}: {os.strerror(error.errno or 0)}", help="Check the path and its owner."
        ) from error


def pre_authentication_encoding(payload_type: str, payload: bytes) -> bytes:
    """Return the bytes that DSSE signs: "DSSEv1" SP LEN(type) SP type SP LEN(payload) SP payload."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign_envelope(payload: bytes, payload_type: str, key: SigningKey) -> dict[str, Any]:
    """Return a DSSE envelope with one signature.

    Args:
        payload: the bytes to sign; they travel in the envelope.
        payload_type: media type; it is signed too, so an envelope cannot be passed off as one of another kind.
        key: the signer's.
    """
    signature = key.sign(pre_authentication_encoding(payload_type, payload))
    return {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": payload_type,
        "signatures": [{"keyid": key.public.fingerprint, "sig": base64.b64encode(signature).decode()}],
    }


def open_envelope(envelope: Any, key: VerifyingKey, payload_type: str) -> bytes:
    """Return the payload when the envelope was signed by `key` and is of the expected type.

    Stricter than DSSE asks: one signature, no other members, canonical base64, and a key id that is the key's
    fingerprint. So no byte of an envelope can change unseen.

    Raises:
        VerificationFailed: malformed, of another type, by another key, or changed.
    """
    if not isinstance(envelope, dict) or set(envelope) != {"payload", "payloadType", "signatures"}:
        raise VerificationFailed("no DSSE envelope: its members are not payload, payloadType, signatures", help=_REFUSE)
    signatures = envelope["signatures"]
    if not isinstance(signatures, list) or len(signatures) != 1 or not isinstance(signatures[0], dict):
        raise VerificationFailed("the envelope must hold exactly one signature", help=_REFUSE)
    if set(signatures[0]) != {"keyid", "sig"}:
        raise VerificationFailed("the envelope's signature must hold keyid and sig", help=_REFUSE)
    if envelope["payloadType"] != payload_type:
        raise VerificationFailed(f"the envelope is of another type, expected={payload_type}", help=_REFUSE)
    if signatures[0]["keyid"] != key.fingerprint:
        raise VerificationFailed(f"the envelope was signed by another key, expected={key.fingerprint}", help=_REFUSE)
    payload = _strict_base64(envelope["payload"], "payload")
    signature = _strict_base64(signatures[0]["sig"], "sig")
    if not key.verify(signature, pre_authentication_encoding(payload_type, payload)):
        raise VerificationFailed(f"the signature does not hold, key={key.fingerprint}", help=_REFUSE)
    return payload


def envelope_bytes(envelope: dict[str, Any]) -> bytes:
    """Return the one file content of an envelope: canonical JSON and a newline."""
    return canonical_json(envelope) + b"\n"


def parse_envelope(data: bytes) -> dict[str, Any]:
    """Read what `envelope_bytes` wrote; the envelope is not verified yet.

    Raises:
        VerificationFailed: no JSON object, or not byte for byte what `envelope_bytes` would write.
    """
    try:
        envelope = json.loads(data)
        same = isinstance(envelope, dict) and envelope_bytes(envelope) == data
    except (ValueError, RecursionError):
        same = False
    if not same:
        raise VerificationFailed("the file is no signed envelope, or was changed", help=_REFUSE)
    assert isinstance(envelope, dict)
    return envelope


def _strict_base64(text: Any, field: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError) as error:
        raise VerificationFailed(f"the envelope's {field} is not base64", help=_REFUSE) from error
    if base64.b64encode(data).decode() != text:
        raise VerificationFailed(f"the envelope's {field} is not canonical base64", help=_REFUSE)
    return data
