"""What an account holds, worked out from the ledger's entries alone."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from wuming.accounting.filter import ORDERS, RenyiFilter, add_curves
from wuming.core.errors import LedgerCorrupt
from wuming.core.ports import Price
from wuming.governance.ledger import Entry

State = Literal["reserved", "committed", "released"]
_HELP = "Restore the ledger from a backup that a signed checkpoint confirms."


@dataclass
class ReservationState:
    """One reservation as the ledger tells it."""

    id: str
    schedule: str
    event: Mapping[str, Any]
    rdp: tuple[float, ...]
    at: str
    failure: float = 0.0
    state: State = "reserved"
    replays: int = 0

    @property
    def counts(self) -> bool:
        """Whether it counts as spent: always, unless it was given back."""
        return self.state != "released"


@dataclass
class AccountState:
    """One account as the ledger tells it."""

    id: str
    cap_epsilon: float
    delta: float
    failure_delta: float = 0.0
    reservations: dict[str, ReservationState] = field(default_factory=dict)
    refusals: int = 0

    @property
    def filter(self) -> RenyiFilter:
        """The filter that guards the cap."""
        return RenyiFilter(self.cap_epsilon, self.delta, self.failure_delta)

    def curve(self, *states: State) -> tuple[float, ...]:
        """Return the Rényi curve of all reservations in the given states."""
        total = (0.0,) * len(ORDERS)
        for reservation in self.reservations.values():
            if reservation.state in states:
                total = add_curves(total, reservation.rdp)
        return total

    def failure(self, *states: State) -> float:
        """Return the failure probabilities of all reservations in the given states, together."""
        return math.fsum(known.failure for known in self.reservations.values() if known.state in states)

    def charge(self, *states: State) -> float:
        """Return the filter's charge of all reservations in the given states."""
        return self.filter.charge(self.curve(*states), self.failure(*states))

    def price(self, curve: tuple[float, ...], failure: float) -> Price:
        """Return what an event with this curve and failure probability would do to the account."""
        counts: tuple[State, State] = ("reserved", "committed")
        after = self.filter.charge(add_curves(self.curve(*counts), curve), self.failure(*counts) + failure)
        return Price(self.charge(*counts), after, self.cap_epsilon)

    def find(self, schedule: str) -> ReservationState | None:
        """Return the counting reservation of this schedule, if there is one."""
        for reservation in self.reservations.values():
            if reservation.schedule == schedule and reservation.counts:
                return reservation
        return None


def encode_curve(rdp: Iterable[float]) -> list[float | None]:
    """Return the curve for JSON: ∞ becomes null."""
    return [finite(value) for value in rdp]


def finite(value: float) -> float | None:
    """Return the number for JSON: ∞ becomes null."""
    return None if math.isinf(value) else float(value)


def decode_curve(rdp: Iterable[float | None]) -> tuple[float, ...]:
    """Return the curve from JSON: null becomes ∞."""
    return tuple(math.inf if value is None else float(value) for value in rdp)


def replay(entries: Iterable[Entry]) -> dict[str, AccountState]:
    """Return all accounts after the given entries, whose chain was checked.

    Raises:
        LedgerCorrupt: an account entry that does not fit those before it.
    """
    accounts: dict[str, AccountState] = {}
    for entry in entries:
        if not entry.kind.startswith("account."):
            continue
        try:
            _apply(accounts, entry)
        except (KeyError, TypeError, ValueError) as error:
            raise LedgerCorrupt(
                f"account entry {entry.index} does not fit those before it, kind={entry.kind}", help=_HELP
            ) from error
    return accounts


def _apply(accounts: dict[str, AccountState], entry: Entry) -> None:
    body = entry.body
    if entry.kind == "account.open":
        if body["account"] in accounts:
            # A second opening would forget what was spent.
            raise ValueError(entry.kind)
        accounts[body["account"]] = AccountState(
            body["account"], float(body["cap_epsilon"]), float(body["delta"]), float(body.get("failure_delta", 0.0))
        )
        return
    account = accounts[body["account"]]
    if entry.kind == "account.grant":
        account.cap_epsilon = float(body["cap_epsilon"])
    elif entry.kind == "account.refuse":
        account.refusals += 1
    elif entry.kind == "account.reserve":
        if body["reservation"] in account.reservations:
            raise ValueError(entry.kind)
        account.reservations[body["reservation"]] = ReservationState(
            body["reservation"],
            body["schedule"],
            body["event"],
            decode_curve(body["rdp"]),
            entry.at,
            float(body.get("failure", 0.0)),
        )
    elif entry.kind == "account.replay":
        account.reservations[body["reservation"]].replays += 1
    elif entry.kind == "account.commit":
        account.reservations[body["reservation"]].state = "committed"
    elif entry.kind == "account.release":
        account.reservations[body["reservation"]].state = "released"
    elif entry.kind == "account.resolve":
        spent = {"spent": True, "not-spent": False}[body["decision"]]
        account.reservations[body["reservation"]].state = "committed" if spent else "released"
    else:
        raise ValueError(entry.kind)


def same_event(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Say whether two events are equal as JSON."""
    return bool(json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True))
