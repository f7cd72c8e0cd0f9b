"""The ledger: every change is found, every failure leaves it as it was."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import KeyUnavailable, LedgerBusy, LedgerCorrupt, StorageError, VerificationFailed
from wuming.core.evidence import Evidence
from wuming.core.ports import EvidenceSink
from wuming.crypto.signatures import SigningKey, sign_envelope
from wuming.governance.ledger import CHECKPOINT_TYPE, GENESIS, Ledger

KEY = SigningKey.generate()
COLUMNS = ["index", "at", "kind", "body", "previous", "hash"]


def fill(ledger: Ledger, entries: int = 6) -> None:
    for number in range(entries):
        ledger.append("evidence", {"number": number, "名": "值", "list": [1, 2.5, None]})


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "ledger.sqlite"
    fill(Ledger(path))
    return path


def rows_of(path: Path) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as connection:
        rows = list(connection.execute('SELECT * FROM entries ORDER BY "index"'))
    connection.close()
    return rows


def rewrite(path: Path, rows: list[tuple[Any, ...]]) -> None:
    """Replace all rows, as one who can write the file would."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous=OFF")
    for verb in ("update", "delete"):
        connection.execute(f"DROP TRIGGER IF EXISTS entries_no_{verb}")
    connection.execute("DELETE FROM entries")
    connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()


def plain_check(rows: list[tuple[Any, ...]], *, chained: bool = True) -> bool:
    """The chain in a few lines; with `chained=False` a broken twin that looks at each entry by itself."""
    before = "sha256:" + "0" * 64
    for place, (index, at, kind, body, previous, hash_) in enumerate(rows, start=1):
        text = json.dumps(
            {"at": at, "body": json.loads(body), "index": index, "kind": kind, "previous": previous},
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=False,
        )
        if "sha256:" + hashlib.sha256(text.encode()).hexdigest() != hash_:
            return False
        if chained and (previous != before or index != place):
            return False
        before = hash_
    return True


def test_plain_implementation_agrees(sound: Path) -> None:
    assert plain_check(rows_of(sound))
    assert Ledger(sound).verify().message == "consistent, completeness unknown (6 entries, no checkpoint given)"


def found(path: Path, tmp_path: Path, rows: list[tuple[Any, ...]]) -> bool:
    copy = tmp_path / "copy.sqlite"
    shutil.copy(path, copy)
    rewrite(copy, rows)
    try:
        Ledger(copy).verify()
    except LedgerCorrupt:
        return True
    return False


@given(row=st.integers(0, 5), column=st.integers(0, 5), position=st.integers(0, 999), byte=st.integers(1, 127))
@settings(max_examples=200, deadline=None)
def test_any_changed_byte_is_found(
    sound: Path, tmp_path_factory: pytest.TempPathFactory, row: int, column: int, position: int, byte: int
) -> None:
    rows = rows_of(sound)
    changed = list(rows[row])
    if column == 0:
        changed[0] += byte * 10
    else:
        text = changed[column].encode()
        position %= len(text)
        if text[position] == byte:
            return
        changed[column] = (text[:position] + bytes([byte]) + text[position + 1 :]).decode(errors="replace")
    rows[row] = tuple(changed)
    assert found(sound, tmp_path_factory.mktemp("tamper"), rows)


@given(column=st.integers(1, 5), value=st.sampled_from([None, 1, 1.5, b"bytes", "", "[]", "[" * 5000, "{"]))
@settings(max_examples=40, deadline=None)
def test_values_of_other_types_are_found(
    sound: Path, tmp_path_factory: pytest.TempPathFactory, column: int, value: Any
) -> None:
    rows = rows_of(sound)
    rows[2] = (*rows[2][:column], value, *rows[2][column + 1 :])
    try:
        assert found(sound, tmp_path_factory.mktemp("types"), rows)
    except sqlite3.IntegrityError:
        assert value is None


@pytest.mark.parametrize("victim", range(5))
def test_a_deleted_entry_is_found_and_an_unchained_twin_misses_it(sound: Path, tmp_path: Path, victim: int) -> None:
    rows = rows_of(sound)
    del rows[victim]
    assert found(sound, tmp_path, rows)
    assert not plain_check(rows)
    assert plain_check(rows, chained=False)


def test_reordered_entries_are_found(sound: Path, tmp_path: Path) -> None:
    rows = rows_of(sound)
    rows[1], rows[2] = (2, *rows[2][1:]), (3, *rows[1][1:])
    assert found(sound, tmp_path, rows)


def test_spaces_in_a_body_are_found(sound: Path, tmp_path: Path) -> None:
    rows = rows_of(sound)
    rows[0] = (*rows[0][:3], rows[0][3].replace(":", ": ", 1), *rows[0][4:])
    assert plain_check(rows)  # a check of the parsed value alone would miss it
    assert found(sound, tmp_path, rows)


def test_truncation_needs_the_checkpoint(sound: Path, tmp_path: Path) -> None:
    checkpoint = Ledger(sound).checkpoint(KEY)
    copy = tmp_path / "copy.sqlite"
    shutil.copy(sound, copy)
    rewrite(copy, rows_of(sound)[:4])
    assert Ledger(copy).verify().complete_up_to is None
    with pytest.raises(LedgerCorrupt, match="cut off: 4 entries, the checkpoint counts 6"):
        Ledger(copy).verify(checkpoint, KEY.public)
    with pytest.raises(LedgerCorrupt):
        Ledger(tmp_path / "absent.sqlite").verify(checkpoint, KEY.public)


def test_wholesale_rewriting_needs_the_checkpoint(sound: Path, tmp_path: Path) -> None:
    checkpoint = Ledger(sound).checkpoint(KEY)
    forged = Ledger(tmp_path / "forged.sqlite")
    for number in range(7):
        forged.append("evidence", {"number": number, "harmless": True})
    assert forged.verify().entries == 7
    with pytest.raises(LedgerCorrupt, match="rewritten"):
        forged.verify(checkpoint, KEY.public)


def test_complete_up_to_the_checkpoint(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    empty = ledger.checkpoint(KEY)
    fill(ledger, 3)
    checkpoint = ledger.checkpoint(KEY)
    fill(ledger, 2)
    assert ledger.verify(checkpoint, KEY.public).message == "complete up to entry 3 (5 entries)"
    assert ledger.verify(empty, KEY.public).complete_up_to == 0


@pytest.mark.parametrize(
    "payload",
    [b"", b"[]", b"{}", b'{"length": -1, "head": ""}', b'{"length": true, "head": ""}', b'{"length": 1, "head": 1}'],
)
def test_bad_checkpoints(sound: Path, payload: bytes) -> None:
    with pytest.raises(VerificationFailed):
        Ledger(sound).verify(sign_envelope(payload, CHECKPOINT_TYPE, KEY), KEY.public)


def test_checkpoint_by_another_key_or_without_key(sound: Path) -> None:
    checkpoint = Ledger(sound).checkpoint(SigningKey.generate())
    with pytest.raises(VerificationFailed):
        Ledger(sound).verify(checkpoint, KEY.public)
    with pytest.raises(KeyUnavailable):
        Ledger(sound).verify(checkpoint)


def test_append_to_a_broken_end_writes_nothing(sound: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    for spoil in (
        lambda rows: [*rows[:5], (*rows[5][:3], rows[5][3].replace("5", "6"), *rows[5][4:])],
        lambda rows: [*rows[:3], *rows[4:]],
    ):
        shutil.copy(sound, copy)
        rewrite(copy, spoil(rows_of(sound)))
        before = rows_of(copy)
        with pytest.raises(LedgerCorrupt):
            Ledger(copy).append("evidence", {})
        assert rows_of(copy) == before


def test_plain_updates_and_deletions_are_refused(sound: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    shutil.copy(sound, copy)
    connection = sqlite3.connect(copy)
    for statement in ("DELETE FROM entries", "UPDATE entries SET kind = 'x'"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    connection.close()


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(content)
    ledger = Ledger(path)
    for act in (ledger.entries, ledger.head, ledger.verify, lambda: ledger.append("evidence", {})):
        with pytest.raises(LedgerCorrupt):
            act()
    assert path.read_bytes() == content


def test_another_database_is_not_taken_for_a_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE other (x)")
    connection.commit()
    connection.close()
    for act in (Ledger(path).entries, lambda: Ledger(path).append("evidence", {})):
        with pytest.raises(LedgerCorrupt):
            act()


def test_a_locked_ledger_is_busy(sound: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    shutil.copy(sound, copy)
    holder = sqlite3.connect(copy, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerBusy):
        Ledger(copy, busy_seconds=0.1).append("evidence", {})
    holder.execute("ROLLBACK")
    holder.close()
    assert Ledger(copy).append("evidence", {}).index == 7


def test_a_full_disk_leaves_the_ledger_as_it_was(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "copy.sqlite"
    shutil.copy(sound, copy)
    import wuming.governance.database as database

    plain = database._on_connect

    def small(connection: Any, record: Any) -> None:
        plain(connection, record)
        connection.execute("PRAGMA max_page_count=1")

    monkeypatch.setattr(database, "_on_connect", small)
    with pytest.raises(StorageError, match="no space left"):
        Ledger(copy).append("evidence", {"big": "x" * 100_000})
    monkeypatch.undo()
    assert Ledger(copy).verify().entries == 6


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError):
        Ledger(tmp_path / "file" / "ledger.sqlite").append("evidence", {})


def test_nothing_is_written_by_reading(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "new" / "ledger.sqlite")
    assert ledger.entries() == []
    assert ledger.head() == GENESIS
    assert not (tmp_path / "new").exists()


def test_the_file_is_private(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "new" / "ledger.sqlite")
    ledger.append("evidence", {})
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600


def test_where_the_ledger_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUMING_HOME", str(tmp_path))
    assert Ledger().path == tmp_path / "ledger.sqlite"
    monkeypatch.setenv("WUMING_DATABASE_URL", f"sqlite:///{tmp_path}/other.sqlite")
    assert Ledger().path == tmp_path / "other.sqlite"
    for url in ("postgresql://host/db", "sqlite://", "sqlite:///:memory:", "://"):
        with pytest.raises(StorageError):
            Ledger(url)


@pytest.mark.parametrize("body", [{"x": float("nan")}, {"x": object()}, {"x": "\ud800"}, [1]])
def test_bodies_that_are_no_json_object(tmp_path: Path, body: Any) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    with pytest.raises((ValueError, TypeError)):
        ledger.append("evidence", body)
    assert ledger.entries() == []


def test_odd_but_valid_bodies_survive(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    for body in ({10: 1, 9: 2}, {"t": (1, 2)}, {"f": 1e-300, "i": 10**30, "z": -0.0}, {}):
        ledger.append("evidence", body)
    assert ledger.verify().entries == 4


def test_evidence_and_export(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    assert isinstance(ledger, EvidenceSink)
    evidence = Evidence("collect", "sha256:" + "a" * 64, {"records": 3})
    ledger.record(evidence)
    assert ledger.entries()[0].body == evidence.as_json()
    assert ledger.export(tmp_path / "out.jsonl") == 1
    line = json.loads((tmp_path / "out.jsonl").read_text())
    assert line == ledger.entries()[0].as_json()
    assert ledger.entries(after=1) == []
