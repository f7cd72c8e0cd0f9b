"""What all parties of a federation have agreed on, outside of it: members, keys, threshold, encoding, learning.

Each silo holds a copy that it has checked itself. Nothing of it is ever taken from the server, and every key and
signature of a round depends on its digest: silos with different copies are foreign to each other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from wuming.core.canonical import canonical_json
from wuming.crypto.random import encode_context
from wuming.crypto.signatures import VerifyingKey
from wuming.federated.flower.encoding import Encoding
from wuming.federated.secure_aggregation import Cohort, RoundConfiguration, least_threshold

_DOMAIN: Final = "wuming/federated/flower/1"


@dataclass(frozen=True, slots=True)
class Member:
    """One silo, by its public keys.

    Attributes:
        name: what people call it.
        identity: with which it signs the messages of a round.
        node_key: PEM of the key with which its SuperNode proves itself to the SuperLink; empty where no SuperLink of
            `wuming federate serve` is used.
    """

    name: str
    identity: VerifyingKey
    node_key: str = ""


@dataclass(frozen=True)
class Federation:
    """The agreement of a federation.

    Attributes:
        name: round numbers are used once within it.
        members: 2 to 128, in an order that all know.
        encoding: how updates become integers, with which noise.
        colluders: c, members who may have joined the server.
        threshold: t > (members + c)/2 members without whom there is no sum; default: the smallest one.
        settings: whatever else must be the same for all, as JSON: rounds, strategy, the app's own numbers.

    Raises:
        RoundRefused: numbers with which secure aggregation promises nothing, found when the first round is made.
    """

    name: str
    members: tuple[Member, ...]
    encoding: Encoding
    colluders: int = 0
    threshold: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def cohort(self) -> Cohort:
        """The members as secure aggregation knows them."""
        return Cohort(tuple(member.identity for member in self.members))

    @cached_property
    def digest(self) -> bytes:
        """32 bytes that name everything here that the numbers of a round do not name."""
        agreed = {
            "encoding": dict(self.encoding.as_json()),
            "settings": dict(self.settings),
            "members": [[member.name, member.node_key] for member in self.members],
        }
        return hashlib.sha256(encode_context(_DOMAIN, "federation", canonical_json(agreed))).digest()

    def round(self, round_number: int, dimension: int, model_digest: bytes) -> RoundConfiguration:
        """Return the numbers of one round.

        Args:
            round_number: above every earlier one of this federation.
            dimension: floating-point numbers of the model.
            model_digest: 32 bytes that name the model that the round begins with.

        Raises:
            RoundRefused: they promise nothing.
        """
        members = len(self.members)
        return RoundConfiguration(
            federation=self.name,
            round_number=round_number,
            members=members,
            threshold=self.threshold or least_threshold(members, self.colluders),
            colluders=self.colluders,
            dimension=self.encoding.length(dimension),
            modulus_bits=self.encoding.modulus_bits,
            value_bound=self.encoding.value_bound,
            model_digest=model_digest,
            settings_digest=self.digest,
        )

    def shared(self, configuration: RoundConfiguration) -> bytes:
        """Return 32 public bytes that the members of a round have in common, for what they draw alike."""
        return hashlib.sha256(encode_context(_DOMAIN, "shared", configuration.digest, self.cohort.digest)).digest()
