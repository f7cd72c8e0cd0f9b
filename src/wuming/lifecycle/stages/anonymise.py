"""Stage 3, anonymise: the customer table, k-anonymous, l-diverse and t-close, attacked before it goes anywhere."""

from __future__ import annotations

from typing import Any

import numpy as np

from wuming.anonymization.engine import anonymise as anonymise_table
from wuming.anonymization.gate import examine
from wuming.anonymization.release import Release
from wuming.anonymization.roles import Roles
from wuming.core.canonical import digest
from wuming.core.evidence import Evidence
from wuming.core.records import Record
from wuming.core.storage import file_digest
from wuming.core.tables import Table, read_table, write_table
from wuming.deidentification.engine import Detector
from wuming.deidentification.kinds import IDENTIFYING
from wuming.lifecycle.context import PRODUCER, Context


def anonymise(context: Context, records: list[Record]) -> None:
    """Anonymise the rows of subjects that collect has admitted; without a table, say so.

    Raises:
        ReleaseRefused: the table does not withstand the attacks of the gate; nothing is written.
    """
    settings, path = context.plan.anonymise, context.plan.source.table
    collected = context.evidence["collect"].subject
    if settings is None or path is None:
        inputs = context.chain("no table")
        if not context.finished("anonymise", inputs):
            skipped = {"skipped": "no table in the plan"}
            context.finish(Evidence("anonymise", digest(skipped), skipped, (collected,), PRODUCER), inputs)
        return
    source = context.resolve(path)
    inputs = context.chain(file_digest(source))
    output = context.path("data", "table.csv")
    if context.finished("anonymise", inputs, output):
        return
    context.progress.start("anonymise")
    table = read_table(source)
    table.require([settings.subject])
    admitted = np.isin(table.columns[settings.subject].astype(str), sorted({record.subject for record in records}))
    people = Table({name: column[admitted] for name, column in table.columns.items()})
    asked: dict[str, Any] = settings.model_dump()
    roles = Roles(settings.subject, (), tuple(settings.quasi_identifiers), tuple(settings.sensitive))
    result = anonymise_table(people, **asked)
    examination = examine(
        people,
        lambda rows: Release((result if rows is people else anonymise_table(rows, **asked)).table, roles),
        k=settings.k,
        l=settings.l,
        t=settings.t,
        detector=Detector(kinds=IDENTIFYING),
    )
    examination.require()
    write_table(output, result.table)
    claims = {**result.claims, "gate": examination.as_json()}
    attacks = len(examination.outcomes)
    context.progress.finish("anonymise", f"k = {claims['k']}, l = {claims['l']}, withstands {attacks} attacks")
    context.finish(Evidence("anonymise", file_digest(output), claims, (collected,), PRODUCER), inputs)
