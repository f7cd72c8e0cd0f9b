"""Checking a dossier: with a key from outside, nothing in the folder is believed until it has been signed.

Adversary: whoever holds the folder; they may change, add, remove, link or re-sign anything, but do not have the
signer's private key. What a signature cannot show: that the signer's evidence was true. What can be computed again from
the evidence (digests, claim, controls) is computed again, so that a signer cannot show controls that the evidence
refutes. The page itself is signed, not drawn again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wuming.compliance.dossier.certificate import CERTIFICATE
from wuming.compliance.dossier.contents import check_contents, compare_model
from wuming.compliance.dossier.folder import Problem, Reader, json_object, printable, strict_json
from wuming.compliance.dossier.manifest import FORMAT, OWN_FILES, PAYLOAD_TYPE, SIGNATURE, folders_of, safe_path
from wuming.core.canonical import digest_bytes
from wuming.core.errors import MissingFile, VerificationFailed
from wuming.crypto.signatures import VerifyingKey, open_envelope, parse_envelope

__all__ = ["Problem", "Verification", "verify_dossier"]


@dataclass(frozen=True)
class Verification:
    """The outcome.

    Attributes:
        ok: whether everything holds.
        problems: what does not hold.
        fingerprint: of the key that was used to check.
        claim: what the dossier claims, from the signed manifest; empty unless its signature holds.
        notes: what was not computed again, and why.
    """

    ok: bool
    problems: list[Problem]
    fingerprint: str
    claim: Mapping[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def verify_dossier(
    folder: Path, key: VerifyingKey, checkpoint: Mapping[str, Any] | None = None, *, model: Path | None = None
) -> Verification:
    """Check every file of the dossier in `folder` against its signature, and what it says against its evidence.

    Args:
        folder: the dossier.
        key: the signer's, obtained from elsewhere than the dossier.
        checkpoint: a signed ledger checkpoint from elsewhere; the dossier's must not contradict it.
        model: folder of the model that a certificate is about, to compare its files with the hashes.

    Returns:
        What holds and what does not; never raises for what the folder contains.

    Raises:
        MissingFile: there is no such folder, or no model in the place given.
    """
    if not folder.is_dir():
        raise MissingFile(f"no such folder: {folder}", help="Give the dossier's folder.")
    reader = Reader(folder)
    reader.walk()
    manifest = _manifest(reader, key)
    if manifest is None:
        return Verification(False, reader.problems, key.fingerprint)
    _compare(reader, manifest["files"])
    notes: list[str] = []
    # What was changed is already named; reading meaning into it would only add noise.
    if not reader.problems:
        check_contents(reader, manifest, key, notes)
        _checkpoints(reader, key, checkpoint)
        if CERTIFICATE in manifest["files"] and model is None:
            notes.append("the model's files were not given, so their hashes were not compared (--model DIR)")
        elif CERTIFICATE in manifest["files"] and model is not None and not reader.problems:
            compare_model(reader, model)
    return Verification(not reader.problems, reader.problems, key.fingerprint, manifest["claim"], notes)


def _manifest(reader: Reader, key: VerifyingKey) -> dict[str, Any] | None:
    data = reader.files.get(SIGNATURE)
    if data is None:
        if all(problem.file != SIGNATURE for problem in reader.problems):
            reader.problem(SIGNATURE, "missing, so nothing is signed")
        return None
    try:
        envelope = parse_envelope(data)
        payload = open_envelope(envelope, key, PAYLOAD_TYPE)
        manifest = strict_json(payload)
    except VerificationFailed as error:
        reader.problem(SIGNATURE, f"{error.message}{_signer(data, key)}")
        return None
    except ValueError:
        manifest = None
    if (
        not isinstance(manifest, dict)
        or manifest.get("format") != FORMAT
        or not isinstance(manifest.get("claim"), dict)
        or not isinstance(manifest.get("files"), dict)
        or not all(safe_path(path) and isinstance(entry, dict) for path, entry in manifest["files"].items())
        or len({path.casefold() for path in manifest["files"]}) != len(manifest["files"])
    ):
        reader.problem(SIGNATURE, f"signed, but no manifest of the format {FORMAT}")
        return None
    return manifest


def _signer(data: bytes, key: VerifyingKey) -> str:
    """Say whose fingerprint a refused envelope carries, if it is another one; it is only what the envelope says."""
    try:
        name = json.loads(data)["signatures"][0]["keyid"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    if not isinstance(name, str) or name == key.fingerprint:
        return ""
    return f"; it names the key {printable(name[:60])}"


def _compare(reader: Reader, listed: Mapping[str, Any]) -> None:
    named = {problem.file for problem in reader.problems}
    for path, entry in sorted(listed.items()):
        data = reader.files.get(path)
        if data is None:
            if path not in named:
                reader.problem(path, "missing")
        elif len(data) != entry.get("size") or digest_bytes(data) != entry.get("sha256"):
            reader.problem(path, "changed after it was signed")
    for path in sorted(set(reader.files) - set(listed) - {SIGNATURE}):
        reader.problem(path, "not part of the dossier")
    for path in sorted(reader.folders - folders_of(list(listed))):
        reader.problem(path, "not part of the dossier")
    for path in OWN_FILES:
        if path not in listed:
            reader.problem(path, "not listed in the signed manifest")


def _checkpoints(reader: Reader, key: VerifyingKey, outside: Mapping[str, Any] | None) -> None:
    inside = _opened(json_object(reader, "ledger-checkpoint.json"), key)
    if inside is None:
        reader.problem("ledger-checkpoint.json", "no checkpoint of the ledger that this key signed")
        return
    if outside is None:
        return
    given = _opened(dict(outside), key)
    if given is None:
        reader.problem("ledger-checkpoint.json", "the checkpoint given from outside was not signed by this key")
    elif given["length"] == inside["length"] and given["head"] != inside["head"]:
        reader.problem("ledger-checkpoint.json", "same length, other head: the ledger was rewritten")
    elif given["length"] > inside["length"] and str(given.get("at", "")) < str(inside.get("at", "")):
        reader.problem("ledger-checkpoint.json", "an earlier checkpoint is longer: the ledger was truncated")


def _opened(envelope: dict[str, Any] | None, key: VerifyingKey) -> dict[str, Any] | None:
    """Return a checkpoint's content when `key` signed it as something else than a dossier."""
    kind = (envelope or {}).get("payloadType")
    if envelope is None or not isinstance(kind, str) or kind == PAYLOAD_TYPE or "checkpoint" not in kind:
        return None
    try:
        value = strict_json(open_envelope(envelope, key, kind))
    except (VerificationFailed, ValueError):
        return None
    if (
        not isinstance(value, dict)
        or not isinstance(value.get("length"), int)
        or not isinstance(value.get("head"), str)
    ):
        return None
    return value
