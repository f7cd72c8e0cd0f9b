"""The vault: what stands for which value, encrypted, in a file of its own.

Every subject has a data key, drawn at random and sealed under the tenant's key in a second file, `….keys`. Erasing a
subject destroys that key (crypto-shredding) and overwrites the rows; what backups of the vault still hold cannot be
read by anybody, as long as the second file is left out of them or kept for shorter.

Adversary: reads or changes the files, but has no key. They learn how many documents and entries each (unnamed) subject
has, and roughly how long each document's entries are. They cannot read, swap, forge or move rows without being noticed;
deleting rows is not noticed. Whoever has the tenant's key and both files reads everything: keep it apart from them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wuming.core.errors import KeyUnavailable, MissingFile, StorageError, VerificationFailed
from wuming.core.storage import private_folder, storage_errors
from wuming.deidentification.entries import Entry
from wuming.deidentification.keys import derive_key

CIPHER = "AES-256-GCM"
_NONCE_BYTES = 12
_PADDING = 64
_BATCH = 500
_CACHED = 4096
_WAIT = 30.0  # seconds for another writer
_ROWS = """
CREATE TABLE IF NOT EXISTS documents (
    id BLOB NOT NULL PRIMARY KEY, subject BLOB NOT NULL, entries INTEGER NOT NULL, sealed BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_documents_subject ON documents (subject);
CREATE TABLE IF NOT EXISTS about (name VARCHAR NOT NULL PRIMARY KEY, value BLOB NOT NULL);
"""
_KEYS = """
CREATE TABLE IF NOT EXISTS data_keys (subject BLOB NOT NULL PRIMARY KEY, sealed BLOB NOT NULL);
"""
_WRITE = (
    "INSERT INTO documents (id, subject, entries, sealed) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (id) DO UPDATE SET entries = excluded.entries, sealed = excluded.sealed"
)


class Vault:
    """An encrypted map from replacements to values, document by document.

    Args:
        path: the SQLite file; made with mode 0600 when it is not there, and so is `path` with `.keys` at its end.
        key: the tenant's, at least 16 secret bytes; another key than the file was made with is refused.
        new: whether it may be made.

    Raises:
        KeyUnavailable: wrong or short key.
        MissingFile: it is not there and may not be made.
        VerificationFailed: the file is no vault, or was changed.
        StorageError: it cannot be written.
    """

    def __init__(self, path: Path, key: bytes, *, new: bool = True) -> None:
        self.path = Path(path)
        self.keys_path = self.path.with_name(self.path.name + ".keys")
        self._names = derive_key(key, "vault names")
        self._master = AESGCM(derive_key(key, "vault data keys"))
        if not new and not self.path.exists():
            raise MissingFile(f"no vault at {self.path}", help="Give the vault that was written by `--vault`.")
        private_folder(self.path.parent)
        _make(self.path, _ROWS)
        _make(self.keys_path, _KEYS)
        self._check_key()
        self._known: dict[bytes, AESGCM] = {}
        self._held: dict[Path, sqlite3.Connection] = {}

    def put_many(self, entries: Iterable[Entry]) -> None:
        """Store entries, all or none; those of a document that is there already are joined with its own.

        Raises:
            VerificationFailed: when a row was changed.
            StorageError: when the disk is full.
        """
        documents: dict[tuple[str, str], list[Entry]] = {}
        for entry in entries:
            documents.setdefault((entry.subject, entry.document), []).append(entry)
        if not documents:
            return
        with self._writing():
            tags = {subject: self._tag(subject) for subject, _ in documents}
            ciphers = self._ciphers(tags.values(), make=True)
            with _connected(self.path) as connection:
                named = list(documents.items())
                for start in range(0, len(named), _BATCH):
                    batch = [(self._identifier(*names), own) for names, own in named[start : start + _BATCH]]
                    there = _by_key(connection, "documents", "id", [identifier for identifier, _ in batch])
                    rows = []
                    for identifier, own in batch:
                        tag = tags[own[0].subject]
                        rows.append(self._row(identifier, tag, ciphers[tag], own, there.get(identifier)))
                    connection.executemany(_WRITE, [row for row in rows if row is not None])

    def entries(self, subject: str, document: str | None = None) -> list[Entry]:
        """Return what is kept about a subject, or about one of its documents.

        Raises:
            VerificationFailed: when a row of the subject was changed.
        """
        tag = self._tag(subject)
        query, values = "SELECT id, sealed FROM documents WHERE subject = ?", [tag]
        if document is not None:
            query, values = f"{query} AND id = ?", [tag, self._identifier(subject, document)]
        with self._reading(), self._opened(self.path) as connection:
            rows = connection.execute(query, values).fetchall()
        if not rows:
            return []
        cipher = self._cipher(tag)
        return [entry for identifier, sealed in rows for entry in self._open(identifier, tag, cipher, subject, sealed)]

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the files open while many entries are read, by one thread."""
        with self._reading(), _connected(self.path) as rows, _connected(self.keys_path) as keys:
            self._held = {self.path: rows, self.keys_path: keys}
            try:
                yield
            finally:
                self._held = {}

    def erase(self, subject: str) -> int:
        """Destroy the subject's data key and overwrite the rows; return how many entries there were.

        Guarantee: the rows cannot be read any more, not even by who has the tenant's key, from this file or from copies
        of it; only a copy of the file of keys leads back to them. What a disk keeps of overwritten blocks is beyond it.
        """
        self._known.clear()
        tag = self._tag(subject)
        with self._writing():
            with _connected(self.keys_path, shred=True) as connection:
                connection.execute("DELETE FROM data_keys WHERE subject = ?", (tag,))
            with _connected(self.path, shred=True) as connection:
                count = "SELECT coalesce(sum(entries), 0) FROM documents WHERE subject = ?"
                erased = int(connection.execute(count, (tag,)).fetchone()[0])
                connection.execute("DELETE FROM documents WHERE subject = ?", (tag,))
        return erased

    def counts(self) -> dict[str, int]:
        """Return the numbers of subjects, documents and entries."""
        with self._reading():
            subjects = _count(self.keys_path, "SELECT count(*) FROM data_keys")
            documents = _count(self.path, "SELECT count(*) FROM documents")
        return {"subjects": subjects, "documents": documents, "entries": len(self)}

    def __len__(self) -> int:
        """Return the number of entries."""
        return _count(self.path, "SELECT coalesce(sum(entries), 0) FROM documents")

    def _opened(self, path: Path) -> AbstractContextManager[sqlite3.Connection]:
        held = self._held.get(path)
        return _connected(path) if held is None else held  # which commits what was written, and stays open

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Turn what SQLite says of a damaged file into `VerificationFailed`."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise VerificationFailed(
                f"the vault {self.path} cannot be read: it was changed or damaged",
                help="Restore the vault from a backup.",
            ) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise StorageError(f"cannot write the vault {self.path}", help="Check space and permissions.") from error

    def _check_key(self) -> None:
        mark = hmac.digest(self._names, b"this key", hashlib.sha256)
        with self._writing(), _connected(self.path) as connection:
            connection.execute("INSERT INTO about VALUES ('key check', ?) ON CONFLICT DO NOTHING", (mark,))
            (there,) = connection.execute("SELECT value FROM about WHERE name = 'key check'").fetchone()
        if not hmac.compare_digest(there, mark):
            raise KeyUnavailable(f"{self.path} was made with another key", help="Give the key of that run.")

    def _ciphers(self, tags: Iterable[bytes], *, make: bool) -> dict[bytes, AESGCM]:
        """Return the data keys of some subjects; `make` draws one for each subject that has none."""
        names = list(dict.fromkeys(tags))
        found: dict[bytes, AESGCM] = {tag: self._known[tag] for tag in names if tag in self._known}
        missing = [tag for tag in names if tag not in found]
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            with self._reading(), self._opened(self.keys_path) as connection:
                there = _by_key(connection, "data_keys", "subject", batch)
                new = [(tag, self._seal_key(tag)) for tag in batch if tag not in there and make]
                if new:
                    connection.executemany("INSERT INTO data_keys VALUES (?, ?) ON CONFLICT DO NOTHING", new)
                    there = _by_key(connection, "data_keys", "subject", batch)  # another may have been first
                found.update({tag: self._opened_key(tag, sealed) for tag, sealed in there.items()})
        if len(self._known) > _CACHED:
            self._known.clear()
        self._known.update(found)
        return found

    def _cipher(self, tag: bytes) -> AESGCM:
        found = self._ciphers((tag,), make=False).get(tag)
        if found is None:
            raise VerificationFailed(
                f"{self.keys_path} holds no key for rows of {self.path}: erased, or from another backup",
                help="Restore both files from one backup; what was erased cannot be read again.",
            )
        return found

    def _seal_key(self, tag: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._master.encrypt(nonce, AESGCM.generate_key(256), tag)

    def _opened_key(self, tag: bytes, sealed: bytes) -> AESGCM:
        try:
            return AESGCM(self._master.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], tag))
        except (InvalidTag, ValueError) as error:
            raise _changed(self.keys_path) from error

    def _name(self, *parts: str) -> bytes:
        data = [part.encode("utf-8", "surrogatepass") for part in parts]
        message = b"".join(len(part).to_bytes(8, "big") + part for part in data)
        return hmac.digest(self._names, len(data).to_bytes(1, "big") + message, hashlib.sha256)

    def _tag(self, subject: str) -> bytes:
        return self._name(subject)[:20]

    def _identifier(self, subject: str, document: str) -> bytes:
        return self._name(subject, document)[:20]

    def _row(
        self, identifier: bytes, tag: bytes, cipher: AESGCM, new: list[Entry], sealed: bytes | None
    ) -> tuple[bytes, bytes, int, bytes] | None:
        """Return the row of a document with its new entries; None where they are there already."""
        known = self._open(identifier, tag, cipher, new[0].subject, sealed) if sealed is not None else []
        together = list(dict.fromkeys((*known, *new)))
        if len(together) == len(known):
            return None
        shown = [[entry.kind, entry.replacement, list(entry.originals), entry.document] for entry in together]
        plain = json.dumps(shown, separators=(",", ":")).encode()
        plain += b" " * (-len(plain) % _PADDING)  # lengths tell less
        nonce = secrets.token_bytes(_NONCE_BYTES)
        body = nonce + cipher.encrypt(nonce, plain, identifier + tag)
        return identifier, tag, len(together), body

    def _open(self, identifier: bytes, tag: bytes, cipher: AESGCM, subject: str, sealed: bytes) -> list[Entry]:
        try:
            plain = cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], identifier + tag)
        except (InvalidTag, ValueError) as error:
            raise _changed(self.path) from error
        return [Entry(subject, kind, new, tuple(old), document) for kind, new, old, document in json.loads(plain)]


@contextmanager
def _connected(path: Path, *, shred: bool = False) -> Iterator[sqlite3.Connection]:
    """Open the file for one transaction, which is taken back where something fails.

    A connection of its own for each, so that threads and forked processes share none.
    """
    with closing(sqlite3.connect(path, timeout=_WAIT)) as connection:
        if shred:
            connection.execute("PRAGMA secure_delete = ON")
        with connection:
            yield connection


def _make(path: Path, tables: str) -> None:
    with storage_errors(path):
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)
    try:
        with _connected(path) as connection:
            connection.executescript(tables)
    except sqlite3.OperationalError as error:
        raise StorageError(f"cannot write the vault {path}", help="Check space and permissions.") from error
    except sqlite3.DatabaseError as error:
        raise VerificationFailed(f"{path} is no vault", help="Give the vault of the run.") from error


def _by_key(connection: sqlite3.Connection, table: str, column: str, keys: list[bytes]) -> dict[bytes, bytes]:
    """Return what is sealed under each of some keys, at most `_BATCH`."""
    asked = ",".join("?" * len(keys))
    query = f"SELECT {column}, sealed FROM {table} WHERE {column} IN ({asked})"  # noqa: S608  (names of this file)
    return dict(connection.execute(query, keys))


def _count(path: Path, query: str) -> int:
    with _connected(path) as connection:
        return int(connection.execute(query).fetchone()[0])


def _changed(path: Path) -> VerificationFailed:
    return VerificationFailed(f"a row of the vault {path} was changed", help="Restore the vault from a backup.")


__all__ = ["CIPHER", "Vault"]
