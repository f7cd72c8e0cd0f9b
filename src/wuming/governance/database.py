"""SQLite files as governance uses them: one file, owner only, one writer at a time, durable at commit.

PostgreSQL may follow; until then a database URL of another kind is refused, because nothing here was tested on it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from wuming.core.errors import LedgerBusy, LedgerCorrupt, StorageError
from wuming.core.storage import private_folder, storage_errors

BUSY_SECONDS = 30.0

_FULL = {sqlite3.SQLITE_FULL}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_STORAGE = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}


def database_path(url_or_path: str | Path) -> Path:
    """Return the file of an SQLite URL (`sqlite:///file`) or a path.

    Raises:
        StorageError: a URL of another database, or of one in memory.
    """
    if isinstance(url_or_path, Path) or "://" not in url_or_path:
        return Path(url_or_path)
    try:
        url = make_url(url_or_path)
    except ArgumentError as error:
        raise StorageError("WUMING_DATABASE_URL is no database URL", help="Use sqlite:////folder/file.") from error
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        raise StorageError(
            f"only SQLite files are supported, database={url.get_backend_name()}", help="Use sqlite:////folder/file."
        )
    return Path(url.database)


class Database:
    """One SQLite file with its tables, made on the first write.

    Args:
        path: the file.
        tables: what it holds.
        triggers: SQL run once, after the tables were made.
        busy_seconds: how long to wait for another writer.

    Guarantee: writers are serialised (BEGIN IMMEDIATE); a transaction that was committed survives a crash of process or
    machine (rollback journal, synchronous=EXTRA), one that was not leaves no trace. Each use opens a connection of its
    own, so the object may be used after a fork.
    """

    def __init__(
        self,
        path: Path,
        tables: MetaData,
        *,
        triggers: tuple[str, ...] = (),
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        self.path = path
        self._tables = tables
        self._triggers = triggers
        self._busy_seconds = busy_seconds
        self._engine: Engine | None = None

    @property
    def exists(self) -> bool:
        """Whether the file is there and was written to."""
        with storage_errors(self.path):
            try:
                return self.path.stat().st_size > 0
            except FileNotFoundError:
                return False

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection that holds the write lock; commits at the end, rolls back on any exception.

        Raises:
            LedgerBusy: another process held the lock too long.
            LedgerCorrupt: no SQLite file, or a damaged one.
            StorageError: disk full, or not writable.
        """
        self._make_file()
        with self._transaction("BEGIN IMMEDIATE") as connection:
            names = {row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master")}
            if not names:
                self._tables.create_all(connection, checkfirst=False)
                for trigger in self._triggers:
                    connection.exec_driver_sql(trigger)
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one state throughout; only when `exists`. Raises as `write`."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        with self._errors(), self._connect() as connection:
            connection.execution_options(wuming_begin=begin)
            with connection.begin():
                yield connection

    def _connect(self) -> Connection:
        if self._engine is None:
            engine = create_engine(
                URL.create("sqlite", database=str(self.path)),
                poolclass=NullPool,
                connect_args={"timeout": self._busy_seconds},
            )
            event.listen(engine, "connect", _on_connect)
            event.listen(engine, "begin", _on_begin)
            self._engine = engine
        return self._engine.connect()

    def _make_file(self) -> None:
        private_folder(self.path.parent)
        with storage_errors(self.path):
            # SQLite would make it with the umask's mode; what is in it is for the owner only.
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
            if code in _BUSY:
                raise LedgerBusy(
                    f"another process holds {self.path}, waited={self._busy_seconds} s", help="Try again later."
                ) from None
            if code in _FULL:
                raise StorageError(
                    f"no space left while writing {self.path}", help="Free some space and run again."
                ) from None
            if code in _STORAGE:
                raise StorageError(
                    f"cannot read or write {self.path}: {getattr(error.orig, 'sqlite_errorname', 'I/O error')}",
                    help="Check the folder and its owner.",
                ) from None
            # `from None`: the original message may quote values.
            raise LedgerCorrupt(
                f"{self.path} is no sound database: {getattr(error.orig, 'sqlite_errorname', 'unknown error')}",
                help="Restore it from a backup that a signed checkpoint confirms.",
            ) from None


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by `_on_begin` alone
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=EXTRA")
    cursor.execute("PRAGMA trusted_schema=OFF")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("wuming_begin", "BEGIN"))
