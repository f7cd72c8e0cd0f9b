"""Keys of one round: each from one X25519 exchange or one seed, by HKDF, for one purpose and one pair.

The context of every derived key names protocol, purpose, agreement, directory of keys, both places and both public
keys, so no key is ever used twice, or for two things.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wuming.crypto.random import derive_key, encode_context

_DOMAIN = "wuming/secure-aggregation/1"
# Each key of AES-GCM seals one message, so its nonce need not change.
_NONCE = bytes(12)


@dataclass(frozen=True, slots=True)
class Session:
    """What the keys of a round depend on.

    Attributes:
        agreement: 32 bytes; see `configuration.agreement`.
        directory: 32 bytes, the digest of all advertised keys.
    """

    agreement: bytes
    directory: bytes

    def pair_mask(self, own: X25519PrivateKey, own_place: int, other: bytes, other_place: int) -> bytes:
        """Return the 32-byte key of the mask that two members share; the same from both sides.

        Raises:
            ValueError: the other's key is no point that gives a secret.
        """
        first, second = sorted([(own_place, own.public_key().public_bytes_raw()), (other_place, other)])
        secret = own.exchange(X25519PublicKey.from_public_bytes(other))
        return derive_key(secret, _DOMAIN, "pair-mask", self.agreement, self.directory, *first, *second)

    def seal(self, own: X25519PrivateKey, own_place: int, other: bytes, other_place: int, content: bytes) -> bytes:
        """Return content that only the other can read (AES-256-GCM); one message for each direction.

        Raises:
            ValueError: the other's key is no point that gives a secret.
        """
        key = self._channel(own, other, own_place, other_place)
        return AESGCM(key).encrypt(_NONCE, content, self._associated(own_place, other_place))

    def open(
        self, own: X25519PrivateKey, own_place: int, other: bytes, other_place: int, sealed: bytes
    ) -> bytes | None:
        """Return what the other sealed for us under the same agreement and directory, or None.

        Raises:
            ValueError: the other's key is no point that gives a secret.
        """
        key = self._channel(own, other, other_place, own_place)
        try:
            return AESGCM(key).decrypt(_NONCE, sealed, self._associated(other_place, own_place))
        except InvalidTag:
            return None

    def own_mask(self, seed: bytes, place: int) -> bytes:
        """Return the 32-byte key of a member's own mask."""
        return derive_key(seed, _DOMAIN, "own-mask", self.agreement, self.directory, place)

    def _channel(self, own: X25519PrivateKey, other: bytes, sender: int, recipient: int) -> bytes:
        secret = own.exchange(X25519PublicKey.from_public_bytes(other))
        public = sorted([own.public_key().public_bytes_raw(), other])
        return derive_key(secret, _DOMAIN, "shares", self.agreement, self.directory, sender, recipient, *public)

    def _associated(self, sender: int, recipient: int) -> bytes:
        return encode_context(_DOMAIN, "shares", self.agreement, self.directory, sender, recipient)


def seed_commitment(agreement: bytes, place: int, seed: bytes) -> bytes:
    """Return a 32-byte commitment to a 32-byte random seed: it hides because nobody can try 2²⁵⁶ seeds."""
    return hashlib.sha256(encode_context(_DOMAIN, "seed-commitment", agreement, place, seed)).digest()


def share_commitments(session: Session, dealer: int, holder: int, shares: bytes) -> bytes:
    """Return a 32-byte commitment to each of the two shares that a member has dealt to another, one after the other.

    Fewer than `threshold` shares leave each other share, and the secret itself, one of 2²⁵⁶ or more: nobody can try
    them all, so a commitment to a share hides it.
    """
    half = len(shares) // 2
    return b"".join(
        share_commitment(session, dealer, holder, purpose, share)
        for purpose, share in (("mask-key", shares[:half]), ("seed", shares[half:]))
    )


def share_commitment(session: Session, dealer: int, holder: int, purpose: str, share: bytes) -> bytes:
    """Return a 32-byte commitment to one share, of the dealer's `mask-key` or `seed`."""
    parts = (session.agreement, session.directory, dealer, holder, purpose, share)
    return hashlib.sha256(encode_context(_DOMAIN, "share-commitment", *parts)).digest()


def directory_digest(agreement: bytes, advertisements: dict[int, tuple[bytes, bytes, bytes]]) -> bytes:
    """Return the digest of all advertised (channel key, mask key, seed commitment), by place."""
    parts = (part for place in sorted(advertisements) for part in (place, *advertisements[place]))
    return hashlib.sha256(encode_context(_DOMAIN, "directory", agreement, *parts)).digest()


def transcript_digest(session: Session, sharers: frozenset[int], survivors: frozenset[int]) -> bytes:
    """Return the digest of what a member was told before it reveals anything: keys, sharers and survivors."""
    parts: list[int | bytes | str] = [session.agreement, session.directory, "sharers", *sorted(sharers)]
    return hashlib.sha256(encode_context(_DOMAIN, "transcript", *parts, "survivors", *sorted(survivors))).digest()
