"""An account over time: what was spent when, what was refused, and the events from which its charge follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from wuming.core.errors import PrivacyParameterError
from wuming.core.evidence import Evidence
from wuming.governance.account_state import AccountState, replay
from wuming.governance.ledger import Entry, Ledger

What = Literal["opened", "reserved", "released", "resolved", "refused", "granted"]
_KINDS: Mapping[str, What] = {
    "account.open": "opened",
    "account.reserve": "reserved",
    "account.release": "released",
    "account.resolve": "resolved",
    "account.refuse": "refused",
    "account.grant": "granted",
}


@dataclass(frozen=True)
class Moment:
    """One change of an account, or one refusal. All ε are at the account's δ, for its unit and relation.

    Attributes:
        at: time, UTC, ISO 8601.
        what: what happened.
        charge_before, charge_after: the filter's charge; of a refusal, what it would have become (None: no bound).
        cap_epsilon: the cap from then on.
        schedule: digest that names the event; None where there is none.
    """

    at: str
    what: What
    charge_before: float
    charge_after: float | None
    cap_epsilon: float
    schedule: str | None

    def as_json(self) -> dict[str, Any]:
        """Return the moment as a JSON object."""
        return dict(vars(self))


def life(ledger: Ledger, account: str) -> list[Moment]:
    """Return all that changed the account's charge or cap, and every refusal, in order.

    Args:
        ledger: where spending stands.
        account: `lineage/unit/relation`.

    Raises:
        PrivacyParameterError: unknown account.
        LedgerCorrupt: the chain is broken.
    """
    found: list[Moment] = []
    seen: list[Entry] = []
    before = 0.0
    for entry in ledger.entries():
        if not entry.kind.startswith("account.") or entry.body.get("account") != account:
            continue
        seen.append(entry)
        if entry.kind not in _KINDS:
            continue
        state = replay(seen)[account]
        charge = state.charge("reserved", "committed")
        refused = entry.kind == "account.refuse"
        after = entry.body.get("charge_epsilon") if refused else charge
        found.append(Moment(entry.at, _KINDS[entry.kind], before, after, state.cap_epsilon, entry.body.get("schedule")))
        before = charge
    if not found:
        raise PrivacyParameterError(f"no account {account}", help="See `wuming budget show` for the open ones.")
    return found


def models_of(entries: Sequence[Entry], account: str) -> list[dict[str, Any]]:
    """Return the models that were charged to an account, in the order of their training, as a dossier lists releases.

    Args:
        entries: of the ledger.
        account: `lineage/unit/relation`.

    Returns:
        `what`, `digest` of the weights, `at`, `epsilon`, `delta`, `unit_of_privacy`, `internal` (always False); a model
        that was trained again bit by bit is listed once.
    """
    models: dict[str, dict[str, Any]] = {}
    for entry in entries:
        if entry.kind != "evidence" or entry.body.get("kind") != "train":
            continue
        claims, weights = entry.body["claims"], str(entry.body["subject"])
        charged = claims.get("account")
        if isinstance(charged, Mapping) and charged.get("id") == account:
            stated = {name: claims[name] for name in ("epsilon", "delta", "unit_of_privacy")}
            models[weights] = {"what": "model", "digest": weights, "at": entry.at, **stated, "internal": False}
    return list(models.values())


def answers_of(entries: Sequence[Entry], account: str) -> list[Evidence]:
    """Return the answers that were drawn from an account and put on record, in order.

    Answers of programs that charge the account and record no evidence are not among them; `AccountStatus.committed`
    counts every event.

    Args:
        entries: of the ledger.
        account: `lineage/unit/relation`.
    """
    found = []
    for entry in entries:
        body = entry.body
        if entry.kind != "evidence" or body.get("kind") != "query":
            continue
        charged = body["claims"].get("account")
        if (charged.get("id") if isinstance(charged, Mapping) else charged) == account:
            found.append(
                Evidence(
                    "query",
                    str(body["subject"]),
                    dict(body["claims"]),
                    tuple(body["inputs"]),
                    str(body["produced_by"]),
                    str(body["at"]),
                )
            )
    return found


def events_of(ledger: Ledger, account: str) -> dict[str, Any]:
    """Return what an outsider needs to compute the account's charge again: every event that counts, in order.

    Events are public numbers; schedules, which are bound to the data, are left out.

    Returns:
        `id`, `cap_epsilon`, `delta`, `charge_epsilon`, and `events`, each with `event`, `at`, `state`.

    Raises:
        PrivacyParameterError: unknown account.
        LedgerCorrupt: the chain is broken.
    """
    accounts: Mapping[str, AccountState] = replay(ledger.entries())
    if account not in accounts:
        raise PrivacyParameterError(f"no account {account}", help="See `wuming budget show` for the open ones.")
    state = accounts[account]
    return {
        "id": state.id,
        "cap_epsilon": state.cap_epsilon,
        "delta": state.delta,
        **({"failure_delta": state.failure_delta} if state.failure_delta else {}),
        "charge_epsilon": state.charge("reserved", "committed"),
        "events": [
            {"event": dict(known.event), "at": known.at, "state": known.state}
            for known in state.reservations.values()
            if known.counts
        ],
    }
