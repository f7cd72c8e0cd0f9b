"""Whatever is done to a dossier's folder without the signer's key is found, and the file is named."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from wuming.app.cli.verify import register
from wuming.compliance.dossier import verify_dossier
from wuming.compliance.dossier.manifest import PAYLOAD_TYPE, SIGNATURE
from wuming.core.canonical import canonical_json, digest_bytes
from wuming.core.errors import KeyUnavailable, MissingFile, VerificationFailed
from wuming.crypto.signatures import SigningKey, envelope_bytes, open_envelope, sign_envelope

Make = Callable[..., Path]
KEY = SigningKey.from_bytes(b"compliance tests, no secret here")


@pytest.fixture(scope="module")
def original(make_dossier: Make, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("original") / "dossier"
    return make_dossier(folder, extra_files={"model/config.json": b"{}", "notes.txt": b"read me"})


@pytest.fixture
def dossier(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "dossier"))


def named(folder: Path, **options: Any) -> set[str]:
    outcome = verify_dossier(folder, KEY.public, **options)
    assert outcome.ok is (not outcome.problems)
    return {problem.file for problem in outcome.problems}


def resign(folder: Path, key: SigningKey = KEY, **changes: Any) -> None:
    """Sign the folder as it is now: what a dishonest signer would do."""
    manifest = json.loads(open_envelope(json.loads((folder / SIGNATURE).read_bytes()), KEY.public, PAYLOAD_TYPE))
    for path in manifest["files"]:
        data = (folder / path).read_bytes()
        manifest["files"][path] = {"sha256": digest_bytes(data), "size": len(data)}
    envelope = sign_envelope(canonical_json({**manifest, **changes}), PAYLOAD_TYPE, key)
    (folder / SIGNATURE).write_bytes(envelope_bytes(envelope))


def test_a_whole_dossier_verifies(dossier: Path) -> None:
    outcome = verify_dossier(dossier, KEY.public)
    assert outcome.ok, outcome.problems
    assert outcome.fingerprint == KEY.public.fingerprint
    assert outcome.claim["epsilon"] == 7.99


def test_a_public_dossier_verifies_and_says_what_was_not_judged_again(make_dossier: Make, tmp_path: Path) -> None:
    outcome = verify_dossier(make_dossier(tmp_path / "d", public=True), KEY.public)
    assert outcome.ok, outcome.problems
    assert outcome.notes


@given(st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_changed_byte_of_any_file_is_found(original: Path, data: st.DataObject) -> None:
    files = sorted(path for path in original.rglob("*") if path.is_file())
    path = data.draw(st.sampled_from(files))
    before = path.read_bytes()
    offset = data.draw(st.integers(0, len(before) - 1))
    change = data.draw(st.integers(1, 255))
    after = bytearray(before)
    after[offset] ^= change
    try:
        path.write_bytes(bytes(after))
        assert path.relative_to(original).as_posix() in named(original)
    finally:
        path.write_bytes(before)


def test_every_byte_of_the_signature_counts(dossier: Path) -> None:
    path = dossier / SIGNATURE
    before = path.read_bytes()
    for offset in range(0, len(before), 7):
        after = bytearray(before)
        after[offset] ^= 0x20
        path.write_bytes(bytes(after))
        assert named(dossier) == {SIGNATURE}
    for twin in (
        before + b"\n",
        b" " + before,
        json.dumps(json.loads(before), indent=1).encode(),
        before.replace(b"/", b"\\/", 1),
        before[:-2] + b',"payload":"x"}\n',
    ):
        path.write_bytes(twin)
        assert named(dossier) == {SIGNATURE}


def test_missing_and_extra_files_are_named(dossier: Path) -> None:
    (dossier / "notes.txt").unlink()
    (dossier / ".hidden").write_text("x")
    (dossier / "model" / "weights.bin").write_text("x")
    (dossier / "empty").mkdir()
    assert named(dossier) == {"notes.txt", ".hidden", "model/weights.bin", "empty"}


def test_links_and_devices_are_named(dossier: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    shutil.move(dossier / "notes.txt", outside)
    (dossier / "notes.txt").symlink_to(outside)  # the very same content, but elsewhere
    shutil.move(dossier / "model", tmp_path / "model")
    (dossier / "model").symlink_to(tmp_path / "model")
    os.mkfifo(dossier / "pipe")
    assert {"notes.txt", "model", "model/config.json", "pipe"} <= named(dossier)


def test_another_key_is_told_by_its_fingerprint(dossier: Path) -> None:
    stranger = SigningKey.generate()
    resign(dossier, stranger)
    outcome = verify_dossier(dossier, KEY.public)
    assert [problem.file for problem in outcome.problems] == [SIGNATURE]
    assert stranger.public.fingerprint in outcome.problems[0].what
    assert not outcome.claim


def test_no_signature_proves_nothing(dossier: Path) -> None:
    (dossier / SIGNATURE).unlink()
    assert named(dossier) == {SIGNATURE}


def test_an_envelope_of_another_kind_is_no_dossier(dossier: Path) -> None:
    shutil.copyfile(dossier / "ledger-checkpoint.json", dossier / SIGNATURE)
    assert named(dossier) == {SIGNATURE}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("controls.json", '"status": "pass"', '"status": "waived"'),
        ("controls.json", '"decision": "release"', '"decision": "refuse"'),
        ("dossier.json", '"epsilon": 7.99', '"epsilon": 0.99'),
        ("evidence.jsonl", '"epsilon":7.99', '"epsilon":0.99'),
        ("evidence.jsonl", '"kind":"audit"', '"kind":"audits"'),
        ("dossier.json", '"public": false', '"public": false, "public": false'),
        ("evidence.jsonl", "{", ""),
        ("ledger-checkpoint.json", '"keyid"', '"keyid2"'),
    ],
)
def test_a_signer_who_contradicts_the_evidence_is_found(dossier: Path, file: str, old: str, new: str) -> None:
    path = dossier / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    resign(dossier)
    assert file in named(dossier)


def test_a_signer_who_states_another_claim_is_found(dossier: Path) -> None:
    claim = {**verify_dossier(dossier, KEY.public).claim, "epsilon": 1.0}
    resign(dossier, claim=claim)
    assert {SIGNATURE, "dossier.json"} == named(dossier)


def test_manifests_with_path_tricks_are_refused(dossier: Path) -> None:
    entry = {"sha256": digest_bytes(b""), "size": 0}
    signature = (dossier / SIGNATURE).read_bytes()
    for path in ("../x", "/etc/passwd", "a/../notes.txt", "", "con\x00"):
        resign(dossier, files={path: entry})
        assert named(dossier) == {SIGNATURE}
        (dossier / SIGNATURE).write_bytes(signature)


def test_oversized_files_are_not_read(dossier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wuming.compliance.dossier.folder.MAX_JSON_BYTES", 1000)
    assert "index.html" in named(dossier)


def test_names_are_printed_safely(dossier: Path) -> None:
    (dossier / "a\x1b[31mred\n").write_text("x")
    assert all(name.isprintable() and name.isascii() for name in named(dossier))


def checkpoint(length: int, head: str, at: str) -> dict[str, Any]:
    payload = canonical_json({"at": at, "head": head, "length": length})
    return sign_envelope(payload, "application/vnd.wuming.checkpoint+json", KEY)


def test_a_checkpoint_from_outside_must_not_contradict(dossier: Path) -> None:
    same, other = "8" * 64, "9" * 64
    assert named(dossier, checkpoint=checkpoint(41, same, "2026-11-23T10:00:00Z")) == set()
    assert named(dossier, checkpoint=checkpoint(40, other, "2026-11-23T09:00:00Z")) == set()
    assert named(dossier, checkpoint=checkpoint(41, other, "2026-11-23T10:00:00Z")) == {"ledger-checkpoint.json"}
    assert named(dossier, checkpoint=checkpoint(50, other, "2026-11-20T10:00:00Z")) == {"ledger-checkpoint.json"}
    assert named(dossier, checkpoint={"payload": ""}) == {"ledger-checkpoint.json"}


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        verify_dossier(tmp_path / "absent", KEY.public)


# A verifier that only hashes what the manifest lists, and takes the key's word from the folder: the tests above must
# be able to tell it from ours.
def broken_verify(folder: Path) -> bool:
    envelope = json.loads((folder / SIGNATURE).read_bytes())
    manifest = json.loads(open_envelope(envelope, KEY.public, PAYLOAD_TYPE))
    return all(digest_bytes((folder / p).read_bytes()) == e["sha256"] for p, e in manifest["files"].items())


def test_the_broken_twin_misses_what_ours_finds(dossier: Path) -> None:
    (dossier / ".hidden").write_text("x")
    assert broken_verify(dossier)
    assert named(dossier) == {".hidden"}
    (dossier / ".hidden").unlink()
    signature = dossier / SIGNATURE
    signature.write_bytes(signature.read_bytes() + b" ")
    assert broken_verify(dossier)
    assert named(dossier) == {SIGNATURE}


def run(*arguments: str) -> Any:
    app = typer.Typer()
    register(app)
    return CliRunner().invoke(app, list(arguments))


def test_the_command(dossier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUMING_HOME", str(tmp_path / "home"))
    key = tmp_path / "signer.pub"
    key.write_text(KEY.public.pem)
    outcome = run(str(dossier), "--key", str(key))
    assert outcome.exit_code == 0, outcome.output
    assert KEY.public.fingerprint in outcome.output
    assert "epsilon: 7.99" in outcome.output
    assert run(str(dossier.parent), "--key", KEY.public.pem).exit_code == 0
    last = json.loads(run(str(dossier), "--key", str(key), "--json").output.splitlines()[-1])
    assert last["ok"] is True
    (dossier / "index.html").write_text("changed")
    failed = run(str(dossier), "--key", str(key))
    assert isinstance(failed.exception, VerificationFailed)
    assert failed.exception.exit_code == 60
    assert "index.html" in failed.exception.message


def test_the_command_makes_no_key_of_its_own(dossier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUMING_HOME", str(tmp_path / "home"))
    assert isinstance(run(str(dossier)).exception, KeyUnavailable)
    assert not (tmp_path / "home").exists()


def test_the_command_takes_proofs(tmp_path: Path) -> None:
    from wuming.proofs.inclusion import prove, write_commitment

    records = [{"id": f"d-{i}", "text": f"hello {i}"} for i in range(5)]
    write_commitment(tmp_path / "commitment", records, b"k" * 32)
    proof = prove(tmp_path, "d-3")
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(proof))
    assert run(str(path)).exit_code == 0
    assert run(str(path), "--root", proof["root"]).exit_code == 0
    assert isinstance(run(str(path), "--root", "0" * 64).exception, VerificationFailed)
    path.write_text(json.dumps({**proof, "index": 2}))
    assert isinstance(run(str(path)).exception, VerificationFailed)
    path.write_text("[1]")
    assert isinstance(run(str(path)).exception, VerificationFailed)
    assert isinstance(run(str(tmp_path / "absent")).exception, MissingFile)


def test_more_bytes_than_the_limit_in_all_are_not_read(dossier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = sum(path.stat().st_size for path in dossier.rglob("*") if path.is_file())
    monkeypatch.setattr("wuming.compliance.dossier.folder.MAX_TOTAL_BYTES", size)
    assert named(dossier) == set()
    monkeypatch.setattr("wuming.compliance.dossier.folder.MAX_TOTAL_BYTES", size - 1)
    assert named(dossier)
