"""The key folder: made once, private, whole."""

from __future__ import annotations

import multiprocessing
import stat
from pathlib import Path
from typing import Any

import pytest

from wuming.core.errors import KeyUnavailable, StorageError
from wuming.crypto.keys import KeyStore
from wuming.crypto.signatures import VerifyingKey


def test_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "keys")
    first = store.secret("tenant")
    assert len(first) == 32
    assert KeyStore(tmp_path / "keys").secret("tenant") == first != store.secret("other")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "keys" / "tenant.key").stat().st_mode) == 0o600
    assert sorted(p.name for p in (tmp_path / "keys").iterdir()) == ["other.key", "tenant.key"]


def test_default_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUMING_HOME", str(tmp_path))
    assert KeyStore().folder == tmp_path / "keys"


@pytest.mark.parametrize("name", ["", "../up", "A", "a/b", "a.b", "x" * 65, "-a", "a\n"])
def test_bad_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(KeyUnavailable):
        KeyStore(tmp_path).secret(name)


def test_open_or_damaged_files_are_refused(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    store.secret("a")
    (tmp_path / "a.key").chmod(0o604)
    with pytest.raises(KeyUnavailable, match="0604"):
        store.secret("a")
    (tmp_path / "a.key").chmod(0o600)
    (tmp_path / "a.key").write_bytes(b"short")
    with pytest.raises(KeyUnavailable, match="length=5"):
        store.secret("a")


def test_signing_key_and_its_public_half(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    key = store.signing_key()
    assert store.signing_key().public.fingerprint == key.public.fingerprint
    assert VerifyingKey.load(store.public_key_path).fingerprint == key.public.fingerprint


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError):
        KeyStore(tmp_path / "file" / "keys").secret("a")


def _ask(folder: Path, barrier: Any, answers: Any) -> None:
    barrier.wait()
    answers.put((KeyStore(folder).secret("shared"), KeyStore(folder).signing_key().public.raw))


def test_many_processes_get_one_key(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(8), context.Queue()
    workers = [context.Process(target=_ask, args=(tmp_path, barrier, answers)) for _ in range(8)]
    for worker in workers:
        worker.start()
    got = {answers.get(timeout=30) for _ in workers}
    for worker in workers:
        worker.join()
    assert len(got) == 1
