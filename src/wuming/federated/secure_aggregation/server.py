"""The server's side of a round: it takes messages in any order, and says at the end of each stage what to send to whom.

The server is not trusted with anything but the sum. It holds one vector: each masked vector is added and forgotten, and
masks are taken away in place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import combinations, islice
from typing import Any, Final, NoReturn

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from numpy.typing import NDArray

from wuming.core.errors import RoundAborted
from wuming.crypto.secret_sharing import combine_all, is_share
from wuming.federated.secure_aggregation import messages
from wuming.federated.secure_aggregation.client import advertised
from wuming.federated.secure_aggregation.configuration import Cohort, RoundConfiguration, agreement
from wuming.federated.secure_aggregation.keys import (
    Session,
    directory_digest,
    seed_commitment,
    share_commitment,
    transcript_digest,
)
from wuming.federated.secure_aggregation.masks import add_mask
from wuming.federated.secure_aggregation.messages import refused
from wuming.federated.secure_aggregation.turns import Turns, one_at_a_time
from wuming.federated.secure_aggregation.words import add_packed, packed_length, to_signed, word_type


class ServerStage(IntEnum):
    """What the server is waiting for."""

    KEYS = 1
    SHARES = 2
    VECTORS = 3
    CONFIRMATIONS = 4
    REVELATIONS = 5
    DONE = 6
    ABORTED = 7


_KINDS: dict[type[Any], ServerStage] = {
    messages.Advertisement: ServerStage.KEYS,
    messages.EncryptedShares: ServerStage.SHARES,
    messages.MaskedInput: ServerStage.VECTORS,
    messages.Confirmation: ServerStage.CONFIRMATIONS,
    messages.Revelation: ServerStage.REVELATIONS,
}

LARGEST_SEARCH: Final = 256
"""Sets of shares that are tried in a round, beyond the first, for secrets that their own owners have dealt wrongly."""


class Server(Turns):
    """One round.

    Args:
        cohort: the members, by their public keys.
        configuration: the round's numbers.

    Raises:
        RoundRefused: the configuration is for another cohort.

    Use: hand every message to `receive`; when `waiting_for` is empty, or time is up, call `advance` and send what it
    returns. After five times `total` is the sum. Whoever did not answer in a stage is out of the round, and whoever was
    found to have lied about shares is in `blamed`.
    """

    def __init__(self, cohort: Cohort, configuration: RoundConfiguration) -> None:
        super().__init__()
        self._agreement = agreement(cohort, configuration)
        self._cohort = cohort
        self._configuration = configuration
        self._largest = messages.largest_from_member(configuration)
        self._stage = ServerStage.KEYS
        self._present = frozenset(range(len(cohort)))  # who may answer in this stage
        self._answered: set[int] = set()
        self._framed: dict[int, bytes] = {}  # advertisements, later confirmations, as they were signed
        self._directory: dict[int, messages.Advertisement] = {}
        self._sealed: dict[int, dict[int, bytes]] = {}
        self._commitments: dict[int, bytes] = {}  # dealer → commitments for all holders in the order of their places
        self._blamed: dict[int, str] = {}
        self._searched = 0
        self._sum: NDArray[Any] | None = None
        self._revealed: dict[int, messages.Revelation] = {}
        self._sharers: frozenset[int] = frozenset()
        self._survivors: frozenset[int] = frozenset()
        self._reason = ""

    @property
    def stage(self) -> ServerStage:
        """What the server is waiting for."""
        return self._stage

    @property
    def waiting_for(self) -> frozenset[int]:
        """Places of the members who have not answered in this stage."""
        return self._present - self._answered if self._stage < ServerStage.DONE else frozenset()

    @property
    def survivors(self) -> frozenset[int]:
        """Places of the members whose vectors are in the sum; empty before it is known who they are."""
        return self._survivors

    @property
    def blamed(self) -> Mapping[int, str]:
        """Places of the members that lied about shares, by their own signatures, and how.

        `wrong-shares`: it revealed a share that is not the one it was dealt. `wrong-secret`: it dealt shares that do
        not give what it advertised.
        """
        return dict(self._blamed)

    @property
    def total(self) -> NDArray[np.signedinteger[Any]]:
        """The exact sum of the survivors' vectors, [dimension], int16, int32 or int64.

        Raises:
            RoundAborted: there is none, or not yet.
        """
        if self._stage != ServerStage.DONE or self._sum is None:
            raise RoundAborted(
                f"there is no sum at stage {self._stage.name}", reason="no-sum", help="Call advance after each stage."
            )
        return self._sum

    @property
    def abort_message(self) -> bytes:
        """The message that ends the round for a member; send it to all once `advance` has raised `RoundAborted`."""
        return messages.frame(messages.Abort(self._agreement, self._reason or "server-aborted"))

    @one_at_a_time
    def receive(self, data: bytes) -> int:
        """Take one message of a member; return its place.

        Raises:
            MessageRefused: the message is not taken; nothing changed. `reason` says why: `too-large`, `malformed`,
                `version`, `foreign`, `bad-signature`, `early`, `late`, `duplicate`, `dropped-out`, `same-key`,
                `weak-key`, `other-directory`, `wrong-recipients`, `wrong-length`, `survivors-differ`, `wrong-shares`.
        """
        message = messages.open_from_member(data, self._cohort.keys, self._agreement, self._largest)
        stage, sender = _KINDS[type(message)], message.sender
        if stage != self._stage:
            position = "early" if stage > self._stage else "late"
            raise refused(f"{type(message).__name__} of member {sender} at stage {self._stage.name}", position)
        if sender in self._answered:
            raise refused(f"a second {type(message).__name__} of member {sender}", "duplicate")
        if sender not in self._present:
            raise refused(f"member {sender} is out of this round", "dropped-out")
        self._take(message, data)
        self._answered.add(sender)
        return sender

    @one_at_a_time
    def advance(self) -> dict[int, bytes]:
        """End the stage; return the next message for each member who is still in the round.

        Raises:
            RoundAborted: fewer members answered than the threshold (`too-few`), what they revealed does not fit
                (`wrong-secret`), or the sum is beyond what honest members can give (`out-of-range`). Send
                `abort_message` to all members.
        """
        if self._stage >= ServerStage.DONE:
            raise RoundAborted(f"the round is at stage {self._stage.name}", reason="over", help="Begin a new round.")
        if len(self._answered) < self._configuration.threshold:
            self._abort(
                f"{len(self._answered)} members answered at stage {self._stage.name}, "
                f"threshold={self._configuration.threshold}",
                "too-few",
            )
        self._present, self._answered = frozenset(self._answered), set()
        outgoing = self._next_messages()
        self._stage = ServerStage(self._stage + 1)
        return outgoing

    @one_at_a_time
    def abort(self, reason: str = "server-aborted") -> None:
        """End the round without a sum and drop what was received; then send `abort_message` to all members."""
        self._stage, self._reason = ServerStage.ABORTED, reason
        self._sum, self._sealed, self._revealed, self._framed, self._commitments = None, {}, {}, {}, {}

    # ── what is received ──

    def _take(self, message: messages.FromMember, data: bytes) -> None:
        sender = message.sender
        match message:
            case messages.Advertisement(channel_key=channel, mask_key=mask):
                self._check_keys(sender, channel, mask)
                self._directory[sender] = message
                self._framed[sender] = data
            case messages.EncryptedShares(directory=directory, sealed=sealed, commitments=commitments):
                if directory != self._session.directory:
                    raise refused(f"member {sender} was told of other keys", "other-directory")
                if sealed.keys() != self._directory.keys() - {sender} or commitments.keys() != self._directory.keys():
                    raise refused(f"member {sender} has not shared with exactly the others", "wrong-recipients")
                self._sealed[sender] = sealed
                # One string a dealer: a cohort has thousands of commitments, which are kept until the end.
                self._commitments[sender] = b"".join(commitments[place] for place in sorted(commitments))
            case messages.MaskedInput(vector=vector):
                self._add(sender, vector)
            case messages.Confirmation(transcript=transcript):
                if transcript != transcript_digest(self._session, self._sharers, self._survivors):
                    raise refused(f"member {sender} was told of other survivors", "survivors-differ")
                self._framed[sender] = data
            case messages.Revelation(mask_key_shares=mask_keys, seed_shares=seeds):
                expected = (set(self._sharers - self._survivors), set(self._survivors))
                well_formed = all(map(is_share, (*mask_keys.values(), *seeds.values())))
                if (set(mask_keys), set(seeds)) != expected or not well_formed:
                    raise refused(f"member {sender} has not revealed one share of each member", "wrong-shares")
                self._check_revealed(sender, "mask-key", mask_keys)
                self._check_revealed(sender, "seed", seeds)
                self._revealed[sender] = message

    def _check_keys(self, sender: int, channel: bytes, mask: bytes) -> None:
        """Refuse keys for which every other member would end the round."""
        known = {key for message in self._directory.values() for key in (message.channel_key, message.mask_key)}
        if channel == mask or known & {channel, mask}:
            raise refused(f"member {sender} advertises a key that is there already", "same-key")
        try:
            for key in (channel, mask):
                X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(key))
        except ValueError as error:
            raise refused(f"member {sender} advertises a key that gives no secret", "weak-key") from error

    def _check_revealed(self, sender: int, purpose: str, shares: Mapping[int, bytes]) -> None:
        """Refuse a share that is not the one its dealer has committed to, and blame who reveals it.

        An honest member compared what it was dealt with the same commitment before it sent its vector.
        """
        half = 0 if purpose == "mask-key" else 1
        for dealer, share in shares.items():
            found = share_commitment(self._session, dealer, sender, purpose, share)
            if found != self._committed(dealer, sender)[32 * half : 32 * (half + 1)]:
                self._blamed[sender] = "wrong-shares"
                raise refused(
                    f"member {sender} has revealed a share of member {dealer} that it was not dealt", "wrong-shares"
                )

    def _committed(self, dealer: int, holder: int) -> bytes:
        start = messages.COMMITMENTS_BYTES * self._positions[holder]
        return self._commitments[dealer][start : start + messages.COMMITMENTS_BYTES]

    def _add(self, sender: int, vector: memoryview) -> None:
        bits, dimension = self._configuration.modulus_bits, self._configuration.dimension
        expected = packed_length(dimension, bits)
        if vector.nbytes != expected:
            raise refused(f"the vector of member {sender} has {vector.nbytes} bytes, not {expected}", "wrong-length")
        if self._sum is None:
            self._sum = np.zeros(dimension, dtype=word_type(bits))
        add_packed(self._sum, vector, bits)

    # ── what is sent ──

    def _next_messages(self) -> dict[int, bytes]:
        match self._stage:
            case ServerStage.KEYS:
                self._session = Session(self._agreement, directory_digest(self._agreement, advertised(self._directory)))
                self._positions = {place: number for number, place in enumerate(sorted(self._directory))}
                return self._to_all(messages.KeyDirectory(self._agreement, self._in_order(self._framed)))
            case ServerStage.SHARES:
                self._sharers = self._present
                outgoing = {}
                for place in sorted(self._sharers):
                    sealed = {sender: self._sealed[sender][place] for sender in sorted(self._sharers - {place})}
                    said = {sender: self._committed(sender, place) for sender in sealed}
                    outgoing[place] = messages.frame(messages.SharesForMember(self._agreement, place, sealed, said))
                self._sealed, self._framed = {}, {}
                return outgoing
            case ServerStage.VECTORS:
                self._survivors = self._present
                return self._to_all(messages.Survivors(self._agreement, sorted(self._survivors)))
            case ServerStage.CONFIRMATIONS:
                return self._to_all(messages.Confirmations(self._agreement, self._in_order(self._framed)))
            case _:
                self._unmask()
                return {}

    def _to_all(self, message: messages.FromServer) -> dict[int, bytes]:
        data = messages.frame(message)
        return dict.fromkeys(sorted(self._present), data)

    @staticmethod
    def _in_order(framed: dict[int, bytes]) -> list[bytes]:
        return [framed[place] for place in sorted(framed)]

    # ── the sum ──

    def _unmask(self) -> None:
        """Take every mask away in place.

        A survivor's vector carries its own mask, and one of each other sharer; those of two survivors cancel.
        """
        total = self._sum
        assert total is not None  # survivors have sent vectors
        dropped, survivors = sorted(self._sharers - self._survivors), sorted(self._survivors)
        own_masks = self._secrets(survivors, {r: said.seed_shares for r, said in self._revealed.items()}, self._is_seed)
        private = {
            place: X25519PrivateKey.from_private_bytes(secret)
            for place, secret in self._secrets(
                dropped, {r: said.mask_key_shares for r, said in self._revealed.items()}, self._is_mask_key
            ).items()
        }
        for place, seed in own_masks.items():
            add_mask(total, self._session.own_mask(seed, place), negative=True)
        for gone, key in private.items():
            for place in survivors:
                pair = self._session.pair_mask(key, gone, self._directory[place].mask_key, place)
                # The survivor added it where the other's place is above its own, and took it away below.
                add_mask(total, pair, negative=gone > place)
        self._sum = to_signed(total, self._configuration.modulus_bits)
        self._revealed, self._framed, self._commitments = {}, {}, {}
        largest = len(survivors) * self._configuration.value_bound
        if int(self._sum.max()) > largest or int(self._sum.min()) < -largest:
            self._abort("the sum is beyond what vectors within value_bound can give", "out-of-range")

    def _secrets(
        self, owners: list[int], shares: Mapping[int, Mapping[int, bytes]], fits: Callable[[int, bytes], bool]
    ) -> dict[int, bytes]:
        """Return the owners' secrets.

        All shares are those that were dealt. Where the first that are enough do not give the secret that its owner has
        advertised, its owner has dealt wrongly; other sets of them are tried, `LARGEST_SEARCH` in a round.

        Args:
            owners: places.
            shares: revealer → owner → share.
            fits: whether a secret is the one that its owner has advertised.
        """
        revealers = sorted(shares)
        first = revealers[: self._configuration.threshold]
        found = {}
        for owner, secret in zip(owners, self._rebuilt(first, owners, shares), strict=True):
            if secret is None or not fits(owner, secret):
                self._blamed[owner] = "wrong-secret"
                secret = self._searched_for(owner, revealers, shares, fits)
            if secret is None:
                self._abort(f"the shares that member {owner} has dealt do not give what it advertised", "wrong-secret")
            found[owner] = secret
        return found

    def _searched_for(
        self,
        owner: int,
        revealers: list[int],
        shares: Mapping[int, Mapping[int, bytes]],
        fits: Callable[[int, bytes], bool],
    ) -> bytes | None:
        for chosen in islice(_other_sets(revealers, self._configuration.threshold), LARGEST_SEARCH - self._searched):
            self._searched += 1
            [secret] = self._rebuilt(chosen, [owner], shares)
            if secret is not None and fits(owner, secret):
                return secret
        return None

    @staticmethod
    def _rebuilt(
        revealers: Sequence[int], owners: list[int], shares: Mapping[int, Mapping[int, bytes]]
    ) -> list[bytes | None]:
        return combine_all([r + 1 for r in revealers], [[shares[r][owner] for r in revealers] for owner in owners])

    def _is_seed(self, owner: int, seed: bytes) -> bool:
        return seed_commitment(self._agreement, owner, seed) == self._directory[owner].seed_commitment

    def _is_mask_key(self, owner: int, secret: bytes) -> bool:
        public = X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
        return public == self._directory[owner].mask_key

    def _abort(self, message: str, reason: str) -> NoReturn:
        self.abort(reason)
        raise RoundAborted(message, reason=reason, help="Send abort_message to all members, and begin a new round.")


def _other_sets(revealers: list[int], size: int) -> Iterator[Sequence[int]]:
    """Yield the sets of so many revealers but the first one: those that leave few neighbours out, then all others."""
    around = [*revealers, *revealers]
    seen = {frozenset(revealers[:size])}
    for start in range(1, len(revealers)):
        window = around[start : start + size]
        if frozenset(window) not in seen:
            seen.add(frozenset(window))
            yield window
    for chosen in combinations(revealers, size):
        if frozenset(chosen) not in seen:
            yield chosen
