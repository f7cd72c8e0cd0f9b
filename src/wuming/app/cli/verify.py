"""`wuming verify`: a dossier, or a proof that a record was committed to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from wuming.core.errors import KeyUnavailable, MalformedRecord, MissingFile, VerificationFailed

_MAX_JSON_BYTES = 16 * 1024 * 1024


def register(app: typer.Typer) -> None:
    """Add the command to an app."""
    app.command("verify")(verify)


def verify(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Folder of a dossier, or the file of a proof.")],
    key: Annotated[
        str | None,
        typer.Option(metavar="FILE|TEXT", help="The signer's public key (PEM). Default: this machine's own."),
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Ledger checkpoint kept elsewhere, to compare with.")
    ] = None,
    root: Annotated[
        str | None, typer.Option(metavar="HEX", help="For a proof: the Merkle root that a signed dossier states.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Verify a dossier or a proof.

    Take the key from the signer, not from the dossier's folder, and compare the fingerprint that is printed. Exit code
    0 only when every file is as it was signed and says what the evidence says.

    Example: wuming verify runs/customer-service-full/dossier --key signer.pub
    """
    if path.is_dir():
        _dossier(path, key, checkpoint, as_json=as_json)
    elif path.is_file():
        _proof(path, root, as_json=as_json)
    else:
        raise MissingFile(f"no such file or folder: {path}", help="Give a dossier's folder or a proof's file.")


def _dossier(folder: Path, key: str | None, checkpoint: Path | None, *, as_json: bool) -> None:
    from wuming.compliance.dossier.verify import verify_dossier

    # A whole run was given: its dossier is meant.
    if not (folder / "signature.json").exists() and (folder / "dossier" / "signature.json").exists():
        folder = folder / "dossier"
    outcome = verify_dossier(folder, _key(key), _read(checkpoint) if checkpoint is not None else None)
    if as_json:
        print(
            json.dumps(
                {
                    "ok": outcome.ok,
                    "fingerprint": outcome.fingerprint,
                    "claim": dict(outcome.claim),
                    "problems": [{"file": problem.file, "what": problem.what} for problem in outcome.problems],
                    "notes": outcome.notes,
                },
                ensure_ascii=False,
            )
        )
    if not outcome.ok:
        lines = "; ".join(f"{problem.file}: {problem.what}" for problem in outcome.problems[:20])
        more = len(outcome.problems) - 20
        raise VerificationFailed(
            lines + (f"; and {more} more" if more > 0 else ""),
            help=f"Checked with the key {outcome.fingerprint}. Do not trust this dossier: ask its signer for another.",
        )
    if not as_json:
        print(f"verified: {folder}\nsigned by: {outcome.fingerprint} (compare it with what the signer told you)")
        for name, value in outcome.claim.items():
            print(f"  {name.replace('_', ' ')}: {'not stated' if value is None else value}")
        for note in outcome.notes:
            print(f"note: {note}")


def _proof(path: Path, root: str | None, *, as_json: bool) -> None:
    from wuming.proofs.inclusion import verify as verify_inclusion

    proof = _read(path)
    if not {"leaf", "path", "root"} <= set(proof):
        raise VerificationFailed(f"{path.name} is neither a dossier nor a proof", help="Give one of the two.")
    expected = root or str(proof["root"])
    verify_inclusion(proof, expected)
    note = "" if root else "the root came with the proof; compare it with the merkle root of a signed dossier (--root)"
    if as_json:
        print(json.dumps({"ok": True, "root": expected, "notes": [note] if note else []}, ensure_ascii=False))
        return
    print(f"the proof holds under root {expected}")
    if note:
        print(f"note: {note}")


def _key(given: str | None) -> Any:
    """Return the key to verify with: the one given, else this machine's own."""
    from wuming.crypto.keys import KeyStore
    from wuming.crypto.signatures import VerifyingKey

    if given is not None:
        return VerifyingKey.load(given)
    store = KeyStore()
    # Asking the store would make a new key, and a dossier would then seem to be signed by somebody else.
    if not (store.folder / "signing.pub").exists():
        raise KeyUnavailable("no key to verify with", help="Get the signer's public key and pass it with --key.")
    return VerifyingKey.load(store.folder / "signing.pub")


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise MissingFile(f"no such file: {path}", help="Check the path.")
    if path.stat().st_size > _MAX_JSON_BYTES:
        raise MalformedRecord(f"{path.name} is too large, bytes={path.stat().st_size}", help="Give a proof's file.")
    try:
        value = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise VerificationFailed(
            f"{path.name} is no JSON", help="Give a dossier's folder or a proof's file."
        ) from error
    if not isinstance(value, dict):
        raise VerificationFailed(f"{path.name} is no JSON object", help="Give a dossier's folder or a proof's file.")
    return value
