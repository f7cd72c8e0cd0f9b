"""A member between two messages: its state as sealed bytes.

Flower may run every message in a process of its own, and keeps what an app remembers in a `Context` that travels
between processes. The secrets of a round therefore leave the process only sealed (AES-256-GCM) under a key that comes
from the silo's identity key: whoever holds the context without that key can neither read nor change it.

A context can be handed out twice, to two processes at once, or an older one again after a crash. So each stage is also
entered in the silo's register before its answer leaves: one answer a stage, whatever was done to the context.
"""

from __future__ import annotations

import secrets
from threading import RLock
from typing import Any, Final

import msgspec
import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from numpy.typing import NDArray

from wuming.core.errors import RoundRefused
from wuming.crypto.random import derive_key, encode_context
from wuming.crypto.signatures import SigningKey
from wuming.federated.secure_aggregation import Client, Cohort, RoundConfiguration, Stage
from wuming.federated.secure_aggregation.configuration import agreement
from wuming.federated.secure_aggregation.keys import Session, seed_commitment
from wuming.federated.secure_aggregation.messages import Advertisement, largest_from_server

_DOMAIN: Final = "wuming/federated/flower/1/member-state"
_NONCE_BYTES: Final = 12


class MemberState(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """All that a member must remember of its round.

    Attributes:
        configuration: the round's numbers.
        begun_at: seconds since 1970.
        stage: what was sent last; see `Stage`.
        channel, mask, seed, own_shares: the member's secrets.
        directory: place → (channel key, mask key, seed commitment).
        session: digest of the directory; empty before it is known.
        shares: of every sharer.
        survivors: places that were confirmed.
        vector: the encoded update, until it was sent.
        vector_type: its numpy type.
    """

    configuration: RoundConfiguration
    begun_at: float
    stage: int
    channel: bytes
    mask: bytes
    seed: bytes
    own_shares: bytes
    directory: dict[int, tuple[bytes, bytes, bytes]]
    session: bytes
    shares: dict[int, bytes]
    survivors: list[int]
    vector: bytes
    vector_type: str

    def values(self) -> NDArray[Any]:
        """Return the encoded update."""
        return np.frombuffer(self.vector, dtype=self.vector_type)


class StoredClient(Client):
    """A `Client` whose state can be taken out and put back."""

    @property
    def configuration(self) -> RoundConfiguration:
        """The round's numbers."""
        return self._configuration

    def taken(self, *, begun_at: float, vector: NDArray[np.integer[Any]]) -> MemberState:
        """Return the state as a value; see `MemberState`."""
        session = getattr(self, "_session", None)
        sent = self._stage >= Stage.VECTOR
        return MemberState(
            configuration=self._configuration,
            begun_at=begun_at,
            stage=int(self._stage),
            channel=self._channel.private_bytes_raw(),
            mask=self._mask.private_bytes_raw(),
            seed=self._seed,
            own_shares=self._own_shares,
            directory={
                place: (message.channel_key, message.mask_key, message.seed_commitment)
                for place, message in self._directory.items()
            },
            session=session.directory if session else b"",
            shares=self._shares,
            survivors=sorted(self._survivors),
            vector=b"" if sent else vector.tobytes(),
            vector_type=vector.dtype.str,
        )

    @classmethod
    def put_back(cls, state: MemberState, identity: SigningKey, cohort: Cohort) -> StoredClient:
        """Return the member that `taken` described; it has begun its round already, so no register is asked."""
        self, configuration = cls.__new__(cls), state.configuration
        self._turn = RLock()
        self._agreement = agreement(cohort, configuration)
        self._place = cohort.place_of(identity.public)
        self._identity, self._cohort, self._configuration = identity, cohort, configuration
        self._largest = largest_from_server(configuration)
        self._stage = Stage(state.stage)
        self._channel = X25519PrivateKey.from_private_bytes(state.channel)
        self._mask = X25519PrivateKey.from_private_bytes(state.mask)
        self._seed, self._own_shares = state.seed, state.own_shares
        channel, mask = (key.public_key().public_bytes_raw() for key in (self._channel, self._mask))
        commitment = seed_commitment(self._agreement, self._place, state.seed)
        self._advertisement = Advertisement(self._agreement, self._place, channel, mask, commitment)
        self._directory = {
            place: Advertisement(self._agreement, place, *keys) for place, keys in state.directory.items()
        }
        if state.session:
            self._session = Session(self._agreement, state.session)
        self._shares, self._survivors = state.shares, frozenset(state.survivors)
        return self


def sealed(state: MemberState, identity: SigningKey, federation: str) -> bytes:
    """Return the state so that only the holder of the identity key can read or change it."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(identity).encrypt(nonce, msgspec.msgpack.encode(state), _associated(federation))


def unsealed(data: bytes, identity: SigningKey, federation: str) -> MemberState:
    """Return a sealed state.

    Raises:
        RoundRefused: (`unreadable-state`) it was sealed by another silo, for another federation, or was changed.
    """
    try:
        content = _cipher(identity).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _associated(federation))
        return msgspec.msgpack.decode(content, type=MemberState)
    except (InvalidTag, ValueError, msgspec.DecodeError) as error:
        raise RoundRefused(
            "what this silo remembered of the round cannot be read",
            reason="unreadable-state",
            help="Begin a new round; the context belongs to another silo, or was changed.",
        ) from error


def _cipher(identity: SigningKey) -> AESGCM:
    return AESGCM(derive_key(identity.pem, _DOMAIN))


def _associated(federation: str) -> bytes:
    return encode_context(_DOMAIN, federation)
