"""The messages of a round: typed, versioned, of bounded size, in msgpack.

A frame is the list [version, payload, signature]. The payload is one of the messages below, as a list that begins with
its name. Members sign the SHA-256 of their payload, which holds the agreement of the round and the sender's place; the
server's messages carry no signature, because nothing in the protocol rests on them.

Nothing is decoded before its length was checked, and nothing but the fields below is taken.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Final, TypeVar

from wuming.core.errors import MessageRefused, MissingExtra
from wuming.crypto.random import encode_context
from wuming.crypto.secret_sharing import SHARE_BYTES
from wuming.crypto.signatures import SigningKey, VerifyingKey
from wuming.federated.secure_aggregation.configuration import LARGEST_COHORT, RoundConfiguration
from wuming.federated.secure_aggregation.words import packed_length

try:
    import msgspec
except ImportError as error:
    raise MissingExtra("msgspec is not installed", help="pip install 'wuming[federated]'") from error

VERSION: Final = 2
SEALED_BYTES: Final = 2 * SHARE_BYTES + 16
"""Two shares and the tag of AES-GCM."""
COMMITMENTS_BYTES: Final = 2 * 32
"""A commitment to each of two shares."""

_SIGNING_DOMAIN = "wuming/secure-aggregation/1/member-message"
_FRAME_ROOM = 1024  # bytes: version, names, digests, places, signature
_MEMBER_ROOM = 512  # bytes of one member in a list

_Place = Annotated[int, msgspec.Meta(ge=0, lt=LARGEST_COHORT)]
_Bytes32 = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
_Share = Annotated[bytes, msgspec.Meta(min_length=SHARE_BYTES, max_length=SHARE_BYTES)]
_Sealed = Annotated[bytes, msgspec.Meta(min_length=SEALED_BYTES, max_length=SEALED_BYTES)]
_Commitments = Annotated[bytes, msgspec.Meta(min_length=COMMITMENTS_BYTES, max_length=COMMITMENTS_BYTES)]
_Framed = Annotated[bytes, msgspec.Meta(max_length=_MEMBER_ROOM)]
_Few = msgspec.Meta(max_length=LARGEST_COHORT)


class _Message(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag=True):
    agreement: _Bytes32


class MemberMessage(_Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What every message of a member holds: the agreement and its place."""

    sender: _Place


class Advertisement(MemberMessage, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Two X25519 keys of this round, and a commitment to the seed of the member's own mask."""

    channel_key: _Bytes32
    mask_key: _Bytes32
    seed_commitment: _Bytes32


class EncryptedShares(MemberMessage, frozen=True, array_like=True, forbid_unknown_fields=True):
    """For each other member of the directory, by place: two shares that it alone can read.

    And for each member, the sender too, a commitment to each of its two shares: who reveals another one is found out.
    """

    directory: _Bytes32
    sealed: Annotated[dict[_Place, _Sealed], _Few]
    commitments: Annotated[dict[_Place, _Commitments], _Few]


class MaskedInput(MemberMessage, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The masked vector, packed; see `words`."""

    vector: memoryview


class Confirmation(MemberMessage, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The digest of what the member was told: keys, sharers, survivors. Its signature is what the others check."""

    transcript: _Bytes32


class Revelation(MemberMessage, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One share of each member: of the mask key of who dropped out, of the seed of who survived."""

    mask_key_shares: Annotated[dict[_Place, _Share], _Few]
    seed_shares: Annotated[dict[_Place, _Share], _Few]


class KeyDirectory(_Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """All advertisements, as their members framed and signed them."""

    advertisements: Annotated[list[_Framed], _Few]


class SharesForMember(_Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the others sealed for one member, and what they committed to, by sender."""

    recipient: _Place
    sealed: Annotated[dict[_Place, _Sealed], _Few]
    commitments: Annotated[dict[_Place, _Commitments], _Few]


class Survivors(_Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The members whose masked vectors the server has."""

    members: Annotated[list[_Place], _Few]


class Confirmations(_Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """All confirmations, as their members framed and signed them."""

    confirmations: Annotated[list[_Framed], _Few]


class Abort(_Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The round is over, and there is no sum."""

    reason: Annotated[str, msgspec.Meta(max_length=64)]


class _Frame(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    version: int
    payload: memoryview
    signature: Annotated[bytes, msgspec.Meta(max_length=64)]


FromMember = Advertisement | EncryptedShares | MaskedInput | Confirmation | Revelation
FromServer = KeyDirectory | SharesForMember | Survivors | Confirmations | Abort

_M = TypeVar("_M")
_encoder = msgspec.msgpack.Encoder()
_frames = msgspec.msgpack.Decoder(_Frame)
_from_member: Any = msgspec.msgpack.Decoder(FromMember)
_from_server: Any = msgspec.msgpack.Decoder(FromServer)


def largest_from_member(configuration: RoundConfiguration) -> int:
    """Return the largest length of a member's message, in bytes."""
    listed = configuration.members * _MEMBER_ROOM
    return _FRAME_ROOM + max(listed, packed_length(configuration.dimension, configuration.modulus_bits))


def largest_from_server(configuration: RoundConfiguration) -> int:
    """Return the largest length of a message of the server, in bytes."""
    return _FRAME_ROOM + configuration.members * _MEMBER_ROOM


def sign(message: FromMember, identity: SigningKey) -> bytes:
    """Return the framed and signed message."""
    payload = _encoder.encode(message)
    return _encoder.encode(_Frame(VERSION, memoryview(payload), identity.sign(_signed(payload))))


def frame(message: FromServer) -> bytes:
    """Return the framed message of the server."""
    return _encoder.encode(_Frame(VERSION, memoryview(_encoder.encode(message)), b""))


def open_from_member(data: bytes, keys: tuple[VerifyingKey, ...], agreement: bytes, largest: int) -> FromMember:
    """Return a member's message, once its form, its round and its signature were checked.

    Args:
        data: as received; a vector in the result is a view of it.
        keys: the cohort's identity keys.
        agreement: of the round.
        largest: number of bytes above which nothing is looked at.

    Raises:
        MessageRefused: `too-large`, `malformed`, `version`, `foreign` (another round, or no member), `bad-signature`.
    """
    content = _open(data, largest)
    message: FromMember = _decode(_from_member, content.payload)
    _check_agreement(message.agreement, agreement)
    if message.sender >= len(keys):
        raise refused(f"no member has the place {message.sender}", "foreign")
    if not keys[message.sender].verify(content.signature, _signed(content.payload)):
        raise refused(f"the signature of member {message.sender} does not hold", "bad-signature")
    return message


def open_from_server(data: bytes, agreement: bytes, largest: int) -> FromServer:
    """Return a message of the server, once its form and its round were checked.

    Raises:
        MessageRefused: `too-large`, `malformed`, `version`, `foreign` (another round).
    """
    message: FromServer = _decode(_from_server, _open(data, largest).payload)
    _check_agreement(message.agreement, agreement)
    return message


def refused(message: str, reason: str) -> MessageRefused:
    """Return the refusal of one message."""
    return MessageRefused(message, reason=reason, help="The round goes on without it.")


def _open(data: bytes, largest: int) -> _Frame:
    if len(data) > largest:
        raise refused(f"a message of {len(data)} bytes, at most {largest} are read", "too-large")
    content: _Frame = _decode(_frames, data)
    if content.version != VERSION:
        raise refused(f"a message of version {content.version}, this is version {VERSION}", "version")
    return content


def _decode(decoder: Any, data: bytes | memoryview) -> Any:
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        # The decoder's own text may quote what it read.
        raise refused("a message that is not of this protocol's form", "malformed") from error


def _check_agreement(found: bytes, expected: bytes) -> None:
    if found != expected:
        raise refused("a message of another round, cohort, model or configuration", "foreign")


def _signed(payload: bytes | memoryview) -> bytes:
    return encode_context(_SIGNING_DOMAIN, hashlib.sha256(payload).digest())
