"""One release of a table: read, recoded, attacked, and only then written, to its file and to the ledger."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wuming import __version__
from wuming.anonymization.gate import Examination, examine
from wuming.anonymization.plan import TablePlan
from wuming.anonymization.publishing import Publisher
from wuming.anonymization.role_proposals import refuse_forgotten_identifiers
from wuming.app.tables.identifiers import numbers_and_addresses, proposals_for
from wuming.app.tables.past_memory import is_past_memory, release_past_memory
from wuming.app.tables.picture import KS, LS, TS, picture, utility
from wuming.app.tables.report import refusal_line
from wuming.app.tables.source import check_folder, check_output, path_of, read_source, refuse_overwriting
from wuming.core.canonical import digest
from wuming.core.errors import ReleaseRefused
from wuming.core.evidence import Evidence
from wuming.core.ports import Progress
from wuming.core.storage import file_digest, storage_errors, write_atomically
from wuming.core.tables import Table, read_table, write_table
from wuming.governance.ledger import Ledger


@dataclass(frozen=True)
class Job:
    """What is to be released.

    Attributes:
        source, query: as `read_source` takes them.
        output: CSV or Parquet.
        plan: what to do; `folder` is where its paths start.
        picture: SVG of what k, l and t cost; None: none is drawn.
        earlier: what was released of the same people before.
    """

    source: str
    query: str | None
    output: Path
    plan: TablePlan
    folder: Path
    picture: Path | None = None
    earlier: tuple[Path, ...] = ()

    @property
    def unfinished(self) -> Path:
        """Where the release stands until it is in the ledger."""
        return self.output.with_name(f".{self.output.stem}.part{self.output.suffix}")


def release(job: Job, progress: Progress) -> dict[str, Any]:
    """Recode a table, attack the result, and write it.

    Returns:
        The figures, JSON values only: `k`, `l`, `t` (the largest distance of a class, over sensitive columns), `ncp`,
        `suppressed`, `classes`, `risk`, `attacks`, `seconds`, then what else was claimed.

    Raises:
        InputError, TableError, PrivacyParameterError, StorageError: nothing was written.
        ReleaseRefused: an attack succeeded and the plan says `refuse`; nothing was written.
    """
    begun = time.monotonic()
    check_output(job.output)
    if job.picture is not None:
        check_folder(job.picture)
    refuse_overwriting(job.output, job.source, *job.earlier)
    if is_past_memory(job.source):
        return release_past_memory(job, progress)
    progress.start("read")
    table = read_source(job.source, job.query)
    earlier = [read_table(path) for path in job.earlier]
    checked_roles(job.plan, table)
    progress.finish("read", f"{table.rows:,} rows, {len(table.names)} columns")
    publisher = Publisher(
        table, job.plan, job.folder, on_progress=lambda standing: progress.advance("recode", standing.checked)
    )
    progress.start("recode")
    claims = publisher.published.claims
    progress.finish("recode", f"{claims['classes']:,} classes")
    examination = attacked(job.plan, table, publisher, earlier, progress)
    if job.picture is not None:
        _draw(job, publisher, job.picture, progress)
    write_table(job.unfinished, examination.release.table)
    return {
        **figures(claims, examination, round(time.monotonic() - begun, 3)),
        **hand_out(job, examination, claims),
        "passed_unchanged": list(publisher.roles.insensitive),
        "claims": claims,
    }


def attacked(
    plan: TablePlan, table: Table, publisher: Publisher, earlier: list[Table], progress: Progress
) -> Examination:
    """Attack the release; refuse it where the plan says so."""
    progress.start("attack")
    examination = examine(
        table,
        publisher.release,
        k=plan.k,
        l=plan.l,
        t=plan.t,
        margin=plan.gate.margin,
        trials=plan.gate.trials,
        earlier=[publisher.described(one) for one in earlier],
        detector=numbers_and_addresses(),
    )
    progress.finish("attack", f"{len(examination.outcomes)} attacks, {len(examination.refused)} refuse the release")
    if examination.refused and plan.gate.action == "refuse":
        count = f"{len(examination.refused)} of {len(examination.outcomes)} attacks succeed; nothing was written"
        raise ReleaseRefused(
            "\n  ".join([count, *map(refusal_line, examination.refused)]),
            help="Change the plan as said, and try again. `gate: report` writes it all the same, and records why.",
        )
    return examination


def checked_roles(plan: TablePlan, table: Table) -> None:
    """Check that all columns with a role are there, and that none without one seems to identify people.

    Raises:
        TableError: names the first that is not so.
    """
    roles = plan.roles.roles()
    table.require(list(roles.named))
    if forgotten := roles.without_role(table):
        refuse_forgotten_identifiers(roles, table, proposals_for(table.select(forgotten)))


def hand_out(job: Job, examination: Examination, claims: Mapping[str, Any]) -> dict[str, Any]:
    """Put the written table into the ledger, with the table it was made from and the releases it was held against; then
    give it its name.

    Returns:
        `output`; `plan`, its digest; `released_before`: how many releases of the same table the ledger knows that this
        one was not held against.

    Raises:
        StorageError, LedgerCorrupt: the written table is gone again, since nothing goes out that is not in the books;
            what stood under its name still does.
    """
    plan = digest(job.plan.model_dump(mode="json"))
    try:
        ledger = Ledger()
        made = file_digest(job.unfinished)
        source, *earlier = (file_digest(path) for path in (path_of(job.source), *job.earlier))
        known = {
            entry.body["subject"]
            for entry in ledger.entries()
            if entry.kind == "evidence" and entry.body["kind"] == "anonymise" and source in entry.body["inputs"]
        }
        claims = {**claims, "plan": plan, "gate": examination.as_json()}
        ledger.record(Evidence("anonymise", made, claims, (source, *earlier), f"wuming {__version__}"))
        with storage_errors(job.output):
            job.unfinished.replace(job.output)
    finally:
        job.unfinished.unlink(missing_ok=True)
    return {"output": str(job.output), "plan": plan, "released_before": len(known - {made, *earlier})}


def figures(claims: Mapping[str, Any], examination: Examination, seconds: float) -> dict[str, Any]:
    found = examination.as_json()
    return {
        "k": claims["k"],
        "l": claims["l"],
        "t": max(claims["t_closeness"].values()),
        "ncp": claims["ncp"],
        "suppressed": claims["suppressed"],
        "classes": claims["classes"],
        "risk": {
            "prosecutor": claims["risk_after"],
            "marketer": claims["risk_after"]["average"],
            "before": claims["risk_before"],
        },
        "attacks": found["attacks"],
        "seconds": seconds,
        "refused": found["refused"],
        "gbt_42460": found["gbt_42460"],
    }


def _draw(job: Job, publisher: Publisher, path: Path, progress: Progress) -> None:
    progress.start("picture", len(KS) + len(LS) + len(TS))
    plan = job.plan
    curves = utility(publisher, k=plan.k, l=plan.l, t=plan.t, on_done=lambda done: progress.advance("picture", done))
    t = "none" if plan.t is None else f"{plan.t:g}"
    title = f"What k, l and t cost, each changed alone ({plan.model} recoding, k = {plan.k}, l = {plan.l}, t = {t})"
    drawn = picture(curves, asked={"k": plan.k, "l": plan.l, "t": plan.t}, title=title)
    write_atomically(path, drawn.encode())
    progress.finish("picture")
