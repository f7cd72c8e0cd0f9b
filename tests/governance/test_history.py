"""An account over time: what it tells follows from the ledger, and the charge follows from the events."""

from __future__ import annotations

from pathlib import Path

import pytest

from wuming.accounting.filter import ORDERS, RenyiFilter, add_curves
from wuming.core.errors import BudgetExceeded, PrivacyParameterError
from wuming.governance.accounts import Accounts
from wuming.governance.history import events_of, life
from wuming.governance.ledger import Ledger

CURVE = tuple(order / 18 for order in ORDERS)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    accounts = Accounts(ledger)
    account = accounts.open("shop", "subject", "add-or-remove-one", cap_epsilon=3.0, delta=1e-5)
    accounts.open("other", "subject", "add-or-remove-one", cap_epsilon=3.0, delta=1e-5)
    accounts.reserve(account, {"kind": "one"}, CURVE, "first").commit()
    accounts.reserve(account, {"kind": "two"}, CURVE, "second").release()
    with pytest.raises(BudgetExceeded):
        accounts.reserve(account, {"kind": "three"}, [40 * rho for rho in CURVE], "third")
    accounts.grant(account, 30.0, reason="a test")
    accounts.reserve(account, {"kind": "three"}, [40 * rho for rho in CURVE], "third").commit()
    return ledger


def test_every_change_and_every_refusal_is_told(ledger: Ledger) -> None:
    account = "shop/subject/add-or-remove-one"
    moments = life(ledger, account)
    assert [m.what for m in moments] == [
        *("opened", "reserved", "reserved", "released", "refused", "granted", "reserved"),
    ]
    one = RenyiFilter(3.0, 1e-5).charge(CURVE)
    both = RenyiFilter(3.0, 1e-5).charge(add_curves(CURVE, [40 * rho for rho in CURVE]))
    assert moments[1].charge_after == pytest.approx(one)
    assert (moments[3].charge_before, moments[3].charge_after) == (moments[2].charge_after, moments[1].charge_after)
    assert moments[4].charge_after == pytest.approx(both)  # what it would have become
    assert moments[5].charge_after == pytest.approx(one)
    assert [m.cap_epsilon for m in moments] == [3.0] * 5 + [30.0] * 2
    assert moments[6].charge_after == pytest.approx(Accounts(ledger).status(account).spent_epsilon)
    assert all(m.as_json()["at"] for m in moments)


def test_the_charge_follows_from_the_events_that_count(ledger: Ledger) -> None:
    stated = events_of(ledger, "shop/subject/add-or-remove-one")
    assert [item["event"]["kind"] for item in stated["events"]] == ["one", "three"]
    assert stated["charge_epsilon"] == Accounts(ledger).status(stated["id"]).spent_epsilon
    assert events_of(ledger, "other/subject/add-or-remove-one")["events"] == []


def test_an_unknown_account(ledger: Ledger) -> None:
    for function in (life, events_of):
        with pytest.raises(PrivacyParameterError):
            function(ledger, "nobody/subject/add-or-remove-one")
