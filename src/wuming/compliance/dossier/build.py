"""Building a dossier: every file written to a folder beside the target, signed, then moved into place."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wuming import __version__
from wuming.compliance.dossier.certificate import CERTIFICATE, statement
from wuming.compliance.dossier.disclosure import public_part, public_review
from wuming.compliance.dossier.manifest import (
    FORMAT,
    MAX_BYTES,
    MAX_FILES,
    MAX_TOTAL_BYTES,
    OWN_FILES,
    PAYLOAD_TYPE,
    SIGNATURE,
    claim_of,
    entries_of,
    safe_path,
)
from wuming.compliance.dossier.page import render_page
from wuming.core.canonical import canonical_json, digest_bytes
from wuming.core.errors import InputTooLarge, RunConflict, StorageError
from wuming.core.evidence import Evidence, now
from wuming.core.storage import private_folder, storage_errors
from wuming.crypto.signatures import SigningKey, envelope_bytes, sign_envelope


@dataclass(frozen=True)
class DossierResult:
    """What was built.

    Attributes:
        folder: where it lies. fingerprint: of the key that signed. files: path → `sha256:…`, signature included.
    """

    folder: Path
    fingerprint: str
    files: Mapping[str, str]


@dataclass(frozen=True)
class Certified:
    """What a certificate says beyond the evidence.

    Attributes:
        files: name → `sha256` and `size` of each file of the released model.
        account: `id`, `cap_epsilon`, `delta`, `charge_epsilon` and `events` of the account; None: none was charged.
    """

    files: Mapping[str, Mapping[str, Any]]
    account: Mapping[str, Any] | None


def build_dossier(
    folder: Path,
    *,
    title: str,
    evidence: Sequence[Evidence],
    releases: Sequence[Mapping[str, Any]],
    ledger_checkpoint: Mapping[str, Any],
    signing_key: SigningKey,
    public: bool = False,
    extra_files: Mapping[str, bytes] | None = None,
    language: str = "en",
    certificate: Certified | None = None,
) -> DossierResult:
    """Write a signed dossier to `folder`, replacing an older dossier there.

    Args:
        folder: target; absent, empty, or an older dossier.
        title: shown at the top of the page.
        evidence: all evidence of the run, the review's included.
        releases: every release about the same people: `what` (`model`, `table`, `figures`) or `name`, `digest`, `at`,
            `internal`, and either `epsilon`, `delta`, `unit_of_privacy` or the text `covered_by`.
        ledger_checkpoint: signed envelope over the ledger's length and head.
        signing_key: Ed25519.
        public: leave out figures computed on private data without noise (`disclosure.INTERNAL`).
        extra_files: path → content; plain relative paths only.
        language: what the page shows first, `en` or `zh`.
        certificate: what a certificate of the model adds; None: no certificate is made.

    Raises:
        RunConflict: the folder holds something else than a dossier.
        InputTooLarge: over the limits that a verifier reads within.
        StorageError: the disk is full or the folder cannot be written; an older dossier is untouched.

    Guarantee: after a crash the folder is the old dossier, the new one, or absent with the old one beside it under
        `.NAME.old-…`; never a mixture.
    """
    contents = _contents(title, evidence, releases, ledger_checkpoint, signing_key, public, language, certificate)
    for path, data in (extra_files or {}).items():
        if not safe_path(path) or path == SIGNATURE or path.casefold() in {name.casefold() for name in contents}:
            raise StorageError(
                f"not a usable name for an extra file, length={len(path)}", help="Use letters, digits, . _ -"
            )
        contents[path] = bytes(data)
    sizes = [len(data) for data in contents.values()]
    # A tenth is left for the signature, which is made of the list of files.
    if len(contents) >= MAX_FILES or max(sizes) > MAX_BYTES or sum(sizes) > MAX_TOTAL_BYTES * 9 // 10:
        raise InputTooLarge(
            f"a dossier holds at most {MAX_FILES} files of at most {MAX_BYTES} bytes each, {MAX_TOTAL_BYTES} in all"
        )
    published, _ = _shown(evidence, public=public)
    statement = {
        "format": FORMAT,
        "title": title,
        "claim": claim_of(published),
        "files": entries_of(contents, digest_bytes),
    }
    contents[SIGNATURE] = envelope_bytes(sign_envelope(canonical_json(statement), PAYLOAD_TYPE, signing_key))
    _place(folder, contents, public=public)
    return DossierResult(
        folder, signing_key.public.fingerprint, {path: digest_bytes(data) for path, data in contents.items()}
    )


def _shown(evidence: Sequence[Evidence], *, public: bool) -> tuple[list[Evidence], list[list[str]]]:
    """Return the evidence that the dossier shows, with what was left out of each piece."""
    if not public:
        return list(evidence), [[] for _ in evidence]
    parts = [public_part(item) if item.kind != "review" else (item, []) for item in evidence]
    shown = [item for item, _ in parts]
    facts = [item for item in shown if item.kind != "review"]
    for index, item in enumerate(shown):
        if item.kind == "review":
            claims = public_review(dict(item.claims), facts)
            shown[index] = Evidence(item.kind, item.subject, claims, (), item.produced_by, item.at)
    return shown, [withheld for _, withheld in parts]


def _contents(
    title: str,
    evidence: Sequence[Evidence],
    releases: Sequence[Mapping[str, Any]],
    ledger_checkpoint: Mapping[str, Any],
    signing_key: SigningKey,
    public: bool,
    language: str,
    certificate: Certified | None,
) -> dict[str, bytes]:
    shown, withheld = _shown(evidence, public=public)
    certified = None
    if certificate is not None:
        certified = statement(shown, withheld, files=certificate.files, account=certificate.account)
    created_at = now()
    lines = [
        canonical_json({"digest": item.digest, "evidence": item.as_json(), "withheld": left_out})
        for item, left_out in zip(shown, withheld, strict=True)
    ]
    reviews = [dict(item.claims) for item in shown if item.kind == "review"]
    listed = [_release(item, public=public) for item in releases]
    checkpoint = _pretty(dict(ledger_checkpoint))
    page = render_page(
        title=title,
        evidence=shown,
        releases=listed,
        fingerprint=signing_key.public.fingerprint,
        created_at=created_at,
        public=public,
        language=language,
        certificate=certified,
    )
    contents = {
        "index.html": page.encode(),
        "evidence.jsonl": b"".join(line + b"\n" for line in lines),
        "controls.json": _pretty(reviews[-1] if reviews else {}),
        "ledger-checkpoint.json": checkpoint,
        "dossier.json": _pretty(
            {
                "format": FORMAT,
                "title": title,
                "created_at": created_at,
                "generator": f"wuming {__version__}",
                "public": public,
                "language": language,
                "claim": claim_of(shown),
                "evidence": [item.digest for item in shown],
                "releases": listed,
                "ledger_checkpoint": digest_bytes(checkpoint),
                "signed_by": signing_key.public.fingerprint,
            }
        ),
    }
    assert set(contents) == set(OWN_FILES)
    if certified is not None:
        contents[CERTIFICATE] = _pretty(certified)
    return contents


def _release(release: Mapping[str, Any], *, public: bool) -> dict[str, Any]:
    """Return one release as listed; of one that is internal a public dossier gives what it is and when only."""
    if public and release.get("internal", not isinstance(release.get("epsilon"), int | float)):
        return {key: release[key] for key in ("what", "name", "at") if key in release}
    return dict(release)


def _pretty(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()


def _place(folder: Path, contents: Mapping[str, bytes], *, public: bool) -> None:
    """Write `contents` beside `folder` and move them there."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise RunConflict(f"{folder} is no folder", help="Choose another place for the dossier.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / SIGNATURE).is_file():
        raise RunConflict(f"{folder} holds something else than a dossier", help="Choose an empty folder.")
    token = secrets.token_hex(6)
    fresh, old = (folder.with_name(f".{folder.name}.{word}-{token}") for word in ("new", "old"))
    file_mode, folder_mode = (0o644, 0o755) if public else (0o600, 0o700)
    with storage_errors(folder):
        private_folder(folder.parent)
        try:
            fresh.mkdir(mode=0o700)
            for path, data in contents.items():
                target = fresh / path
                target.parent.mkdir(parents=True, exist_ok=True, mode=folder_mode)
                descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file_mode)
                with os.fdopen(descriptor, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
            fresh.chmod(folder_mode)
            if folder.exists():
                folder.rename(old)
            try:
                fresh.rename(folder)
            except BaseException:
                if old.exists():
                    old.rename(folder)
                raise
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
