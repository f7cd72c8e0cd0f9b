"""A silo: what one member of a federation holds and decides by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from wuming.core.ports import Budget
from wuming.crypto.signatures import SigningKey
from wuming.federated.flower.federation import Federation
from wuming.federated.secure_aggregation import RoundRegister


@dataclass(frozen=True)
class Silo:
    """One member's side of a federation, for the ClientApp.

    Attributes:
        federation: this silo's own copy of the agreement.
        identity: its signing key.
        register: which rounds it has begun; must outlive the process (`RoundsOnDisk`).
        least_colluders: colluding members that it wants to be safe from, whatever the agreement says.
        budget: its account, charged before a masked vector leaves; a round that the account cannot bear is refused.
        event: what one round costs; None: nothing is charged, because the encoding adds no noise.
        evaluation: whether evaluation on its data may be answered. Such answers are exact figures about private data,
            which no ε covers.
        patience: seconds after which a round that was begun is given up, and its secrets forgotten.
    """

    federation: Federation
    identity: SigningKey = field(repr=False)
    register: RoundRegister
    least_colluders: int = 0
    budget: Budget | None = None
    event: Any = None
    evaluation: bool = False
    patience: float = 3600.0
