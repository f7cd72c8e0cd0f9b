"""Accounts: a budget for the whole life of a data lineage, and who may still spend from it.

All spending goes through the ledger: reserve before anything is drawn from the data, then commit, or release when
nothing was drawn. Every decision is taken by replaying the checked chain inside one write transaction.

Guarantee: the events that count (reserved or committed) always fit under the cap by the Rényi filter, however many
processes ask at once; a process that dies after reserving leaves its share spent until a person resolves it.

Adversary: chooses events after seeing results, runs many processes, kills them at any point. Not an adversary: code
that draws from the data without reserving, or says `release` after it has drawn.
"""

from __future__ import annotations

import math
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from wuming.accounting.filter import RenyiFilter, check_curve, check_parameters
from wuming.core.canonical import digest
from wuming.core.errors import BudgetExceeded, PrivacyParameterError
from wuming.core.ports import Price
from wuming.core.ports import Reservation as ReservationPort
from wuming.governance.account_state import (
    AccountState,
    ReservationState,
    encode_curve,
    finite,
    replay,
    same_event,
)
from wuming.governance.ledger import Ledger, LedgerTransaction

Unit = Literal["record", "document", "subject", "client"]
Relation = Literal["add-or-remove-one", "replace-one", "replace-special"]
Decision = Literal["spent", "not-spent"]
FILTER_NAME = "Rényi filter on a fixed grid of orders, each with a fixed share of delta"

_LINEAGE = re.compile(r"[a-z0-9][a-z0-9._-]{0,127}")


def account_id(lineage: str, unit: str, relation: str) -> str:
    """Return `lineage/unit/relation`; two units or relations never share an account.

    Raises:
        PrivacyParameterError: an unknown unit or relation, or a malformed lineage name.
    """
    if not _LINEAGE.fullmatch(lineage):
        raise PrivacyParameterError(
            f"no valid name for a data lineage, length={len(lineage)}", help="Use small letters, digits and hyphens."
        )
    if unit not in get_args(Unit):
        raise PrivacyParameterError(f"unknown unit of privacy, unit={unit}", help=f"Choose one of {get_args(Unit)}.")
    if relation not in get_args(Relation):
        raise PrivacyParameterError(
            f"unknown neighbouring relation, relation={relation}", help=f"Choose one of {get_args(Relation)}."
        )
    return f"{lineage}/{unit}/{relation}"


@dataclass(frozen=True)
class PendingReservation:
    """A reservation that was neither committed nor released: it counts as spent."""

    id: str
    schedule: str
    at: str
    charge_epsilon: float


@dataclass(frozen=True)
class AccountStatus:
    """How far an account is used. All ε are at the account's `delta`, for its unit and relation.

    Attributes:
        account: `lineage/unit/relation`.
        cap_epsilon: the claim for everything together.
        delta: δ of the claim.
        spent_epsilon: the filter's charge of all that counts, committed and reserved.
        committed_epsilon: the same of what was committed alone.
        remaining_epsilon: cap minus spent; not what one more event may cost, because charges add up sub-linearly.
        failure_delta: the part of δ that is set aside for events that hold only up to a failure probability.
        spent_failure_delta: how much of it is spent, by what counts.
        committed: number of committed events.
        pending: reservations neither committed nor released.
        refusals: number of refused events.
    """

    account: str
    cap_epsilon: float
    delta: float
    spent_epsilon: float
    committed_epsilon: float
    remaining_epsilon: float
    failure_delta: float
    spent_failure_delta: float
    committed: int
    pending: tuple[PendingReservation, ...]
    refusals: int

    def as_json(self) -> dict[str, Any]:
        """Return the status as a JSON object."""
        return {
            "account": self.account,
            "cap_epsilon": self.cap_epsilon,
            "delta": self.delta,
            "spent_epsilon": self.spent_epsilon,
            "committed_epsilon": self.committed_epsilon,
            "remaining_epsilon": self.remaining_epsilon,
            "failure_delta": self.failure_delta,
            "spent_failure_delta": self.spent_failure_delta,
            "committed": self.committed,
            "pending": [vars(pending) for pending in self.pending],
            "refusals": self.refusals,
            "filter": FILTER_NAME,
        }


@dataclass(frozen=True)
class Reservation:
    """A share of an account set aside for one event.

    Attributes:
        account: its account.
        id: its name in the ledger.
        replayed: the same schedule was reserved before, so this one is free; it must use the same noise.
        epsilon_before: the account's charge without this event.
        epsilon_after: the account's charge with it.
    """

    account: str
    id: str
    replayed: bool
    epsilon_before: float
    epsilon_after: float
    _accounts: Accounts = field(repr=False, compare=False)

    def commit(self) -> None:
        """Say that the event has happened; a second time does nothing."""
        self._accounts.commit(self)

    def release(self) -> None:
        """Give the share back; only when nothing was drawn from the data."""
        self._accounts.release(self)


class Accounts:
    """All accounts of one ledger.

    Args:
        ledger: where spending is written.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def open(
        self, lineage: str, unit: str, relation: str, cap_epsilon: float, delta: float, *, failure_delta: float = 0.0
    ) -> str:
        """Open the account, or find it open, and return its id. The cap of an open account stays as it is.

        Args:
            lineage: name of the data and all that descends from it.
            unit: unit of privacy.
            relation: neighbouring relation.
            cap_epsilon: ε for the whole life of the account, > 0.
            delta: δ of the cap.
            failure_delta: part of δ for events that hold only up to a failure probability, such as keys found
                privately; in [0, delta). That of an open account stays as it is.

        Raises:
            PrivacyParameterError: no valid unit, relation, ε or δ, or the account is open with another δ.
        """
        account = account_id(lineage, unit, relation)
        RenyiFilter(cap_epsilon, delta, failure_delta)
        with self._ledger.transaction() as transaction:
            known = replay(transaction.entries()).get(account)
            if known is None:
                body = {"account": account, "cap_epsilon": float(cap_epsilon), "delta": float(delta)}
                transaction.append(
                    "account.open", body | ({"failure_delta": float(failure_delta)} if failure_delta else {})
                )
            elif known.delta != delta:
                raise PrivacyParameterError(
                    f"account {account} is open with delta={known.delta}, asked={delta}",
                    help="Use the account's delta; spending under two deltas cannot be added.",
                )
        return account

    def grant(self, account: str, cap_epsilon: float, *, reason: str) -> AccountStatus:
        """Raise the cap to `cap_epsilon`, with the reason on record.

        The claim about everything released so far becomes the new cap, too.

        Raises:
            PrivacyParameterError: unknown account, a cap not above the present one, or no reason.
        """
        if not reason.strip():
            raise PrivacyParameterError("a grant needs a reason", help="Pass --reason; no personal data in it.")
        with self._ledger.transaction() as transaction:
            state = self._state(transaction, account)
            check_parameters(cap_epsilon, state.delta)
            if cap_epsilon <= state.cap_epsilon:
                raise PrivacyParameterError(
                    f"a grant only raises the cap, cap={state.cap_epsilon}, asked={cap_epsilon}",
                    help="A cap is never lowered after the fact.",
                )
            transaction.append(
                "account.grant",
                {"account": account, "cap_epsilon": float(cap_epsilon), "before": state.cap_epsilon, "reason": reason},
            )
        return self.status(account)

    def reserve(
        self, account: str, event: Mapping[str, Any], rdp: Sequence[float], schedule: str, *, failure: float = 0.0
    ) -> Reservation:
        """Reserve one event whole, or hand out again what the same schedule has reserved.

        Args:
            account: from `open`.
            event: the event as a JSON object, for the record.
            rdp: its Rényi curve on `wuming.accounting.filter.ORDERS`.
            schedule: digest that names the event with its data and plan, and so its noise.
            failure: probability with which the curve does not hold, in [0, 1).

        Raises:
            BudgetExceeded: the filter does not admit it; only the refusal was written.
            PrivacyParameterError: unknown account, a bad curve, or a schedule known with another event.
        """
        curve = check_curve(rdp)
        with self._ledger.transaction() as transaction:
            state = self._state(transaction, account)
            known = state.find(schedule)
            if known is not None:
                return self._replayed(transaction, state, known, event, curve, failure)
            price = state.price(curve, failure)
            before, after = price.before, price.after
            body: dict[str, Any] = {"account": account, "schedule": schedule, "event": dict(event)}
            if price.fits:
                name = secrets.token_hex(16)
                body |= {"reservation": name, "rdp": encode_curve(curve)} | ({"failure": failure} if failure else {})
                transaction.append("account.reserve", body)
                return Reservation(account, name, False, before, after, self)
            refusal = {
                "account": account,
                "schedule": schedule,
                "event": digest(event),
                "charge_epsilon": finite(after),
            }
            transaction.append("account.refuse", refusal)
        raise _exceeded(state, price, failure)

    def price(self, account: str, rdp: Sequence[float], failure: float = 0.0) -> Price:
        """Return what an event would do to the account; nothing is written. See `reserve`."""
        return _known(replay(self._ledger.entries()), account).price(check_curve(rdp), failure)

    def commit(self, reservation: Reservation) -> None:
        """Say that the event has happened. One that was released before counts from now on: it was drawn after all."""
        with self._ledger.transaction() as transaction:
            known = self._reservation(transaction, reservation.account, reservation.id)
            if known.state != "committed":
                transaction.append("account.commit", {"account": reservation.account, "reservation": reservation.id})

    def release(self, reservation: Reservation) -> None:
        """Give the share back, when this holder alone had it.

        A replayed reservation is kept, by whomever it is released: the other holder may have drawn from the data. It
        stays reserved, counts as spent, and waits for `resolve`.
        """
        with self._ledger.transaction() as transaction:
            known = self._reservation(transaction, reservation.account, reservation.id)
            if known.state == "reserved" and not known.replays and not reservation.replayed:
                transaction.append("account.release", {"account": reservation.account, "reservation": reservation.id})

    def resolve(self, account: str, reservation: str, decision: Decision, *, reason: str) -> AccountStatus:
        """Decide about a reservation whose process died: a person's word, with the reason on record.

        Args:
            account: its account.
            reservation: its id, or the beginning of it (at least 6 digits).
            decision: `spent`, or `not-spent` when it is certain that nothing was drawn from the data.
            reason: why; no personal data.

        Raises:
            PrivacyParameterError: unknown or settled reservation, unknown decision, or no reason.
        """
        if decision not in get_args(Decision):
            raise PrivacyParameterError(f"unknown decision, decision={decision}", help="Say spent or not-spent.")
        if not reason.strip():
            raise PrivacyParameterError("a decision needs a reason", help="Pass --reason; no personal data in it.")
        with self._ledger.transaction() as transaction:
            known = self._reservation(transaction, account, reservation)
            if known.state != "reserved":
                raise PrivacyParameterError(
                    f"reservation {known.id} is already {known.state}", help="Only an open reservation can be resolved."
                )
            transaction.append(
                "account.resolve",
                {"account": account, "reservation": known.id, "decision": decision, "reason": reason},
            )
        return self.status(account)

    def status(self, account: str) -> AccountStatus:
        """Return how far the account is used.

        Raises:
            PrivacyParameterError: unknown account.
        """
        accounts = replay(self._ledger.entries())
        return _status(_known(accounts, account))

    def all(self) -> list[AccountStatus]:
        """Return the status of every account, by id."""
        accounts = replay(self._ledger.entries())
        return [_status(accounts[name]) for name in sorted(accounts)]

    def budget(
        self, account: str, describe: Callable[[Any], tuple[Mapping[str, Any], Sequence[float], float]]
    ) -> AccountBudget:
        """Return the account as the `Budget` that techniques take.

        Args:
            account: from `open`.
            describe: turns an event into its JSON object, its Rényi curve and its failure probability.
        """
        return AccountBudget(self, account, describe)

    def _replayed(
        self,
        transaction: LedgerTransaction,
        state: AccountState,
        known: ReservationState,
        event: Mapping[str, Any],
        curve: tuple[float, ...],
        failure: float,
    ) -> Reservation:
        if not same_event(known.event, event) or (known.rdp, known.failure) != (curve, failure):
            raise PrivacyParameterError(
                f"schedule {known.schedule} is known in account {state.id} with another event",
                help="A changed event needs a schedule digest, a key and a charge of its own.",
            )
        transaction.append("account.replay", {"account": state.id, "reservation": known.id})
        charge = state.charge("reserved", "committed")
        return Reservation(state.id, known.id, True, charge, charge, self)

    def _state(self, transaction: LedgerTransaction, account: str) -> AccountState:
        return _known(replay(transaction.entries()), account)

    def _reservation(self, transaction: LedgerTransaction, account: str, name: str) -> ReservationState:
        reservations = self._state(transaction, account).reservations
        matches = [known for known in reservations if len(name) >= 6 and known.startswith(name)]
        if len(matches) != 1:
            raise PrivacyParameterError(
                f"account {account} has {len(matches)} reservations of that name", help="See `wuming budget show`."
            )
        return reservations[matches[0]]


@dataclass(frozen=True)
class AccountBudget:
    """One account as a `wuming.core.ports.Budget`."""

    accounts: Accounts
    account: str
    describe: Callable[[Any], tuple[Mapping[str, Any], Sequence[float], float]]

    def reserve(self, event: Any, *, schedule: str) -> ReservationPort:
        """Reserve one event whole; see `Accounts.reserve`."""
        described, rdp, failure = self.describe(event)
        return self.accounts.reserve(self.account, described, rdp, schedule, failure=failure)

    def price(self, event: Any) -> Price:
        """Return what the event would do to the account; nothing is written."""
        _, rdp, failure = self.describe(event)
        return self.accounts.price(self.account, rdp, failure)


def _known(accounts: Mapping[str, AccountState], account: str) -> AccountState:
    if account not in accounts:
        raise PrivacyParameterError(f"no account {account}", help="See `wuming budget show` for the open ones.")
    return accounts[account]


def _exceeded(state: AccountState, price: Price, failure: float) -> BudgetExceeded:
    if math.isinf(price.after) and failure > 0:
        failures = state.failure("reserved", "committed") + failure
        return BudgetExceeded(
            f"account {state.id}: the event would bring the failure probabilities to {failures:.3g}, and "
            f"{state.failure_delta:.3g} of the account's delta={state.delta:g} is set aside for them",
            help="Use a smaller delta, or public keys, which need none; a part is set aside when an account is opened.",
        )
    remaining = max(0.0, state.cap_epsilon - price.before)
    return BudgetExceeded(
        f"account {state.id}: the event would bring the charge from epsilon={price.before:.4g} to {price.after:.4g}, "
        f"over the cap {state.cap_epsilon:.4g} (remaining {remaining:.4g}, delta={state.delta:g})",
        help="Spend less (more noise, fewer steps), or raise the cap with `wuming budget grant` and a reason.",
    )


def _status(state: AccountState) -> AccountStatus:
    spent = state.charge("reserved", "committed")
    reservations = state.reservations.values()
    return AccountStatus(
        account=state.id,
        cap_epsilon=state.cap_epsilon,
        delta=state.delta,
        spent_epsilon=spent,
        committed_epsilon=state.charge("committed"),
        remaining_epsilon=max(0.0, state.cap_epsilon - spent),
        failure_delta=state.failure_delta,
        spent_failure_delta=state.failure("reserved", "committed"),
        committed=sum(known.state == "committed" for known in reservations),
        pending=tuple(
            PendingReservation(known.id, known.schedule, known.at, state.filter.charge(known.rdp, known.failure))
            for known in reservations
            if known.state == "reserved"
        ),
        refusals=state.refusals,
    )
