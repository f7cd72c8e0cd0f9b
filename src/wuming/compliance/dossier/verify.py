"""Checking a dossier: with a key from outside, nothing in the folder is believed until it has been signed.

Adversary: whoever holds the folder; they may change, add, remove, link or re-sign anything, but do not have the
signer's private key. What a signature cannot show: that the signer's evidence was true. What can be computed again from
the evidence (digests, claim, controls) is computed again, so that a signer cannot show controls that the evidence
refutes. The page itself is signed, not drawn again.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wuming.compliance.catalogue import catalogue_digest
from wuming.compliance.dossier.manifest import (
    FORMAT,
    MAX_BYTES,
    MAX_FILES,
    MAX_JSON_BYTES,
    MAX_TOTAL_BYTES,
    OWN_FILES,
    PAYLOAD_TYPE,
    SIGNATURE,
    claim_of,
    folders_of,
    safe_path,
)
from wuming.compliance.review import review
from wuming.core.canonical import canonical_json, digest_bytes
from wuming.core.errors import MissingFile, PlanError, VerificationFailed
from wuming.core.evidence import Evidence
from wuming.crypto.signatures import VerifyingKey, open_envelope, parse_envelope


@dataclass(frozen=True)
class Problem:
    """One thing that does not hold: the file (relative to the dossier), and what is wrong with it."""

    file: str
    what: str


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


class _Reader:
    """Reads a folder once, without following links, within limits; remembers what was wrong."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.files: dict[str, bytes] = {}
        self.folders: set[str] = set()
        self._read_bytes = 0

    def problem(self, file: str, what: str) -> None:
        self.problems.append(Problem(_printable(file), what))

    def walk(self, prefix: str = "") -> None:
        """Read every file below `folder`."""
        try:
            entries = sorted(os.scandir(self.folder / prefix), key=lambda entry: entry.name)
        except OSError:
            self.problem(prefix or ".", "cannot be listed")
            return
        for entry in entries:
            path = f"{prefix}{entry.name}"
            if len(self.files) + len(self.folders) > MAX_FILES:
                self.problem(path, f"more than {MAX_FILES} files; the rest was not read")
                return
            if entry.is_symlink():
                self.problem(path, "a link, which may point anywhere")
            elif entry.is_dir(follow_symlinks=False):
                self.folders.add(path)
                if path.count("/") < 8:
                    self.walk(f"{path}/")
            else:
                self._read(path)

    def _read(self, path: str) -> None:
        try:
            descriptor = os.open(self.folder / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            self.problem(path, "cannot be read")
            return
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                self.problem(path, "no plain file")
            elif status.st_size > (MAX_JSON_BYTES if path in (*OWN_FILES, SIGNATURE) else MAX_BYTES):
                self.problem(path, f"too large, {status.st_size} bytes")
            elif self._read_bytes + status.st_size > MAX_TOTAL_BYTES:
                self.problem(path, f"more than {MAX_TOTAL_BYTES} bytes in all; this file was not read")
            else:
                # Never more than was counted, should somebody make the file longer meanwhile.
                self.files[path] = file.read(status.st_size)
                self._read_bytes += status.st_size


def verify_dossier(folder: Path, key: VerifyingKey, checkpoint: Mapping[str, Any] | None = None) -> Verification:
    """Check every file of the dossier in `folder` against its signature, and what it says against its evidence.

    Args:
        folder: the dossier.
        key: the signer's, obtained from elsewhere than the dossier.
        checkpoint: a signed ledger checkpoint from elsewhere; the dossier's must not contradict it.

    Returns:
        What holds and what does not; never raises for what the folder contains.

    Raises:
        MissingFile: there is no such folder.
    """
    if not folder.is_dir():
        raise MissingFile(f"no such folder: {folder}", help="Give the dossier's folder.")
    reader = _Reader(folder)
    reader.walk()
    manifest = _manifest(reader, key)
    if manifest is None:
        return Verification(False, reader.problems, key.fingerprint)
    _compare(reader, manifest["files"])
    notes: list[str] = []
    # What was changed is already named; reading meaning into it would only add noise.
    if not reader.problems:
        _contents(reader, manifest, key, notes)
        _checkpoints(reader, key, checkpoint)
    return Verification(not reader.problems, reader.problems, key.fingerprint, manifest["claim"], notes)


def _manifest(reader: _Reader, key: VerifyingKey) -> dict[str, Any] | None:
    data = reader.files.get(SIGNATURE)
    if data is None:
        if all(problem.file != SIGNATURE for problem in reader.problems):
            reader.problem(SIGNATURE, "missing, so nothing is signed")
        return None
    try:
        envelope = parse_envelope(data)
        payload = open_envelope(envelope, key, PAYLOAD_TYPE)
        manifest = _json(payload)
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
    return f"; it names the key {_printable(name[:60])}"


def _compare(reader: _Reader, listed: Mapping[str, Any]) -> None:
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


def _contents(reader: _Reader, manifest: Mapping[str, Any], key: VerifyingKey, notes: list[str]) -> None:
    """Compute again what the dossier says about its evidence."""
    evidence = _evidence(reader)
    if evidence is None:
        return
    summary = _object(reader, "dossier.json")
    controls = _object(reader, "controls.json")
    if summary is None or controls is None:
        return
    expected = {
        "format": FORMAT,
        "title": manifest.get("title"),
        "claim": manifest["claim"],
        "evidence": [item.digest for item in evidence],
        "ledger_checkpoint": digest_bytes(reader.files["ledger-checkpoint.json"]),
        "signed_by": key.fingerprint,
    }
    for name, value in expected.items():
        if summary.get(name) != value:
            reader.problem("dossier.json", f"its '{name}' is not what the other files say")
    if claim_of(evidence) != manifest["claim"]:
        reader.problem(SIGNATURE, "the signed claim is not what the evidence says")
    reviews = [dict(item.claims) for item in evidence if item.kind == "review"]
    if controls != (reviews[-1] if reviews else {}):
        reader.problem("controls.json", "not the review that is in evidence.jsonl")
    elif reviews:
        _review_again(reader, evidence, controls, notes, public=summary.get("public") is True)


def _review_again(
    reader: _Reader, evidence: list[Evidence], claims: Mapping[str, Any], notes: list[str], *, public: bool
) -> None:
    if public:
        notes.append("the controls were not judged again: a public dossier leaves out the figures that they read")
        return
    if claims.get("catalogue") != catalogue_digest():
        notes.append("the controls were not judged again: this program holds another catalogue of controls")
        return
    try:
        again = review([item for item in evidence if item.kind != "review"], claims.get("policy") or {}).claims()
    except (PlanError, TypeError, ValueError, AttributeError):
        reader.problem("controls.json", "the controls cannot be judged again from the evidence")
        return
    listed = claims.get("controls")
    entries = listed if isinstance(listed, list) else []
    stated = {str(entry.get("id")): entry for entry in entries if isinstance(entry, dict)}
    for entry in again["controls"]:
        if canonical_json(stated.get(entry["id"])) != canonical_json(entry):
            reader.problem(
                "controls.json", f"control '{entry['id']}' is not what the evidence gives: {entry['status']}"
            )
    if canonical_json(again) != canonical_json(dict(claims)) and not reader.problems:
        reader.problem("controls.json", f"the decision is not what the evidence gives: {again['decision']}")


def _evidence(reader: _Reader) -> list[Evidence] | None:
    found = []
    for number, line in enumerate(reader.files["evidence.jsonl"].splitlines(), 1):
        try:
            value = _json(line)
            raw = value["evidence"]
            item = Evidence(
                str(raw["kind"]),
                str(raw["subject"]),
                dict(raw["claims"]),
                tuple(raw["inputs"]),
                str(raw["produced_by"]),
                str(raw["at"]),
            )
            same = value["digest"] == item.digest and item.as_json() == raw
        except (ValueError, LookupError, TypeError, RecursionError):
            reader.problem("evidence.jsonl", f"line {number} is no evidence")
            return None
        if not same:
            reader.problem("evidence.jsonl", f"line {number}: the digest does not fit the evidence")
        found.append(item)
    return found


def _object(reader: _Reader, path: str) -> dict[str, Any] | None:
    try:
        value = _json(reader.files[path])
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        reader.problem(path, "no JSON object")
        return None
    return value


def _json(data: bytes) -> Any:
    """Read JSON strictly: no duplicate keys, no NaN.

    Raises:
        ValueError: malformed.
    """

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(items)
        if len(value) != len(items):
            raise ValueError("duplicate key")
        return value

    def constant(name: str) -> Any:
        raise ValueError(name)

    try:
        return json.loads(data, object_pairs_hook=pairs, parse_constant=constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _checkpoints(reader: _Reader, key: VerifyingKey, outside: Mapping[str, Any] | None) -> None:
    inside = _opened(_object(reader, "ledger-checkpoint.json"), key)
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
        value = _json(open_envelope(envelope, key, kind))
    except (VerificationFailed, ValueError):
        return None
    if (
        not isinstance(value, dict)
        or not isinstance(value.get("length"), int)
        or not isinstance(value.get("head"), str)
    ):
        return None
    return value


def _printable(name: str) -> str:
    """Return a file name that is safe to print: what is not plain ASCII text is escaped, and it is cut at 120."""
    return ascii(name)[1:-1][:120]
