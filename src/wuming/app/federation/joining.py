"""`wuming federate join`: a silo answers a federation's rounds with its own data, keys and ledger."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wuming.app.federation.account import check_records, silo_budget, spent
from wuming.app.federation.building import build
from wuming.crypto.random import derive_key
from wuming.crypto.signatures import SigningKey
from wuming.federated.flower.certificates import load_node_key
from wuming.federated.flower.connection import Link
from wuming.federated.flower.participant_app import ParticipantApp
from wuming.federated.flower.register import RoundsOnDisk
from wuming.federated.flower.supernode import run_node
from wuming.federated.participant import Participant

_DOMAIN = "wuming/federation/1"


@dataclass(frozen=True)
class Joining:
    """What was asked for.

    Attributes:
        agreement: this silo's own copy of the agreement's file.
        silo: folder with identity.pem, node.key and authority.pem; rounds.json is kept there.
        host: of the server.
        port: TCP.
        lineage: name of the silo's data, whose account is charged.
        cap: of the account, where it is not open yet.
        least_colluders: colluding silos that this one wants to be safe from.
        records: number of the silo's records, where silos count by them.
        patience: seconds to wait for a server that does not answer.
    """

    agreement: Path
    silo: Path
    host: str
    port: int
    lineage: str | None
    cap: float | None
    least_colluders: int
    records: int | None
    patience: float


def join(
    job: Joining, *, stop: threading.Event | None = None, on_connected: Callable[[str], None] | None = None
) -> dict[str, Any]:
    """Take part until the server is gone; return what this silo did.

    Raises:
        NodeRefused: another server, none, or one that does not take this silo.
        RoundRefused: (`no-member`) the silo's key is not in its agreement.
        PrivacyParameterError: no account is named for a plan that claims something, or no records where silos count by
            them.
        MissingFile, PlanError, KeyUnavailable: see `build`.
    """
    built = build(job.agreement)
    identity = SigningKey.load(job.silo / "identity.pem")
    agreement, plan = built.agreement, built.agreement.plan
    name = agreement.members[agreement.cohort.place_of(identity.public)].name
    check_records(plan, job.records)
    coins, noise = (derive_key(identity.pem, _DOMAIN, purpose) for purpose in ("coins", "noise"))
    trainer = built.task.trainer(name, plan.clients, plan, built.strategy, coins)
    budget = silo_budget(built.file, plan, job.lineage, job.cap)
    participant = Participant(
        name,
        trainer,
        secret=noise,
        budget=budget,
        register=RoundsOnDisk(job.silo / "rounds.json"),
        records=job.records or 0,
        identity=identity,
        least_colluders=job.least_colluders,
    )
    app = ParticipantApp(participant, agreement)
    # Nobody should find out from the agreement's small print whom it trusts.
    said = f"{name} (which trusts the server with exact sums: noise central)" if plan.noise == "central" else name
    link = Link(job.host, job.port, job.silo / "authority.pem", load_node_key(job.silo / "node.key"))
    try:
        run_node(
            link,
            app,
            patience=job.patience,
            stop=stop,
            on_connected=lambda _: on_connected(said) if on_connected is not None else None,
        )
    finally:
        participant.leave()
    told = {"silo": name, "federation": plan.name, "vectors_sent": app.answered}
    return told | spent(built.file, plan, budget, app.answered)
