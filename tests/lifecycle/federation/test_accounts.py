"""Every silo with an account in a ledger of its own: charged a round, and a refusal when it is spent."""

from __future__ import annotations

from pathlib import Path

import pytest

from wuming.accounting.accountant import approximate_rdp
from wuming.federated.simulation import simulate
from wuming.governance.accounts import Accounts
from wuming.governance.ledger import Ledger

from ...federated.parties import crowd, federation
from ...federated.test_simulation import private_plan, rows


@pytest.fixture
def silos(tmp_path: Path) -> list[Accounts]:
    found = []
    for number in range(5):
        folder = tmp_path / f"silo-{number}"
        folder.mkdir()
        found.append(Accounts(Ledger(f"sqlite:///{folder / 'ledger.sqlite'}")))
    return found


def test_each_ledger_is_charged_and_one_that_is_spent_refuses(silos: list[Accounts]) -> None:
    plan = private_plan()
    budgets, names = [], []
    for number, accounts in enumerate(silos):
        cap = 2.5 if number == 0 else 20.0  # the first bears one round, or two
        name = accounts.open("patients", "record", "add-or-remove-one", cap, 1e-5, failure_delta=1e-6)
        names.append(name)
        budgets.append(accounts.budget(name, lambda event: (event.as_json(), *approximate_rdp(event))))
    result = simulate(federation(plan), crowd(rows(), budgets=budgets))
    assert result.rounds == 3
    spent = [accounts.status(name) for accounts, name in zip(silos, names, strict=True)]
    first = spent[0].committed
    assert 1 <= first < 3
    assert [report.survivors for report in result.reports] == [5] * first + [4] * (3 - first)
    assert spent[0].refusals == 3 - first
    for status in spent[1:]:
        assert (status.committed, status.pending, status.refusals) == (3, (), 0)
        assert status.spent_epsilon > spent[0].spent_epsilon > 0
