"""A release of a Parquet file that is larger than memory: the plan is attacked on a sample, the file made in parts."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wuming.anonymization.gate import gbt_42460_level
from wuming.anonymization.partitions import anonymise_file
from wuming.anonymization.partitions.sample import rows_of, sample_rows, values_of
from wuming.anonymization.plan import TablePlan
from wuming.anonymization.publishing import Publisher
from wuming.anonymization.risk import Risk
from wuming.core.errors import PrivacyParameterError
from wuming.core.ports import Progress

if TYPE_CHECKING:
    from wuming.app.tables.release import Job

MOST_IN_MEMORY = 3_000_000
SAMPLE = 100_000


def is_past_memory(source: str) -> bool:
    """Tell whether a source is a Parquet file of more rows than are read into memory."""
    path = Path(source)
    return "://" not in source and path.suffix == ".parquet" and path.is_file() and rows_of(path) > MOST_IN_MEMORY


def release_past_memory(job: Job, progress: Progress) -> dict[str, Any]:
    """Attack the plan on a sample of the rows, then carry it out on the file.

    What the sample shows holds for the release as far as its classes are as large: in both they have k to about 2 k
    rows. That the whole release keeps k, l and t is counted on the written file.

    Returns, raises: as `release`; further, PrivacyParameterError for what needs the whole table in memory.
    """
    from wuming.app.tables.release import attacked, checked_roles, figures, hand_out

    begun, path = time.monotonic(), Path(job.source)
    _check(job)
    progress.start("read")
    sample = sample_rows(path, SAMPLE)
    checked_roles(job.plan, sample)
    values = values_of(path, tuple(job.plan.hierarchies)) if job.plan.hierarchies else None
    publisher = Publisher(sample, job.plan, job.folder, values=values)
    progress.finish("read", f"{sample.rows:,} of {rows_of(path):,} rows to try the attacks on")
    examination = attacked(job.plan, sample, publisher, [], progress)
    progress.start("recode")
    roles = publisher.roles
    claims = anonymise_file(
        path,
        job.unfinished,
        subject=roles.subject,
        direct=roles.direct,
        quasi_identifiers=roles.quasi_identifiers,
        sensitive=roles.sensitive,
        insensitive=roles.insensitive,
        k=job.plan.k,
        l=job.plan.l,
        t=job.plan.t,
        hierarchies=publisher.hierarchies,
        weights=job.plan.weights,
    )
    progress.finish("recode", f"{claims['classes']:,} classes in {claims['parts']} parts")
    claims = {**claims, "risk_before": None, "attacked_rows": sample.rows}
    found = figures(claims, examination, round(time.monotonic() - begun, 3))
    found["gbt_42460"]["level"] = gbt_42460_level(
        examination.release, Risk(**claims["risk_after"]), examination.threshold
    )
    return {
        **found,
        **hand_out(job, examination, claims),
        "passed_unchanged": list(roles.insensitive),
        "claims": claims,
    }


def _check(job: Job) -> None:
    plan: TablePlan = job.plan
    asked = {
        "global recoding": plan.model == "global",
        "relaxed partitioning": plan.partitioning == "relaxed",
        "--picture": job.picture is not None,
        "--earlier": bool(job.earlier),
    }
    for what, is_asked in asked.items():
        if is_asked:
            raise PrivacyParameterError(
                f"{what} needs the table in memory, which takes {MOST_IN_MEMORY:,} rows at most",
                help="Leave it out, or release a part of the rows.",
            )
