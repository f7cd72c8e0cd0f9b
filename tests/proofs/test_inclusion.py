"""Inclusion proofs: they hold, nothing in them changes unseen, and they open one record only."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import DuplicateId, EmptyData, KeyUnavailable, MissingFile, VerificationFailed
from wuming.proofs.inclusion import LEAF, prove, verify, write_commitment

KEY = b"k" * 32
RECORDS = [{"id": f"d-{i}", "subject": f"u{i // 2}", "text": f"对话 {i}"} for i in range(11)]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    write_commitment(folder / "commitment", RECORDS, KEY)
    return folder


def root_of(run: Path) -> str:
    return str(json.loads((run / "commitment" / "root.json").read_text())["merkle_root"])


@pytest.mark.parametrize("record", RECORDS)
def test_every_record_has_a_proof(run: Path, record: dict[str, str]) -> None:
    proof = prove(run, record["id"])
    verify(proof, root_of(run))
    verify(proof, root_of(run), record=record)
    verify(json.loads(json.dumps(proof)), root_of(run))
    with pytest.raises(VerificationFailed, match="another record"):
        verify(proof, root_of(run), record={**record, "text": "other"})


def test_a_leaf_is_what_it_says(run: Path) -> None:
    proof = prove(run, "d-3")
    text = json.dumps(RECORDS[3], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    digest = hashlib.sha256(text).digest()
    assert proof["record_digest"] == digest.hex()
    assert proof["leaf"] == hashlib.sha256(b"\0" + bytes.fromhex(proof["nonce"]) + digest).hexdigest()
    assert LEAF.startswith("SHA-256(0x00 || nonce || record)")


def test_commitment_is_deterministic_and_private(run: Path, tmp_path: Path) -> None:
    claims = write_commitment(tmp_path / "again", RECORDS, KEY)
    assert claims["merkle_root"] == root_of(run)
    assert claims["leaves"] == 11
    assert write_commitment(tmp_path / "other", RECORDS, b"x" * 32)["merkle_root"] != root_of(run)
    assert stat.S_IMODE((tmp_path / "again" / "leaves.jsonl").stat().st_mode) == 0o600
    assert "对话" not in (tmp_path / "again" / "leaves.jsonl").read_text()


@given(index=st.integers(0, 10), position=st.integers(0, 9999), byte=st.integers(32, 126))
@settings(max_examples=200, deadline=None)
def test_no_byte_of_a_proof_that_says_something_changes_unseen(run: Path, index: int, position: int, byte: int) -> None:
    proof = prove(run, RECORDS[index]["id"])
    text = bytearray(json.dumps(proof).encode())
    text[position % len(text)] = byte
    try:
        changed = json.loads(text)
    except ValueError:
        return
    if changed == proof:
        return
    with pytest.raises(VerificationFailed):
        verify(changed, root_of(run), record=RECORDS[index])


@pytest.mark.parametrize("name", ["record_digest", "nonce", "leaf", "index", "size", "path", "root", "format"])
@pytest.mark.parametrize("value", [None, "", "00" * 32, "0G" * 32, 3, -1, 10**30, True, [], ["00" * 32], {}])
def test_odd_values(run: Path, name: str, value: Any) -> None:
    with pytest.raises(VerificationFailed):
        verify({**prove(run, "d-4"), name: value}, root_of(run))


@pytest.mark.parametrize("proof", [None, [], {}, "text", 7])
def test_no_proof_at_all(run: Path, proof: Any) -> None:
    with pytest.raises(VerificationFailed):
        verify(proof, root_of(run))


def _trusting_verify(proof: dict[str, Any]) -> None:
    """A broken twin: takes the root from the proof itself."""
    verify(proof, proof["root"])


def test_a_foreign_tree_is_refused_but_a_twin_takes_it(run: Path, tmp_path: Path) -> None:
    write_commitment(tmp_path / "forged", [{"id": "d-99", "text": "never collected"}], KEY)
    forged = prove(tmp_path / "forged", "d-99")
    _trusting_verify(forged)
    with pytest.raises(VerificationFailed, match="another root"):
        verify(forged, root_of(run))


def test_proofs_open_one_record_only(run: Path) -> None:
    mine = prove(run, "d-0")
    others = [prove(run, record["id"])["nonce"] for record in RECORDS[1:]]
    assert not any(nonce in json.dumps(mine) for nonce in others)
    # The neighbour's leaf is in the path; without its nonce even a right guess of the record does not give it.
    guess = json.dumps(RECORDS[1], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    bare = hashlib.sha256(b"\0" + hashlib.sha256(guess).digest()).hexdigest()
    assert mine["path"][0] == prove(run, "d-1")["leaf"] != bare


def test_what_cannot_be_committed(tmp_path: Path) -> None:
    with pytest.raises(EmptyData):
        write_commitment(tmp_path / "a", [], KEY)
    with pytest.raises(DuplicateId, match="position=1"):
        write_commitment(tmp_path / "a", [RECORDS[0], RECORDS[0]], KEY)
    with pytest.raises(KeyUnavailable):
        write_commitment(tmp_path / "a", RECORDS, b"")
    assert not (tmp_path / "a").exists()


def test_what_cannot_be_proved(run: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        prove(tmp_path, "d-0")
    with pytest.raises(VerificationFailed, match="11 committed records"):
        prove(run, "d-99")
    write_commitment(tmp_path / "commitment", RECORDS, KEY)
    leaves = tmp_path / "commitment" / "leaves.jsonl"
    lines = leaves.read_text().splitlines()
    for damaged in ("\n".join(lines[:-1]), "{}\n", "no JSON", "[]"):
        leaves.write_text(damaged)
        with pytest.raises(VerificationFailed):
            prove(tmp_path, "d-0")
    leaves.unlink()
    with pytest.raises(MissingFile):
        prove(tmp_path, "d-0")
