"""Answers about private tables: the account that pays, and the dossier of a release that consists of answers alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wuming.accounting.accountant import approximate_rdp
from wuming.compliance.dossier.build import DossierResult, build_dossier
from wuming.core.canonical import digest
from wuming.core.evidence import Evidence
from wuming.governance.accounts import AccountBudget, Accounts
from wuming.lifecycle.context import PRODUCER, DataContext


def answer_budget(accounts: Accounts, account: str) -> AccountBudget:
    """Return an account as the budget that answers are charged to.

    Args:
        accounts: of the ledger.
        account: id of one that is open.
    """
    return accounts.budget(account, lambda event: (event.as_json(), *approximate_rdp(event)))


def answers_dossier(
    context: DataContext,
    folder: Path,
    named: Mapping[str, Evidence],
    *,
    public: bool,
    extra_files: Mapping[str, bytes],
) -> DossierResult:
    """Write the signed dossier of a release that consists of answers alone.

    Steps that such a release does not have are put on record as left out. There is no review: the controls judge models
    and tables, and the page says that it was not reviewed.

    Args:
        context: of the steps before the answers.
        folder: of the dossier.
        named: what each answer is → its evidence.
        public: leave figures computed on private data without noise out.
        extra_files: the answers themselves; plain relative names.

    Raises: as `build_dossier`.
    """
    for kind in ("anonymise", "train", "audit", "assess"):
        _leave_out(context, kind)
    files = {name: item.subject for name, item in named.items()}
    key = context.keys.signing_key()
    context.ledger.append("release", {"run": context.plan_digest, "files": files, "signer": key.public.fingerprint})
    return build_dossier(
        folder,
        title=context.plan.title or context.plan.name,
        evidence=[*context.evidence.values(), *named.values()],
        releases=[*(_release(name, item) for name, item in named.items()), _INTERNAL],
        ledger_checkpoint=context.ledger.checkpoint(key),
        signing_key=key,
        public=public,
        extra_files=extra_files,
    )


_INTERNAL = {"what": "figures", "digest": None, "covered_by": "no ε: computed without noise", "internal": True}


def _leave_out(context: DataContext, kind: str) -> None:
    claims = {"skipped": "answers with noise are released, no model and no table"}
    inputs = context.chain("answers")
    if not context.finished(kind, inputs):
        before = tuple(item.subject for item in list(context.evidence.values())[-1:])
        context.finish(Evidence(kind, digest(claims), claims, before, PRODUCER), inputs)


def _release(name: str, item: Evidence) -> dict[str, Any]:
    cost = item.claims["cost"]
    stated = {"epsilon": cost["epsilon"], "delta": cost["delta"], "unit_of_privacy": cost["unit"]}
    return {"name": name, "digest": item.subject, "at": item.at, "internal": False, **stated}
