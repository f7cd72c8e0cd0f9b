"""A member's side of a round: five calls in a fixed order, each of which takes bytes and gives bytes.

Each call checks everything that the server says before it answers. A message of the wrong stage or round is refused and
changes nothing (`MessageRefused`). A message that breaks a rule on which privacy rests ends the round for this member
(`RoundAborted`): its secrets are forgotten, and it never answers again.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from enum import IntEnum
from typing import Any, NoReturn, TypeVar

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from numpy.typing import NDArray

from wuming.core.errors import MessageRefused, RoundAborted, RoundRefused, UpdateRefused
from wuming.crypto.secret_sharing import SECRET_BYTES, SHARE_BYTES, is_share, split
from wuming.crypto.signatures import SigningKey
from wuming.federated.secure_aggregation import messages
from wuming.federated.secure_aggregation.configuration import Cohort, RoundConfiguration, agreement
from wuming.federated.secure_aggregation.keys import (
    Session,
    directory_digest,
    seed_commitment,
    share_commitments,
    transcript_digest,
)
from wuming.federated.secure_aggregation.masks import add_mask
from wuming.federated.secure_aggregation.messages import refused
from wuming.federated.secure_aggregation.rounds import RoundRegister
from wuming.federated.secure_aggregation.turns import Turns, one_at_a_time
from wuming.federated.secure_aggregation.words import pack, to_words

_M = TypeVar("_M", bound=messages.FromServer)


class Stage(IntEnum):
    """What a member has sent last."""

    NOTHING = 0
    KEYS = 1
    SHARES = 2
    VECTOR = 3
    CONFIRMATION = 4
    REVELATION = 5
    OVER = 6


class Client(Turns):
    """One member in one round.

    Args:
        identity: the member's own signing key; its public half is in the cohort.
        cohort: the members, by keys that come from a source the server does not control.
        configuration: the round's numbers, as this member was told.
        register: where this member keeps which rounds it has begun; must outlive the process.
        least_colluders: the smallest number of colluding members that this member wants to be safe from; its own
            choice, not the server's.

    Raises:
        RoundRefused: not a member (`no-member`), fewer colluders planned for than this member wants (`few-colluders`),
            a configuration for another cohort, or a round that was begun before (`replayed-round`).

    Guarantee: see `wuming.federated.secure_aggregation`. Every object is for one round and one update.
    """

    def __init__(
        self,
        identity: SigningKey,
        cohort: Cohort,
        configuration: RoundConfiguration,
        *,
        register: RoundRegister,
        least_colluders: int,
    ) -> None:
        self._agreement = agreement(cohort, configuration)
        self._place = cohort.place_of(identity.public)
        if configuration.colluders < least_colluders:
            raise RoundRefused(
                f"colluders={configuration.colluders} is below this member's own least_colluders={least_colluders}",
                reason="few-colluders",
                help="Raise colluders and threshold in the round's configuration.",
            )
        super().__init__()
        register.begin(configuration.federation, configuration.round_number)
        self._identity = identity
        self._cohort = cohort
        self._configuration = configuration
        self._largest = messages.largest_from_server(configuration)
        self._stage = Stage.NOTHING
        self._channel: X25519PrivateKey = X25519PrivateKey.generate()
        self._mask: X25519PrivateKey = X25519PrivateKey.generate()
        self._seed = secrets.token_bytes(SECRET_BYTES)
        self._directory: dict[int, messages.Advertisement] = {}
        self._own_shares = b""
        self._shares: dict[int, bytes] = {}  # of every sharer: mask key share ‖ seed share
        self._survivors: frozenset[int] = frozenset()

    @property
    def place(self) -> int:
        """This member's place in the cohort."""
        return self._place

    @property
    def stage(self) -> Stage:
        """What was sent last; `OVER` once the round has ended for this member."""
        return self._stage

    @one_at_a_time
    def advertise(self) -> bytes:
        """Return this member's signed keys.

        Raises:
            MessageRefused: (`duplicate`, `late`) they were returned before.
        """
        self._expect(Stage.NOTHING)
        commitment = seed_commitment(self._agreement, self._place, self._seed)
        channel, mask = (key.public_key().public_bytes_raw() for key in (self._channel, self._mask))
        self._advertisement = messages.Advertisement(self._agreement, self._place, channel, mask, commitment)
        self._stage = Stage.KEYS
        return messages.sign(self._advertisement, self._identity)

    @one_at_a_time
    def share(self, data: bytes) -> bytes:
        """Take the directory of keys; return shares of this member's secrets, sealed for each other member.

        Raises:
            MessageRefused: the message is not taken; nothing changed.
            RoundAborted: `too-few`, `bad-advertisement`, `disagreement`, `own-key`, `same-key`.
        """
        directory = self._read(data, messages.KeyDirectory, Stage.KEYS)
        self._directory = self._checked_directory(directory.advertisements)
        self._session = Session(self._agreement, directory_digest(self._agreement, advertised(self._directory)))
        places = sorted(self._directory)
        threshold = self._configuration.threshold
        mask_key = self._mask.private_bytes_raw()
        halves = (split(secret, threshold, [place + 1 for place in places]) for secret in (mask_key, self._seed))
        pairs = dict(zip(places, map(b"".join, zip(*halves, strict=True)), strict=True))
        commitments = {
            place: share_commitments(self._session, self._place, place, pair) for place, pair in pairs.items()
        }
        self._own_shares = pairs.pop(self._place)
        sealed = {}
        for place, content in pairs.items():
            key = self._directory[place].channel_key
            try:
                sealed[place] = self._session.seal(self._channel, self._place, key, place, content)
            except ValueError:
                self._abort(f"the channel key of member {place} gives no secret", "bad-advertisement")
        self._stage = Stage.SHARES
        message = messages.EncryptedShares(self._agreement, self._place, self._session.directory, sealed, commitments)
        return messages.sign(message, self._identity)

    @one_at_a_time
    def mask(self, data: bytes, values: NDArray[np.integer[Any]]) -> bytes:
        """Take the shares of the others; return this member's vector, masked and packed.

        Args:
            data: the server's message.
            values: [dimension] integers, each of magnitude at most `value_bound`; left as they are.

        Raises:
            UpdateRefused: the vector is not of this form (`not-integers`, `wrong-shape`, `out-of-range`); nothing
                changed, and the call may be repeated.
            MessageRefused: the message is not taken; nothing changed.
            RoundAborted: `too-few`, `unknown-member`, `unreadable-share`.
        """
        shares = self._read(data, messages.SharesForMember, Stage.SHARES)
        if shares.recipient != self._place:
            raise refused(f"shares for member {shares.recipient}, this is member {self._place}", "foreign")
        words = self._checked_words(values)
        self._shares = self._opened(shares.sealed, shares.commitments)
        add_mask(words, self._session.own_mask(self._seed, self._place))
        for place in self._shares:
            if place != self._place:
                key = self._pair_mask(place)
                add_mask(words, key, negative=place < self._place)
        self._stage = Stage.VECTOR
        vector = memoryview(pack(words, self._configuration.modulus_bits))
        return messages.sign(messages.MaskedInput(self._agreement, self._place, vector), self._identity)

    @one_at_a_time
    def confirm(self, data: bytes) -> bytes:
        """Take the list of survivors; return this member's signature over it. It signs one list a round.

        Raises:
            MessageRefused: the message is not taken; nothing changed.
            RoundAborted: `too-few`, `unknown-member`, `left-out`.
        """
        told = self._read(data, messages.Survivors, Stage.VECTOR)
        survivors = frozenset(told.members)
        if len(survivors) != len(told.members):
            self._abort("a survivor is named twice", "unknown-member")
        if not survivors <= self._shares.keys():
            self._abort("a survivor is named who has shared nothing", "unknown-member")
        if self._place not in survivors:
            self._abort("this member is not among the survivors", "left-out")
        self._require_threshold(len(survivors), "survivors")
        self._survivors = survivors
        self._stage = Stage.CONFIRMATION
        return messages.sign(messages.Confirmation(self._agreement, self._place, self._transcript()), self._identity)

    @one_at_a_time
    def reveal(self, data: bytes) -> bytes:
        """Take the signatures of the others; return one share of each member. Then this member is done.

        Which share is decided here, from the survivors that were confirmed: never both of one member.

        Raises:
            MessageRefused: the message is not taken; nothing changed.
            RoundAborted: `too-few`, `survivors-differ`, `bad-confirmation`.
        """
        told = self._read(data, messages.Confirmations, Stage.CONFIRMATION)
        self._check_confirmations(told.confirmations)
        dropped = self._shares.keys() - self._survivors
        mask_key_shares = {place: self._shares[place][:SHARE_BYTES] for place in sorted(dropped)}
        seed_shares = {place: self._shares[place][SHARE_BYTES:] for place in sorted(self._survivors)}
        message = messages.Revelation(self._agreement, self._place, mask_key_shares, seed_shares)
        self._forget()
        self._stage = Stage.REVELATION
        return messages.sign(message, self._identity)

    @one_at_a_time
    def abort(self) -> None:
        """End the round for this member and forget its secrets; to be called when the server is silent for too long."""
        self._forget()
        self._stage = Stage.OVER

    # ── checks ──

    def _expect(self, stage: Stage) -> None:
        if self._stage != stage:
            position = "early" if self._stage < stage else "duplicate" if self._stage == stage + 1 else "late"
            raise refused(f"a message for stage {stage.name}, this member is at {self._stage.name}", position)

    def _read(self, data: bytes, kind: type[_M], stage: Stage) -> _M:
        if self._stage >= Stage.REVELATION:
            raise refused("the round is over for this member", "over")
        message = messages.open_from_server(data, self._agreement, self._largest)
        if isinstance(message, messages.Abort):
            self._abort("the server ended the round", "server-aborted")
        if not isinstance(message, kind):
            raise refused(f"a {type(message).__name__}, where {kind.__name__} is read", "wrong-kind")
        self._expect(stage)
        return message

    def _checked_directory(self, framed: list[bytes]) -> dict[int, messages.Advertisement]:
        found: dict[int, messages.Advertisement] = {}
        for data in framed:
            try:
                message = messages.open_from_member(data, self._cohort.keys, self._agreement, self._largest)
            except MessageRefused as error:
                disagrees = error.reason == "foreign"
                self._abort(
                    f"an advertisement does not hold: {error.reason}",
                    "disagreement" if disagrees else "bad-advertisement",
                )
            if not isinstance(message, messages.Advertisement) or message.sender in found:
                self._abort("the directory of keys names a member twice, or holds something else", "bad-advertisement")
            found[message.sender] = message
        if found.get(self._place) != self._advertisement:
            self._abort("the directory of keys does not hold this member's own", "own-key")
        public = [key for message in found.values() for key in (message.channel_key, message.mask_key)]
        if len(set(public)) != len(public):
            self._abort("one key stands twice in the directory", "same-key")
        self._require_threshold(len(found), "members with keys")
        return found

    def _opened(self, sealed: Mapping[int, bytes], commitments: Mapping[int, bytes]) -> dict[int, bytes]:
        if not sealed.keys() <= self._directory.keys() or self._place in sealed:
            self._abort("shares of somebody who is not in the directory", "unknown-member")
        self._require_threshold(len(sealed) + 1, "members with shares")
        opened = {self._place: self._own_shares}
        for place, content in sealed.items():
            try:
                plain = self._session.open(
                    self._channel, self._place, self._directory[place].channel_key, place, content
                )
            except ValueError:
                plain = None
            if plain is None or not (is_share(plain[:SHARE_BYTES]) and is_share(plain[SHARE_BYTES:])):
                self._abort(f"the shares of member {place} cannot be read", "unreadable-share")
            # What does not fit now would be blamed on this member when it reveals it.
            if share_commitments(self._session, place, self._place, plain) != commitments.get(place):
                self._abort(f"the shares of member {place} are not those it committed to", "unreadable-share")
            opened[place] = plain
        return opened

    def _checked_words(self, values: NDArray[np.integer[Any]]) -> NDArray[Any]:
        configuration = self._configuration
        if not isinstance(values, np.ndarray) or values.dtype.kind != "i":
            raise UpdateRefused(
                "the vector is no array of signed integers",
                reason="not-integers",
                help="Encode the update first; what holds NaN or infinity has no encoding.",
            )
        if values.shape != (configuration.dimension,):
            raise UpdateRefused(
                f"the vector has shape {values.shape}, the round is for ({configuration.dimension},)",
                reason="wrong-shape",
                help="Give the model's parameters in the order and number that the round was configured for.",
            )
        if int(values.max()) > configuration.value_bound or int(values.min()) < -configuration.value_bound:
            raise UpdateRefused(
                f"a value is beyond value_bound={configuration.value_bound}",
                reason="out-of-range",
                help="Clip before encoding; a larger value could wrap around in the sum.",
            )
        return to_words(values, configuration.modulus_bits)

    def _check_confirmations(self, framed: list[bytes]) -> None:
        transcript = self._transcript()
        confirmed = set()
        for data in framed:
            try:
                message = messages.open_from_member(data, self._cohort.keys, self._agreement, self._largest)
            except MessageRefused as error:
                self._abort(f"a confirmation does not hold: {error.reason}", "bad-confirmation")
            if not isinstance(message, messages.Confirmation) or message.sender not in self._survivors:
                self._abort("a confirmation of somebody who is no survivor, or something else", "bad-confirmation")
            if message.transcript != transcript:
                self._abort(f"member {message.sender} was told of other keys, sharers or survivors", "survivors-differ")
            confirmed.add(message.sender)
        self._require_threshold(len(confirmed), "confirmations")

    def _pair_mask(self, place: int) -> bytes:
        try:
            return self._session.pair_mask(self._mask, self._place, self._directory[place].mask_key, place)
        except ValueError:
            self._abort(f"the mask key of member {place} gives no secret", "bad-advertisement")

    def _transcript(self) -> bytes:
        return transcript_digest(self._session, frozenset(self._shares), self._survivors)

    def _require_threshold(self, number: int, what: str) -> None:
        if number < self._configuration.threshold:
            self._abort(f"{number} {what}, threshold={self._configuration.threshold}", "too-few")

    def _abort(self, message: str, reason: str) -> NoReturn:
        self.abort()
        raise RoundAborted(message, reason=reason, help="This member takes no further part in the round.")

    def _forget(self) -> None:
        """Drop every secret. Python may keep copies in freed memory; they are of this round alone."""
        self._shares, self._own_shares, self._seed = {}, b"", b""
        self._channel = self._mask = X25519PrivateKey.generate()


def advertised(directory: Mapping[int, messages.Advertisement]) -> dict[int, tuple[bytes, bytes, bytes]]:
    """Return what the digest of a directory covers."""
    return {
        place: (message.channel_key, message.mask_key, message.seed_commitment) for place, message in directory.items()
    }
