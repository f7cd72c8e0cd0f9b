"""The vault: nothing readable at rest, wrong keys and changed rows refused, subjects forgotten."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from wuming.core.errors import KeyUnavailable, VerificationFailed
from wuming.deidentification import Entry, Vault

KEY = b"0123456789abcdef0123456789abcdef"
ENTRIES = [Entry("anna", "mobile", "15400000001", "13812345678"), Entry("ben", "person_name", "赵敏", "张伟")]


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    made = Vault(tmp_path / "vault.db", KEY)
    made.put_many(ENTRIES)
    return made


def test_put_get_restore(vault: Vault) -> None:
    assert len(vault) == 2
    assert vault.get("anna", "mobile", "15400000001") == "13812345678"
    assert vault.get("ben", "mobile", "15400000001") is None
    assert vault.restore("打15400000001", "anna") == "打13812345678"
    vault.put_many(ENTRIES)
    assert len(vault) == 2


def test_nothing_readable_at_rest(vault: Vault) -> None:
    vault.close()
    data = b"".join(path.read_bytes() for path in vault.path.parent.iterdir())
    for word in ("13812345678", "15400000001", "张伟", "赵敏", "anna", "ben", "mobile"):
        assert word.encode() not in data
    assert stat.S_IMODE(vault.path.stat().st_mode) == 0o600


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
    "statement",
    [
        "UPDATE entries SET sealed = substr(sealed, 1, length(sealed) - 1) || x'00'",
        "UPDATE entries SET sealed = x''",
        # Each row's content moved to the other row: both decrypt alone, neither in the other's place.
        "UPDATE entries SET sealed = (SELECT o.sealed FROM entries o WHERE o.id != entries.id)",
        # A row given to another subject.
        "UPDATE entries SET subject = (SELECT max(subject) FROM entries)",
    ],
)
def test_changed_rows_are_noticed(vault: Vault, statement: str) -> None:
    change(vault.path, statement)
    with pytest.raises(VerificationFailed) as caught:
        vault.restore("x", "anna")
        vault.restore("x", "ben")
    assert "138" not in str(caught.value)


def test_no_vault(tmp_path: Path) -> None:
    (tmp_path / "v.db").write_bytes(b"this is no database, only words " * 40)
    with pytest.raises(VerificationFailed):
        Vault(tmp_path / "v.db", KEY)


def test_conflicts_are_refused_whole(vault: Vault) -> None:
    with pytest.raises(VerificationFailed):
        vault.put_many([Entry("new", "qq", "99", "12345"), Entry("anna", "mobile", "15400000001", "13900000000")])
    assert len(vault) == 2
    with pytest.raises(VerificationFailed):
        vault.put_many([Entry("new", "qq", "99", "12345"), Entry("new", "qq", "99", "54321")])


def test_forget(vault: Vault) -> None:
    assert vault.forget("anna") == 1
    assert vault.get("anna", "mobile", "15400000001") is None
    assert vault.restore("赵敏", "ben") == "张伟"


def test_repr_shows_no_value() -> None:
    assert repr(ENTRIES[0]) == "Entry(kind=mobile)"
