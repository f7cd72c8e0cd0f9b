"""Accounts: the cap holds, replays are free, and what cannot be known counts as spent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from wuming.accounting.filter import ORDERS
from wuming.core.errors import BudgetExceeded, LedgerCorrupt, PrivacyParameterError
from wuming.core.ports import Budget
from wuming.governance.accounts import Accounts, account_id
from wuming.governance.ledger import Ledger

EVENT = {"kind": "gaussian", "noise_multiplier": 1.0}
RDP = [order / 2 for order in ORDERS]


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    return Accounts(Ledger(tmp_path / "ledger.sqlite"))


@pytest.fixture
def account(accounts: Accounts) -> str:
    return accounts.open("shop", "subject", "add-or-remove-one", 12.0, 1e-5)


def spend(accounts: Accounts, account: str, schedule: str) -> Any:
    return accounts.reserve(account, EVENT, RDP, schedule)


def test_reserve_commit_release(accounts: Accounts, account: str) -> None:
    first = spend(accounts, account, "a")
    assert not first.replayed
    assert first.epsilon_before == 0 < first.epsilon_after < 12
    first.commit()
    first.commit()
    second = spend(accounts, account, "b")
    assert second.epsilon_before == first.epsilon_after < second.epsilon_after
    second.release()
    second.release()
    status = accounts.status(account)
    assert status.spent_epsilon == status.committed_epsilon == first.epsilon_after
    assert (status.committed, status.pending) == (1, ())


def test_the_cap_holds_and_a_refusal_is_on_record(accounts: Accounts, account: str) -> None:
    admitted = 0
    with pytest.raises(BudgetExceeded, match=r"over the cap 12 \(remaining .*, delta=1e-05\)"):
        for number in range(20):
            spend(accounts, account, str(number)).commit()
            admitted += 1
    status = accounts.status(account)
    assert 1 < admitted < 20
    assert status.committed == admitted
    assert status.spent_epsilon <= 12
    assert status.refusals == 1
    assert accounts._ledger.entries()[-1].kind == "account.refuse"


def test_a_crashed_reservation_counts_until_a_person_resolves_it(accounts: Accounts, account: str) -> None:
    lost = spend(accounts, account, "a")
    status = accounts.status(account)
    assert status.spent_epsilon == lost.epsilon_after
    assert status.committed_epsilon == 0
    assert [pending.id for pending in status.pending] == [lost.id]
    with pytest.raises(PrivacyParameterError):
        accounts.resolve(account, lost.id, "maybe", reason="x")  # type: ignore[arg-type]
    with pytest.raises(PrivacyParameterError):
        accounts.resolve(account, lost.id, "spent", reason=" ")
    with pytest.raises(PrivacyParameterError):
        accounts.resolve(account, "unknown-id", "spent", reason="x")
    assert accounts.resolve(account, lost.id[:8], "not-spent", reason="power cut before sampling").spent_epsilon == 0
    with pytest.raises(PrivacyParameterError):
        accounts.resolve(account, lost.id, "spent", reason="x")
    again = spend(accounts, account, "a")
    assert not again.replayed
    assert accounts.resolve(account, again.id, "spent", reason="unknown").committed == 1


def test_the_same_schedule_is_free(accounts: Accounts, account: str) -> None:
    first = spend(accounts, account, "a")
    resumed = spend(accounts, account, "a")
    assert (first.replayed, resumed.replayed) == (False, True)
    resumed.commit()
    assert spend(accounts, account, "a").replayed
    assert accounts.status(account).spent_epsilon == first.epsilon_after
    assert accounts.status(account).committed == 1


def test_a_replayed_reservation_is_not_given_back(accounts: Accounts, account: str) -> None:
    first = spend(accounts, account, "a")
    second = spend(accounts, account, "a")
    second.release()
    first.release()
    assert accounts.status(account).spent_epsilon == first.epsilon_after


def test_a_schedule_names_one_event(accounts: Accounts, account: str) -> None:
    spend(accounts, account, "a")
    with pytest.raises(PrivacyParameterError):
        accounts.reserve(account, {**EVENT, "noise_multiplier": 2.0}, RDP, "a")
    with pytest.raises(PrivacyParameterError):
        accounts.reserve(account, EVENT, [2 * value for value in RDP], "a")


def test_commit_after_release_counts(accounts: Accounts, account: str) -> None:
    first = spend(accounts, account, "a")
    first.release()
    assert accounts.status(account).spent_epsilon == 0
    first.commit()
    assert accounts.status(account).spent_epsilon == first.epsilon_after
    first.release()
    assert accounts.status(account).spent_epsilon == first.epsilon_after


def test_grant_raises_the_cap_with_a_reason(accounts: Accounts, account: str) -> None:
    for cap, reason in ((12.0, "same"), (11.0, "lower"), (20.0, " "), (float("inf"), "no"), (float("nan"), "no")):
        with pytest.raises(PrivacyParameterError):
            accounts.grant(account, cap, reason=reason)
    assert accounts.grant(account, 20.0, reason="decided on 14 March").cap_epsilon == 20
    assert accounts._ledger.entries()[-1].body["reason"] == "decided on 14 March"


def test_open_is_idempotent_and_never_mixes(accounts: Accounts, account: str) -> None:
    assert accounts.open("shop", "subject", "add-or-remove-one", 99.0, 1e-5) == account
    assert accounts.status(account).cap_epsilon == 12
    with pytest.raises(PrivacyParameterError, match="delta"):
        accounts.open("shop", "subject", "add-or-remove-one", 12.0, 1e-6)
    others = {
        accounts.open("shop", "document", "add-or-remove-one", 12.0, 1e-6),
        accounts.open("shop", "subject", "replace-one", 12.0, 1e-5),
        accounts.open("shop-2", "subject", "add-or-remove-one", 12.0, 1e-5),
    }
    spend(accounts, account, "a").commit()
    assert len(others | {account}) == 4
    assert [status.spent_epsilon > 0 for status in accounts.all()] == [s.account == account for s in accounts.all()]


@pytest.mark.parametrize(
    ("lineage", "unit", "relation"),
    [
        ("", "subject", "replace-one"),
        ("a/b", "subject", "replace-one"),
        ("shop", "user", "replace-one"),
        ("shop", "subject", "bounded"),
    ],
)
def test_bad_names(lineage: str, unit: str, relation: str) -> None:
    with pytest.raises(PrivacyParameterError):
        account_id(lineage, unit, relation)


@pytest.mark.parametrize(("epsilon", "delta"), [(0.0, 1e-5), (-1.0, 1e-5), (1.0, 0.0), (1.0, 1.0)])
def test_bad_caps(accounts: Accounts, epsilon: float, delta: float) -> None:
    with pytest.raises(PrivacyParameterError):
        accounts.open("shop", "subject", "replace-one", epsilon, delta)


def test_unknown_account(accounts: Accounts) -> None:
    for act in (lambda: accounts.status("x/y/z"), lambda: spend(accounts, "x/y/z", "a")):
        with pytest.raises(PrivacyParameterError):
            act()
    assert accounts.all() == []


def test_as_a_budget(accounts: Accounts, account: str) -> None:
    budget: Budget = accounts.budget(account, lambda event: (event, RDP, 0.0))
    budget.reserve(EVENT, schedule="a").commit()
    assert accounts.status(account).committed == 1


def test_infinite_orders_are_kept(accounts: Accounts, account: str) -> None:
    curve = [float("inf") if order < 2 else order / 2 for order in ORDERS]
    accounts.reserve(account, EVENT, curve, "a")
    assert accounts.reserve(account, EVENT, curve, "a").replayed


def test_account_entries_that_do_not_fit(accounts: Accounts, account: str) -> None:
    accounts._ledger.append("account.commit", {"account": account, "reservation": "unknown"})
    with pytest.raises(LedgerCorrupt):
        accounts.status(account)


@pytest.mark.parametrize("again", ["account.open", "account.reserve"])
def test_a_second_opening_or_reservation_of_one_name_cannot_make_spending_vanish(
    accounts: Accounts, account: str, again: str
) -> None:
    spend(accounts, account, "a").commit()
    [entry] = [entry for entry in accounts._ledger.entries() if entry.kind == again]
    accounts._ledger.append(again, {**entry.body, **({"rdp": [0.0] * len(ORDERS)} if "rdp" in entry.body else {})})
    with pytest.raises(LedgerCorrupt, match=again):
        accounts.status(account)
