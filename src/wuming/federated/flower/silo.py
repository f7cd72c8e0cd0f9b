"""A silo: what one member of a federation holds and decides by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from wuming.accounting.events import Event
from wuming.core.ports import Budget
from wuming.crypto.signatures import SigningKey
from wuming.federated.flower.agreement import Agreement
from wuming.federated.secure_aggregation import RoundRegister


@dataclass(frozen=True)
class Silo:
    """One member's side of a federation.

    Attributes:
        agreement: this silo's own copy.
        identity: its signing key.
        register: which rounds it has begun; must outlive the process (`RoundsOnDisk`).
        budget: its account, in its own ledger, charged before a masked vector leaves; a round that the account cannot
            bear is refused. None only where the plan claims nothing.
        least_colluders: colluding members that it wants to be safe from, whatever the agreement says.
        records: number of its records, where weights go by it.
        record_bound: L2 bound of what one record does to the app's update, where the app keeps one; needed where a
            record is the unit of privacy.
        sampling_probability: chance of a record to be in the app's update, by a secret Poisson coin of its own in each
            round; 1: all are.
        evaluation: whether evaluation on its data may be answered. Such answers are exact figures about private data,
            which no ε covers.
        patience: seconds after its first answer in which a round must end; then it is given up.
    """

    agreement: Agreement
    identity: SigningKey = field(repr=False)
    register: RoundRegister
    budget: Budget | None = None
    least_colluders: int = 0
    records: int = 0
    record_bound: float | None = None
    sampling_probability: float = 1.0
    evaluation: bool = False
    patience: float = 3600.0

    @cached_property
    def name(self) -> str:
        """Its name in the agreement.

        Raises:
            RoundRefused: (`no-member`) its key is not there.
        """
        return self.agreement.members[self.agreement.cohort.place_of(self.identity.public)].name

    @cached_property
    def event(self) -> Event | None:
        """What one round costs: the dearer of what server and public see; None: nothing is claimed."""
        plan = self.agreement.plan
        if plan.noise == "none":
            return None
        return plan.server_event(1) or plan.public_event(1)
