"""The ledger: an append-only, hash-chained store of evidence and spending.

It holds no personal value and no subject's id; consent and lineage have files of their own.

Adversary: can change the file while Wuming is not looking: edit, delete, reorder or cut off entries. The chain shows
every such change but two, cutting off the end and writing everything anew; a signed checkpoint kept elsewhere shows
these too, up to its length. Who also has the signing key can lie about what was not yet checkpointed to others.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Integer, MetaData, Row, Table, Text, func, insert, select

from wuming.core.canonical import canonical_json, digest
from wuming.core.errors import KeyUnavailable, LedgerCorrupt, VerificationFailed
from wuming.core.evidence import Evidence, now
from wuming.core.storage import home, write_atomically
from wuming.crypto.signatures import SigningKey, VerifyingKey, open_envelope, sign_envelope
from wuming.governance.database import BUSY_SECONDS, Database, database_path

CHECKPOINT_TYPE = "application/vnd.wuming.checkpoint+json"
GENESIS = "sha256:" + "0" * 64
_HELP = "Nothing was written. Restore the ledger from a backup that a signed checkpoint confirms."

_metadata = MetaData()
_entries = Table(
    "entries",
    _metadata,
    Column("index", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False, unique=True),
)
# Against accidents only: who can write the file can drop the triggers; the chain is what finds that.
_triggers = tuple(
    f"CREATE TRIGGER entries_no_{verb.lower()} BEFORE {verb} ON entries "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    for verb in ("UPDATE", "DELETE")
)


@dataclass(frozen=True)
class Entry:
    """One link of the chain.

    Attributes:
        index: 1, 2, 3, …
        at: time of writing, UTC, ISO 8601.
        kind: `evidence`, or `account.…`.
        body: JSON object.
        previous: hash of the entry before; 64 zeros for the first.
        hash: SHA-256 over all other fields in canonical JSON.
    """

    index: int
    at: str
    kind: str
    body: Mapping[str, Any]
    previous: str
    hash: str

    def as_json(self) -> dict[str, Any]:
        """Return the entry as a JSON object."""
        return {**self._hashed(), "hash": self.hash}

    def _hashed(self) -> dict[str, Any]:
        return {
            "index": self.index,
            "at": self.at,
            "kind": self.kind,
            "body": dict(self.body),
            "previous": self.previous,
        }

    def expected_hash(self) -> str:
        """Return the hash that the other fields call for."""
        return digest(self._hashed())


@dataclass(frozen=True)
class LedgerStatus:
    """What a verification found.

    Attributes:
        entries: how many there are.
        head: hash of the last one.
        complete_up_to: number of entries that the checkpoint confirms; None without a checkpoint.
    """

    entries: int
    head: str
    complete_up_to: int | None

    @property
    def message(self) -> str:
        """The finding in words."""
        if self.complete_up_to is None:
            return f"consistent, completeness unknown ({self.entries} entries, no checkpoint given)"
        return f"complete up to entry {self.complete_up_to} ({self.entries} entries)"

    def as_json(self) -> dict[str, Any]:
        """Return the status as a JSON object."""
        return {
            "entries": self.entries,
            "head": self.head,
            "complete_up_to": self.complete_up_to,
            "message": self.message,
        }


class LedgerTransaction:
    """The ledger while this process alone may write it."""

    def __init__(self, connection: Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def entries(self) -> list[Entry]:
        """Return all entries after checking the whole chain.

        Raises:
            LedgerCorrupt: the chain is broken.
        """
        return _checked(_rows(self._connection), self._path)

    def append(self, kind: str, body: Mapping[str, Any]) -> Entry:
        """Add one entry, as `Ledger.append`, within this transaction."""
        last = _last(self._connection, self._path)
        # Through JSON once, so that what is hashed is what will be read (tuples, integer keys).
        clean = json.loads(canonical_json(body))
        if not isinstance(clean, dict):
            raise TypeError(f"the body of an entry must be a JSON object, type={type(body).__name__}")
        draft = Entry(last.index + 1 if last else 1, now(), kind, clean, last.hash if last else GENESIS, "")
        entry = Entry(draft.index, draft.at, draft.kind, draft.body, draft.previous, draft.expected_hash())
        self._connection.execute(
            insert(_entries).values(
                index=entry.index,
                at=entry.at,
                kind=entry.kind,
                body=canonical_json(clean).decode(),
                previous=entry.previous,
                hash=entry.hash,
            )
        )
        return entry


class Ledger:
    """The ledger in one SQLite file; an `EvidenceSink`.

    Args:
        url_or_path: file or SQLite URL; default `WUMING_DATABASE_URL`, else `home()/ledger.sqlite`. Made on the first
            write.
        busy_seconds: how long to wait for another writer.

    Guarantee: entries are added one at a time, whole and durable, or not at all; nothing is added to a ledger whose end
    is not sound.
    """

    def __init__(self, url_or_path: str | Path | None = None, *, busy_seconds: float = BUSY_SECONDS) -> None:
        where = url_or_path or os.environ.get("WUMING_DATABASE_URL") or home() / "ledger.sqlite"
        self.path = database_path(where)
        self._database = Database(self.path, _metadata, triggers=_triggers, busy_seconds=busy_seconds)

    @contextmanager
    def transaction(self) -> Iterator[LedgerTransaction]:
        """Hold the write lock for several steps that must be decided together.

        Raises:
            LedgerBusy, LedgerCorrupt, StorageError: as `append`; then nothing of the transaction was written.
        """
        with self._database.write() as connection:
            yield LedgerTransaction(connection, self.path)

    def append(self, kind: str, body: Mapping[str, Any]) -> Entry:
        """Add one entry and return it; it is durable when this returns.

        Args:
            kind: what sort of entry.
            body: JSON object; no personal value, no subject's id.

        Raises:
            LedgerCorrupt: the last entry is not sound; nothing was written.
            LedgerBusy: another process held the ledger too long.
            StorageError: disk full or not writable.
            ValueError, TypeError: the body is no JSON object.
        """
        with self.transaction() as transaction:
            return transaction.append(kind, body)

    def record(self, evidence: Evidence) -> None:
        """Store one piece of evidence as an entry of kind `evidence`. Raises as `append`."""
        self.append("evidence", evidence.as_json())

    def entries(self, after: int = 0) -> list[Entry]:
        """Return the entries with index > `after`, after checking the whole chain.

        Raises:
            LedgerCorrupt: the chain is broken, or the file is damaged.
        """
        if not self._database.exists:
            return []
        with self._database.read() as connection:
            return _checked(_rows(connection), self.path)[after:]

    def head(self) -> str:
        """Return the hash of the last entry (64 zeros when there is none). Raises as `entries`."""
        if not self._database.exists:
            return GENESIS
        with self._database.read() as connection:
            last = _last(connection, self.path)
        return last.hash if last else GENESIS

    def verify(self, checkpoint: Mapping[str, Any] | None = None, key: VerifyingKey | None = None) -> LedgerStatus:
        """Check every entry and, with a checkpoint, that none of those it counts was cut off or rewritten.

        Args:
            checkpoint: envelope from `checkpoint`, kept outside the ledger.
            key: public key of its signer, from outside.

        Raises:
            LedgerCorrupt: edited, deleted, reordered, or (with a checkpoint) truncated or rewritten.
            VerificationFailed: the checkpoint is not signed by `key`.
            KeyUnavailable: a checkpoint without a key.
        """
        entries = self.entries()
        head = entries[-1].hash if entries else GENESIS
        if checkpoint is None:
            return LedgerStatus(len(entries), head, None)
        if key is None:
            raise KeyUnavailable("a checkpoint needs the public key of its signer", help="Pass the signer's .pub file.")
        length, expected = read_checkpoint(checkpoint, key)
        if length > len(entries):
            raise LedgerCorrupt(
                f"the ledger was cut off: {len(entries)} entries, the checkpoint counts {length}", help=_HELP
            )
        if (entries[length - 1].hash if length else GENESIS) != expected:
            raise LedgerCorrupt(f"the ledger was rewritten: entry {length} is not the checkpoint's", help=_HELP)
        return LedgerStatus(len(entries), head, length)

    def checkpoint(self, signing_key: SigningKey) -> dict[str, Any]:
        """Return a signed statement of the ledger's length and head, to be kept elsewhere.

        Raises:
            LedgerCorrupt: the chain is broken; nothing is signed.
        """
        entries = self.entries()
        head = entries[-1].hash if entries else GENESIS
        payload = canonical_json({"length": len(entries), "head": head, "at": now()})
        return sign_envelope(payload, CHECKPOINT_TYPE, signing_key)

    def export(self, path: Path) -> int:
        """Write all entries as JSONL, one an entry, and return how many.

        Raises:
            LedgerCorrupt: the chain is broken; nothing was written.
            StorageError: the file cannot be written.
        """
        entries = self.entries()
        write_atomically(path, b"".join(canonical_json(entry.as_json()) + b"\n" for entry in entries))
        return len(entries)


def read_checkpoint(checkpoint: Mapping[str, Any], key: VerifyingKey) -> tuple[int, str]:
    """Return length and head of a signed checkpoint.

    Raises:
        VerificationFailed: not signed by `key`, or no checkpoint.
    """
    payload = open_envelope(dict(checkpoint), key, CHECKPOINT_TYPE)
    try:
        value = json.loads(payload)
        length, head = value["length"], value["head"]
    except (ValueError, KeyError, TypeError) as error:
        raise VerificationFailed("the signed payload is no checkpoint", help="Ask its signer for another.") from error
    if not isinstance(length, int) or isinstance(length, bool) or length < 0 or not isinstance(head, str):
        raise VerificationFailed("the signed payload is no checkpoint", help="Ask its signer for another.")
    return length, head


def _rows(connection: Connection) -> list[Row[Any]]:
    return list(connection.execute(select(_entries).order_by(_entries.c["index"])))


def _last(connection: Connection, path: Path) -> Entry | None:
    """Return the last entry when it is sound by itself and its number is the count of entries."""
    rows = list(connection.execute(select(_entries).order_by(_entries.c["index"].desc()).limit(1)))
    if not rows:
        return None
    entry = _parse(rows[0], path)
    count = connection.execute(select(func.count()).select_from(_entries)).scalar_one()
    if entry.index != count:
        raise LedgerCorrupt(f"{path}: {count} entries, but the last has number {entry.index}", help=_HELP)
    return entry


def _parse(row: Row[Any], path: Path) -> Entry:
    """Make an entry of a row whose hash holds.

    Raises:
        LedgerCorrupt: any byte of the row is not what was written.
    """
    index, at, kind, text, previous, hash_ = tuple(row)
    try:
        body = json.loads(text)
        entry = Entry(index, at, kind, body, previous, hash_)
        # The text itself is compared too: the hash covers the parsed value, which spaces would not change.
        sound = isinstance(body, dict) and canonical_json(body).decode() == text and entry.expected_hash() == hash_
    except (ValueError, TypeError, RecursionError):
        sound = False
    if not sound:
        raise LedgerCorrupt(f"{path}: entry {index} was changed", help=_HELP)
    return entry


def _checked(rows: list[Row[Any]], path: Path) -> list[Entry]:
    entries: list[Entry] = []
    previous = GENESIS
    for position, row in enumerate(rows, start=1):
        entry = _parse(row, path)
        if entry.index != position or entry.previous != previous:
            raise LedgerCorrupt(f"{path}: entry {position} is missing, or out of order", help=_HELP)
        previous = entry.hash
        entries.append(entry)
    return entries
