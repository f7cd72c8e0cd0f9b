"""The vault: which surrogate stands for which value, encrypted, in a file of its own.

Adversary: reads or changes the file, but has no key. They learn how many entries there are, how many each (unnamed)
subject has, and roughly how long each is. They cannot read, swap, forge or move rows without being noticed; deleting
rows is not noticed. Whoever has the key reads everything: keep it apart from the output.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, LargeBinary, MetaData, String, Table, create_engine, delete, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DatabaseError, OperationalError

from wuming.core.errors import KeyUnavailable, StorageError, VerificationFailed
from wuming.core.storage import private_folder, storage_errors
from wuming.deidentification.keys import derive_key

CIPHER = "AES-256-GCM"
_NONCE_BYTES = 12
_PADDING = 32
_BATCH = 500
_METADATA = MetaData()
_ENTRIES = Table(
    "entries",
    _METADATA,
    Column("id", LargeBinary, primary_key=True),
    Column("subject", LargeBinary, nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
)
_ABOUT = Table(
    "about", _METADATA, Column("name", String, primary_key=True), Column("value", LargeBinary, nullable=False)
)


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One pair: `surrogate` stands for `original` in the texts of `subject`. Its repr shows no value."""

    subject: str
    kind: str
    surrogate: str
    original: str

    def __repr__(self) -> str:
        """Return the kind only."""
        return f"Entry(kind={self.kind})"


class Vault:
    """An encrypted map from surrogates to values.

    Args:
        path: the SQLite file; made with mode 0600 when it is not there.
        key: at least 16 secret bytes; another key than the file was made with is refused.

    Raises:
        KeyUnavailable: wrong or short key.
        VerificationFailed: the file is no vault, or was changed.
        StorageError: it cannot be written.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = Path(path)
        self._names = derive_key(key, "vault names")
        self._cipher = AESGCM(derive_key(key, "vault rows"))
        private_folder(self.path.parent)
        with storage_errors(self.path):
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            self.path.chmod(0o600)
        self._engine = create_engine(f"sqlite:///{self.path}")
        try:
            _METADATA.create_all(self._engine)
            self._check_key()
        except OperationalError as error:
            raise StorageError(f"cannot write the vault {self.path}", help="Check space and permissions.") from error
        except DatabaseError as error:
            raise VerificationFailed(f"{self.path} is no vault", help="Give the vault of the run.") from error

    def put_many(self, entries: Iterable[Entry]) -> None:
        """Store entries in one transaction: all or none. An entry that is there already is left as it is.

        Raises:
            VerificationFailed: when a surrogate is there for another value.
            StorageError: when the disk is full.
        """
        rows: dict[bytes, Entry] = {}
        for entry in entries:
            identifier = self._identifier(entry.subject, entry.kind, entry.surrogate)
            if rows.setdefault(identifier, entry).original != entry.original:
                raise _conflict(entry.kind)
        identifiers = list(rows)
        try:
            with self._engine.begin() as connection:
                for start in range(0, len(identifiers), _BATCH):
                    batch = identifiers[start : start + _BATCH]
                    query = select(_ENTRIES.c.id, _ENTRIES.c.sealed).where(_ENTRIES.c.id.in_(batch))
                    there = {row.id: row.sealed for row in connection.execute(query)}
                    for identifier, sealed in there.items():
                        if (
                            self._open(identifier, rows[identifier].subject, sealed).original
                            != rows[identifier].original
                        ):
                            raise _conflict(rows[identifier].kind)
                    new = [self._row(identifier, rows[identifier]) for identifier in batch if identifier not in there]
                    if new:
                        connection.execute(insert(_ENTRIES).on_conflict_do_nothing(), new)
        except OperationalError as error:
            raise StorageError(f"cannot write the vault {self.path}", help="Check space and permissions.") from error

    def get(self, subject: str, kind: str, surrogate: str) -> str | None:
        """Return the value for which `surrogate` stands, or None.

        Raises:
            VerificationFailed: when the row was changed.
        """
        identifier = self._identifier(subject, kind, surrogate)
        with self._reading(), self._engine.connect() as connection:
            sealed = connection.execute(select(_ENTRIES.c.sealed).where(_ENTRIES.c.id == identifier)).scalar()
        return None if sealed is None else self._open(identifier, subject, sealed).original

    def restore(self, text: str, subject: str) -> str:
        """Return `text` with each of the subject's surrogates replaced by its value; longer ones first.

        Raises:
            VerificationFailed: when a row of the subject was changed.
        """
        query = select(_ENTRIES.c.id, _ENTRIES.c.sealed).where(_ENTRIES.c.subject == self._tag(subject))
        with self._reading(), self._engine.connect() as connection:
            entries = [self._open(row.id, subject, row.sealed) for row in connection.execute(query)]
        return put_back(text, {entry.surrogate: entry.original for entry in entries})

    def forget(self, subject: str) -> int:
        """Erase all entries of one subject, overwriting them in the file, and return how many there were."""
        with self._engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
            return connection.execute(delete(_ENTRIES).where(_ENTRIES.c.subject == self._tag(subject))).rowcount

    def __len__(self) -> int:
        """Return the number of entries."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(_ENTRIES)).scalar_one())

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Turn what SQLite says of a damaged file into `VerificationFailed`."""
        try:
            yield
        except DatabaseError as error:
            raise VerificationFailed(
                f"the vault {self.path} cannot be read: it was changed or damaged",
                help="Restore the vault from a backup.",
            ) from error

    def _check_key(self) -> None:
        mark = hmac.digest(self._names, b"this key", hashlib.sha256)
        with self._engine.begin() as connection:
            connection.execute(insert(_ABOUT).values(name="key check", value=mark).on_conflict_do_nothing())
            there = connection.execute(select(_ABOUT.c.value).where(_ABOUT.c.name == "key check")).scalar_one()
        if not hmac.compare_digest(there, mark):
            raise KeyUnavailable(f"{self.path} was made with another key", help="Give the key of that run.")

    def _name(self, *parts: str) -> bytes:
        data = [part.encode("utf-8", "surrogatepass") for part in parts]
        message = b"".join(len(part).to_bytes(8, "big") + part for part in data)
        return hmac.digest(self._names, len(data).to_bytes(1, "big") + message, hashlib.sha256)

    def _tag(self, subject: str) -> bytes:
        return self._name(subject)

    def _identifier(self, subject: str, kind: str, surrogate: str) -> bytes:
        return self._name(subject, kind, surrogate)

    def _row(self, identifier: bytes, entry: Entry) -> dict[str, bytes]:
        tag = self._tag(entry.subject)
        plain = json.dumps([entry.kind, entry.surrogate, entry.original]).encode()
        plain += b" " * (-len(plain) % _PADDING)  # lengths tell less
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return {
            "id": identifier,
            "subject": tag,
            "sealed": nonce + self._cipher.encrypt(nonce, plain, identifier + tag),
        }

    def _open(self, identifier: bytes, subject: str, sealed: bytes) -> Entry:
        try:
            plain = self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], identifier + self._tag(subject))
        except (InvalidTag, ValueError) as error:
            raise VerificationFailed(
                f"a row of the vault {self.path} was changed", help="Restore the vault from a backup."
            ) from error
        kind, surrogate, original = json.loads(plain)
        return Entry(subject, kind, surrogate, original)


def put_back(text: str, originals: dict[str, str]) -> str:
    """Return `text` with every key of `originals` replaced by its value, in one pass, longer keys first."""
    if not originals:
        return text
    pattern = re.compile("|".join(re.escape(key) for key in sorted(originals, key=len, reverse=True)))
    return pattern.sub(lambda match: originals[match.group()], text)


def _conflict(kind: str) -> VerificationFailed:
    return VerificationFailed(
        f"the vault holds another value for one surrogate, kind={kind}",
        help="Use one Deidentifier for all texts of a subject, or a new vault.",
    )
