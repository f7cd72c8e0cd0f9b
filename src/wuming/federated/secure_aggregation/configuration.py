"""What all members of a round have in common: the cohort, the round's numbers, and the digest that they agree on.

Every signature, key and mask of a round depends on `agreement`, so members that were told different things (another
model, another cohort, another threshold) never come to a common sum: their messages are foreign to each other.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from typing import Any, Final

from wuming.core.errors import RoundRefused
from wuming.crypto.random import encode_context
from wuming.crypto.signatures import VerifyingKey
from wuming.federated.secure_aggregation.words import LARGEST_BITS, SMALLEST_BITS, least_bits

SMALLEST_COHORT: Final = 2
LARGEST_COHORT: Final = 128
LARGEST_DIMENSION: Final = 1 << 28
DIGEST_BYTES: Final = 32

_DOMAIN = "wuming/secure-aggregation/1"


@dataclass(frozen=True, slots=True)
class Cohort:
    """The members of a round, in an order that all of them know: a member is named by its place, from 0.

    Attributes:
        keys: each member's public identity key, from a source that the server does not control; 2 to 128, distinct.

    Raises:
        RoundRefused: too few, too many, or two members with one key.
    """

    keys: tuple[VerifyingKey, ...]

    def __post_init__(self) -> None:
        if not SMALLEST_COHORT <= len(self.keys) <= LARGEST_COHORT:
            raise _refused(
                f"a cohort of {len(self.keys)} members",
                "cohort-size",
                f"Take {SMALLEST_COHORT} to {LARGEST_COHORT} members; the graph of masks is complete.",
            )
        if len({key.raw for key in self.keys}) != len(self.keys):
            raise _refused("two members of the cohort have one identity key", "same-key", "Give each a key of its own.")

    def __len__(self) -> int:
        return len(self.keys)

    def place_of(self, key: VerifyingKey) -> int:
        """Return a member's place.

        Raises:
            RoundRefused: not a member.
        """
        for place, known in enumerate(self.keys):
            if known.raw == key.raw:
                return place
        raise _refused(f"{key.fingerprint} is no member of the cohort", "no-member", "Check the list of keys.")

    @property
    def digest(self) -> bytes:
        """32 bytes that name the cohort."""
        return hashlib.sha256(encode_context(_DOMAIN, "cohort", *(key.raw for key in self.keys))).digest()


@dataclass(frozen=True, slots=True)
class RoundConfiguration:
    """The numbers of one round. All members must have been told the same.

    Attributes:
        federation: name of the federation; round numbers are used once within it.
        round_number: ≥ 1.
        members: size of the cohort, 2 to 128.
        threshold: members without whom there is no sum, t > (members + colluders)/2.
        colluders: c, members who may have joined the server; t − c ≥ 2, so that no sum is of one honest member alone.
        dimension: values of one vector; 1 to 2²⁸.
        modulus_bits: b; sums are taken modulo 2^b; 2 to 62.
        value_bound: largest magnitude of one value of one member, noise included. 2^b > 2 · members · value_bound, so
            that no sum can wrap.
        model_digest: 32 bytes that name the model that the members start from.
        settings_digest: 32 bytes that name everything else that they must have in common: encoding, noise, learning.

    Raises:
        RoundRefused: for numbers with which the protocol promises nothing; `reason` names the rule.
    """

    federation: str
    round_number: int
    members: int
    threshold: int
    colluders: int
    dimension: int
    modulus_bits: int
    value_bound: int
    model_digest: bytes
    settings_digest: bytes

    def __post_init__(self) -> None:
        if not isinstance(self.federation, str) or not 1 <= len(self.federation) <= 128:
            raise _refused("the name of the federation", "federation-name", "Use 1 to 128 characters.")
        for name, low, high in (
            ("round_number", 1, 1 << 62),
            ("members", SMALLEST_COHORT, LARGEST_COHORT),
            ("threshold", 1, self.members),
            ("colluders", 0, self.members),
            ("dimension", 1, LARGEST_DIMENSION),
            ("modulus_bits", SMALLEST_BITS, LARGEST_BITS),
            ("value_bound", 1, 1 << LARGEST_BITS),
        ):
            _check_whole(name, getattr(self, name), low, high)
        for name in ("model_digest", "settings_digest"):
            value = getattr(self, name)
            if not isinstance(value, bytes) or len(value) != DIGEST_BYTES:
                raise _refused(f"{name} is no digest of {DIGEST_BYTES} bytes", "digest", "Use SHA-256.")
        if 2 * self.threshold <= self.members + self.colluders:
            least = (self.members + self.colluders) // 2 + 1
            raise _refused(
                f"threshold={self.threshold} is not above ({self.members} members + {self.colluders} colluders)/2",
                "low-threshold",
                f"Use at least {least}: below it the server could have two different sums from one round."
                if least <= self.members
                else "Take more members, or plan for fewer colluders.",
            )
        if self.threshold - self.colluders < 2:
            raise _refused(
                f"threshold={self.threshold} leaves one honest member beside colluders={self.colluders}",
                "alone",
                "Raise the threshold, or take more members: a sum of one is that one's value.",
            )
        if 1 << self.modulus_bits <= 2 * self.members * self.value_bound:
            raise _refused(
                f"modulus_bits={self.modulus_bits} has no room for {self.members} members of ±{self.value_bound}",
                "wrap",
                f"Use at least {least_bits(self.members, self.value_bound)} bits, or a smaller value_bound.",
            )

    @property
    def digest(self) -> bytes:
        """32 bytes that name these numbers."""
        values = (getattr(self, field.name) for field in fields(self))
        return hashlib.sha256(encode_context(_DOMAIN, "configuration", *values)).digest()


def agreement(cohort: Cohort, configuration: RoundConfiguration) -> bytes:
    """Return the 32 bytes on which a round's signatures, keys and masks depend: H(model, round, cohort, configuration).

    Raises:
        RoundRefused: the configuration is for another number of members.
    """
    if len(cohort) != configuration.members:
        raise _refused(
            f"the configuration is for {configuration.members} members, the cohort has {len(cohort)}",
            "cohort-size",
            "Make the configuration for this cohort.",
        )
    parts = (configuration.model_digest, configuration.round_number, cohort.digest, configuration.digest)
    return hashlib.sha256(encode_context(_DOMAIN, "agreement", *parts)).digest()


def least_threshold(members: int, colluders: int) -> int:
    """Return the smallest threshold with which a round may be held, > (members + colluders)/2 and ≥ colluders + 2."""
    return max((members + colluders) // 2 + 1, colluders + 2)


def _check_whole(name: str, value: Any, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise _refused(f"{name}={value!r} is no whole number from {low} to {high}", "out-of-range", f"Correct {name}.")


def _refused(message: str, reason: str, help: str) -> RoundRefused:
    return RoundRefused(message, reason=reason, help=help)
