"""Stage 1, collect: join records with consent and purpose, and let through only what may be used."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from wuming.core.canonical import digest
from wuming.core.errors import EmptyData
from wuming.core.evidence import Evidence, now
from wuming.core.reading import read_records, write_records
from wuming.core.records import Record
from wuming.core.storage import file_digest
from wuming.datasets.registry import load_records, locate
from wuming.governance.consent import ConsentRegistry, Decision
from wuming.governance.lineage import Lineage
from wuming.lifecycle.context import PRODUCER, DataContext
from wuming.lifecycle.federation.silos import check_silos
from wuming.lifecycle.plan import FederationSection
from wuming.proofs.inclusion import write_commitment

REASONS = ("withdrawn", "purpose-not-covered", "no-consent", "minor-without-guardian", "past-retention")


def collect(context: DataContext, federation: FederationSection | None = None) -> list[Record]:
    """Return the admitted records; the evidence counts why others were left out.

    Args:
        context: of the run.
        federation: names the silos that hold the records; None: nothing is federated.

    Raises:
        EmptyData: no record may be used, or none of a silo's.
        PrivacyParameterError: a subject's records lie in several silos.
        WumingError: see `read_records` and `ConsentRegistry`.
    """
    source_digest, records = _read(context, None if federation is None else federation.silo)
    registry = ConsentRegistry(lineage=context.lineage)
    if context.plan.source.consent is not None:
        registry.import_file(context.resolve(context.plan.source.consent))
    consent = _consent(context, records, registry)
    decisions = _decide(context, records, consent)
    admitted = [record for record in records if decisions[record.id] is None]
    if federation is not None:
        check_silos(federation, records, admitted)
    inputs = context.chain(source_digest, digest(sorted(record.id for record in admitted)))
    path = context.path("data", "admitted.jsonl")
    if context.finished("collect", inputs, path):
        return admitted
    if not admitted:
        raise EmptyData(
            f"none of {len(records)} records may be used for purpose={context.plan.collect.purpose}",
            help="See the reasons with `wuming consent show`, or collect consent first.",
        )
    write_records(path, admitted)
    commitment = write_commitment(
        context.folder / "commitment", [record.as_json() for record in admitted], context.keys.secret("commitments")
    )
    subjects = {record.subject for record in admitted}
    Lineage(key=context.keys.secret("lineage")).record(
        context.plan_digest,
        [{"name": "admitted records", "digest": file_digest(path)}],
        subjects,
        lineage=context.lineage,
    )
    fields = ["id", "subject", "text", "created_at", "language", *(["silo"] if federation is not None else [])]
    consents = [consent[subject] for subject in subjects if subject in consent]
    claims = {
        "source": {
            "name": context.lineage,
            "origin": context.plan.source.origin,
            "licence": context.plan.source.licence,
            "legal_basis": context.plan.source.legal_basis,
            "digest": source_digest,
            "acquired_at": now(),
        },
        "unit_of_privacy": context.plan.unit_of_privacy,
        "purpose": context.plan.collect.purpose,
        "as_of": context.plan.collect.as_of.isoformat(),
        "retention_days": context.plan.collect.retention_days,
        "age_of_consent": context.plan.collect.age_of_consent,
        "collected": _count(records),
        "admitted": _count(admitted),
        "dropped": {reason: _count([r for r in records if decisions[r.id] == reason]) for reason in REASONS},
        "notice_versions": dict(sorted(Counter(d.notice_version for d in consents).items())),
        "guardian_consents": sum(decision.guardian for decision in consents),
        "fields_used": fields,
        "fields_declared": fields,
        "commitment": commitment,
    }
    context.finish(Evidence("collect", file_digest(path), claims, (source_digest,), PRODUCER), inputs)
    return admitted


def _read(context: DataContext, silo: str | None) -> tuple[str, list[Record]]:
    source, unit = context.plan.source, context.plan.unit_of_privacy
    if source.dataset is not None:
        locate(source.dataset)
        records = load_records(source.dataset, legal_basis=source.legal_basis)
        return digest([record.as_json() for record in records]), records
    assert source.records is not None
    path = context.resolve(source.records)
    records = read_records(path, unit=unit, silo=silo)
    return file_digest(path), records


def _consent(context: DataContext, records: list[Record], registry: ConsentRegistry) -> dict[str, Decision]:
    """Return each subject's decision; nothing when the legal basis is not consent."""
    rules = context.plan.collect
    if context.plan.source.legal_basis != "consent":
        return {}
    subjects = {record.subject for record in records}
    return registry.decide_many(subjects, rules.purpose, rules.as_of, rules.age_of_consent)


def _decide(context: DataContext, records: list[Record], consent: dict[str, Decision]) -> dict[str, str | None]:
    """Return, for each record id, why it may not be used (None: it may)."""
    rules = context.plan.collect
    oldest = rules.as_of - timedelta(days=rules.retention_days)
    reasons: dict[str, str | None] = {}
    for record in records:
        decision = consent.get(record.subject)
        reason: str | None = decision.reason if decision is not None and not decision.allowed else None
        if reason is None and date.fromisoformat(record.created_at[:10]) < oldest:
            reason = "past-retention"
        reasons[record.id] = reason
    return reasons


def _count(records: list[Record]) -> dict[str, int]:
    return {"records": len(records), "subjects": len({record.subject for record in records})}
