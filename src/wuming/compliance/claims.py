"""The signed claim of one training: `claim.json`, and beside it the envelope that signs it.

The envelope (DSSE, as a dossier's) holds the claim itself, so that either file alone can be read; a verifier takes the
signed one and finds any difference. Adversary: whoever holds the folder, without the signer's private key; and a signer
whose ε does not follow from the event. Not covered: a claim that was false when it was signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wuming.compliance.dossier import recompute
from wuming.compliance.dossier.folder import Problem, strict_json
from wuming.compliance.dossier.verify import Verification
from wuming.core.canonical import canonical_json
from wuming.core.errors import MissingFile, VerificationFailed
from wuming.core.storage import file_digest, write_atomically, write_json
from wuming.crypto.signatures import (
    SigningKey,
    VerifyingKey,
    envelope_bytes,
    open_envelope,
    parse_envelope,
    sign_envelope,
)

CLAIM, CLAIM_SIGNATURE = "claim.json", "claim.signature.json"
CLAIM_TYPE = "application/vnd.wuming.claim+json"
WEIGHTS = ("adapter_model.safetensors", "model.safetensors")
_MAX_BYTES = 16 * 1024 * 1024
_SHOWN = (
    *("epsilon", "delta", "unit_of_privacy", "neighbouring_relation", "sampler", "sampling_probability"),
    *("coins_commitment", "data_commitment", "weights_digest"),
)


def write_claim(folder: Path, claim: Mapping[str, Any], key: SigningKey) -> None:
    """Write the claim and its signature; the claim last, so that it never stands there unsigned.

    Raises:
        StorageError: the disk is full, or the folder cannot be written.
    """
    payload = canonical_json(dict(claim))
    write_atomically(folder / CLAIM_SIGNATURE, envelope_bytes(sign_envelope(payload, CLAIM_TYPE, key)))
    write_json(folder / CLAIM, dict(claim))


def signed_claim(folder: Path, key: VerifyingKey) -> dict[str, Any] | None:
    """Return the claim in `folder` when `key` signed it just so, else None."""
    if not (folder / CLAIM).is_file() or not (folder / CLAIM_SIGNATURE).is_file():
        return None
    return _opened(folder, key, [])


def verify_claim(folder: Path, key: VerifyingKey, *, model: Path | None = None) -> Verification:
    """Check the claim in `folder`: its signature, its figures against each other, and the weights that it is about.

    Args:
        folder: of a `wuming train` or `wuming tune`.
        key: the signer's, obtained from elsewhere than the folder.
        model: where the weights lie; by default beside the claim, if there are any.

    Raises:
        MissingFile: there is no claim.
    """
    if not (folder / CLAIM).is_file():
        raise MissingFile(f"no claim in {folder}: {CLAIM} is missing", help="Give the folder of a `wuming train`.")
    problems: list[Problem] = []
    claim = _opened(folder, key, problems)
    if claim is None:
        return Verification(False, problems, key.fingerprint)
    found = recompute.training(claim)
    problems += [Problem(CLAIM, what) for what in found.problems]
    account = claim.get("account")
    if isinstance(account, dict) and not account["spent_epsilon"] <= account["cap_epsilon"]:
        problems.append(Problem(CLAIM, "the account's charge is above its cap"))
    weights = next((path for name in WEIGHTS if (path := (model or folder) / name).is_file()), None)
    if weights is None:
        found.notes.append("the weights were not given, so their hash was not compared (--model DIR)")
    elif file_digest(weights) != claim.get("weights_digest"):
        problems.append(Problem(weights.name, "not the weights that the claim is about"))
    shown = {name: claim[name] for name in _SHOWN if name in claim}
    return Verification(not problems, problems, key.fingerprint, shown, found.notes)


def _opened(folder: Path, key: VerifyingKey, problems: list[Problem]) -> dict[str, Any] | None:
    """Return the claim that was signed, when the plain one says the same; else note what is wrong."""
    plain, signature = folder / CLAIM, folder / CLAIM_SIGNATURE
    for path in (plain, signature):
        if path.is_symlink() or not path.is_file():
            problems.append(
                Problem(path.name, "missing, so the claim is not signed" if path == signature else "missing")
            )
        elif path.stat().st_size > _MAX_BYTES:
            problems.append(Problem(path.name, f"too large, {path.stat().st_size} bytes"))
    if problems:
        return None
    try:
        payload = open_envelope(parse_envelope(signature.read_bytes()), key, CLAIM_TYPE)
        claim = strict_json(payload)
    except VerificationFailed as error:
        problems.append(Problem(CLAIM_SIGNATURE, error.message))
        return None
    except ValueError:
        claim = None
    try:
        # As text: to Python, 1, 1.0 and true are equal.
        same = isinstance(claim, dict) and canonical_json(strict_json(plain.read_bytes())) == payload
    except ValueError:
        same = False
    if not same:
        problems.append(Problem(CLAIM, "changed after it was signed"))
        return None
    assert isinstance(claim, dict)
    return claim
