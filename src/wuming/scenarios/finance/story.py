"""Playing the scenario: messages are collected and de-identified, opinions read and counted, and a dossier made.

Collection and de-identification are the stages of every run. Two questions are asked of the table of opinions, each
charged once to the account of these customers. What was answered stays answered: the same call again goes on where it
stopped, and draws and charges nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from wuming.core.canonical import canonical_json
from wuming.core.evidence import Evidence
from wuming.core.ports import Progress
from wuming.core.records import Record
from wuming.core.storage import file_digest, read_json, write_atomically, write_json
from wuming.governance.accounts import Accounts, account_id
from wuming.governance.lineage import Lineage
from wuming.lifecycle.answers import answer_budget, answers_dossier, on_record
from wuming.lifecycle.context import PRODUCER, DataContext, opened_data
from wuming.lifecycle.plan import Collect, DataPlan, Deidentify, Source
from wuming.lifecycle.stages.collect import collect
from wuming.lifecycle.stages.deidentify import deidentify
from wuming.scenarios.finance.checking import against_truth
from wuming.scenarios.finance.picture import draw_weeks
from wuming.scenarios.finance.public import AS_OF
from wuming.scenarios.finance.table import CONTRACT, reading_claims, write_table
from wuming.scenarios.finance.writer import Size, generate
from wuming.scenarios.story_data import prepare
from wuming.statistics.evidence import answer_evidence
from wuming.statistics.session import Session

CAP_EPSILON: Final = 4.0
CAP_DELTA: Final = 1e-6
RETENTION_DAYS: Final = 365


@dataclass(frozen=True)
class Question:
    """One question of the scenario: its name in files, what it is in words, SQL, and ε of the whole answer."""

    name: str
    title: str
    sql: str
    epsilon: float


QUESTIONS: Final = (
    Question(
        "opinions",
        "Messages by product, week and opinion",
        "SELECT product, week, opinion, COUNT(*) AS messages FROM t GROUP BY product, week, opinion",
        1.0,
    ),
    Question(
        "customers",
        "Customers by product and opinion",
        "SELECT product, opinion, COUNT(DISTINCT subject) AS customers FROM t GROUP BY product, opinion",
        0.5,
    ),
)


@dataclass(frozen=True)
class Outcome:
    """What the scenario came to.

    Attributes:
        account: id, cap, δ and charge of these customers' account.
        answers: name → the answer as JSON, with costs and error bounds.
        collected: records and subjects before and after consent.
        deidentified: items replaced, and the 95% bound of what stays.
        accuracy: share of messages whose opinion was read right; internal, known because the messages are generated.
        checked: how the answers compare with the exact table and with the generator's truth; internal.
        dossier, chart: where they lie.
    """

    account: Mapping[str, Any]
    answers: Mapping[str, Any]
    collected: Mapping[str, Any]
    deidentified: Mapping[str, Any]
    accuracy: float
    checked: Mapping[str, Any]
    dossier: str
    chart: str

    def as_json(self) -> dict[str, Any]:
        """Return the outcome as a JSON object."""
        return asdict(self)


def play(folder: Path, *, progress: Progress, size: Size = "small", seed: int = 0, public: bool = False) -> Outcome:
    """Play the scenario in `folder`.

    Args:
        folder: of everything that is made.
        progress: shows how far the work has come.
        size, seed: of the generated data; the seed never touches noise.
        public: leave figures computed on private data without noise out of the dossier.

    Raises:
        RunConflict: the folder holds another story, or these people's account was spent from elsewhere.
        BudgetExceeded: the account cannot bear a question.
        MissingExtra: without Polars or OpenDP.
    """
    lineage = f"finance-{size}-{seed}"
    account = account_id(lineage, "subject", "add-or-remove-one")
    prepare(folder, "finance", size, seed, account, lambda source: generate(source, seed=seed, size=size), progress)
    plan, source = data_plan(size, seed), folder / "source"
    with opened_data(plan, folder / "run", base_folder=source, progress=progress) as context:
        records = _deidentified(context, progress)
        reading = _read_opinions(context, records, source, progress)
        accounts = Accounts(context.ledger)
        accounts.open(lineage, "subject", "add-or-remove-one", CAP_EPSILON, CAP_DELTA)
        progress.start("answer")
        answered = {question.name: _answered(context, question, accounts, account) for question in QUESTIONS}
        progress.finish("answer")
        dossier = _release(context, folder, answered, {record.subject for record in records}, public=public)
        answers = {name: read_json(context.folder / "answers" / f"{name}.json")["answer"] for name in answered}
        collected, found = context.claims("collect"), context.claims("de-identify")
        measured = found["measured"]
        outcome = Outcome(
            account=accounts.status(account).as_json(),
            answers=answers,
            collected={name: collected[name] for name in ("collected", "admitted")},
            deidentified={
                "replaced": sum(found["found"].values()),
                "structured": measured["structured"],
                "names_and_addresses": measured["names_and_addresses"],
            },
            accuracy=reading.claims["measured"]["accuracy"],
            checked=against_truth(answers["opinions"], context.folder / "data" / "opinions.parquet", source, records),
            dossier=str(dossier),
            chart=str(folder / "opinions.svg"),
        )
    write_json(folder / "finance.json", outcome.as_json())
    return outcome


def data_plan(size: Size, seed: int) -> DataPlan:
    """Return where the data comes from and how it is made ready, for data that `generate` wrote."""
    lineage = f"finance-{size}-{seed}"
    return DataPlan(
        name=lineage,
        title="Opinions about financial products",
        seed=seed,
        source=Source(
            records=Path("messages.jsonl"),
            consent=Path("consent.jsonl"),
            ground_truth=Path("truth"),
            lineage=lineage,
            origin="generated by Wuming",
            licence="Apache-2.0",
            legal_basis="consent",
        ),
        collect=Collect(purpose="statistics", as_of=AS_OF, retention_days=RETENTION_DAYS),
        deidentify=Deidentify(operator="surrogate"),
    )


def _deidentified(context: DataContext, progress: Progress) -> list[Record]:
    progress.start("collect")
    admitted = collect(context)
    progress.finish("collect")
    progress.start("de-identify")
    found = deidentify(context, admitted)
    progress.finish("de-identify")
    return found


def _read_opinions(context: DataContext, records: list[Record], source: Path, progress: Progress) -> Evidence:
    """Read every text into the table, and say so in evidence; the texts are those without personal data."""
    path = context.path("data", "opinions.parquet")
    inputs = context.chain("opinions")
    if not context.finished("opinions", inputs, path):
        progress.start("read opinions")
        found = write_table(path, records, source / "messages.jsonl")
        claims = reading_claims(found, source / "truth" / "opinions.jsonl")
        texts = context.evidence["de-identify"].subject
        context.finish(Evidence("opinions", file_digest(path), claims, (texts,), PRODUCER), inputs)
        progress.finish("read opinions", f"{claims['measured']['accuracy']:.1%} right")
    return context.evidence["opinions"]


def _answered(context: DataContext, question: Question, accounts: Accounts, account: str) -> Evidence:
    """Draw an answer, charge it and put it on record; one that is on record is taken up, and costs nothing again."""
    path = context.path("answers", f"{question.name}.json")
    table = context.folder / "data" / "opinions.parquet"
    known = on_record(context.ledger, read_json(path)["evidence"]) if path.exists() else None
    if known is not None:
        return known
    session = Session(table, CONTRACT, answer_budget(accounts, account))
    answer = session.ask(question.sql, epsilon=question.epsilon)
    evidence = answer_evidence(
        answer, CONTRACT, account=accounts.status(account).as_json(), inputs=(file_digest(table),)
    )
    context.ledger.record(evidence)
    if question.name == "opinions":
        write_atomically(context.path("answers", "opinions.svg"), draw_weeks(answer).encode())
    write_json(path, {"question": question.sql, "answer": answer.as_json(), "evidence": evidence.as_json()})
    return evidence


def _release(
    context: DataContext, folder: Path, answered: Mapping[str, Evidence], subjects: set[str], *, public: bool
) -> Path:
    """Write the dossier with the answers in it, and note in lineage whose data they hold."""
    picture = (context.folder / "answers" / "opinions.svg").read_bytes()
    write_atomically(folder / "opinions.svg", picture)
    extra = {"answers/opinions.svg": picture}
    for name in answered:
        stored = read_json(context.folder / "answers" / f"{name}.json")
        # In canonical form, so that the digest in the evidence is that of the file.
        extra[f"answers/{name}.json"] = canonical_json(stored["answer"])
    titles = {question.name: question.title for question in QUESTIONS}
    named = {titles[name]: item for name, item in answered.items()}
    result = answers_dossier(
        folder / "dossier",
        named,
        title=context.plan.title,
        run=context.plan_digest,
        before=list(context.evidence.values()),
        ledger=context.ledger,
        keys=context.keys,
        public=public,
        extra_files=extra,
    )
    Lineage(key=context.keys.secret("lineage")).record(
        context.plan_digest,
        [{"name": title, "digest": item.subject} for title, item in named.items()],
        subjects,
        lineage=context.lineage,
    )
    return result.folder
