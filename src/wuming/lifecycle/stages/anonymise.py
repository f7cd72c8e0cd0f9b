"""Stage 3, anonymise: the customer table, k-anonymous and l-diverse, with the risk before and after."""

from __future__ import annotations

import numpy as np

from wuming.anonymization.engine import anonymise as anonymise_table
from wuming.core.canonical import digest
from wuming.core.evidence import Evidence
from wuming.core.records import Record
from wuming.core.storage import file_digest
from wuming.core.tables import Table, read_table, write_table
from wuming.lifecycle.context import PRODUCER, Context


def anonymise(context: Context, records: list[Record]) -> None:
    """Anonymise the rows of subjects that collect has admitted; without a table, say so."""
    settings, path = context.plan.anonymise, context.plan.source.table
    collected = context.evidence["collect"].subject
    if settings is None or path is None:
        inputs = context.chain("no table")
        if not context.finished("anonymise", inputs):
            claims = {"skipped": "no table in the plan"}
            context.finish(Evidence("anonymise", digest(claims), claims, (collected,), PRODUCER), inputs)
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
    result = anonymise_table(
        Table({name: column[admitted] for name, column in table.columns.items()}),
        subject=settings.subject,
        quasi_identifiers=settings.quasi_identifiers,
        sensitive=settings.sensitive,
        k=settings.k,
        l=settings.l,
    )
    write_table(output, result.table)
    context.progress.finish("anonymise", f"k = {result.claims['k']}, l = {result.claims['l']}")
    context.finish(Evidence("anonymise", file_digest(output), result.claims, (collected,), PRODUCER), inputs)
