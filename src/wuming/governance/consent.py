"""The consent registry: who agreed to what, when, and who has taken it back.

It holds subjects' ids and is therefore a file of its own, apart from the ledger, readable by its owner only.

Guarantee: history is kept, nothing is overwritten; a withdrawal counts from the moment it is known, whatever day a plan
names, and only a consent given after it can follow it. Where records of the same time differ, the narrower counts.

Adversary: none inside the machine; this is a register, and its truth is that of the records imported.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Column, Index, Integer, MetaData, Row, Table, Text, UniqueConstraint, insert, select

from wuming.core.canonical import canonical_json, digest
from wuming.core.errors import ConsentError
from wuming.core.evidence import now
from wuming.core.storage import home
from wuming.governance.consent_record import ConsentRecord, as_moment, end_of_day, read_consent_file
from wuming.governance.database import Database

Reason = Literal["withdrawn", "purpose-not-covered", "no-consent", "minor-without-guardian"]

_metadata = MetaData()
_records = Table(
    "consents",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("lineage", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("kind", Text, nullable=False),  # "record", or "withdrawal" made here
    Column("body", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    UniqueConstraint("lineage", "subject", "kind", "digest"),
    Index("by_subject", "lineage", "subject"),
)


@dataclass(frozen=True)
class Decision:
    """Whether a subject's data may be used.

    Attributes:
        allowed: it may.
        reason: why not; None when it may.
        notice_version: version of the notice that the consent in force refers to; empty when there is none.
        guardian: the consent rests on a guardian's.
    """

    allowed: bool
    reason: Reason | None = None
    notice_version: str = ""
    guardian: bool = False


@dataclass(frozen=True)
class ImportCounts:
    """What an import did: lines read, new records, records known before, subjects named, withdrawn among the lines."""

    lines: int
    added: int
    already_known: int
    subjects: int
    withdrawn: int

    def as_json(self) -> dict[str, int]:
        """Return the counts as a JSON object."""
        return dict(vars(self))


class ConsentRegistry:
    """Consent of the subjects of one data lineage.

    Args:
        path: SQLite file; default `home()/registry.sqlite`.
        lineage: name of the data lineage; the same id in another lineage is another person.
    """

    def __init__(self, path: Path | None = None, *, lineage: str = "default") -> None:
        self.lineage = lineage
        self._database = Database(path or home() / "registry.sqlite", _metadata)

    def import_file(self, path: Path) -> ImportCounts:
        """Add the records of a JSONL file, all or none; records known before are skipped.

        Raises:
            MissingFile, WrongEncoding: the file cannot be read.
            ConsentError: a line that cannot be accepted, with its number; nothing was added.
        """
        records = read_consent_file(path)
        rows = [self._row(record.subject, "record", record.as_json()) for record in records]
        with self._database.write() as connection:
            known = set(
                connection.execute(
                    select(_records.c.digest).where(_records.c.lineage == self.lineage, _records.c.kind == "record")
                ).scalars()
            )
            fresh = {row["digest"]: row for row in rows if row["digest"] not in known}
            if fresh:
                connection.execute(insert(_records), list(fresh.values()))
        return ImportCounts(
            lines=len(records),
            added=len(fresh),
            already_known=len(records) - len(fresh),
            subjects=len({record.subject for record in records}),
            withdrawn=sum(record.withdrawn_at is not None for record in records),
        )

    def withdraw(self, subject: str, at: str | None = None) -> None:
        """Note that the subject takes all consent back, also one not imported yet.

        Args:
            subject: the id as in the data.
            at: when, ISO 8601; default now.

        Raises:
            ConsentError: no ISO 8601 time, or an empty id.
        """
        moment = at or now()
        if not subject:
            raise ConsentError("a withdrawal names no subject", help="Pass the subject's id.")
        try:
            as_moment(moment)
        except ValueError as error:
            raise ConsentError("the time of a withdrawal is not ISO 8601", help="Write, e.g., 2026-03-14.") from error
        row = self._row(subject, "withdrawal", {"subject": subject, "withdrawn_at": moment})
        with self._database.write() as connection:
            same = select(_records.c.id).where(
                *(_records.c[name] == row[name] for name in ("lineage", "kind", "digest"))
            )
            if connection.execute(same).first() is None:
                connection.execute(insert(_records).values(row))

    def show(self, subject: str) -> list[dict[str, Any]]:
        """Return the subject's history, oldest entry first: each record with `kind` and `recorded_at`."""
        return [
            {**json.loads(row.body), "kind": row.kind, "recorded_at": row.recorded_at}
            for row in self._history([subject])
        ]

    def lineages_of(self, subject: str) -> list[str]:
        """Return the names of all lineages in which this id has entries."""
        if not self._database.exists:
            return []
        query = select(_records.c.lineage).where(_records.c.subject == subject).distinct().order_by(_records.c.lineage)
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    def decide(self, subject: str, purpose: str, as_of: str | date, age_of_consent: int) -> Decision:
        """Say whether the subject's data may be used for `purpose`; see `decide_many`."""
        return self.decide_many([subject], purpose, as_of, age_of_consent)[subject]

    def decide_many(
        self, subjects: Iterable[str], purpose: str, as_of: str | date, age_of_consent: int
    ) -> dict[str, Decision]:
        """Say for each subject whether the data may be used.

        Args:
            subjects: ids as in the data.
            purpose: must be among the purposes agreed to.
            as_of: day on which consent and age are judged; consent given later does not count, withdrawal does.
            age_of_consent: below it, a guardian's consent is needed. Only the year of birth is known, so the lower of
                the two possible ages counts; where the year is not known, the rule cannot apply.

        Raises:
            ConsentError: `as_of` is no ISO 8601 day.
        """
        try:
            day = as_of if isinstance(as_of, date) else as_moment(as_of).date()
        except ValueError as error:
            raise ConsentError("the day of decision is not ISO 8601", help="Write, e.g., 2026-06-30.") from error
        wanted = list(dict.fromkeys(subjects))
        histories: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in self._history(wanted):
            histories[row.subject].append(row)
        return {subject: _decide(histories[subject], purpose, day, age_of_consent) for subject in wanted}

    def _history(self, subjects: Sequence[str]) -> list[Row[Any]]:
        if not self._database.exists:
            return []
        query = select(_records).where(_records.c.lineage == self.lineage).order_by(_records.c.id)
        if len(subjects) <= 500:  # beyond it, one scan is cheaper than a statement with so many parameters
            query = query.where(_records.c.subject.in_(subjects))
        with self._database.read() as connection:
            return list(connection.execute(query))

    def _row(self, subject: str, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        return {
            "lineage": self.lineage,
            "subject": subject,
            "kind": kind,
            "body": canonical_json(body).decode(),
            "digest": digest(body),
            "recorded_at": now(),
        }


def _decide(history: list[Row[Any]], purpose: str, day: date, age_of_consent: int) -> Decision:
    withdrawals: list[datetime] = []
    records: list[ConsentRecord] = []
    for row in history:
        body = json.loads(row.body)
        if body.get("withdrawn_at") is not None:
            withdrawals.append(end_of_day(body["withdrawn_at"]))
        if row.kind == "record":
            records.append(ConsentRecord.from_json(body))
    given = [record for record in records if as_moment(record.given_at).astimezone(UTC).date() <= day]
    if not given:
        return Decision(False, "withdrawn" if withdrawals else "no-consent")
    latest = max(as_moment(record.given_at) for record in given)
    if any(moment >= latest for moment in withdrawals):
        return Decision(False, "withdrawn")
    current = [record for record in given if as_moment(record.given_at) == latest]
    if not all(purpose in record.purposes for record in current):
        return Decision(False, "purpose-not-covered")
    version = current[-1].notice_version
    years = [record.birth_year for record in current if record.birth_year is not None]
    if years and day.year - max(years) - 1 < age_of_consent:
        if not all(record.guardian_given_by(day) for record in current):
            return Decision(False, "minor-without-guardian", version)
        return Decision(True, None, version, guardian=True)
    return Decision(True, None, version)
