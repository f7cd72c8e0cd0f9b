"""`wuming verify`: a dossier, a certificate, a claim, a checkpoint, or a proof that a record was committed to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wuming.core.errors import KeyUnavailable, MalformedRecord, MissingFile, VerificationFailed

if TYPE_CHECKING:
    from wuming.compliance.dossier.verify import Verification

_MAX_JSON_BYTES = 16 * 1024 * 1024
_SIGNATURE, _CLAIM, _CLAIM_SIGNATURE = "signature.json", "claim.json", "claim.signature.json"
# Files that only mean something with the folder they lie in.
_OF_A_FOLDER = (
    *(_SIGNATURE, _CLAIM, _CLAIM_SIGNATURE, "certificate.json", "dossier.json", "controls.json", "evidence.jsonl"),
    "index.html",
)
_CHECKPOINT_TYPE = "application/vnd.wuming.checkpoint+json"


def register(app: typer.Typer) -> None:
    """Add the command to an app."""
    app.command("verify")(verify)


def verify(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH", help="Folder of a dossier, certificate, run or training; file of a claim or proof."
        ),
    ],
    key: Annotated[
        str | None,
        typer.Option(metavar="FILE|TEXT", help="The signer's public key (PEM). Default: this machine's, or signers/."),
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Ledger checkpoint kept elsewhere, to compare with.")
    ] = None,
    root: Annotated[
        str | None, typer.Option(metavar="HEX", help="For a proof: the Merkle root that a signed dossier states.")
    ] = None,
    model: Annotated[
        Path | None, typer.Option(metavar="DIR", help="For a certificate or claim: the model that it is about.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Verify a dossier, a certificate, a claim or a proof.

    Take the key from the signer, not from the folder, and compare the fingerprint that is printed. Exit code 0 only
    when every file is as it was signed, and every figure that can be computed again is what the evidence gives.

    Example: wuming verify runs/customer-service-full/certificate --key signer.pub
    """
    if path.is_file() and path.name in _OF_A_FOLDER and (path.parent / _signed_by(path.name)).is_file():
        path = path.parent
    if path.is_dir():
        _folder(path, key, checkpoint, model, as_json=as_json)
    elif path.is_file():
        _file(path, key, root, as_json=as_json)
    else:
        raise MissingFile(f"no such file or folder: {path}", help="Give a folder, or the file of a claim or proof.")


def _signed_by(name: str) -> str:
    return _CLAIM_SIGNATURE if name in (_CLAIM, _CLAIM_SIGNATURE) else _SIGNATURE


def _parts(folder: Path) -> list[tuple[str, str, Path]]:
    """Return (kind, name in messages, folder) of everything signed that a folder holds."""
    if (folder / _SIGNATURE).exists():
        return [(_kind(folder), "", folder)]
    found = [
        (_kind(folder / name), f"{name}/", folder / name)
        for name in ("dossier", "certificate")
        if (folder / name / _SIGNATURE).exists()
    ]
    if (folder / _CLAIM).exists() or (folder / _CLAIM_SIGNATURE).exists():
        found.append(("claim", "", folder))
    if len(found) == 1:
        return [(found[0][0], "", found[0][2])]
    return found or [("dossier", "", folder)]


def _said(kind: str, folder: Path, outcome: Verification) -> dict[str, Any]:
    """Return what a verified folder claims: a certificate names its model, and need not have all that a run has; nor
    need a dossier of answers."""
    claim = dict(outcome.claim)
    if answers := claim.get("answers"):
        claim["answers"] = (
            f"{answers['listed']}, together epsilon {answers['epsilon']}, delta {answers['delta']}; "
            f"unit {answers['unit']}, {answers['relation']}, {answers['noise']} noise, sampler {answers['sampler']}"
        )
        if claim["epsilon"] is None:
            return {name: value for name, value in claim.items() if value is not None}
    if kind != "certificate":
        return claim
    stated = json.loads((folder / "certificate.json").read_bytes())
    claim["weights_digest"] = stated["model"]["weights_digest"]
    return {name: value for name, value in claim.items() if value is not None}


def _kind(folder: Path) -> str:
    return "certificate" if (folder / "certificate.json").exists() else "dossier"


def _folder(folder: Path, key: str | None, checkpoint: Path | None, model: Path | None, *, as_json: bool) -> None:
    outside = _read(checkpoint) if checkpoint is not None else None
    if model is not None and not model.is_dir():
        raise MissingFile(f"no such folder: {model}", help="Give the folder that holds the model's files.")
    outcomes = [
        (kind, prefix, part, _verified(kind, part, key, outside, model)) for kind, prefix, part in _parts(folder)
    ]
    problems = [(prefix, problem) for _, prefix, _, outcome in outcomes for problem in outcome.problems]
    notes = [f"{prefix}{': ' if prefix else ''}{note}" for _, prefix, _, o in outcomes for note in o.notes]
    last = outcomes[-1][3]
    if as_json:
        body = {
            "ok": not problems,
            "kind": "run" if len(outcomes) > 1 else outcomes[0][0],
            "fingerprint": last.fingerprint,
            "claim": dict(last.claim),
            "problems": [{"file": f"{prefix}{problem.file}", "what": problem.what} for prefix, problem in problems],
            "notes": notes,
        }
        print(json.dumps(body, ensure_ascii=False))
    if problems:
        lines = "; ".join(f"{prefix}{problem.file}: {problem.what}" for prefix, problem in problems[:20])
        more = len(problems) - 20
        raise VerificationFailed(
            lines + (f"; and {more} more" if more > 0 else ""),
            help=f"Checked with the key {last.fingerprint}. Do not trust this: ask its signer for another.",
        )
    if not as_json:
        for kind, _, part, outcome in outcomes:
            print(f"verified: {part} ({kind})")
            print(f"signed by: {outcome.fingerprint} (compare it with what the signer told you)")
            for name, value in _said(kind, part, outcome).items():
                print(f"  {name.replace('_', ' ')}: {'not stated' if value is None else value}")
        for note in notes:
            print(f"note: {note}")


def _verified(kind: str, folder: Path, key: str | None, checkpoint: Any, model: Path | None) -> Verification:
    if kind == "claim":
        from wuming.compliance.claims import verify_claim

        if not (folder / _CLAIM).is_file():
            raise MissingFile(f"no such file: {folder / _CLAIM}", help="The signature needs its claim beside it.")
        return verify_claim(folder, _key(key, folder / _CLAIM_SIGNATURE), model=model)
    from wuming.compliance.dossier.verify import verify_dossier

    chosen = model or (_model_beside(folder) if kind == "certificate" else None)
    return verify_dossier(folder, _key(key, folder / _SIGNATURE), checkpoint, model=chosen)


def _model_beside(folder: Path) -> Path | None:
    """Return where the model lies when the certificate still lies in its run."""
    run = folder.resolve().parent
    if (run / "release" / "model").is_dir():
        return run / "release" / "model"
    return run if (run / _CLAIM).exists() else None


def _file(path: Path, key: str | None, root: str | None, *, as_json: bool) -> None:
    value = _read(path)
    if {"leaf", "path", "root"} <= set(value):
        _proof(value, root, as_json=as_json)
    elif value.get("payloadType") == _CHECKPOINT_TYPE:
        _checkpoint(path, value, key, as_json=as_json)
    elif {"epsilon", "weights_digest"} <= set(value):
        raise VerificationFailed(
            f"{path.name} is a claim without its signature {_CLAIM_SIGNATURE}",
            help="Give the folder in which claim and signature lie together.",
        )
    else:
        raise VerificationFailed(
            f"{path.name} is neither a dossier, a claim, a checkpoint nor a proof", help="Give one of them."
        )


def _checkpoint(path: Path, value: dict[str, Any], key: str | None, *, as_json: bool) -> None:
    from wuming.crypto.signatures import open_envelope

    chosen = _key(key, path)
    content = json.loads(open_envelope(value, chosen, _CHECKPOINT_TYPE))
    note = "compare it with the ledger: wuming ledger verify --checkpoint"
    if as_json:
        body = {"ok": True, "kind": "checkpoint", "fingerprint": chosen.fingerprint, "claim": content, "notes": [note]}
        print(json.dumps(body, ensure_ascii=False))
        return
    print(f"verified: a checkpoint of a ledger of {content['length']} entries, {content['at']}")
    print(f"signed by: {chosen.fingerprint} (compare it with what the signer told you)\nnote: {note}")


def _proof(proof: dict[str, Any], root: str | None, *, as_json: bool) -> None:
    from wuming.proofs.inclusion import verify as verify_inclusion

    expected = root or str(proof["root"])
    verify_inclusion(proof, expected)
    note = "" if root else "the root came with the proof; compare it with the merkle root of a signed dossier (--root)"
    if as_json:
        body = {"ok": True, "kind": "proof", "root": expected, "notes": [note] if note else []}
        print(json.dumps(body, ensure_ascii=False))
        return
    print(f"the proof holds under root {expected}")
    if note:
        print(f"note: {note}")


def _key(given: str | None, envelope: Path) -> Any:
    """Return the key to verify with: the one given, else a registered one, never one that the envelope brings.

    Registered are this machine's own and those in `WUMING_HOME/signers/*.pub`. The envelope's key id only chooses among
    them; where it fits none, this machine's own is taken, under which the signature will not hold.
    """
    from wuming.crypto.signatures import VerifyingKey

    if given is not None:
        return VerifyingKey.load(given)
    known = list(_registered())
    if not known:
        raise KeyUnavailable("no key to verify with", help="Get the signer's public key and pass it with --key.")
    named = _named(envelope)
    return next((key for key in known if key.fingerprint == named), known[0])


def _registered() -> Iterator[Any]:
    from wuming.core.storage import home
    from wuming.crypto.keys import KeyStore
    from wuming.crypto.signatures import VerifyingKey

    # Asking the store would make a new key, and a dossier would then seem to be signed by somebody else.
    own = KeyStore().folder / "signing.pub"
    for path in ([own] if own.exists() else []) + sorted((home() / "signers").glob("*.pub")):
        yield VerifyingKey.load(path)


def _named(envelope: Path) -> str:
    """Return the key id that an envelope names; empty where there is none."""
    try:
        name = _read(envelope)["signatures"][0]["keyid"]
    except (MissingFile, MalformedRecord, VerificationFailed, LookupError, TypeError):
        return ""
    return name if isinstance(name, str) else ""


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
