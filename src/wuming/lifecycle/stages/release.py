"""Stage 8, release: the model, the table and the signed dossier, in folders that may be handed on."""

from __future__ import annotations

import shutil
from typing import Any

from wuming.compliance.dossier.answers import LISTED
from wuming.compliance.dossier.build import DossierResult, build_dossier
from wuming.core.canonical import digest_bytes
from wuming.core.errors import SelfCheckFailed
from wuming.core.evidence import Evidence
from wuming.core.reading import read_records
from wuming.core.storage import file_digest, write_atomically
from wuming.governance.history import answers_of
from wuming.governance.lineage import Lineage
from wuming.lifecycle.context import Context


def release(context: Context, *, public: bool) -> DossierResult:
    """Copy what is released to `release/` and write the signed dossier to `dossier/`.

    Raises:
        SelfCheckFailed: what would be released is not what the evidence is about.
    """
    files = _copied(context)
    key = context.keys.signing_key()
    context.ledger.append("release", {"run": context.plan_digest, "files": files, "signer": key.public.fingerprint})
    checkpoint = context.ledger.checkpoint(key)
    result = build_dossier(
        context.folder / "dossier",
        title=context.plan.title or context.plan.name,
        evidence=[*context.evidence.values(), *_answers(context)],
        releases=_releases(context),
        ledger_checkpoint=checkpoint,
        signing_key=key,
        public=public,
    )
    records = read_records(context.folder / "data" / "admitted.jsonl", unit=context.plan.unit_of_privacy)
    Lineage(key=context.keys.secret("lineage")).record(
        context.plan_digest,
        [{"name": name, "digest": value} for name, value in files.items()],
        {record.subject for record in records},
        lineage=context.lineage,
    )
    return result


def _copied(context: Context) -> dict[str, str]:
    """Copy model and table to `release/`, where each stands whole or not at all; return path → digest.

    Raises:
        SelfCheckFailed: the model or table in the run's folder is not the one that the evidence is about.
    """
    model, table = context.path("release", "model"), context.path("release", "table.csv")
    data: bytes | None = None
    if "skipped" not in context.claims("anonymise"):
        data = (context.folder / "data" / "table.csv").read_bytes()
        _check(digest_bytes(data), context.evidence["anonymise"].subject, "table")
    fresh = model.with_name(".model.part")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(context.folder / "models" / "protected", fresh)
    _check(file_digest(fresh / "model.safetensors"), context.evidence["train"].subject, "model")
    # Nothing that was released before is touched until all that replaces it was found sound.
    shutil.rmtree(model, ignore_errors=True)
    fresh.rename(model)
    files = {f"release/model/{path.name}": file_digest(path) for path in sorted(model.iterdir())}
    if data is None:
        table.unlink(missing_ok=True)
    else:
        write_atomically(table, data)
        files["release/table.csv"] = digest_bytes(data)
    return files


def _check(found: str, expected: str, what: str) -> None:
    """What is handed on must be what the claims are about: the copy is checked, not the original."""
    if found != expected:
        raise SelfCheckFailed(
            f"the {what} in the run's folder is not the one that the evidence is about",
            help=f"Something changed the {what} after it was made; run again to make it anew. Nothing was released.",
        )


def _earlier(context: Context) -> list[dict[str, Any]]:
    """Return the other models that the account of these people was charged for: ε covers one, and all add up."""
    account = context.claims("train")["account"]["id"]
    models: dict[str, dict[str, Any]] = {}
    for entry in context.ledger.entries():
        if entry.kind != "evidence" or entry.body.get("kind") != "train":
            continue
        claims, weights = entry.body["claims"], str(entry.body["subject"])
        charged = claims.get("account")
        if not isinstance(charged, dict) or charged.get("id") != account:
            continue
        if weights != context.evidence["train"].subject:
            stated = {name: claims[name] for name in ("epsilon", "delta", "unit_of_privacy")}
            models[weights] = {"what": "model", "digest": weights, "at": entry.at, **stated, "internal": False}
    return list(models.values())


def _answers(context: Context) -> list[Evidence]:
    """Return the last answers that were drawn from the account of these people."""
    return answers_of(context.ledger.entries(), context.claims("train")["account"]["id"])[-LISTED:]


def _releases(context: Context) -> list[dict[str, Any]]:
    train = context.claims("train")
    releases: list[dict[str, Any]] = [
        *_earlier(context),
        {
            "what": "model",
            "digest": context.evidence["train"].subject,
            "epsilon": train["epsilon"],
            "delta": train["delta"],
            "unit_of_privacy": train["unit_of_privacy"],
            "internal": False,
        },
    ]
    table = context.claims("anonymise")
    if "skipped" not in table:
        releases.append(
            {
                "what": "table",
                "digest": context.evidence["anonymise"].subject,
                "covered_by": f"k ≥ {table['k_asked']}, l ≥ {table['l_asked']}; no ε",
                "internal": False,
            }
        )
    releases.append({"what": "figures", "digest": None, "covered_by": "no ε: computed without noise", "internal": True})
    return releases
