"""Certifying a model: evidence of a run or training, checked against the ledger, signed as a dossier of its own.

Nothing is certified that does not hold: figures are computed again first, the released files must be those that the
evidence is about, evidence must stand word for word in the ledger, and an audit that disproves the claim refuses it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wuming.compliance.claims import CLAIM, signed_claim
from wuming.compliance.dossier import recompute
from wuming.compliance.dossier.answers import LISTED
from wuming.compliance.dossier.build import Certified, DossierResult, build_dossier
from wuming.compliance.dossier.verify import verify_dossier
from wuming.compliance.review import review
from wuming.core.canonical import canonical_json
from wuming.core.errors import (
    ClaimRefused,
    MissingFile,
    PrivacyParameterError,
    ReleaseRefused,
    SelfCheckFailed,
    VerificationFailed,
)
from wuming.core.evidence import Evidence
from wuming.core.storage import file_digest, read_json
from wuming.crypto.signatures import SigningKey
from wuming.governance.history import answers_of, events_of, models_of
from wuming.governance.ledger import Entry, Ledger

FOLDER = "certificate"
_STAGES = ("collect", "de-identify", "anonymise", "train", "audit", "assess", "review")
_MODEL_FILES = ("config", "generation_config", "tokenizer", "special_tokens_map", "vocab", "adapter_config")
_AGAIN = "Run again, so that evidence and model belong together; nothing was certified."


@dataclass(frozen=True)
class Found:
    """What there is to certify.

    Attributes:
        title: heading. evidence: in order. releases: every release about the same people, as a dossier lists them.
        model: folder of the released files. files: name → `sha256`, `size`. account: id of the account; None: none.
    """

    title: str
    evidence: tuple[Evidence, ...]
    releases: tuple[Mapping[str, Any], ...]
    model: Path
    files: Mapping[str, Mapping[str, Any]]
    account: str | None


def certify(run: Path, ledger: Ledger, key: SigningKey, *, out: Path | None = None, public: bool = False) -> Result:
    """Write a certificate of the model in `run`, a folder of `wuming run`, `wuming train` or `wuming tune`.

    Args:
        run: the folder.
        ledger: where its evidence and spending stand.
        key: signs; the same that signed the run's dossier or claim.
        out: folder of the certificate; default `run/certificate`.
        public: leave out figures that were computed on private data without noise.

    Raises:
        MissingFile: the folder holds no finished run or training.
        VerificationFailed: dossier, claim or figures do not hold.
        SelfCheckFailed: evidence that the ledger does not hold, or a model that it is not about.
        ClaimRefused: an audit disproves the claim.
        ReleaseRefused: a mandatory control fails.
    """
    found = _of_training(run, ledger, key) if (run / CLAIM).exists() else _of_run(run, ledger, key)
    _check(found)
    ledger.append(
        "certificate",
        {"weights": _train(found).subject, "files": {n: e["sha256"] for n, e in found.files.items()},
         "signer": key.public.fingerprint},
    )  # fmt: skip
    account = None if found.account is None else events_of(ledger, found.account)
    answers = [] if found.account is None else answers_of(ledger.entries(), found.account)[-LISTED:]
    built = build_dossier(
        out or run / FOLDER,
        title=found.title,
        evidence=(*found.evidence, *answers),
        releases=found.releases,
        ledger_checkpoint=ledger.checkpoint(key),
        signing_key=key,
        public=public,
        certificate=Certified(found.files, account),
    )
    return Result(built, found.model, read_json(built.folder / "certificate.json"))


@dataclass(frozen=True)
class Result:
    """The certificate that was written: the dossier, the model's folder, and what `certificate.json` says."""

    dossier: DossierResult
    model: Path
    statement: Mapping[str, Any]


def _of_run(run: Path, ledger: Ledger, key: SigningKey) -> Found:
    """Gather what a `wuming run` has released."""
    if not (run / "run.json").is_file() or not (run / "dossier" / "signature.json").is_file():
        raise MissingFile(
            f"no finished run or training in {run}", help="Give the folder of a `wuming run` or `wuming train`."
        )
    outcome = verify_dossier(run / "dossier", key.public)
    if not outcome.ok:
        first = outcome.problems[0]
        raise VerificationFailed(f"the run's dossier does not hold: {first.file}: {first.what}", help=_AGAIN)
    stages, entries = read_json(run / "run.json")["stages"], ledger.entries()
    evidence = [_held(stages[kind]["evidence"], entries) for kind in _STAGES if kind in stages]
    train = next((item for item in evidence if item.kind == "train"), None)
    if train is None:
        raise MissingFile(f"no training in {run}", help="Finish the run first: `wuming run`.")
    model = run / "release" / "model"
    released = [dict(e.body["files"]) for e in entries if e.kind == "release" and train.subject in _values(e, "files")]
    if not released:
        raise SelfCheckFailed("the ledger knows no release of this model", help=_AGAIN)
    files = _files(model)
    if {f"release/model/{name}": entry["sha256"] for name, entry in files.items()} != {
        path: value for path, value in released[-1].items() if path.startswith("release/model/")
    }:
        raise SelfCheckFailed("the released model is not the one that the ledger knows", help=_AGAIN)
    summary = read_json(run / "dossier" / "dossier.json")
    evidence = _with_audits(evidence, train, entries, ledger)
    account = train.claims.get("account")
    name = account["id"] if isinstance(account, Mapping) else None
    # Models that were released about these people since the run are listed, too.
    releases = _all_releases(summary["releases"], entries, name)
    return Found(str(summary["title"]), tuple(evidence), releases, model, files, name)


def _of_training(run: Path, ledger: Ledger, key: SigningKey) -> Found:
    """Gather what a `wuming train` or `wuming tune` has made."""
    claim = signed_claim(run, key.public)
    if claim is None:
        raise VerificationFailed(
            f"the claim in {run} is not signed by this machine's key, or was changed",
            help="Run the same training command again: it signs what it finds unchanged, and charges nothing.",
        )
    entries, files = ledger.entries(), _files(run)
    weights, account = str(claim["weights_digest"]), claim.get("account")
    if weights not in [entry["sha256"] for entry in files.values()]:
        raise SelfCheckFailed(f"the claim in {run} is about other weights", help=_AGAIN)
    # The account is in the claim under another form when none was charged: a text.
    claims = {name: value for name, value in claim.items() if name not in ("produced_by", "weights_digest")}
    if isinstance(account, Mapping):
        claims["account"] = dict(account)
        train = _held(
            {"kind": "train", "subject": weights, "claims": claims, "inputs": [claim["start"]],
             "produced_by": claim["produced_by"]},
            entries,
        )  # fmt: skip
    else:
        train = Evidence("train", weights, claims, (str(claim["start"]),), str(claim["produced_by"]))
    release = {
        "what": "model",
        "digest": weights,
        "epsilon": claim["epsilon"],
        "delta": claim["delta"],
        "unit_of_privacy": claim["unit_of_privacy"],
        "internal": False,
    }
    evidence = [train, *_audits(train, entries)]
    name = str(account["id"]) if isinstance(account, Mapping) else None
    return Found(f"Model {weights[:19]}", tuple(evidence), _all_releases([release], entries, name), run, files, name)


def _all_releases(
    known: Sequence[Mapping[str, Any]], entries: Sequence[Entry], account: str | None
) -> tuple[Mapping[str, Any], ...]:
    """Return the releases known, and with them every other model that the account was charged for."""
    listed = {item.get("digest") for item in known}
    others = [] if account is None else models_of(entries, account)
    return (*known, *(item for item in others if item["digest"] not in listed))


def _check(found: Found) -> None:
    """Refuse to certify what does not hold."""
    train = _train(found)
    again = recompute.all_of(train.claims, [item.claims for item in found.evidence if item.kind == "audit"])
    if again.problems:
        raise VerificationFailed("; ".join(again.problems), help=_AGAIN)
    for item in found.evidence:
        for one in recompute.audits_of(item.claims) if item.kind == "audit" else ():
            bound = one["epsilon_lower_bound"]
            if one["verdict"] == "violated" or (one is item.claims and bound > train.claims["epsilon"]):
                raise ClaimRefused(
                    f"an audit disproves the claim epsilon={train.claims['epsilon']} at delta={train.claims['delta']}: "
                    f"it shows epsilon ≥ {bound}, or that the claimed event's curve is broken",
                    help="Withdraw the claim: look for a fault in sampler, clipping, noise or accounting.",
                )
    decisions = [item.claims.get("decision") for item in found.evidence if item.kind == "review"]
    if decisions and decisions[-1] != "release":
        raise ReleaseRefused("the review refuses this model", help="See its dossier for what to change.")
    if not found.files:
        raise PrivacyParameterError("there is no file of a model to certify", help=_AGAIN)


def _train(found: Found) -> Evidence:
    return next(item for item in found.evidence if item.kind == "train")


def _audits(train: Evidence, entries: Sequence[Entry]) -> list[Evidence]:
    """Return the audits of these weights that the ledger holds, in order."""
    bodies = [entry.body for entry in entries if entry.kind == "evidence"]
    return [_evidence(body) for body in bodies if body.get("kind") == "audit" and body.get("subject") == train.subject]


def _with_audits(evidence: list[Evidence], train: Evidence, entries: Sequence[Entry], ledger: Ledger) -> list[Evidence]:
    """Add audits that were made after the run, and judge the controls again with them."""
    known = {item.digest for item in evidence}
    later = [item for item in _audits(train, entries) if item.digest not in known]
    reviews = [item for item in evidence if item.kind == "review"]
    if not later or not reviews:
        return evidence
    place = max(index for index, item in enumerate(evidence) if item.kind in ("train", "audit")) + 1
    pieces = [item for item in [*evidence[:place], *later, *evidence[place:]] if item.kind != "review"]
    policy = dict(reviews[-1].claims["policy"])
    waived = policy.pop("waived", {})
    status = ledger.verify()
    again = review(pieces, policy | {"ledger": {"consistent": True, "entries": status.entries}}, waived=waived)
    inputs = tuple(item.digest for item in pieces)
    judged = Evidence("review", train.subject, again.claims(), inputs, reviews[-1].produced_by)
    ledger.record(judged)
    return [*pieces, judged]


def _held(body: Mapping[str, Any], entries: Sequence[Entry]) -> Evidence:
    """Return evidence as the ledger holds it; `body` may leave out when it was made.

    Raises:
        SelfCheckFailed: the ledger does not hold it word for word.
    """
    wanted = canonical_json(dict(body))
    for entry in reversed(entries):
        if entry.kind == "evidence" and wanted == canonical_json({name: entry.body.get(name) for name in body}):
            return _evidence(entry.body)
    raise SelfCheckFailed(f"the ledger does not hold this evidence of the step {body['kind']}", help=_AGAIN)


def _evidence(body: Mapping[str, Any]) -> Evidence:
    value = json.loads(json.dumps(dict(body)))
    return Evidence(
        value["kind"], value["subject"], value["claims"], tuple(value["inputs"]), value["produced_by"], value["at"]
    )


def _values(entry: Entry, name: str) -> list[Any]:
    value = entry.body.get(name)
    return list(value.values()) if isinstance(value, Mapping) else []


def _files(folder: Path) -> dict[str, dict[str, Any]]:
    """Return hash and size of every file of a model: weights, adapters, tokenizer, configuration."""
    if not folder.is_dir():
        raise MissingFile(f"no model in {folder}", help="Finish the run first.")
    released = folder.name == "model"
    return {
        path.name: {"sha256": file_digest(path), "size": path.stat().st_size}
        for path in sorted(folder.iterdir())
        if path.is_file()
        and not path.is_symlink()
        and (released or path.suffix == ".safetensors" or path.name.startswith(_MODEL_FILES))
        and not path.name.startswith(".")
    }
