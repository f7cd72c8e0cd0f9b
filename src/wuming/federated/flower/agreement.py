"""What all parties of a federation have agreed on outside of it: the plan, the members and their keys.

Each silo holds a copy that it has checked itself. Nothing of it is ever taken from the server, and every key and
signature of a round depends on its digest: silos with different copies are foreign to each other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from wuming.core.canonical import digest
from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import encode_context
from wuming.crypto.signatures import VerifyingKey
from wuming.federated.codes import Vector
from wuming.federated.participant import Offer
from wuming.federated.plan import FederationPlan
from wuming.federated.secure_aggregation import Cohort

_DOMAIN: Final = "wuming/federation/agreement/1"


@dataclass(frozen=True, slots=True)
class Member:
    """One silo, by its public keys.

    Attributes:
        name: as in the plan.
        identity: with which it signs the messages of a round.
        node_key: PEM of the key with which its node proves itself to the SuperLink; empty where no SuperLink of
            `wuming federate serve` is used.
    """

    name: str
    identity: VerifyingKey
    node_key: str = ""


@dataclass(frozen=True)
class Agreement:
    """The agreement of a federation.

    Attributes:
        plan: the claim; sums are secure, and all clients are asked in every round.
        members: the plan's clients, in its order.
        settings: whatever else must be the same for all, as JSON: the server's step, the app's own numbers.

    Raises:
        PrivacyParameterError: a plan without masks, one that draws clients or groups them, or other members than its
            clients.
    """

    plan: FederationPlan
    members: tuple[Member, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        plan = self.plan
        if tuple(member.name for member in self.members) != plan.clients:
            raise PrivacyParameterError(
                f"{len(self.members)} members are not the plan's {len(plan.clients)} clients",
                help="Name the same parties in the same order.",
            )
        if not plan.secure:
            raise PrivacyParameterError("secure=False: between machines sums are taken under masks", help="Set secure.")
        if plan.participation != 1 or plan.groups != 1:
            raise PrivacyParameterError(
                f"participation={plan.participation:g}, groups={plan.groups} are not held between machines",
                help="Use participation 1 and one group: every client is asked in every round, for one sum.",
            )

    @cached_property
    def cohort(self) -> Cohort:
        """The members as secure aggregation knows them."""
        return Cohort(tuple(member.identity for member in self.members))

    @cached_property
    def digest(self) -> bytes:
        """32 bytes that name all that was agreed on."""
        keys = (member.identity.raw for member in self.members)
        nodes = (member.node_key for member in self.members)
        context = encode_context(_DOMAIN, self.plan.digest, digest(dict(self.settings)), *keys, "nodes", *nodes)
        return hashlib.sha256(context).digest()

    def offer(self, round_number: int, weights: Vector, asked: bytes = b"") -> Offer:
        """Return a round as every party makes it by itself.

        Args:
            round_number: above every earlier one of this federation.
            weights: [d], of the common model.
            asked: digest of all that an app is asked, where the server says more than the weights.
        """
        agreed = {
            "settings": dict(self.settings),
            "nodes": [member.node_key for member in self.members],
            "asked": asked.hex(),
        }
        keys = tuple(member.identity.raw for member in self.members)
        return Offer(self.plan, agreed, round_number, self.plan.clients, keys, weights)
