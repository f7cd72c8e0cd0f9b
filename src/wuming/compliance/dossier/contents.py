"""What a dossier says, held against its evidence: whatever can be computed again is computed again.

A signature shows that nothing was changed since; this shows that the figures follow from the signer's own evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wuming.compliance.catalogue import catalogue_digest
from wuming.compliance.dossier import recompute
from wuming.compliance.dossier.certificate import CERTIFICATE, statement
from wuming.compliance.dossier.folder import Reader, json_object, strict_json
from wuming.compliance.dossier.manifest import FORMAT, SIGNATURE, claim_of, safe_path
from wuming.compliance.review import review
from wuming.core.canonical import canonical_json, digest_bytes
from wuming.core.errors import MissingFile, PlanError
from wuming.core.evidence import Evidence
from wuming.core.storage import file_digest
from wuming.crypto.signatures import VerifyingKey

# What could be loaded beside, or in place of, the weights that were certified.
_LOADABLE = frozenset({".safetensors", ".bin", ".pt", ".pth", ".ckpt", ".py", ".pkl"})


@dataclass(frozen=True)
class Piece:
    """One line of `evidence.jsonl`: the evidence, and the paths that were left out of it."""

    evidence: Evidence
    withheld: tuple[str, ...]


def check_contents(reader: Reader, manifest: Mapping[str, Any], key: VerifyingKey, notes: list[str]) -> None:
    """Compute again what the dossier says about its evidence; problems go to the reader, what was left out to `notes`.

    Args:
        reader: has read the folder, and found every file as it was signed.
        manifest: what was signed.
        key: the signer's.
        notes: is added to.
    """
    pieces = _pieces(reader)
    if pieces is None:
        return
    evidence = [piece.evidence for piece in pieces]
    summary, controls = json_object(reader, "dossier.json"), json_object(reader, "controls.json")
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
    _releases(reader, summary, evidence)
    reviews = [dict(item.claims) for item in evidence if item.kind == "review"]
    if controls != (reviews[-1] if reviews else {}):
        reader.problem("controls.json", "not the review that is in evidence.jsonl")
    elif reviews:
        _review_again(reader, evidence, controls, notes, public=summary.get("public") is True)
    _figures_again(reader, evidence, notes)
    if CERTIFICATE in reader.files:
        _certificate(reader, pieces, notes)


def compare_model(reader: Reader, folder: Path) -> None:
    """Hold the files of a model against the hashes in the certificate that the reader has read.

    Raises:
        MissingFile: there is no such folder.
    """
    if not folder.is_dir():
        raise MissingFile("no such folder with a model", help="Give the model's folder with --model.")
    certificate = json_object(reader, CERTIFICATE) or {}
    listed = certificate.get("model", {}).get("files", {})
    for name, entry in listed.items():
        if not safe_path(name) or "/" in name:
            reader.problem(CERTIFICATE, "it names a file outside the model's folder")
            continue
        path = folder / name
        if path.is_symlink() or not path.is_file():
            reader.problem(name, "the model's folder does not hold this file of the certificate")
        elif path.stat().st_size != entry.get("size") or file_digest(path) != entry.get("sha256"):
            reader.problem(name, "not the file that was certified")
    for path in sorted(folder.iterdir()):
        if path.suffix in _LOADABLE and path.name not in listed:
            reader.problem(path.name, "not certified, and could be loaded with the model")


def _releases(reader: Reader, summary: Mapping[str, Any], evidence: Sequence[Evidence]) -> None:
    """The list of releases must tell the same of this model as the evidence does."""
    trained = {item.subject: item.claims for item in evidence if item.kind == "train"}
    releases = summary.get("releases")
    for item in releases if isinstance(releases, list) else []:
        claims = trained.get(str(item.get("digest"))) if isinstance(item, dict) else None
        for name in ("epsilon", "delta", "unit_of_privacy"):
            if claims is not None and name in item and item[name] != claims.get(name):
                reader.problem("dossier.json", f"its list of releases gives another {name} than the evidence")


def _figures_again(reader: Reader, evidence: Sequence[Evidence], notes: list[str]) -> None:
    trained: Mapping[str, Any] = {}
    for item in evidence:
        if item.kind == "train":
            trained = item.claims
            found = recompute.training(trained)
        elif item.kind == "audit":
            found = recompute.audit(item.claims, trained)
        elif item.kind == "assess":
            found = recompute.assessment(item.claims, trained)
        else:
            continue
        notes += found.notes
        for what in found.problems:
            reader.problem("evidence.jsonl", f"{item.kind}: {what}")


def _certificate(reader: Reader, pieces: Sequence[Piece], notes: list[str]) -> None:
    stated = json_object(reader, CERTIFICATE)
    if stated is None:
        return
    model, account = stated.get("model"), stated.get("account")
    files = model.get("files") if isinstance(model, dict) else None
    if not isinstance(files, dict) or not all(isinstance(entry, dict) for entry in files.values()):
        reader.problem(CERTIFICATE, "it names no files of a model")
        return
    again = statement(
        [piece.evidence for piece in pieces],
        [piece.withheld for piece in pieces],
        files=files,
        account=account if isinstance(account, dict) else None,
    )
    for name in sorted(set(again) | set(stated)):
        # As text: to Python, 1, 1.0 and true are equal.
        if _text(again.get(name)) != _text(stated.get(name)):
            reader.problem(CERTIFICATE, f"its '{name}' is not what the evidence gives")
    weights = again["model"]["weights_digest"]
    if weights not in [entry.get("sha256") for entry in files.values()]:
        reader.problem(CERTIFICATE, "none of its files has the digest of the weights that the evidence is about")
    if isinstance(account, dict):
        _account(reader, account, again, notes)


def _account(reader: Reader, account: Mapping[str, Any], again: Mapping[str, Any], notes: list[str]) -> None:
    guarantee = again["guarantee"]
    found = recompute.account(account, str(guarantee["neighbouring_relation"]))
    notes += found.notes
    for what in found.problems:
        reader.problem(CERTIFICATE, what)
    events = account.get("events")
    known = [item.get("event") for item in events if isinstance(item, dict)] if isinstance(events, list) else []
    if guarantee["event"] is not None and guarantee["event"] not in known:
        reader.problem(CERTIFICATE, "the account does not list the event of this training")


def _text(value: Any) -> bytes:
    return canonical_json(value)


def _review_again(
    reader: Reader, evidence: list[Evidence], claims: Mapping[str, Any], notes: list[str], *, public: bool
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


def _pieces(reader: Reader) -> list[Piece] | None:
    found = []
    for number, line in enumerate(reader.files["evidence.jsonl"].splitlines(), 1):
        try:
            value = strict_json(line)
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
            withheld = tuple(str(path) for path in value["withheld"])
        except (ValueError, LookupError, TypeError, RecursionError):
            reader.problem("evidence.jsonl", f"line {number} is no evidence")
            return None
        if not same:
            reader.problem("evidence.jsonl", f"line {number}: the digest does not fit the evidence")
        found.append(Piece(item, withheld))
    return found
