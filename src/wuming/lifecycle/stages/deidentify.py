"""Stage 2, de-identify: replace personal data in every text, one subject at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wuming.core.evidence import Evidence
from wuming.core.ports import Span
from wuming.core.reading import read_lines, read_records, write_records
from wuming.core.records import Record
from wuming.core.storage import file_digest, home
from wuming.crypto.random import derive_key
from wuming.deidentification.deidentifier import Deidentifier
from wuming.deidentification.engine import Detector
from wuming.deidentification.measure import measure
from wuming.deidentification.vault import Vault
from wuming.lifecycle.context import PRODUCER, DataContext


def deidentify(context: DataContext, records: list[Record]) -> list[Record]:
    """Return the same records without the personal data that was found."""
    settings, detector = context.plan.deidentify, Detector()
    path = context.path("data", "deidentified.jsonl")
    inputs = context.chain(detector.ruleset_digest)
    if context.finished("de-identify", inputs, path):
        silo = "silo" if any(record.silo for record in records) else None
        return read_records(path, unit=context.plan.unit_of_privacy, silo=silo)
    # The vault lies with the keys' neighbours, never in the run's folder; one for each state of the data.
    vault = Vault(
        home() / "vault" / context.lineage / f"{inputs.removeprefix('sha256:')[:16]}.sqlite",
        derive_key(context.keys.secret("vault"), context.lineage),
    )
    engine = Deidentifier(
        detector,
        context.keys.secret("tenant"),
        operator=settings.operator,
        operators=settings.operators,
        vault=vault,
    )
    context.progress.start("de-identify", len(records))
    changed, found, spans = [], {}, {}  # type: list[Record], dict[str, int], dict[str, list[Span]]
    with engine.batch():
        for done, record in enumerate(records, 1):
            result = engine.deidentify(record.text, subject=record.subject, language=record.language)
            spans[record.id] = [replacement.original_span for replacement in result.replacements]
            for span in spans[record.id]:
                found[span.kind] = found.get(span.kind, 0) + 1
            changed.append(replace(record, text=result.text))
            if done % 200 == 0:
                context.progress.advance("de-identify", done)
    context.progress.finish("de-identify", f"{sum(found.values())} items replaced")
    write_records(path, changed)
    claims = {
        "engine": PRODUCER,
        "ruleset_digest": detector.ruleset_digest,
        "operator": settings.operator,
        "operators": dict(settings.operators),
        "records": len(records),
        "found": dict(sorted(found.items())),
        "measured": _measured(context, spans),
        "vault": {"entries": len(vault), "cipher": "AES-256-GCM", "apart_from_output": True},
        "acts_on_one_subject_at_a_time": True,
    }
    context.finish(
        Evidence("de-identify", file_digest(path), claims, (context.evidence["collect"].subject,), PRODUCER), inputs
    )
    return changed


def _measured(context: DataContext, found: dict[str, list[Span]]) -> dict[str, Any] | None:
    folder = context.plan.source.ground_truth
    if folder is None:
        return None
    path = context.resolve(folder) / "spans.jsonl"
    if not path.exists():
        return None
    truth = {
        line["id"]: [(int(start), int(end), str(kind)) for start, end, kind in line["spans"]]
        for _, line in read_lines(path)
        if line["id"] in found
    }
    return measure(truth, found)
