"""Lineage: which runs and artefacts were made with a subject's data.

Subjects are stored as keyed pseudonyms (HMAC-SHA-256), never as ids.

Adversary: reads the file but not the key; learns how many subjects each run had and which runs share subjects, not who
they are. With the key, membership of a known subject can be looked up: that is the purpose.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint, insert, select

from wuming.core.canonical import canonical_json
from wuming.core.evidence import now
from wuming.core.storage import home
from wuming.crypto.keys import KeyStore
from wuming.crypto.pseudonyms import pseudonym
from wuming.governance.database import Database

_metadata = MetaData()
_runs = Table(
    "runs",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("lineage", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("artefacts", Text, nullable=False),
    UniqueConstraint("lineage", "run", "artefacts"),
)
_uses = Table(
    "uses",
    _metadata,
    Column("pseudonym", LargeBinary(32), primary_key=True),
    Column("run", Integer, ForeignKey("runs.id"), primary_key=True),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True)
class Use:
    """One run that used a subject's data.

    Attributes:
        lineage: the data lineage in which the subject is known.
        run: the run's id.
        at: when it was recorded, UTC, ISO 8601.
        artefacts: what it made, each `{"name", "digest"}`.
    """

    lineage: str
    run: str
    at: str
    artefacts: tuple[dict[str, str], ...]

    def as_json(self) -> dict[str, Any]:
        """Return the use as a JSON object."""
        return {"lineage": self.lineage, "run": self.run, "at": self.at, "artefacts": list(self.artefacts)}


class Lineage:
    """Who is in what.

    Args:
        path: SQLite file; default `home()/lineage.sqlite`.
        key: at least 16 secret bytes; default the secret `lineage` of the key folder.
    """

    def __init__(self, path: Path | None = None, key: bytes | None = None) -> None:
        self._key = key
        self._database = Database(path or home() / "lineage.sqlite", _metadata)

    def record(
        self, run_id: str, artefacts: Sequence[dict[str, str]], subjects: Iterable[str], *, lineage: str = "default"
    ) -> int:
        """Note that `run_id` made `artefacts` from the data of `subjects`; return the number of new subjects.

        Nothing is replaced: other artefacts of the same run are a statement of their own, about their own subjects (a
        run repeated after a withdrawal makes new artefacts without the one who withdrew). The same statement again
        only adds subjects.

        Args:
            run_id: digest or name of the run, no personal value.
            artefacts: each `{"name", "digest"}`.
            subjects: their ids as in the data.
            lineage: name of the data lineage; the same id in another lineage is another person.

        Raises:
            StorageError, LedgerBusy, LedgerCorrupt: the file cannot be written, is held, or is damaged.
        """
        names = {self._pseudonym(lineage, subject) for subject in subjects}
        clean = canonical_json([{"name": item["name"], "digest": item["digest"]} for item in artefacts]).decode()
        with self._database.write() as connection:
            same = select(_runs.c.id).where(
                _runs.c.lineage == lineage, _runs.c.run == run_id, _runs.c.artefacts == clean
            )
            if connection.execute(same).first() is None:
                connection.execute(
                    insert(_runs).values({"lineage": lineage, "run": run_id, "at": now(), "artefacts": clean})
                )
            run = connection.execute(same).scalar_one()
            names -= set(connection.execute(select(_uses.c.pseudonym).where(_uses.c.run == run)).scalars())
            if names:
                connection.execute(insert(_uses), [{"pseudonym": name, "run": run} for name in names])
        return len(names)

    def of(self, subject: str, *, lineage: str | None = None) -> list[Use]:
        """Return the runs that used the subject's data, oldest first.

        Args:
            subject: the id as in the data.
            lineage: only there; default in every lineage (where the same id may be another person).
        """
        if not self._database.exists:
            return []
        with self._database.read() as connection:
            lineages = [lineage] if lineage else connection.execute(select(_runs.c.lineage).distinct()).scalars().all()
            names = [self._pseudonym(name, subject) for name in lineages]
            query = (
                select(_runs.c.lineage, _runs.c.run, _runs.c.at, _runs.c.artefacts)
                .join(_uses, _uses.c.run == _runs.c.id)
                .where(_uses.c.pseudonym.in_(names))
                .order_by(_runs.c.id)
            )
            return [
                Use(row.lineage, row.run, row.at, tuple(json.loads(row.artefacts))) for row in connection.execute(query)
            ]

    def without(self, subject: str, *, lineage: str) -> list[Use]:
        """Return what was made in a lineage without the subject's data after it was used last, oldest first.

        After a withdrawal these are the releases that honour it. Empty when the subject's data was never used there.

        Args:
            subject: the id as in the data.
            lineage: name of the data lineage.
        """
        if not self._database.exists:
            return []
        uses = select(_uses.c.run).where(_uses.c.pseudonym == self._pseudonym(lineage, subject))
        with self._database.read() as connection:
            used = set(connection.execute(uses).scalars())
            query = select(_runs).where(_runs.c.lineage == lineage).order_by(_runs.c.id)
            rows = [row for row in connection.execute(query) if used and row.id > max(used)]
        return [Use(row.lineage, row.run, row.at, tuple(json.loads(row.artefacts))) for row in rows]

    def _pseudonym(self, lineage: str, subject: str) -> bytes:
        if self._key is None:
            self._key = KeyStore().secret("lineage")
        return pseudonym(self._key, "lineage", lineage, subject)
