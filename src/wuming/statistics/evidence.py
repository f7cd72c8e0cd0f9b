"""What goes on record of an answer: what was shown about whom, and its cost; never the question, which may name people.

ledger.record(answer_evidence(answer, session.contract, account=accounts.status(name).as_json()))
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wuming.core.canonical import digest
from wuming.core.evidence import Evidence
from wuming.statistics.answer import Answer
from wuming.statistics.contract import Contract

_ACCOUNT = ("cap_epsilon", "spent_epsilon", "delta")


def answer_evidence(
    answer: Answer, contract: Contract, *, account: Mapping[str, Any], inputs: tuple[str, ...] = ()
) -> Evidence:
    """Return the evidence of one answer, of the kind `query`.

    Args:
        answer: as it was drawn.
        contract: of the table; its limits and bounds go on record, of its keys the number.
        account: how the account stands after the answer: `account` (its id), `cap_epsilon`, `spent_epsilon`, `delta`,
            as `AccountStatus.as_json` gives them. What else is in it is left out.
        inputs: digests of what was asked.

    Returns:
        Claims: `figures` and `keys` by name, `groups` shown, `contract`, `cost`, `account`. The subject is the digest
        of the answer.
    """
    return Evidence(
        kind="query",
        subject=digest(answer.as_json()),
        claims={
            "figures": list(answer.names),
            "keys": list(answer.keys),
            "groups": len(answer.rows),
            "contract": {
                "subject": contract.subject,
                "max_rows": contract.max_rows,
                "max_groups": contract.max_groups,
                "bounds": {column: list(bounds) for column, bounds in contract.bounds.items()},
                "keys": {column: len(keys) for column, keys in contract.keys.items()},
            },
            "cost": answer.cost.as_json(),
            "account": {"id": account["account"]} | {name: account[name] for name in _ACCOUNT},
        },
        inputs=inputs,
    )
