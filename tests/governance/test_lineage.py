"""Lineage: found with the key, unreadable without."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from wuming.core.errors import LedgerCorrupt
from wuming.governance.lineage import Lineage

ARTEFACTS = [{"name": "model", "digest": "sha256:" + "a" * 64}]


@pytest.fixture
def lineage(tmp_path: Path) -> Lineage:
    return Lineage(tmp_path / "lineage.sqlite", b"k" * 32)


def test_runs_of_a_subject(lineage: Lineage) -> None:
    assert lineage.of("u1") == []
    assert lineage.record("run-1", ARTEFACTS, ["u1", "u2", "u1"], lineage="shop") == 2
    assert lineage.record("run-2", ARTEFACTS, ["u1"], lineage="shop") == 1
    assert [use.run for use in lineage.of("u1")] == ["run-1", "run-2"]
    assert [use.run for use in lineage.of("u2")] == ["run-1"]
    assert lineage.of("u3") == []
    assert lineage.of("u1")[0].artefacts == tuple(ARTEFACTS)
    assert lineage.of("u1", lineage="bank") == []


def test_what_was_made_without_a_subject_after_the_last_use(lineage: Lineage) -> None:
    for run, subjects in (("run-0", ["u2"]), ("run-1", ["u1", "u2"]), ("run-2", ["u2"]), ("run-3", ["u2"])):
        lineage.record(run, ARTEFACTS, subjects, lineage="shop")
    lineage.record("run-4", ARTEFACTS, ["u2"], lineage="bank")
    assert [use.run for use in lineage.without("u1", lineage="shop")] == ["run-2", "run-3"]
    assert lineage.without("u2", lineage="shop") == []
    assert lineage.without("u3", lineage="shop") == []  # never used: nothing follows from that
    assert lineage.without("u1", lineage="bank") == []


def test_the_same_id_elsewhere_is_another_person(lineage: Lineage) -> None:
    lineage.record("run-1", ARTEFACTS, ["u1"], lineage="shop")
    lineage.record("run-2", ARTEFACTS, ["u1"], lineage="bank")
    assert [use.run for use in lineage.of("u1", lineage="bank")] == ["run-2"]
    assert len(lineage.of("u1")) == 2
    with sqlite3.connect(lineage._database.path) as connection:
        names = {row[0] for row in connection.execute("SELECT pseudonym FROM uses")}
    connection.close()
    assert len(names) == 2


def test_recording_again_forgets_nobody_and_claims_nothing_new_about_those_who_left(lineage: Lineage) -> None:
    second = [{"name": "model", "digest": "sha256:" + "b" * 64}]
    assert lineage.record("run-1", ARTEFACTS, ["u1", "u2"]) == 2
    assert lineage.record("run-1", ARTEFACTS, ["u2", "u3"]) == 1
    lineage.record("run-1", second, ["u2"])  # the same plan again, after u1 withdrew
    assert [use.artefacts for use in lineage.of("u1")] == [tuple(ARTEFACTS)]
    assert [use.artefacts for use in lineage.of("u2")] == [tuple(ARTEFACTS), tuple(second)]
    assert [use.artefacts for use in lineage.of("u3")] == [tuple(ARTEFACTS)]


def test_no_id_in_the_file_and_none_found_with_another_key(lineage: Lineage, tmp_path: Path) -> None:
    lineage.record("run-1", ARTEFACTS, ["subject-in-clear-0042"])
    assert b"subject-in-clear" not in (tmp_path / "lineage.sqlite").read_bytes()
    assert Lineage(tmp_path / "lineage.sqlite", b"x" * 32).of("subject-in-clear-0042") == []


def test_default_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUMING_HOME", str(tmp_path))
    Lineage().record("run-1", ARTEFACTS, ["u1"])
    assert len(Lineage().of("u1")) == 1
    assert (tmp_path / "keys" / "lineage.key").exists()


def test_damaged_file(lineage: Lineage, tmp_path: Path) -> None:
    (tmp_path / "lineage.sqlite").write_bytes(b"damaged" * 1000)
    with pytest.raises(LedgerCorrupt):
        lineage.of("u1")
