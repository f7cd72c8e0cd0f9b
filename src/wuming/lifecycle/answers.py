"""Answers about private tables on record: the account as a budget of answers, the evidence of what was shown."""

from __future__ import annotations

from wuming.accounting.accountant import approximate_rdp
from wuming.core.canonical import digest
from wuming.core.evidence import Evidence
from wuming.governance.accounts import AccountBudget, Accounts
from wuming.statistics.answer import Answer
from wuming.statistics.contract import Contract


def answer_budget(accounts: Accounts, account: str) -> AccountBudget:
    """Return an account as the budget that answers are charged to.

    Args:
        accounts: of the ledger.
        account: id of one that is open.
    """
    return accounts.budget(account, lambda event: (event.as_json(), *approximate_rdp(event)))


def answer_evidence(answer: Answer, contract: Contract, account: str, table: str) -> Evidence:
    """Return what goes on record: what was shown about whom, and its cost.

    The text of the question is left out, as it may name people.

    Args:
        answer: as it was drawn.
        contract: of the table.
        account: id of the one that paid.
        table: digest of the table that was asked.
    """
    shown = answer.as_json()
    return Evidence(
        kind="query",
        subject=digest(shown),
        claims={
            "figures": list(answer.names),
            "keys": list(answer.keys),
            "groups": len(answer.rows),
            "contract": {
                "subject": contract.subject,
                "max_rows": contract.max_rows,
                "max_groups": contract.max_groups,
            },
            "cost": answer.cost.as_json(),
            "account": account,
        },
        inputs=(table,),
    )
