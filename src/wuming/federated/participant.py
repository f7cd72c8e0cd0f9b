"""One client's side of a federation: it checks what it is asked, pays from its own account, trains, encodes and masks.

It holds no I/O: calls take and give values and bytes, in a simulation as over a network.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuming.core.canonical import digest
from wuming.core.errors import PrivacyParameterError, RoundRefused, UpdateRefused
from wuming.core.ports import Budget, LocalTrainer, Reservation
from wuming.crypto.random import derive_key
from wuming.crypto.signatures import SigningKey, VerifyingKey
from wuming.federated.codes import Vector, check_moves, check_vector
from wuming.federated.plan import FederationPlan
from wuming.federated.secure_aggregation import Client, Cohort, RoundConfiguration, RoundRegister
from wuming.federated.secure_aggregation.server import ServerStage
from wuming.federated.secure_aggregation.words import least_bits
from wuming.mechanisms.clipping import clip


@dataclass(frozen=True)
class Offer:
    """What a client is asked to take part in.

    Attributes:
        plan: the federation.
        strategy: the server's strategy as JSON; clients agree on it and on nothing else of the server's step.
        round_number: ≥ 1, used once.
        members: names of the cohort, in order.
        keys: their public identity keys, 32 bytes each, in the same order; empty without masks. A client outside of
            simulations compares them with a list that the server does not control.
        weights: [d], of the common model.
    """

    plan: FederationPlan
    strategy: dict[str, Any]
    round_number: int
    members: tuple[str, ...]
    keys: tuple[bytes, ...]
    weights: Vector

    @property
    def cohort(self) -> Cohort:
        """The members by their keys.

        Raises:
            RoundRefused, KeyUnavailable: too few or too many, or no keys.
        """
        return Cohort(tuple(VerifyingKey.from_bytes(key) for key in self.keys))

    @property
    def model_digest(self) -> bytes:
        """32 bytes that name the weights."""
        return hashlib.sha256(np.ascontiguousarray(self.weights, dtype="<f8").tobytes()).digest()

    def configuration(self) -> RoundConfiguration:
        """Return the numbers of the round's secure sum, as every member computes them by itself.

        Raises:
            RoundRefused: numbers with which nothing is promised.
        """
        plan, code = self.plan, self.plan.code
        assert code is not None  # the plan has checked it
        members = len(self.members)
        return RoundConfiguration(
            federation=plan.name,
            round_number=self.round_number,
            members=members,
            threshold=plan.threshold(members),
            colluders=plan.colluders,
            dimension=code.length,
            modulus_bits=least_bits(members, code.value_bound),
            value_bound=code.value_bound,
            model_digest=self.model_digest,
            settings_digest=hashlib.sha256(plan.digest + digest(self.strategy).encode()).digest(),
        )


class Participant:
    """One client.

    Args:
        name: as in the plan.
        trainer: its data and its training.
        secret: ≥ 16 bytes that nobody else has; rounding and noise derive from it and the round's number.
        budget: its own account, in its own ledger; asked before anything is drawn from its data.
        records: number of its records, where weights go by it.
        identity: its signing key; needed for secure sums.
        register: which rounds it has begun; must outlive the process outside of simulations.
        least_colluders: the fewest colluding clients that it wants to be safe from.

    Raises:
        KeyUnavailable: a secret that is too short.
    """

    def __init__(
        self,
        name: str,
        trainer: LocalTrainer,
        *,
        secret: bytes,
        budget: Budget,
        register: RoundRegister,
        records: int = 0,
        identity: SigningKey | None = None,
        least_colluders: int = 0,
    ) -> None:
        self.name, self.identity = name, identity
        self._trainer, self._secret, self._budget, self._register = trainer, secret, budget, register
        self._records, self._least_colluders = records, least_colluders
        self._offer: Offer | None = None
        self._client: Client | None = None
        self._reservation: Reservation | None = None

    def begin(self, offer: Offer) -> None:
        """Take part in a round: check the offer and pay for it.

        Raises:
            RoundRefused: it does not name this client, or promises less than this client wants, or was held before.
            BudgetExceeded: this client's account cannot bear the round. Nothing was drawn.
            PrivacyParameterError: the trainer bounds or draws records by other numbers than the plan says.
        """
        plan = offer.plan
        if self.name not in offer.members or self.name not in plan.clients:
            raise RoundRefused(
                "this client is not named in the round", reason="no-member", help="Compare the names of the clients."
            )
        if plan.unit == "record":
            self._check_trainer(plan)
        self.leave()
        if plan.secure:
            if not offer.keys or self.identity is None:
                raise RoundRefused(
                    "a secure sum needs the members' keys", reason="no-keys", help="Give each client an identity."
                )
            self._client = Client(
                self.identity,
                offer.cohort,
                offer.configuration(),
                register=self._register,
                least_colluders=self._least_colluders,
            )
        else:
            self._register.begin(plan.name, offer.round_number)
        if plan.noise != "none":
            # What the server sees is the dearer of the two, where anything is claimed against it at all.
            event = plan.server_event(1) or plan.public_event(1)
            name = digest([plan.name, plan.digest.hex(), offer.round_number, self.name])
            self._reservation = self._budget.reserve(event, schedule=name)
        self._offer = offer

    def vector(self) -> Vector:
        """Return this client's clipped and weighted vector of the round, [d]: what is encoded, or seen by the server.

        Where privacy is claimed, training that gave NaN or infinity gives zeros: to fall silent for that would show,
        without noise, something about the data.

        Raises:
            UpdateRefused: training gave a vector of another shape, or (where nothing is claimed) NaN, infinity, or
                nothing but zeros although all records were drawn.
        """
        offer = self._begun()
        plan = offer.plan
        found = np.asarray(self._trainer.contribution(offer.weights, offer.round_number), dtype=np.float64)
        if plan.noise != "none" and not np.isfinite(found).all():
            found = np.zeros_like(found)
        check_vector(found, offer.weights.size)
        if plan.unit == "client":
            found = clip(found, plan.bound)
        weight = plan.weighting.weight(self.name, self._records)
        found = found if weight == 1 else found * weight
        if plan.zeros_are_faults:
            check_moves(found)
        self._spend()
        return found

    def encoded(self) -> NDArray[np.integer[Any]]:
        """Return this client's integers of the round, with its share of the noise where the plan says so.

        Raises:
            UpdateRefused: see `vector`.
        """
        offer = self._begun()
        assert offer.plan.code is not None
        # Another model, plan or round is other noise: the same noise on two vectors would cancel in their difference.
        key = derive_key(
            self._secret, "encoding", offer.plan.name, offer.plan.digest, offer.round_number, offer.model_digest
        )
        values = offer.plan.code.encode(self.vector(), key, offer.round_number)
        if offer.plan.zeros_are_faults:
            check_moves(values)  # what is too small for the grid moves nothing either
        return values

    def answer(self, stage: ServerStage, data: bytes, values: NDArray[np.integer[Any]] | None = None) -> bytes:
        """Answer one message of the server in a secure sum.

        Args:
            stage: what the server waits for.
            data: its message; ignored at the first stage.
            values: from `encoded`, at the stage of vectors.

        Raises:
            MessageRefused, RoundAborted, UpdateRefused: see `wuming.federated.secure_aggregation.Client`.
        """
        self._begun()
        client = self._client
        assert client is not None
        match stage:
            case ServerStage.KEYS:
                return client.advertise()
            case ServerStage.SHARES:
                return client.share(data)
            case ServerStage.VECTORS:
                if values is None:
                    raise UpdateRefused("no vector was given", reason="not-integers", help="Call encoded first.")
                return client.mask(data, values)
            case ServerStage.CONFIRMATIONS:
                return client.confirm(data)
            case _:
                return client.reveal(data)

    def leave(self) -> None:
        """End the round for this client. What was not drawn is given back to its account."""
        if self._client is not None:
            self._client.abort()
        if self._reservation is not None:
            self._reservation.release()
        self._client, self._reservation, self._offer = None, None, None

    def _check_trainer(self, plan: FederationPlan) -> None:
        bound, probability = self._trainer.record_bound, self._trainer.sampling_probability
        if bound is None or bound > plan.bound:
            raise PrivacyParameterError(
                f"the local trainer bounds a record's share by {bound}, the plan says {plan.bound}",
                help="Build the trainer for this plan; without that bound a record has no guarantee.",
            )
        if probability > plan.sampling_probability:
            raise PrivacyParameterError(
                f"the local trainer draws records with probability {probability}, the plan says "
                f"{plan.sampling_probability}",
                help="Build the trainer for this plan: records that are drawn more often are protected less.",
            )

    def _spend(self) -> None:
        """Once the vector is made it may be sent, and once sent it may be seen: it counts, whatever becomes of it."""
        if self._reservation is not None:
            self._reservation.commit()
            self._reservation = None

    def _begun(self) -> Offer:
        if self._offer is None:
            raise RoundRefused("no round has begun for this client", reason="early", help="Call begin first.")
        return self._offer
