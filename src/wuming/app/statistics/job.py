"""One question from the command line: the account that pays, the answer, and what goes on record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wuming.core.canonical import digest_bytes
from wuming.core.databases import is_url
from wuming.core.storage import file_digest
from wuming.governance.accounts import Accounts, AccountStatus, account_id
from wuming.governance.ledger import Ledger
from wuming.lifecycle.answers import answer_budget
from wuming.statistics.answer import Answer, Quote
from wuming.statistics.budget import MemoryBudget
from wuming.statistics.contract import Contract
from wuming.statistics.databases import table_address
from wuming.statistics.evidence import answer_evidence
from wuming.statistics.noise_plan import Noise
from wuming.statistics.session import Session

UNIT, RELATION = "subject", "add-or-remove-one"


@dataclass(frozen=True)
class QueryJob:
    """What is asked, of which table, and who pays.

    Attributes:
        table: Parquet, CSV or JSON lines file, or the URL of a database's table.
        sql: the question.
        contract: of the table.
        epsilon, delta, noise: of the answer.
        lineage: of the account; None: from the table's name.
        cap, cap_delta: of the account, if it is not open yet; half of δ is set aside for keys found privately.
    """

    table: str
    sql: str
    contract: Contract
    epsilon: float
    delta: float
    noise: Noise
    lineage: str | None
    cap: float
    cap_delta: float

    @property
    def account_lineage(self) -> str:
        """Name of the data in the ledger."""
        if self.lineage is not None:
            return self.lineage
        stem = Path(self.table).stem
        if is_url(self.table):
            address = table_address(self.table)
            stem = f"{address.database}-{address.table}"
        name = re.sub(r"[^a-z0-9._-]+", "-", stem.lower()).strip("-._")
        return name if name == stem.lower() else f"table-{digest_bytes(stem.encode())[7:19]}"

    def inputs(self) -> tuple[str, ...]:
        """Return the digest of the file that is asked; of a server's table there is none."""
        if not is_url(self.table):
            return (file_digest(Path(self.table)),)
        address = table_address(self.table)
        return (file_digest(address.path),) if address.kind == "sqlite" else ()


@dataclass(frozen=True)
class Answered:
    """An answer, and how the account stands after it."""

    answer: Answer
    status: AccountStatus
    opened: bool

    def as_json(self) -> dict[str, Any]:
        """Return both as one JSON object."""
        return self.answer.as_json() | {"account": self.status.as_json(), "opened": self.opened}

    def words(self) -> str:
        """Return how the account stands, in one line."""
        status = self.status
        opened = " (opened now)" if self.opened else ""
        return (
            f"account {status.account}{opened}: charge epsilon {status.spent_epsilon:.4g} of {status.cap_epsilon:.4g}, "
            f"delta {status.delta:g}"
        )


def price_question(job: QueryJob) -> Quote:
    """Return what the question costs; nothing is drawn, charged or opened.

    Raises: as `Session.quote`.
    """
    accounts = Accounts(Ledger())
    account = account_id(job.account_lineage, UNIT, RELATION)
    known = any(status.account == account for status in accounts.all())
    budget = answer_budget(accounts, account) if known else MemoryBudget(job.cap, job.cap_delta)
    return Session(job.table, job.contract, budget).quote(
        job.sql, epsilon=job.epsilon, delta=job.delta, noise=job.noise
    )


def answer_question(job: QueryJob) -> Answered:
    """Draw the answer, charge it to the data's account, and put it on record.

    Raises: as `Session.ask`; a question that is refused opens no account.
    """
    price_question(job)
    ledger = Ledger()
    accounts = Accounts(ledger)
    account = account_id(job.account_lineage, UNIT, RELATION)
    opened = all(status.account != account for status in accounts.all())
    if opened:
        accounts.open(job.account_lineage, UNIT, RELATION, job.cap, job.cap_delta, failure_delta=job.cap_delta / 2)
    session = Session(job.table, job.contract, answer_budget(accounts, account))
    answer = session.ask(job.sql, epsilon=job.epsilon, delta=job.delta, noise=job.noise)
    status = accounts.status(account)
    ledger.record(answer_evidence(answer, job.contract, account=status.as_json(), inputs=job.inputs()))
    return Answered(answer, status, opened)
