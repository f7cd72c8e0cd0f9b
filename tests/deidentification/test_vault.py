"""The vault: nothing readable at rest, wrong keys and changed rows refused, subjects erased for good."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from pathlib import Path

import pytest

from wuming.core.errors import KeyUnavailable, MissingFile, VerificationFailed
from wuming.deidentification import Entry, Vault
from wuming.deidentification.keys import tenant_key

KEY = b"0123456789abcdef0123456789abcdef"
ENTRIES = [
    Entry("anna", "PHONE", "15400000001", ("13812345678",), "1"),
    Entry("ben", "PERSON", "赵敏", ("张伟",), "2"),
    Entry("ben", "PHONE", "15400000002", ("139 1234 5678", "13912345678"), "2"),
    Entry("ben", "PERSON", "赵敏", ("张伟",), "3"),
]


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    made = Vault(tmp_path / "vault.db", KEY)
    made.put_many(ENTRIES)
    return made


def test_put_and_read(vault: Vault) -> None:
    assert len(vault) == 4
    assert vault.counts() == {"subjects": 2, "documents": 3, "entries": 4}
    assert vault.entries("anna") == ENTRIES[:1]
    assert sorted(vault.entries("ben"), key=lambda entry: (entry.document, entry.kind)) == ENTRIES[1:]
    assert vault.entries("ben", "3") == ENTRIES[3:]
    assert vault.entries("ben", "1") == vault.entries("cara") == []


def test_putting_again_changes_nothing_and_new_ones_join(vault: Vault) -> None:
    vault.put_many(ENTRIES)
    assert len(vault) == 4
    more = Entry("anna", "QQ", "90000000001", ("12345",), "1")
    vault.put_many([more])
    assert vault.entries("anna", "1") == [ENTRIES[0], more]


def test_nothing_readable_at_rest(vault: Vault) -> None:
    paths = list(vault.path.parent.iterdir())
    data = b"".join(path.read_bytes() for path in paths)
    for word in ("13812345678", "15400000001", "张伟", "赵敏", "anna", "ben", "PHONE"):
        assert word.encode() not in data
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    assert len(paths) == 2


def test_wrong_or_short_key(vault: Vault) -> None:
    with pytest.raises(KeyUnavailable):
        Vault(vault.path, b"another key of 32 bytes ........")
    with pytest.raises(KeyUnavailable):
        Vault(vault.path, b"short")


def change(path: Path, statement: str) -> None:
    """Change the file as an intruder would."""
    with sqlite3.connect(path) as connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    ("keys", "statement"),
    [
        (False, "UPDATE documents SET sealed = substr(sealed, 1, length(sealed) - 1) || x'00'"),
        (False, "UPDATE documents SET sealed = x''"),
        # Each row's content moved to another row: both open alone, neither in the other's place.
        (False, "UPDATE documents SET sealed = (SELECT o.sealed FROM documents o WHERE o.id != documents.id)"),
        # A row given to another subject.
        (False, "UPDATE documents SET subject = (SELECT max(subject) FROM documents)"),
        (True, "UPDATE data_keys SET sealed = substr(sealed, 1, length(sealed) - 1) || x'00'"),
        (True, "UPDATE data_keys SET sealed = (SELECT o.sealed FROM data_keys o WHERE o.subject != data_keys.subject)"),
        (True, "DELETE FROM data_keys"),
    ],
)
def test_changed_rows_are_noticed(vault: Vault, keys: bool, statement: str) -> None:
    change(vault.keys_path if keys else vault.path, statement)
    opened = Vault(vault.path, KEY)
    with pytest.raises(VerificationFailed) as caught:
        _ = [opened.entries("anna"), opened.entries("ben")]
    assert "138" not in str(caught.value)


def test_no_vault(tmp_path: Path) -> None:
    (tmp_path / "v.db").write_bytes(b"this is no database, only words " * 40)
    with pytest.raises(VerificationFailed):
        Vault(tmp_path / "v.db", KEY)
    with pytest.raises(MissingFile):
        Vault(tmp_path / "none.db", KEY, new=False)
    assert not (tmp_path / "none.db").exists()


def test_erasing_destroys_the_key_so_that_copies_of_the_rows_stay_shut(vault: Vault, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(vault.path, copy)
    assert vault.erase("ben") == 3
    assert vault.erase("ben") == 0
    assert vault.entries("ben") == []
    assert vault.entries("anna") == ENTRIES[:1]
    assert vault.counts() == {"subjects": 1, "documents": 1, "entries": 1}
    shutil.copy(vault.keys_path, copy.with_name("copy.db.keys"))
    old = Vault(copy, KEY)
    assert old.entries("anna") == ENTRIES[:1]
    with pytest.raises(VerificationFailed, match="no key"):
        old.entries("ben")


def test_a_subject_that_comes_back_has_another_key(vault: Vault, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(vault.path, copy)
    vault.erase("ben")
    vault.put_many(ENTRIES[1:])
    assert len(vault.entries("ben")) == 3
    shutil.copy(vault.keys_path, copy.with_name("copy.db.keys"))
    with pytest.raises(VerificationFailed):
        Vault(copy, KEY).entries("ben")


def test_repr_shows_no_value() -> None:
    assert repr(ENTRIES[0]) == "Entry(kind=PHONE)"


def test_the_tenants_key_comes_from_file_or_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUMING_HOME", str(tmp_path / "home"))
    own = tenant_key()
    assert tenant_key() == own
    monkeypatch.setenv("WUMING_TENANT_KEY", KEY.hex())
    assert tenant_key() == KEY
    file = tmp_path / "key"
    file.write_bytes(OTHER := b"k" * 32)
    file.chmod(0o600)
    assert tenant_key(file) == OTHER
    for written in (b"", b"k" * 31, b"zz" * 32, b"no key at all"):
        file.write_bytes(written)
        with pytest.raises(KeyUnavailable):
            tenant_key(file)
    file.chmod(0o644)
    with pytest.raises(KeyUnavailable):
        tenant_key(file)
